"""Proxies: their address as operators write it, and what may not be asked of them."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from aggregator.codes import Code
from aggregator.errors import CollectError
from aggregator.network.address import Address, parse
from aggregator.network.connect import require_public
from aggregator.network.reach import literal

_WRITTEN = re.compile(r"(?P<scheme>[^@]*?://)(?:(?P<user>.*)@)?(?P<place>.*)", re.DOTALL)


def proxy(written: str) -> tuple[Address, tuple[bytes, bytes] | None]:
    """A proxy's address, and the user and password that stood in it. Raises CollectError ``bad-address``."""
    parts = _WRITTEN.fullmatch(written)
    address = parse(parts["scheme"] + parts["place"] if parts else written)
    if address.scheme != "http":
        raise CollectError(Code.BAD_ADDRESS, f"{address.origin} is no http:// address of a proxy", "check proxy")
    if parts is None or parts["user"] is None:
        return address, None
    name, _, password = parts["user"].partition(":")
    return address, (unquote_to_bytes(name), unquote_to_bytes(password))


def require_public_target(at: Address) -> None:
    """For what a proxy is asked for: its own house is no less private, as far as an address shows.

    Names are looked up by the proxy, which has to guard itself. Raises CollectError ``private-address``.
    """
    if literal(at.host):
        require_public(at.host, at.host)
    elif at.host == "localhost" or at.host.endswith(".localhost"):
        require_public(at.host, "127.0.0.1")
