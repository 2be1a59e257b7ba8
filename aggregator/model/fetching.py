"""What is asked of the network, what it answers, and what is remembered of a host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator.codes import Code

LONGEST_RETRY = timedelta(days=7)
"""The longest Retry-After that is believed."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the operator wants a source's address to be asked."""

    origin: str = ""
    """Scheme, host and port of the configured address (``https://example.org:8443``). Credentials,
    headers and ``allow_private`` are for it alone: they go to no other host, by redirect or link."""
    user_agent: str = ""
    """Instead of the program's own."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    authorization: str = field(default="", repr=False)
    """Value of the Authorization header."""
    proxy: str | None = field(default=None, repr=False)
    """Address of an HTTP proxy; it may carry a password."""
    allow_private: bool = False
    gap: float = 1.0
    """Seconds between the end of one request and the beginning of the next at one host."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A GET request."""

    url: str
    manner: Manner = Manner()
    etag: str = ""
    """Verbatim from the last answer whose body was taken; empty: none."""
    last_modified: str = ""
    """The same."""
    answered_by: str = ""
    """The address that gave these two (``Reply.url``), where redirects led elsewhere than ``url``; they go to it
    alone."""
    accept: str = "*/*"
    limit: int = 10_000_000
    """Bytes of the body, both as sent and unpacked."""
    seconds: float = 60.0
    """From the first connection to the last byte, redirects included; waiting for one's turn aside."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of a server, whatever its status; the last one of a chain of redirects."""

    url: str
    """The address that answered."""
    status: int
    headers: Mapping[str, str]
    """By lower-case name; several of one name joined by commas."""
    body: bytes
    """Unpacked; empty for 304."""
    moved: str | None = None
    """Where an unbroken chain of permanent redirects (301, 308) from the asked address leads; None without one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source's own address said, as far as it decides when to come back."""

    status: int = 0
    """HTTP status; 0 where none came."""
    error: Code | None = None
    """Class of the fault where none came."""
    retry_at: datetime | None = None
    """From Retry-After."""
    fresh_until: datetime | None = None
    """From Cache-Control or Expires."""
    moved: str | None = None
    """As in Reply."""

    @property
    def asks_later(self) -> bool:
        """Whether Retry-After means something with its status: 429 (RFC 6585, section 4), 503 and other 5xx."""
        return self.status == 429 or self.status >= 500


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """A host's robots.txt as last read (RFC 9309)."""

    seen: datetime
    status: int
    """0 where no answer came."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class HostMemory:
    """What is remembered of a host between visits."""

    host: str
    held_until: datetime | None = None
    """Nothing is asked of it before."""
    reason: str = ""
    """Why not."""
    strikes: int = 0
    """Answers in a row that asked to come back later."""
    robots: Mapping[str, RobotsFile] = field(default_factory=dict)
    """By origin: scheme, host and port."""
    held_since: datetime | None = None
    """When ``held_until`` was said."""
