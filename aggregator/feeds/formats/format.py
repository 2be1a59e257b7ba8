"""What a format is: a way to write one of our feeds, or the list of them, as bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from aggregator.errors import PublishError
from aggregator.feeds.addresses import FEEDS
from aggregator.model.reading import Feed, FeedList, LeftOut

V = TypeVar("V", bound=Feed | FeedList)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document's bytes, and the entries that are not in them."""

    body: bytes
    left_out: tuple[LeftOut, ...] = ()


def _unchecked(_value: object, _rendered: Rendered) -> None:
    """For formats in which nothing can be written wrong."""


@dataclass(frozen=True, slots=True)
class Format(Generic[V]):
    """A format that we publish. Each document of its kind is at a path that ends in its suffix."""

    suffix: str
    """With its dot; no other format has it."""
    media_type: str
    """As servers state it, with its charset."""
    render: Callable[[V], Rendered]
    """Pure: same value, same bytes. Raises ValueError for a value that cannot be written."""
    reads: type[V]
    """``Feed``: it writes the entries of one feed, for each feed a document; ``FeedList``: the list of feeds."""
    check: Callable[[V, Rendered], None] = _unchecked
    """Reads the bytes back, strictly. Raises ValueError if they are not what was to be written."""
    browser_type: str = ""
    """The media type for browsers that open a document to show it, where they would not show the other one."""
    name: str = ""
    """What people call it; ``label`` stands for an empty one."""

    @property
    def label(self) -> str:
        return self.name or self.suffix.removeprefix(".").upper()

    @property
    def bare_type(self) -> str:
        """The media type as links state it, without parameters."""
        return self.media_type.partition(";")[0]

    def path(self, key: str = "") -> str:
        """The public path of a feed in this format; the list of feeds needs no key."""
        return f"{FEEDS}/{key}{self.suffix}" if self.reads is Feed else f"{FEEDS}{self.suffix}"

    def write(self, value: Feed | FeedList) -> Rendered:
        """Checked bytes. Raises PublishError, TypeError for a value of the other kind."""
        if not isinstance(value, self.reads):
            raise TypeError(f"{self.suffix} is made of a {self.reads.__name__}, not of a {type(value).__name__}")
        try:
            rendered = self.render(value)
        except ValueError as error:
            raise PublishError(f"{value.path}: cannot be written: {error}") from error
        try:
            self.check(value, rendered)
        except ValueError as error:
            raise PublishError(f"{value.path}: {error}") from error
        return rendered


AnyFormat = Format[Feed] | Format[FeedList]
