"""What the commands set going: opens the parts that an operation needs, runs it, closes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.model.config import Configuration
    from aggregator.model.places import Places
    from aggregator.operations.reports import (
        CollectReport,
        ExplainReport,
        ExportReport,
        PreviewReport,
        Progress,
        StatusReport,
    )


def collect(
    places: Places,
    names: tuple[str, ...] | None,
    accept_deletions: bool,
    progress: Progress,
    waiting: Callable[[str], None],
) -> CollectReport:
    """One pass over the named sources, or all; ``waiting`` is told which process has to end its pass first.

    With ``accept_deletions`` a source that lost most of its documents is taken at its word.
    """
    from aggregator import app

    with app.parts(places) as parts:
        return app.collect_once(places, names, parts, progress, waiting, accept_losses=accept_deletions)


def export(places: Places, folder: Path, base_url: str | None, progress: Progress) -> ExportReport:
    """Static files below ``folder``, for readers who find them at ``base_url``. Raises UsageError."""
    from aggregator import app
    from aggregator.operations.export import export
    from aggregator.settings import network
    from aggregator.settings.unfit import UnfitError
    from aggregator.site.folder import Folder

    if base_url is not None:
        try:
            base_url = network.base_url(base_url)
        except UnfitError as error:
            raise UsageError(f"--base-url: {error}", error.hint) from error
    with app.parts(places) as parts:
        return export(str(folder), Folder(folder), base_url, parts, progress)


def preview(places: Places, source: str, limit: int, offline: bool) -> PreviewReport:
    """What a source yields now, or by what is kept of it."""
    from aggregator import app
    from aggregator.operations.preview import preview

    with app.parts(places, create=False) as parts:
        return preview(source, limit, parts, offline)


def explain(places: Places, article: str) -> ExplainReport:
    """Why an article is what and where it is."""
    from aggregator import app
    from aggregator.operations.explain import explain

    with app.parts(places, create=False) as parts:
        return explain(article, parts)


def status(places: Places) -> StatusReport:
    """How sources and topics stand; what is stored can be seen while the configuration is faulty."""
    from aggregator import app
    from aggregator.operations.status import status
    from aggregator.process.lock import holder
    from aggregator.settings.load import salvage

    configuration, faults = salvage(places.config)
    database = places.database_url(configuration)
    if not app.has_database(places, configuration):
        database += " (not there yet: `aggregator collect` makes it)"
    with app.parts(places, configuration, create=False) as parts:
        return status(parts, database, holder(places.run_lock) is not None, faults)


def run(places: Places, host: str | None, port: int | None, announce: Callable[[str, Configuration], None]) -> None:
    """The daemon, until a signal ends it."""
    from aggregator import app

    app.run(places, host, port, announce)
