"""Everything this program raises on purpose; each error says where, and what to do.

AggregatorError
├── ConfigurationError     the operator's files are faulty: every fault with file:line:column
├── UsageError             a command was given something that does not exist
├── CollectError           a source as a whole could not be listed or read
├── RejectedError          one document cannot become an article: code, line
├── PublishError           bytes about to be published are faulty: what was published before stays
├── InUseError             another process holds the data folder
└── StoreError             the database cannot be used
    ├── SchemaError        its schema is unknown to this version
    └── StaleTicketError   the source was taken over by another worker
"""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.codes import Code


class AggregatorError(Exception):
    """The root. ``str(error)`` is one line of cause; ``hint`` is one line of what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a configuration file. Line and column count from 1."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{hint}"


class ConfigurationError(AggregatorError):
    """All faults of a configuration at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)), "fix the lines named above, then run `aggregator check`")
        self.faults = faults


class UsageError(AggregatorError):
    """A command names a source, topic, article or folder that is not there."""


class CollectError(AggregatorError):
    """A source could not be listed or one of its documents not be read."""

    def __init__(self, code: Code, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.code = code


class RejectedError(AggregatorError):
    """A document that cannot become an article.

    ``line`` is the line of the document, counted from 1, where known.
    """

    def __init__(self, code: Code, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


class PublishError(AggregatorError):
    """A rendering failed its own check; the message names the path and the fault."""


class InUseError(AggregatorError):
    """Another process runs on the same data folder."""


class StoreError(AggregatorError):
    """The database cannot be opened, read or written."""


class SchemaError(StoreError):
    """The database was written by a newer version, or by another program."""


class StaleTicketError(StoreError):
    """A write with a ticket that is no longer the source's: another worker took the source."""
