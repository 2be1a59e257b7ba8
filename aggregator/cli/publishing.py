"""``run`` and ``export``: what readers get."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from aggregator.cli.failures import DONE, FAILED
from aggregator.cli.options import Call, command
from aggregator.cli.output import Printer
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.model.config import Configuration


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
    from aggregator import app
    from aggregator.feeds.addresses import public_address
    from aggregator.feeds.formats.registry import feed_formats
    from aggregator.process.log import log_to_stderr
    from aggregator.site.outputs import Output

    level = logging.DEBUG if call.verbose else logging.INFO
    log_to_stderr(level)

    def announce(address: str, configuration: Configuration) -> None:
        keys = ("all", *(topic.slug for topic in configuration.topics))
        served = [Output(key, each) for each in feed_formats() for key in keys]
        feeds = [(output.name, public_address(address, output.path)) for output in served]
        if call.as_json:
            call.out.json({"address": address, "feeds": dict(feeds)})
        else:
            call.out.facts("serving", (("site", address), *feeds))
        _warn(address, configuration, call.err)
        call.out.stream.flush()

    app.run(call.places, host, port, announce, level)
    return DONE


def _warn(address: str, configuration: Configuration, err: Printer) -> None:
    for warning in (*configuration.warnings, *_elsewhere(configuration.site.base_url, address)):
        err.line(f"warning: {warning}", "yellow")
    if err.terminal:
        err.line("Ctrl-C ends it")


def _elsewhere(base_url: str, address: str) -> Iterator[str]:
    """What to say if pages name this machine by another port than the one that is served here alone.

    What is served at all addresses may have another port outside its container; what pages name by TLS, or without a
    port, is a proxy.
    """
    base, served = urlsplit(base_url), urlsplit(address)
    direct = base.scheme == "http" and base.port is not None
    if direct and _is_loopback(base.hostname) and _is_loopback(served.hostname) and base.port != served.port:
        yield f"feeds and pages name {base_url}, not {address}; set site.base_url"


def _is_loopback(host: str | None) -> bool:
    return host in {"localhost", "::1"} or (host or "").startswith("127.")


@command
def export(
    call: Call,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; made if missing.", show_default=False)],
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="Where the files will be found. [default: as configured]"),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Keep the folder itself, for mounts of containers: file by file.")
    ] = False,
) -> int:
    """Write every feed and page as static files.

    What cannot have changed is not made again. The new state takes the place of the old one at once, where the
    system can do that.
    """
    from aggregator import app
    from aggregator.operations.export import ExportRequest, export

    request = ExportRequest(folder, _checked(base_url), in_place)
    with call.progress() as progress, app.parts(call.places) as parts:
        report = export(parts, request, progress)
    if call.as_json:
        call.out.json(report)
    else:
        call.out.facts("export", (("folder", report.folder), ("files", report.files), ("written", report.written)))
    for problem in report.problems:
        call.err.line(f"error: {problem}", "bold red")
    return FAILED if report.problems else DONE


def _checked(base_url: str | None) -> str | None:
    """As the configuration would take it. Raises UsageError."""
    from aggregator.settings import network
    from aggregator.settings.unfit import UnfitError

    try:
        return None if base_url is None else network.base_url(base_url)
    except UnfitError as error:
        raise UsageError(f"--base-url: {error}", error.hint) from error
