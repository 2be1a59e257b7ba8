"""Which IP addresses are the public internet's, and which are our own house.

A table of our own rather than ``ipaddress.is_global``: that one changes with the Python version, and lets pass
what leads back inside by a detour (IPv4 inside IPv6, a cloud's metadata service at a public number).
Source: the IANA registries of special-purpose addresses (RFC 6890 and its successors).
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_V4 = tuple(
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "a carrier's shared address space"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.169.254/32", "a cloud's metadata service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("168.63.129.16/32", "a cloud's metadata service"),
    )
)
_V6 = tuple(
    (ip_network(network), what)
    for network, what in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("fd00:ec2::254/128", "a cloud's metadata service"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
        ("2001::/32", "a Teredo tunnel"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "a 6to4 tunnel"),
        ("3fff::/20", "for documentation"),
    )
)
_PUBLIC_V6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")


def literal(host: str) -> bool:
    """Whether a host (as ``Address.host`` has it) is an IP address and not a name."""
    return ":" in host or host.rpartition(".")[2].isdecimal()


@lru_cache(maxsize=4096)
def not_public(address: str) -> str:
    """Why this IP address is not the public internet's, in a word or two; empty if it is.

    Raises ValueError for what is no IP address.
    """
    ip = ip_address(address)
    return _not_public_v4(ip) if isinstance(ip, IPv4Address) else _not_public_v6(ip)


def _not_public_v4(ip: IPv4Address) -> str:
    return next((what for network, what in _V4 if ip in network), "")


def _not_public_v6(ip: IPv6Address) -> str:
    """IPv4 inside IPv6 counts as what it is: written so (``::ffff:``), or behind a NAT64 gateway (RFC 6052),
    which on networks without IPv4 is the way to nearly everything. Other tunnels are refused whole."""
    inside = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFF_FFFF) if ip in _NAT64 else None)
    if inside is not None:
        return _not_public_v4(inside)
    named = next((what for network, what in _V6 if ip in network), "")
    return named or ("" if ip in _PUBLIC_V6 else "reserved")
