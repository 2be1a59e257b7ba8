"""Addresses of pages: absolute, http or https, without fragment; and which hosts belong together."""

from __future__ import annotations

import re
from urllib.parse import quote, urldefrag, urljoin, urlsplit

LONGEST = 2048
"""Characters of an address; browsers and readers take few longer ones."""
LONGEST_LOCATION = 500
_IGNORED = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSAFE = re.compile(r'[\s"<>\\^`{|}]')


def web_address(written: str, base: str = "") -> str:
    """``written`` as an absolute http or https address without fragment; empty where it is none.

    Relative ones resolve against ``base``. As browsers do (WHATWG URL), white space round it and control
    characters in it do not count, and what may not stand in an address is percent-encoded.
    """
    written = _IGNORED.sub("", written.strip())
    if not written or written.startswith("#") or len(written) > LONGEST:
        return ""
    try:
        address = urldefrag(urljoin(base, written)).url
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
            return ""
    except ValueError:
        # A host in brackets that is no IPv6 address, or a port that is no number.
        return ""
    address = _UNSAFE.sub(lambda unsafe: quote(unsafe[0]), address)
    return address if len(address) <= LONGEST else ""


def host_of(address: str) -> str:
    """The host, in small letters and without a dot at its end; empty where there is none."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def related_hosts(one: str, other: str) -> bool:
    """Whether two hosts are the same, or one is a sub-domain of the other; a leading ``www.`` does not count."""
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return bool(one and other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))
