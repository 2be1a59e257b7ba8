"""What a collector of `kind: git` and the process that reads its repository say to each other. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.codes import Code
from aggregator.errors import CollectError, RejectedError
from aggregator.model.fetching import Manner, Reply
from aggregator.model.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Repository:
    """Which repository to read, and how; said once, at the start."""

    name: str
    """The repository in messages."""
    url: str
    """http or https address; empty for a folder of this machine."""
    folder: str
    """The repository itself where ``url`` is empty; otherwise the folder of its mirror."""
    branch: str | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    limit: int
    """Bytes of one article file."""
    references: int
    """Bytes of the list of branches."""
    seconds: float
    """For all that is fetched in one visit."""
    manner: Manner
    agent: str


@dataclass(frozen=True, slots=True)
class ListFiles:
    """The request for a listing of what is in the repository now; fetches."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The request for the bytes of one file, as listed."""

    blob: str
    """Its object id, hexadecimal."""


@dataclass(frozen=True, slots=True)
class Files:
    """The answer to ``ListFiles``."""

    files: tuple[tuple[str, str], ...]
    """Location and blob, in order of location."""
    troubles: tuple[Trouble, ...] = ()
    unseen: tuple[str, ...] = ()
    """As in Listing."""
    reply: Reply | None = None
    """The server's first answer, without its body."""


@dataclass(frozen=True, slots=True)
class GitFault:
    """The answer instead of any other."""

    code: Code
    message: str
    hint: str = ""
    lasting: bool = False
    """Whether it is the document's own, and another try would not help."""
    reply: Reply | None = None
    """What the server said, where that is the fault."""

    def error(self) -> CollectError | RejectedError:
        """What the collector raises."""
        if self.lasting:
            return RejectedError(self.code, self.message)
        return CollectError(self.code, self.message, self.hint)


Request = ListFiles | ReadFile
Answer = Files | bytes | GitFault
