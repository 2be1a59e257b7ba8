"""Addresses that documents state, made absolute; anything but http and https is none."""

from __future__ import annotations

import re
from urllib.parse import urljoin

LONGEST = 2048
"""Characters of an address."""
_SOUND = re.compile(r"https?://\w[\w.-]*(?::[0-9]{1,5})?(?:[/?#][^\s\x00-\x1f\x7f-\x9f\"<>\\^`{|}]*)?")
"""What nearly all addresses are, and what is taken as it stands."""
_ABSOLUTE = re.compile(
    r"https?://(?:[^\s/?#\\@]*@)?(?:\w[\w.-]*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:[/?#]|$)", re.IGNORECASE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_IGNORED = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def absolute(address: str, base: str = "") -> str:
    """``address`` as an http or https address, resolved against ``base``; empty where it cannot be made one.

    Read as browsers do (WHATWG URL): white space round it and control characters in it do not count,
    so no ``java\\nscript:`` slips through. Empty, too, for what has over 2,048 characters.
    """
    if len(address) > LONGEST:
        return ""
    if _SOUND.fullmatch(address):
        return address
    address = _IGNORED.sub("", address.strip())
    if not _ABSOLUTE.match(address):
        if not address or _SCHEME.match(address):
            return ""
        try:
            address = urljoin(base, address)
        except ValueError:
            # A host in brackets that is no IPv6 address.
            return ""
        if not _ABSOLUTE.match(address):
            return ""
    return address if len(address) <= LONGEST else ""
