# One exact version for both stages; a newer one is tried by --build-arg PYTHON=…
ARG PYTHON=3.13.9-slim-bookworm

FROM python:${PYTHON} AS wheel
WORKDIR /build
COPY requirements-build.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY aggregator ./aggregator
COPY storage ./storage
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheel .

FROM python:${PYTHON} AS installed
RUN python -m venv /opt/aggregator
COPY requirements-runtime.lock ./
RUN /opt/aggregator/bin/pip install --no-cache-dir --require-hashes -r requirements-runtime.lock
COPY --from=wheel /wheel /wheel
# Nothing is installed in what runs.
RUN /opt/aggregator/bin/pip install --no-cache-dir --no-deps /wheel/*.whl \
    && /opt/aggregator/bin/pip uninstall --yes pip

FROM python:${PYTHON}
RUN useradd --create-home --uid 10001 aggregator \
    && install --directory --owner=aggregator --group=aggregator /data
COPY --from=installed /opt/aggregator /opt/aggregator
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
