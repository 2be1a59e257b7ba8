"""The whole site as static files: every feed, page and list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from aggregator.errors import UsageError
from aggregator.model.config import Configuration
from aggregator.model.reading import FeedVersion, Rendering
from aggregator.operations.reports import ExportReport, Progress, silent
from aggregator.ports import Parts
from aggregator.site.exchange import Exchange, exchanging
from aggregator.site.folder import Folder, file_name
from aggregator.site.manifest import Manifest, Noted, noted, write_manifest
from aggregator.site.outputs import Output, outputs
from aggregator.site.pages.export import export_pages
from aggregator.site.planned import Planned, mark_of, program_mark
from aggregator.site.publish import build, recipe_of_output, version_of

BATCH = 100
"""Files that are put together."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Where the files go."""

    folder: Path
    base_url: str | None = None
    """Where readers will find them; None means as configured."""
    in_place: bool = False
    """Whether the folder itself has to stay, because something else holds it: a mount of a container."""


@dataclass(slots=True)
class _Export:
    """What is known of the new state so far."""

    manifest: Manifest
    staged: Folder
    published: Folder
    lines: dict[str, Noted] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    waiting: list[Rendering] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    """Where somebody else's file is, or one of ours that somebody changed."""

    def keeps(self, path: str, mark: str) -> bool:
        """Takes over a file that cannot have changed: it is neither rendered nor read."""
        line = self.manifest.at(path)
        if line is None or not mark or line.mark != mark or not self.manifest.is_untouched(line):
            return False
        self.lines[path] = line
        return True

    def take(self, rendering: Rendering, mark: str) -> None:
        """Stages a file, unless the folder has it already."""
        line = self.manifest.at(rendering.path)
        self.problems += (f"{rendering.path}: article {left.id}: {left.reason}" for left in rendering.left_out)
        # What is left out is told each time, so its feed is made each time.
        mark = "" if rendering.left_out else mark
        there = self.published.get(rendering.path)
        if there is not None and there.etag == rendering.etag:
            self.lines[rendering.path] = noted(replace(rendering, modified=there.modified), mark)
            return
        if there is not None and not self.manifest.is_ours(rendering.path):
            self.foreign.append(rendering.path)
            return
        if line is not None:
            later = datetime.fromtimestamp(line.modified, UTC) + timedelta(seconds=1)
            rendering = replace(rendering, modified=max(rendering.modified, later))
        self.lines[rendering.path] = noted(rendering, mark)
        self.written.append(rendering.path)
        self.waiting.append(rendering)
        if len(self.waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        self.staged.put(self.waiting)
        self.waiting.clear()


def export(parts: Parts, request: ExportRequest, progress: Progress = silent) -> ExportReport:
    """Puts what is new or different into the folder, and takes away what only an earlier export has written.

    What cannot have changed is neither rendered nor read. Raises InUseError (another export to the folder), UsageError
    (files that are not of an export would be overwritten; nothing has changed then), OSError.
    """
    configuration = _configuration(parts, request)
    with exchanging(request.folder) as exchange:
        manifest = Manifest(exchange.folder)
        feeds = parts.archive.feed_versions()
        recipe = mark_of(program_mark(), repr(configuration), parts.archive.installation())
        site = mark_of(recipe, parts.archive.change_number(), sorted(map(repr, feeds.values())))
        if manifest.site == site and manifest.is_whole():
            return ExportReport(str(request.folder), len(manifest), 0)
        new = _Export(manifest, Folder(exchange.staged), Folder(exchange.folder))
        planned = [*export_pages(parts.archive, configuration), *_feeds(configuration, feeds, parts)]
        now = parts.clock.now().replace(microsecond=0)
        for number, file in enumerate(planned):
            mark = file.mark and mark_of(recipe, file.mark)
            if not new.keeps(file.path, mark) and (rendering := file.render(now)) is not None:
                new.take(rendering, mark)
            progress("files", number + 1, len(planned))
        new.flush()
        if new.foreign:
            raise _refusal(exchange.folder, new.foreign)
        _replace(exchange, new, "" if new.problems else site, at_once=not request.in_place)
    return ExportReport(str(request.folder), len(new.lines), len(new.written), tuple(new.problems))


def _refusal(folder: Path, foreign: Sequence[str]) -> UsageError:
    first = folder / file_name(foreign[0])
    more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
    hint = "export to a folder of its own, or take these files away if they are not needed"
    return UsageError(f"{first}{more}: no export wrote what is there, so it is not overwritten", hint)


def _configuration(parts: Parts, request: ExportRequest) -> Configuration:
    site = parts.configuration.site
    base_url = site.base_url if request.base_url is None else request.base_url.rstrip("/")
    return replace(parts.configuration, site=replace(site, base_url=base_url), hosting="files")


def _replace(exchange: Exchange, new: _Export, site: str, *, at_once: bool) -> None:
    dropped = new.manifest.left_behind(new.lines)
    if new.written or dropped:
        exchange.staged.mkdir(exist_ok=True)
        write_manifest(exchange.staged, site, new.lines.values())
        if at_once and exchange.at_once(dropped):
            return
        new.manifest.note(new.lines[path] for path in new.written)
        exchange.one_by_one(new.written, dropped)
    write_manifest(exchange.folder, site, new.lines.values())


def _feeds(configuration: Configuration, feeds: Mapping[str, FeedVersion], parts: Parts) -> Iterator[Planned]:
    for output in outputs(configuration):
        mark = mark_of(output.path, feeds.get(output.key) if output.is_feed else None)
        yield Planned(output.path, mark, partial(_feed, output, feeds, configuration, parts))


def _feed(
    output: Output, feeds: Mapping[str, FeedVersion], configuration: Configuration, parts: Parts, now: datetime
) -> Rendering:
    """As changed when what our server gives was changed, if that is no older state."""
    version = version_of(output, feeds, parts)
    rendering, _ = build(output, version, configuration, parts.archive)
    recipe = recipe_of_output(output, parts.configuration)
    current = version.path.built >= version.wanted and version.path.recipe == recipe
    return rendering if current else replace(rendering, modified=now)
