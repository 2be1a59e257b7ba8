"""Which IP addresses are refused, and in which words."""

from __future__ import annotations

import pytest

from aggregator.network.reach import literal, not_public

PRIVATE = {
    "0.0.0.0": "unspecified",  # noqa: S104 - not to be bound to
    "0.1.2.3": "unspecified",
    "10.0.0.1": "private",
    "100.64.0.1": "a carrier's shared address space",
    "100.100.100.200": "a carrier's shared address space",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "169.254.1.1": "link-local",
    "169.254.169.254": "a cloud's metadata service",
    "168.63.129.16": "a cloud's metadata service",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.192": "reserved for protocols",
    "192.168.1.1": "private",
    "198.18.0.1": "for benchmarks",
    "203.0.113.7": "for documentation",
    "224.0.0.1": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "loopback",
    "::7f00:1": "reserved",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:10.1.2.3": "private",
    "::ffff:169.254.169.254": "a cloud's metadata service",
    "::ffff:0:127.0.0.1": "reserved",
    "64:ff9b::7f00:1": "loopback",
    "64:ff9b::a9fe:a9fe": "a cloud's metadata service",
    "64:ff9b:1::1": "reserved",
    "100::1": "reserved",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": "a Teredo tunnel",
    "2001:20::1": "reserved for protocols",
    "2001:db8::1": "for documentation",
    "2002:7f00:1::": "a 6to4 tunnel",
    "2002:808:808::1": "a 6to4 tunnel",
    "3fff::1": "for documentation",
    "fc00::1": "private",
    "fd00:ec2::254": "a cloud's metadata service",
    "fd12:3456::1": "private",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fec0::1": "private",
    "ff02::1": "multicast",
    "4000::1": "reserved",
}

PUBLIC = [
    "8.8.8.8",
    "93.184.216.34",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize(("address", "what"), PRIVATE.items())
def test_is_our_own_house(address: str, what: str) -> None:
    assert not_public(address) == what


@pytest.mark.parametrize("address", PUBLIC)
def test_is_the_public_internet(address: str) -> None:
    assert not_public(address) == ""


@pytest.mark.parametrize(
    ("host", "expected"), [("10.0.0.1", True), ("::1", True), ("example.org", False), ("4chan.example", False)]
)
def test_a_literal_is_told_from_a_name(host: str, expected: bool) -> None:
    assert literal(host) is expected
