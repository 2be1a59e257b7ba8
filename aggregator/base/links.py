"""Addresses that documents state: made absolute http or https ones, or refused."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

_ABSOLUTE = re.compile(
    r"https?://(?:[^\s/?#\\@]*@)?(?:\w[\w.-]*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:[/?#]|$)", re.IGNORECASE
)
_SOUND = re.compile(r"https?://\w[\w.-]*(?::[0-9]{1,5})?(?:[/?#][^\s\x00-\x1f\x7f-\x9f\"<>\\^`{|}]*)?")
"""What nearly all addresses are, and what is taken as it stands."""
_USER = re.compile(r"^(https?://)[^/?#\\]*@", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_IGNORED = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSAFE = re.compile(r'[\s"<>\\^`{|}]')
_LONGEST = 2048
"""Characters of an address; browsers and readers take few longer ones."""


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
    # Whose credentials they may be: none belongs into what is published, and no request is made with them.
    address = _USER.sub(r"\1", address)
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


def web_address(written: str, base: str = "") -> str:
    """The same; empty where it cannot be made one."""
    return absolute(written, base) or ""


def host_of(url: str) -> str:
    """The host's name in small letters, without its port and a dot at its end; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
