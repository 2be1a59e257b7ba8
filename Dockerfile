FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /opt/aggregator
COPY requirements.lock ./
RUN /opt/aggregator/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY aggregator ./aggregator
COPY storage ./storage
RUN /opt/aggregator/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 aggregator \
    && install --directory --owner=aggregator --group=aggregator /data
COPY --from=build /opt/aggregator /opt/aggregator
COPY config /config
ENV AGGREGATOR_CONFIG=/config \
    AGGREGATOR_DATA=/data \
    PATH=/opt/aggregator/bin:$PATH \
    PYTHONUNBUFFERED=1
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["aggregator"]
CMD ["run", "--host", "0.0.0.0", "--port", "8000"]
