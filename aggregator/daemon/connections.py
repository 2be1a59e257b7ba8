"""Who is connected, and who has to go for somebody else. Pure: it is told what happens and when.

A connection *keeps us waiting* until its request is there whole, and while its answer is not taken. Such ones may be
ended in favour of new ones: of the address that has most of them, the one that has done so longest. So whoever floods
us ends its own connections, and a request that is there is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
_HOST_BITS = 64
"""Of an IPv6 address: one customer has all addresses of such a network (RFC 6177)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections there may be at once."""

    most: int
    """In all."""
    per_address: int
    """Of one IPv4 address or IPv6 network of 64 bits."""
    trusted: tuple[str, ...] = ()
    """Addresses and networks of proxies, which speak for many: bound in all only, as the loopback is."""


@dataclass(eq=False, slots=True)
class Place:
    """One connection."""

    client: Client
    end: Callable[[], None]
    """Ends it at once."""


@dataclass(eq=False, slots=True)
class Client:
    """All connections of one address."""

    name: str
    bounded: bool
    places: int = 0
    waiting: dict[Place, float] = field(default_factory=dict)
    """Those that keep us waiting, and since when, the longest first."""


class Arrival(Enum):
    """What became of a new connection."""

    FREE = "there was room"
    INSTEAD = "another one was ended for it"
    REFUSED = "its address has as many as it may, all at work"


class Connections:
    """The connections that are open now."""

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}
        self._places: dict[Place, None] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Place]:
        return iter(tuple(self._places))

    def has_room(self, bounds: Bounds) -> bool:
        """Whether one more can be taken in, if need be for one that keeps us waiting."""
        return len(self) < bounds.most or any(client.waiting for client in self._clients.values())

    def enter(self, host: str, end: Callable[[], None], now: float, bounds: Bounds) -> tuple[Arrival, Place | None]:
        """Takes in a new connection, which keeps us waiting from now on. There must be room."""
        client, arrival = self._client(host, bounds), Arrival.FREE
        if client.bounded and client.places >= bounds.per_address:
            if not client.waiting:
                return Arrival.REFUSED, None
            self._end_longest(client)
            arrival = Arrival.INSTEAD
        if len(self) >= bounds.most and self.end_one():
            arrival = Arrival.INSTEAD
        client = self._clients.setdefault(client.name, client)
        place = Place(client, end)
        client.places += 1
        self._places[place] = None
        self.waits(place, now)
        return arrival, place

    def waits(self, place: Place, now: float) -> None:
        """It keeps us waiting from now on, or still does."""
        if place in self._places:
            place.client.waiting.setdefault(place, now)

    def works(self, place: Place) -> None:
        """Nothing is expected of it."""
        place.client.waiting.pop(place, None)

    def leave(self, place: Place) -> None:
        """It is gone; also more than once."""
        if place in self._places:
            del self._places[place]
            client = place.client
            client.waiting.pop(place, None)
            client.places -= 1
            if not client.places:
                del self._clients[client.name]

    def end_one(self) -> bool:
        """Ends one that keeps us waiting; False where none does."""
        most = max(
            (client for client in self._clients.values() if client.waiting),
            key=lambda client: (len(client.waiting), -next(iter(client.waiting.values()))),
            default=None,
        )
        if most is None:
            return False
        self._end_longest(most)
        return True

    def _end_longest(self, client: Client) -> None:
        place = next(iter(client.waiting))
        self.leave(place)
        place.end()

    def _client(self, host: str, bounds: Bounds) -> Client:
        name, bounded = whose(host, bounds.trusted)
        return self._clients.get(name) or Client(name, bounded)


def whose(host: str, trusted: tuple[str, ...]) -> tuple[str, bool]:
    """Under which name the connections of an address are counted, and whether they are bound together."""
    address = ip_address(host.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    bounded = not address.is_loopback and not any(address in network for network in _networks(trusted))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _HOST_BITS), strict=False)), bounded
    return str(address), bounded


@lru_cache(maxsize=8)
def _networks(written: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(each) for each in written)
