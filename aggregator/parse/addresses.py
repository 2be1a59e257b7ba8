"""Addresses of pages: absolute, http or https, without fragment; and which hosts belong together."""

from __future__ import annotations

from urllib.parse import urldefrag, urlsplit

from aggregator.base.links import web_address

LONGEST_LOCATION = 500


def page_address(written: str, base: str = "") -> str:
    """``written`` as an absolute http or https address without fragment; empty where it is none."""
    address = web_address(written, base)
    try:
        return urldefrag(address).url if urlsplit(address).port != 0 else ""
    except ValueError:
        # A port that is no number, or over 65,535.
        return ""


def related_hosts(one: str, other: str) -> bool:
    """Whether two hosts are the same, or one is a sub-domain of the other; a leading ``www.`` does not count."""
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return bool(one and other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))
