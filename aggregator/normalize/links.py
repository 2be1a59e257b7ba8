"""Addresses: made absolute, or refused; and the article's own one, where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

_ABSOLUTE = re.compile(r"https?://(?:[^\s/?#\\@]*@)?\w[\w.-]*(?::[0-9]{1,5})?(?:[/?#]|$)", re.IGNORECASE)
_SOUND = re.compile(r"https?://\w[\w.-]*(?::[0-9]{1,5})?(?:[/?#][^\s\"<>\\^`{|}]*)?")
"""What nearly all addresses are, and what is taken as it stands."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_IGNORED = re.compile(r"[\t\n\r]")
_UNSAFE = re.compile(r'[\s"<>\\^`{|}]')
_EMPTY_LINK = re.compile(r"^<>[ \t]*$\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """The article's own address, and the body without the line it stood on."""

    url: str | None
    body: str


def absolute(address: str, base: str | None = None) -> str | None:
    """``address`` as an http or https address with a host; None where it cannot be made one.

    Read as browsers do (WHATWG URL): white space round it and line breaks in it do not count, an
    address without scheme (``//host/``) is https. Relative ones need ``base``.
    """
    if _SOUND.fullmatch(address):
        return address
    address = _IGNORED.sub("", address.strip())
    if not _ABSOLUTE.match(address):
        resolved = _resolve(address, base)
        if resolved is None:
            return None
        address = resolved
    return _UNSAFE.sub(lambda unsafe: quote(unsafe[0]), address) if _UNSAFE.search(address) else address


def _resolve(address: str, base: str | None) -> str | None:
    if not address or address.startswith("#") or _SCHEME.match(address):
        return None
    if address.startswith("//"):
        address = f"https:{address}"
    try:
        resolved = urljoin(base or "", address)
    except ValueError:
        # A host in brackets that is no IPv6 address.
        return None
    return resolved if _ABSOLUTE.match(resolved) else None


def take_own_address(body: str, rule: Any | None) -> Found:
    """Finds the last line that ``rule`` (see ``clean.compile_line``) matches: its first group, or all of it.

    Only an http or https address counts; the line goes with it. A writer's empty ``<>`` goes too.
    """
    if "<>" in body:
        body = _EMPTY_LINK.sub("", body)
    raw = body.encode()
    match = None
    for match in rule.finditer(raw) if rule else ():  # noqa: B007 - the last one counts
        pass
    if match is None:
        return Found(None, body)
    url = absolute(match.group(1 if match.re.groups else 0).decode("utf-8", "replace"))
    if url is None:
        return Found(None, body)
    begin, end = raw.rfind(b"\n", 0, match.start()) + 1, raw.find(b"\n", match.end())
    return Found(url, (raw[:begin] + (raw[end + 1 :] if end >= 0 else b"")).decode())
