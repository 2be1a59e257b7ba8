"""The options that every command takes, before its name or after it."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, cast

import typer

from aggregator.cli.failures import answer
from aggregator.cli.output import Printer
from aggregator.cli.progress import progress_on

if TYPE_CHECKING:
    from aggregator.model.places import Places
    from aggregator.operations.reports import Progress

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="DIR", help="The configuration. [default: $AGGREGATOR_CONFIG, else ./config]"),
]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Run-time data. [default: $AGGREGATOR_DATA, else ./var]"),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="The database. [default: $AGGREGATOR_DATABASE, else as configured, else SQLite in the data folder]",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Log more; show where an unexpected error arose.")]

_SHARED: dict[str, tuple[Any, Any]] = {
    "config": (Config, None),
    "data": (Data, None),
    "database": (Database, None),
    "as_json": (Json, False),
    "verbose": (Verbose, False),
}


@dataclass(frozen=True, slots=True)
class Options:
    """As given; None and False where not."""

    config: Path | None = None
    data: Path | None = None
    database: str | None = None
    as_json: bool = False
    verbose: bool = False

    def over(self, others: Options) -> Options:
        """These where given, else the others."""
        return Options(
            self.config or others.config,
            self.data or others.data,
            self.database or others.database,
            self.as_json or others.as_json,
            self.verbose or others.verbose,
        )


@dataclass(frozen=True, slots=True)
class Call:
    """What one command works with."""

    places: Places
    as_json: bool
    out: Printer
    err: Printer
    verbose: bool = False

    def progress(self) -> AbstractContextManager[Progress]:
        """Bars on stderr while the block runs, if somebody watches."""
        return progress_on(self.err)


_P = ParamSpec("_P")


def command(function: Callable[Concatenate[Call, _P], int]) -> Callable[..., int]:
    """Gives a command the shared options beside its own, and turns errors into words and an exit code."""
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    named = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _SHARED.items()
    ]
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)

    @functools.wraps(function)
    def wrapped(context: typer.Context, **given: Any) -> int:
        options = Options(**{name: given.pop(name) for name in _SHARED}).over(context.obj)
        err = Printer(sys.stderr)
        work = cast(Callable[..., int], function)
        return answer(lambda: work(_call(options, err), **given), err, options.verbose)

    wrapped.__signature__ = inspect.Signature([context, *named, *shared])  # type: ignore[attr-defined]
    wrapped.__annotations__ = {p.name: p.annotation for p in (context, *named, *shared)}
    return wrapped


def _call(options: Options, err: Printer) -> Call:
    import logging

    from aggregator.model.places import Places
    from aggregator.process.log import log_to_stderr

    log_to_stderr(logging.INFO if options.verbose else logging.WARNING)
    places = Places(
        options.config or Path(os.environ.get("AGGREGATOR_CONFIG") or "config"),
        options.data or Path(os.environ.get("AGGREGATOR_DATA") or "var"),
        options.database or os.environ.get("AGGREGATOR_DATABASE") or None,
    )
    return Call(places, options.as_json, Printer(sys.stdout), err, options.verbose)
