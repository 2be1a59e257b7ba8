"""The whole site as static files: every feed, page and list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aggregator.model.config import Configuration
from aggregator.model.reading import Rendering
from aggregator.operations.reports import ExportReport, Progress
from aggregator.ports import Parts, Publisher
from aggregator.site.page_export import export_pages
from aggregator.site.page_route import feed_keys
from aggregator.site.publish import OPML, render, version_of


def export(folder: str, publisher: Publisher, base_url: str | None, parts: Parts, progress: Progress) -> ExportReport:
    """Writes what is new or different. ``base_url`` stands for the configured one."""
    configuration = parts.configuration
    if base_url is not None:
        configuration = replace(configuration, site=replace(configuration.site, base_url=base_url.rstrip("/")))
    files = written = 0
    for rendering in _renderings(configuration, parts):
        files += 1
        if not publisher.holds(rendering.path, rendering.etag):
            written += publisher.put([rendering])
        progress("files", files, 0)
    return ExportReport(folder, files, written)


def _renderings(configuration: Configuration, parts: Parts) -> Iterator[Rendering]:
    now = parts.clock.now().replace(microsecond=0)
    for key in (*feed_keys(configuration), OPML):
        version = version_of(key, parts)
        rendering, _ = render(key, version, configuration, parts.archive)
        published = rendering.etag == version.etag
        yield rendering if published else replace(rendering, modified=now)
    yield from export_pages(parts.archive, configuration, now)
