"""Header fields: what we send, and what we take of what is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aggregator.model.fetching import Ask
from aggregator.network.address import Address, origin, parse

OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""They steer the transfer: what an operator writes for a source cannot set them."""
MOST = 200
"""Fields of one answer; the rest is dropped."""
LONGEST = 16_384
"""Bytes of one value; a longer one is dropped."""


def trusted(ask: Ask, at: Address) -> bool:
    """Whether an address is of the origin for which the operator gave credentials and ``allow_private``."""
    return bool(ask.manner.origin) and origin(ask.manner.origin) == at.origin


def to_send(ask: Ask, at: Address, agent: str, further: Iterable[tuple[str, str]] = ()) -> list[tuple[bytes, bytes]]:
    """The fields of a request to ``at``, which a redirect may have led to.

    The operator's own headers and credentials go to ``Manner.origin`` alone. Validators go to the address that
    gave them alone: a validator of another resource could match by chance and hide its content (RFC 9110, 8.8).
    """
    manner = ask.manner
    fields = {"user-agent": manner.user_agent or agent, "accept": ask.accept, "accept-encoding": "gzip"}
    fields.update((name.lower(), value) for name, value in further)
    if (ask.etag or ask.last_modified) and parse(ask.answered_by or ask.url).url == at.url:
        fields["if-none-match"] = ask.etag
        fields["if-modified-since"] = ask.last_modified
    if trusted(ask, at):
        fields.update((low, value) for name, value in manner.headers if (low := name.lower()) not in OURS)
        if manner.authorization:
            fields["authorization"] = manner.authorization
    sent = [(name.title().encode("ascii", "replace"), _bytes(value)) for name, value in fields.items() if value]
    return [(b"Host", at.authority.encode("ascii")), *sent]


def received(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """By lower-case name; several of one name are joined by commas (RFC 9110, section 5.2). Bytes are Latin-1."""
    fields: dict[str, str] = {}
    for name, value in raw[:MOST]:
        if len(value) > LONGEST:
            continue
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        fields[key] = f"{fields[key]}, {text}" if key in fields else text
    return fields


def _bytes(value: str) -> bytes:
    """Latin-1, as ``received`` reads, so that an ETag goes back as it came; UTF-8 for what an operator wrote else."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")
