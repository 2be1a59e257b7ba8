"""Addresses: made absolute, or refused; and the article's own one, where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from aggregator.normalize.clean import LineRule

_ABSOLUTE = re.compile(r"https?://(?:[^\s/?#\\@]*@)?\w[\w.-]*(?::[0-9]{1,5})?(?:[/?#]|$)", re.IGNORECASE)
_SOUND = re.compile(r"https?://\w[\w.-]*(?::[0-9]{1,5})?(?:[/?#][^\s\x00-\x1f\x7f-\x9f\"<>\\^`{|}]*)?")
"""What nearly all addresses are, and what is taken as it stands."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_IGNORED = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSAFE = re.compile(r'[\s"<>\\^`{|}]')
_LONGEST = 2048
"""Characters of an address; browsers and readers take few longer ones."""
_EMPTY_LINK = re.compile(r"^<>[ \t]*$\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """The article's own address, and the body without the line it stood on."""

    url: str | None
    body: str


def absolute(address: str, base: str | None = None) -> str | None:
    """``address`` as an http or https address with a host; None where it cannot be made one.

    Read as browsers do (WHATWG URL): white space round it and control characters in it do not count,
    an address without scheme (``//host/``) is https. Relative ones need ``base``. None, too, for what
    has over 2,048 characters.
    """
    if len(address) > _LONGEST:
        return None
    if _SOUND.fullmatch(address):
        return address
    address = _IGNORED.sub("", address.strip())
    if not _ABSOLUTE.match(address):
        resolved = _resolve(address, base)
        if resolved is None:
            return None
        address = resolved
    if _UNSAFE.search(address):
        address = _UNSAFE.sub(lambda unsafe: quote(unsafe[0]), address)
    return address if len(address) <= _LONGEST else None


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


def take_own_address(body: str, rule: LineRule | None) -> Found:
    """Finds the last line that ``rule`` matches: its first group, or all of it.

    Only an http or https address counts; the line goes with it. A writer's empty ``<>`` goes too.
    """
    if "<>" in body:
        body = _EMPTY_LINK.sub("", body)
    last = rule.last(body) if rule else None
    if last is None:
        return Found(None, body)
    begin, end, match = last
    url = absolute(match.group(1 if match.re.groups else 0).decode("utf-8", "replace"))
    if url is None:
        return Found(None, body)
    return Found(url, body[:begin] + body[end + 1 :])
