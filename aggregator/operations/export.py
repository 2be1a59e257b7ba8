"""The whole site as static files: every feed, page and list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from aggregator.model.config import Configuration
from aggregator.model.reading import Rendering
from aggregator.operations.reports import ExportReport, Progress, silent
from aggregator.ports import Parts
from aggregator.site.folder import Folder
from aggregator.site.manifest import Manifest
from aggregator.site.outputs import outputs
from aggregator.site.pages.export import export_pages
from aggregator.site.publish import build, version_of

BATCH = 100
"""Files that are put together."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Where the files go."""

    folder: Path
    base_url: str | None = None
    """Where readers will find them; None means as configured."""


def export(parts: Parts, request: ExportRequest, progress: Progress = silent) -> ExportReport:
    """Writes what is new or different, and takes away what only an earlier export has written. Raises OSError."""
    configuration = parts.configuration
    if request.base_url is not None:
        configuration = replace(configuration, site=replace(configuration.site, base_url=request.base_url.rstrip("/")))
    publisher, manifest, written = Folder(request.folder), Manifest(request.folder), 0
    exported: dict[str, str] = {}
    problems: list[str] = []
    for batch in _batches(_renderings(configuration, parts)):
        different = [rendering for rendering in batch if not publisher.holds(rendering.path, rendering.etag)]
        manifest.note(different)
        written += publisher.put(different)
        exported.update((rendering.path, rendering.etag) for rendering in batch)
        problems += (f"{it.path}: article {left.id}: {left.reason}" for it in batch for left in it.left_out)
        progress("files", len(exported), 0)
    for path, etag in manifest.left_behind(exported):
        if publisher.holds(path, etag):
            publisher.withdraw(path)
    manifest.replace(exported)
    return ExportReport(str(request.folder), len(exported), written, tuple(problems))


def _renderings(configuration: Configuration, parts: Parts) -> Iterator[Rendering]:
    now = parts.clock.now().replace(microsecond=0)
    feeds = parts.archive.feed_versions()
    for output in outputs(configuration):
        version = version_of(output, feeds, parts)
        rendering, _ = build(output, version, configuration, parts.archive)
        published = rendering.etag == version.path.etag
        yield rendering if published else replace(rendering, modified=now)
    yield from export_pages(parts.archive, configuration, now)


def _batches(renderings: Iterator[Rendering]) -> Iterator[list[Rendering]]:
    while batch := list(islice(renderings, BATCH)):
        yield batch
