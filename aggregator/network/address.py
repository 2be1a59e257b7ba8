"""Web addresses taken apart once, strictly: what is checked is what is asked.

Two parsers that read one address differently are how guards are passed by. So there is one, it refuses
what it does not understand, and from then on only its result is used.
"""

from __future__ import annotations

import re
import socket
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from aggregator.codes import Code
from aggregator.errors import CollectError

PORTS = {"http": 80, "https": 443}
LONGEST = 8_192
"""Characters of an address."""

_SHAPE = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE | re.DOTALL)
_START = re.compile(r"[^:/?#]*://[^/?#]*")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=:)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::([0-9]*))?", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_-])?")
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_UNSAFE = re.compile(r"[^!#-;=?-\[\]_a-z~]|%(?![0-9A-Fa-f]{2})")
_USER = re.compile(r"^([a-z][a-z0-9+.-]*:)?.*@", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address. The host is ASCII, in lower case, without a dot at its end."""

    scheme: str
    host: str
    """A name, or an IP address in its usual spelling; IPv6 without brackets."""
    port: int
    target: str
    """Path and query, percent-encoded; never empty."""

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them (RFC 9110, section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454); a port that goes without saying is not said."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return self.origin + self.target

    @property
    def shown(self) -> str:
        """For messages: without the query, which may hold a key."""
        path, question, _ = self.target.partition("?")
        return f"{self.origin}{path[:200]}" + ("?…" if question else "")


@lru_cache(maxsize=4096)
def parse(url: str) -> Address:
    """Takes an address apart; a fragment is dropped, and blanks around it.

    Hosts are read as browsers read them (WHATWG URL, section 3.5): full-width letters and digits are plain
    ones, other scripts become IDNA, and a host whose last part is a number is an IPv4 address in whatever
    spelling. Raises CollectError ``bad-address``, also for a user name or password in it: what the operator
    configured has its own place (``auth_file``), and a stranger's redirect may not log us in anywhere.
    """
    text = url.strip(" \t\r\n\f")
    if len(text) > LONGEST:
        raise _bad(text, f"is longer than {LONGEST} characters")
    if _CONTROL.search(text):
        raise _bad(text, "holds a control character")
    shape = _SHAPE.match(text)
    if shape is None:
        other = _SCHEME.match(text)
        raise _bad(text, f"is of scheme {other[0][:20]}, not http or https" if other else "has no http:// or https://")
    scheme, authority, target = shape[1].lower(), shape[2], shape[3]
    host, port = _host_and_port(text, authority)
    if not target.startswith("/"):
        target = "/" + target
    return Address(scheme, host, PORTS[scheme] if port is None else port, _UNSAFE.sub(_escaped, target))


def origin(url: str) -> str:
    """Scheme, host and port of an address, spelled the one way, whatever comes after them.

    It is what ``Manner.origin`` is compared by, and what a robots.txt holds for. Raises CollectError ``bad-address``.
    """
    start = _START.match(url)
    return parse(start[0] if start else url).origin


def join(base: Address, reference: str) -> Address:
    """The address that a reference (a Location header) means at ``base``. Raises CollectError ``bad-address``."""
    try:
        joined = urljoin(base.url, reference.strip(" \t\r\n\f"))
    except ValueError as error:
        raise _bad(reference, "cannot be read") from error
    return parse(joined)


def masked(url: str) -> str:
    """An address of any shape, for messages: no user, no password, no query, no control character, not long."""
    text = _CONTROL.sub(" ", _USER.sub(r"\1//…@", url))
    path, question, _ = text.partition("?")
    return path[:200] + ("?…" if question else "")


def _host_and_port(url: str, authority: str) -> tuple[str, int | None]:
    if "@" in authority:
        raise _bad(url, "holds a user name or password", "put credentials into a file and name it in auth_file")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise _bad(url, "has no host that can be read")
    host = _ipv6(url, parts[1]) if parts[1].startswith("[") else _name(url, parts[1])
    if not parts[2]:
        return host, None
    port = int(parts[2]) if len(parts[2]) <= 5 else 0
    if not 1 <= port <= 65_535:
        raise _bad(url, "has no port between 1 and 65535")
    return host, port


def _ipv6(url: str, host: str) -> str:
    try:
        return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, host[1:-1]))
    except OSError as error:
        raise _bad(url, "has no IPv6 address in its brackets") from error


def _name(url: str, written: str) -> str:
    if len(written) > 1_000:
        raise _bad(url, "has a host that no domain name can be")
    host = unicodedata.normalize("NFKC", written).lower().replace("\u3002", ".").removesuffix(".")
    if not host.isascii():
        host = _ascii(url, host)
    if len(host) > 253 or not _HOST.fullmatch(host) or ".." in host:
        raise _bad(url, "has no host that can be read")
    if not _NUMBER.fullmatch(host):
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError as error:
        raise _bad(url, "has a number for a host, which is no IP address") from error


def _ascii(url: str, host: str) -> str:
    import idna  # noqa: PLC0415 - 20 ms that only addresses in other scripts need

    try:
        return idna.encode(host, uts46=True).decode("ascii").removesuffix(".")
    except (idna.IDNAError, UnicodeError) as error:
        raise _bad(url, "has a host that no domain name can be") from error


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


def _bad(url: str, reason: str, hint: str = "give a full http:// or https:// address") -> CollectError:
    return CollectError(Code.BAD_ADDRESS, f"{masked(url)} {reason}", hint)
