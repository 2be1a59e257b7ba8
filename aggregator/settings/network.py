"""How addresses and request headers are written.

Operators put passwords and tokens where they do not belong, so no message here repeats what may be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from urllib.parse import unquote, urlsplit

from aggregator.settings.document import Value
from aggregator.settings.mistakes import Mistake
from aggregator.settings.unfit import UnfitError, UnfitPartsError

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, section 5.6.2."""
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_USER = re.compile(r"[^/?#]*@")
_CREDENTIALS = re.compile(r"\A([A-Za-z][A-Za-z0-9+.-]{0,9}://)?.*@", re.DOTALL)
_SCP = re.compile(r"[^/]*@[^/]*:|[^/]*:[^/]*@")
"""``user@host:path`` of ssh, and ``user:password@host`` without a scheme."""
_BRANCH = re.compile(r"(?![-/])(?!.*(?:\.\.|//|@\{))[^\s\x00-\x20\x7f~^:?*\[\\]+(?<![/.])")
"""Roughly git-check-ref-format(1)."""
_OWN_KEYS = {"authorization": "auth_file", "proxy-authorization": "proxy", "user-agent": "user_agent"}
_RESERVED = frozenset(
    [
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "keep-alive",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
"""Header fields that the program sets itself, or that change what an answer means."""


def network(written: str) -> str:
    """An IP address, or a network of them."""
    try:
        return str(ip_network(written))
    except ValueError as error:
        raise UnfitError(
            f"{written!r} is no address and no network", "for instance '10.0.0.2' or 'fd00::/8'"
        ) from error


def address(written: str) -> str:
    """An http or https address with a host."""
    try:
        parts = urlsplit(written)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or re.search(r"\s", written):
        raise UnfitError(
            f"{without_password(written)!r} is no http or https address", "for instance 'https://news.example.org'"
        )
    return written


def host(written: str) -> str:
    """The name of a host, with a port or without; ``*.`` before it means all below it."""
    name = written.removeprefix("*.")
    try:
        parts = urlsplit(f"//{name}")
        fits = parts.netloc == name and bool(parts.hostname) and "@" not in name and parts.port != 0
    except ValueError:
        fits = False
    if not fits or "*" in name or re.search(r"\s", name):
        raise UnfitError(
            f"{without_password(written)!r} is no name of a host", "for instance 'www.example.org' or '*.example.org'"
        )
    return written


def base_url(written: str) -> str:
    """The address of a site, without the slash at its end."""
    parts = urlsplit(address(written))
    if parts.query or parts.fragment or parts.username:
        raise UnfitError("must be a plain address: no user, no '?', no '#'", "for instance 'https://news.example.org'")
    return written.rstrip("/")


def public_address(written: str, hint: str = "take it out: this address is published") -> str:
    """One without user and password."""
    _, slashes, rest = written.partition("//")
    if slashes and _USER.match(rest):
        raise UnfitError("holds a user or a password", hint)
    return address(written)


def fetched(written: str) -> str:
    """The address of a source; credentials have a file of their own."""
    return public_address(written, "write `user:password` into a file, and name it in `auth_file`")


def repository(written: str) -> str:
    """The address of a repository, or its folder."""
    scheme, colon, rest = written.partition("://")
    if (scheme in {"ssh", "git", "git+ssh"} and colon) or _SCP.match(written):
        raise UnfitError("a repository is read by http or https, or from a folder", "no ssh, no git protocol")
    if scheme == "file" and colon:
        if not rest.startswith("/") or rest == "/":
            raise UnfitError(
                f"{without_password(written)!r} names no folder of this machine",
                "for instance 'file:///srv/notices.git'",
            )
        return written
    return fetched(written) if colon else written


def repository_folder(written: str) -> str | None:
    """The folder that the address of a repository means; None where it is elsewhere."""
    scheme, colon, rest = written.partition("://")
    if not colon:
        return written
    return unquote(rest) if scheme == "file" else None


def branch(written: str) -> str:
    if not _BRANCH.fullmatch(written):
        raise UnfitError(f"{written!r} cannot be a branch", "for instance 'main'")
    return written


def credentials_file(written: str) -> str:
    """The name of a file; refused where it looks like the credentials themselves."""
    if ":" in written or re.match(r"\s*(?:basic|bearer|token)\s", written, re.IGNORECASE):
        raise UnfitError("must name a file, not hold the credentials", "write them into a file: 'secrets/city'")
    if not written.strip():
        raise UnfitError("is empty", "name a file")
    return written


def header_value(written: str) -> str:
    if not _PRINTABLE.fullmatch(written) or written != written.strip():
        raise UnfitError("must be one line of ASCII letters, digits and signs", "no line break, no blank at the ends")
    return written


def headers(written: object) -> dict[str, str]:
    """Name to value. Raises UnfitPartsError."""
    if not isinstance(written, dict):
        raise UnfitError("must be a mapping", "write `{Name: value}`")
    found = list(_header_mistakes(written))
    if found:
        raise UnfitPartsError(found)
    return {str(name): str(value) for name, value in written.items()}


def _header_mistakes(written: Mapping[str, Value]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for name, value in written.items():
        lower = name.lower()
        if fault := _name_fault(lower, seen):
            yield Mistake((name,), *fault, key=True)
        if not isinstance(value, str):
            yield Mistake((name,), "must be a text", "write one value")
        else:
            try:
                header_value(value)
            except UnfitError as error:
                yield Mistake((name,), str(error), error.hint)
        seen.add(lower)


def _name_fault(name: str, seen: set[str]) -> tuple[str, str] | None:
    if not _TOKEN.fullmatch(name):
        return "is no name of a header", "letters, digits and hyphens, for instance X-Api-Key"
    if name in _OWN_KEYS:
        return f"header {name!r} has a key of its own", f"use `{_OWN_KEYS[name]}`"
    if name in _RESERVED:
        return f"header {name!r} is set by the program", "remove it"
    return (f"header {name!r} is given twice", "remove one of them") if name in seen else None


def without_password(written: str) -> str:
    """An address, or what should be one, without what may be a password."""
    return _CREDENTIALS.sub(r"\1…@", written)
