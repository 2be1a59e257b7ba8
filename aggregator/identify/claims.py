"""Who may provide an article: the source that its address belongs to, before all that only tell of it. Pure.

Whoever publishes a feed can write any address into it. An address belongs to its host, and the operator's configuration
says which source is collected from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urlsplit

from aggregator.model.config import Source

_DEFAULT_PORTS = {"http": 80, "https": 443}
_BELOW = "*."


class Ownership(IntEnum):
    """Whose the address of an article is, as a source states it."""

    OTHERS = 0
    """It is at a host that another source is collected from."""
    NOBODY = 1
    """It is at a host that no source is collected from, or there is none."""
    OWN = 2


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """What a source has to say for itself as the provider of an article: the greater claim provides it, and of equal
    ones the first."""

    ownership: Ownership = Ownership.NOBODY
    weight: float = 1.0


class Claims:
    """The claims of configured sources."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        """Sources that are not collected own nothing."""
        enabled = [source for source in sources if source.enabled]
        self._weights = {source.name: source.weight for source in enabled}
        self._owners: defaultdict[str, set[str]] = defaultdict(set)
        for source in enabled:
            for host in _hosts(source):
                self._owners[host].add(source.name)

    def of(self, source: str, address: str | None) -> Claim:
        """Of a source that states this as an article's address."""
        owners = self._owners_of(address) if address and self._owners else frozenset()
        ownership = Ownership.OWN if source in owners else Ownership.OTHERS if owners else Ownership.NOBODY
        return Claim(ownership, self._weights.get(source, 1.0))

    def _owners_of(self, address: str) -> set[str] | frozenset[str]:
        """The sources that the nearest host belongs to: one with its port, the host, or one above it with ``*.``."""
        names = _names(address)
        if names is None:
            return frozenset()
        host, with_port = names
        above = (f"{_BELOW}{host[dot + 1 :]}" for dot, sign in enumerate(host) if sign == ".")
        for name in (with_port, host, *above):
            if name in self._owners:
                return self._owners[name]
        return frozenset()


def _hosts(source: Source) -> set[str]:
    """What the articles of a source may be at: with its port where an address names one, else at any port."""
    addresses = [source.home or "", source.url if source.remote else ""]
    stated = {names[1] for address in addresses if address and (names := _names(address))}
    return stated | {_plain(host) for host in source.owns}


def _names(address: str) -> tuple[str, str] | None:
    """Its host without and with a port that is not its scheme's own; None for what is no address of a host."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host:
        return None
    plain = _plain(host)
    return plain, plain if port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f"{plain}:{port}"


def _plain(host: str) -> str:
    """As hosts are compared: in ASCII and small letters, without a dot at its end and without ``www.``."""
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return host
    return host.removeprefix("www.")
