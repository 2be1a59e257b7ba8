"""Who is reached: the public internet, and of our own house what the operator named, nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.model.fetching import Ask, Manner
from loopback import Answer, exactly, redirect, serve
from network.conftest import Wanderer, inside

OK = {"/": Answer(body=b"inside"), "/a": Answer(body=b"a")}
PUBLIC, OTHER = "93.184.216.34", "198.41.0.4"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "017700000001",
        "127.1",
        "１２７.0.0.1",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "0.0.0.0",  # noqa: S104 - not to be bound to
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "10.0.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "224.0.0.1",
    ],
)
def test_no_spelling_of_a_private_address_is_connected_to(wanderer: Wanderer, host: str) -> None:
    wanderer.world.name("localhost", ["127.0.0.1", "::1"])
    with serve(OK) as site:
        fault = wanderer.fault(f"http://{host}:{site.port}/")
        assert fault.code == "private-address"
        assert not wanderer.world.dialled
        assert not site.connections


def test_a_name_is_looked_up_once_and_its_checked_address_connected_to(wanderer: Wanderer) -> None:
    with serve(OK) as site:
        wanderer.world.put("feeds.example", PUBLIC, site)
        wanderer.world.name("feeds.example", [PUBLIC], ["127.0.0.1"])
        assert wanderer.get("http://feeds.example/").body == b"inside"
        assert wanderer.world.dialled == [(PUBLIC, 80)]
        assert wanderer.world.looked_up == ["feeds.example"]
        assert site.requests[0].headers["host"] == "feeds.example"


def test_a_name_that_is_loopback_at_the_second_look_up_is_refused(wanderer: Wanderer) -> None:
    with serve({"/": Answer(headers={"Connection": "close"}, body=b"1")}) as site:
        wanderer.world.place(PUBLIC, site)
        wanderer.world.name("feeds.example", [PUBLIC], ["127.0.0.1"])
        address = f"http://feeds.example:{site.port}/"
        site.routes["/"] = exactly(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1")
        assert wanderer.get(address).body == b"1"
        fault = wanderer.fault(address)
        assert (fault.code, str(fault)) == (
            "private-address",
            "feeds.example is at 127.0.0.1, which is not on the public internet: loopback",
        )


def test_one_private_address_among_public_ones_is_refused(wanderer: Wanderer) -> None:
    wanderer.world.name("feeds.example", [PUBLIC, "10.0.0.1"])
    assert wanderer.code("http://feeds.example/") == "private-address"
    assert not wanderer.world.dialled


def test_the_next_address_is_tried_where_one_does_not_answer(wanderer: Wanderer) -> None:
    with serve(OK) as site, serve({}) as gone:
        wanderer.world.place(OTHER, site)
        wanderer.world.place(PUBLIC, gone)
        wanderer.world.name("feeds.example", [PUBLIC, OTHER])
        gone.port = 1
        assert wanderer.get("http://feeds.example/").body == b"inside"
        assert wanderer.world.dialled == [(PUBLIC, 80), (OTHER, 80)]


def test_allow_private_opens_the_configured_origin(wanderer: Wanderer) -> None:
    with serve(OK) as site:
        ask = inside(site)
        assert wanderer.get(ask).body == b"inside"
        assert wanderer.get(replace(ask, url=f"http://2130706433:{site.port}/a")).body == b"a"


def test_allow_private_opens_it_for_a_redirect_within_it(wanderer: Wanderer) -> None:
    with serve({**OK, "/feed": redirect("/a")}) as site:
        assert wanderer.get(inside(site, "/feed")).body == b"a"


def test_allow_private_opens_no_other_port_scheme_or_name(wanderer: Wanderer) -> None:
    wanderer.world.name("localhost", ["127.0.0.1"])
    with serve(OK) as site, serve(OK) as other:
        manner = inside(site).manner
        for url in (other.url("/"), f"https://127.0.0.1:{site.port}/", f"http://localhost:{site.port}/"):
            assert wanderer.code(Ask(url, manner)) == "private-address"
        assert not site.connections + other.connections


def test_allow_private_without_an_origin_opens_nothing(wanderer: Wanderer) -> None:
    with serve(OK) as site:
        assert wanderer.code(Ask(site.url("/"), Manner(allow_private=True))) == "private-address"
        assert wanderer.code(Ask(site.url("/"), Manner(origin=site.origin))) == "private-address"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_into_our_house_is_refused(wanderer: Wanderer, status: int) -> None:
    with serve(OK) as secret, serve({"/": redirect(secret.url("/"), status)}) as site:
        wanderer.world.put("feeds.example", PUBLIC, site)
        assert wanderer.code("http://feeds.example/") == "private-address"
        assert wanderer.code(inside(site)) == "private-address"
        assert not secret.connections


def test_a_connection_to_an_allowed_place_serves_nobody_else(wanderer: Wanderer) -> None:
    with serve(OK) as site:
        assert wanderer.get(inside(site)).status == 200
        assert wanderer.code(Ask(site.url("/"))) == "private-address"
        assert len(site.requests) == 1


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "javascript:1", "http://user:secret@feeds.example/", "http://["]
)
def test_a_redirect_to_no_web_address_is_refused(wanderer: Wanderer, location: str) -> None:
    with serve({"/": redirect(location)}) as site:
        fault = wanderer.fault(inside(site))
        assert fault.code == "bad-address"
        assert "secret" not in str(fault)


def test_a_proxy_is_the_operators_word_and_may_be_private(wanderer: Wanderer) -> None:
    with serve({"http://news.example/feed": Answer(body=b"by proxy")}) as proxy:
        through = Manner(proxy=f"http://user:p%40ss@127.0.0.1:{proxy.port}")
        assert wanderer.get(Ask("http://news.example/feed", through)).body == b"by proxy"
        assert proxy.requests[0].headers["proxy-authorization"] == "Basic dXNlcjpwQHNz"
        assert not wanderer.world.looked_up


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254", "localhost", "a.localhost"])
def test_a_proxy_is_not_asked_for_private_addresses(wanderer: Wanderer, host: str) -> None:
    with serve({}) as proxy:
        assert wanderer.code(Ask(f"http://{host}/", Manner(proxy=proxy.url("")))) == "private-address"
        assert not proxy.connections


def test_a_proxy_that_refuses(wanderer: Wanderer) -> None:
    with serve({"news.example:443": exactly(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")}) as proxy:
        through = Manner(proxy=f"http://user:secret@127.0.0.1:{proxy.port}")
        fault = wanderer.fault(Ask("https://news.example/", through))
        assert (fault.code, str(fault)) == ("unreachable", "news.example: the proxy answers 407 Who are you")


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "https://proxy.example", "proxy", "http://u:secret@h:0"])
def test_a_proxy_of_another_kind_is_refused(wanderer: Wanderer, proxy: str) -> None:
    fault = wanderer.fault(Ask("http://news.example/", Manner(proxy=proxy)))
    assert fault.code == "bad-address"
    assert "secret" not in str(fault)
