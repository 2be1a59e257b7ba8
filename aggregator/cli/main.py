"""The ``aggregator`` command: which commands there are; runs one of them and answers with an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

import typer
from typer.exceptions import TyperException

from aggregator import __version__
from aggregator.cli.asking import check, explain, status
from aggregator.cli.backing_up import backup, restore
from aggregator.cli.collecting import collect, preview
from aggregator.cli.failures import FAILED, USAGE
from aggregator.cli.options import Config, Data, Database, Json, Options, Verbose
from aggregator.cli.output import Printer
from aggregator.cli.publishing import export, run

_HELP = """Collects news articles, stores each once, sorts them into topics and publishes one Atom feed a topic.

Exit codes: 0 done, 1 done but something failed (it is named), 2 bad configuration or usage, 3 the data folder
is in use."""

COMMANDS: list[Callable[..., int]] = [run, export, collect, preview, check, explain, status, backup, restore]
"""All, in the order of the help; each is called by the name of its function."""


def _version(wanted: bool) -> None:
    if wanted:
        Printer(sys.stdout).line(f"aggregator {__version__}")
        raise typer.Exit


def _start(
    context: typer.Context,
    config: Config = None,
    data: Data = None,
    database: Database = None,
    as_json: Json = False,
    verbose: Verbose = False,
    version: bool = typer.Option(  # noqa: ARG001 - its callback acts
        False, "--version", help="Print the version and stop.", callback=_version, is_eager=True
    ),
) -> None:
    context.obj = Options(config, data, database, as_json, verbose)
    if context.invoked_subcommand is None:
        Printer(sys.stderr).line(context.get_help())
        raise typer.Exit(USAGE)


def application() -> typer.Typer:
    """All commands."""
    app = typer.Typer(
        name="aggregator",
        help=_HELP,
        callback=_start,
        invoke_without_command=True,
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for each in COMMANDS:
        app.command()(each)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code. ``arguments`` default to those of the process."""
    for stream in (sys.stdout, sys.stderr):
        # File names may hold bytes that are no text, and a terminal may know less than Unicode.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    command = typer.main.get_command(application())
    try:
        code = command.main(args=arguments, prog_name="aggregator", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        _explain(error)
        return USAGE
    except BrokenPipeError:
        # Whoever read the output has enough; what is buffered must not fail at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code if isinstance(code, int) else 0


def _explain(error: TyperException) -> None:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "aggregator"
    Printer(sys.stderr).failure(error.format_message(), f"see `{command} --help`")
