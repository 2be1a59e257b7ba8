"""A little internet for tests: names at public addresses that lead to servers on loopback ports.

The guards see the names and addresses; only the last step, the dialling of a checked address, is bent.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from aggregator.network.connect import Network
from loopback import Site

PEM = Path(__file__).with_name("feeds.example.pem")
"""A key, and the certificate that it signed for itself, for feeds.example."""


class World:
    """Names, their addresses at each look-up, and the sites at the addresses."""

    def __init__(self) -> None:
        self.dialled: list[tuple[str, int]] = []
        self.looked_up: list[str] = []
        self._answers: dict[str, list[Sequence[str]]] = {}
        self._sites: dict[tuple[str, int], Site] = {}
        self._lock = threading.Lock()

    def name(self, host: str, *answers: Sequence[str]) -> None:
        """What the resolver says: the first time, the second ...; the last answer stays."""
        self._answers[host] = list(answers)

    def place(self, address: str, site: Site, port: int = 0) -> None:
        """Whoever dials this public address reaches the site: at this port, or at any that has none of its own."""
        self._sites[address, port] = site

    def put(self, host: str, address: str, site: Site) -> None:
        self.name(host, [address])
        self.place(address, site)

    def network(self, trust: Callable[[], ssl.SSLContext] = ssl.create_default_context) -> Network:
        return Network(self._resolve, self._dial, trust)

    def _resolve(self, host: str, port: int) -> Sequence[str]:
        with self._lock:
            self.looked_up.append(host)
            answers = self._answers.get(host)
            if not answers:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return answers.pop(0) if len(answers) > 1 else answers[0]

    def _dial(self, place: tuple[str, int], seconds: float) -> socket.socket:
        self.dialled.append(place)
        site = self._sites.get(place) or self._sites.get((place[0], 0))
        return socket.create_connection(("127.0.0.1", site.port) if site else place, seconds)


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


def trusting() -> ssl.SSLContext:
    """A client's context that knows the certificate of feeds.example."""
    return ssl.create_default_context(cafile=str(PEM))
