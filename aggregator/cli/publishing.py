"""``run`` and ``export``: what readers get."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.failures import DONE, FAILED
from aggregator.cli.options import Call, command

if TYPE_CHECKING:
    from aggregator.model.config import Configuration


def register(app: typer.Typer) -> None:
    app.command("run")(run)
    app.command("export")(export)


@command
def run(
    call: Call,
    host: Annotated[
        str | None, typer.Option("--host", metavar="H", help="Address to serve at. [default: as configured]")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", metavar="N", min=0, max=65535, help="Port; 0 takes a free one. [default: as configured]"
        ),
    ] = None,
) -> int:
    """Collect on schedule, publish and serve.

    Ends within 5 seconds at Ctrl-C or SIGTERM. SIGHUP: reads the configuration again.
    """
    from aggregator.cli import work
    from aggregator.feeds.addresses import absolute, feed_path

    def announce(address: str, configuration: Configuration) -> None:
        keys = ("all", *(topic.slug for topic in configuration.topics))
        feeds = [(key, absolute(address, feed_path(key))) for key in keys]
        if call.as_json:
            call.out.json({"address": address, "feeds": dict(feeds)})
        else:
            call.out.facts("serving", (("site", address), *feeds))
            for warning in configuration.warnings:
                call.err.line(f"warning: {warning}", "yellow")
        call.out.stream.flush()

    work.run(call.places, host, port, announce)
    return DONE


@command
def export(
    call: Call,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; made if missing.", show_default=False)],
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="Where the files will be found. [default: as configured]"),
    ] = None,
) -> int:
    """Write every feed and page as static files.

    Files that are the same are not touched.
    """
    from aggregator.cli import work

    with call.progress() as progress:
        report = work.export(call.places, folder, base_url, progress)
    if call.as_json:
        call.out.json(report)
    else:
        call.out.facts("export", (("folder", report.folder), ("files", report.files), ("written", report.written)))
    for problem in report.problems:
        call.err.line(f"error: {problem}", "bold red")
    return FAILED if report.problems else DONE
