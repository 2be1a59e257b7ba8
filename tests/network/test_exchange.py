"""What is sent, what comes back, and which connection it takes."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.fetching import Ask, Manner
from aggregator.network.agent import agent
from aggregator.network.client import MOST_CLIENTS, HttpFetcher, Payload
from fakes import StoppedClock
from loopback import Answer, Asked, Raw, exactly, redirect, serve
from network.conftest import Wanderer, inside
from network.world import server_context

HERE = "93.184.216.34"


def test_a_first_request(wanderer: Wanderer) -> None:
    with serve({"/feed": Answer(200, {"ETag": 'W/"é"', "X-A": ("1", "2")}, b"<rss/>")}) as site:
        reply = wanderer.get(inside(site, "/feed?a=1#top", accept="application/rss+xml"))
        assert (reply.status, reply.body, reply.moved) == (200, b"<rss/>", None)
        assert reply.headers == {"etag": 'W/"Ã©"', "x-a": "1, 2", "content-length": "6"}
        assert site.requests == [
            Asked(
                "GET",
                "/feed?a=1",
                {
                    "host": f"127.0.0.1:{site.port}",
                    "user-agent": "aggregator/0",
                    "accept": "application/rss+xml",
                    "accept-encoding": "gzip",
                },
            )
        ]


def test_validators_go_back_byte_for_byte(wanderer: Wanderer) -> None:
    with serve({"/": Answer(200, {"ETag": 'W/"é"', "Last-Modified": "Gestern"}, b"1")}) as site:
        first = wanderer.get(inside(site))
        site.routes["/"] = Answer(304, {"ETag": 'W/"é"'})
        again = inside(site, etag=first.headers["etag"], last_modified=first.headers["last-modified"])
        assert (wanderer.get(again).status, wanderer.get(again).body) == (304, b"")
        assert site.requests[-1].headers["if-none-match"].encode("latin-1") == 'W/"é"'.encode()
        assert site.requests[-1].headers["if-modified-since"] == "Gestern"


def test_the_operators_headers(wanderer: Wanderer) -> None:
    with serve({"/": Answer()}) as site:
        headers = (("X-Name", "新闻"), ("accept", "text/x"), ("Host", "evil"), ("Accept-Encoding", "br"))
        manner = replace(inside(site).manner, user_agent="Desk/1", headers=headers, authorization="Basic eA==")
        wanderer.get(Ask(site.url("/"), manner))
        sent = site.requests[0].headers
        assert sent["x-name"].encode("latin-1") == "新闻".encode()
        assert [sent[name] for name in ("user-agent", "accept", "authorization")] == ["Desk/1", "text/x", "Basic eA=="]
        assert [sent[name] for name in ("host", "accept-encoding")] == [f"127.0.0.1:{site.port}", "gzip"]


@pytest.mark.parametrize("bad", ["se\ncret", "se\r\nX: cret", "secret\0"])
def test_what_no_header_may_hold_is_refused_and_not_shown(wanderer: Wanderer, bad: str) -> None:
    with serve({"/": Answer()}) as site:
        fault = wanderer.fault(Ask(site.url("/"), replace(inside(site).manner, authorization=bad)))
        assert fault.code == "protocol"
        assert "cret" not in f"{fault}{fault.hint}"
        assert not site.requests


def test_a_connection_serves_again(wanderer: Wanderer) -> None:
    with serve({"/": Answer(body=b"x" * 100_000)}) as site:
        for _ in range(5):
            wanderer.get(inside(site))
        assert site.connections == 1


def test_a_connection_that_ends_as_it_is_used_again_is_replaced(wanderer: Wanderer) -> None:
    with serve({"/": Answer(body=b"1")}) as site:
        wanderer.get(inside(site))
        answers: Iterator[Answer | Raw] = iter([exactly(b""), Answer(body=b"2")])

        def answer(asked: Asked) -> Answer | Raw:
            return next(answers)

        site.routes["/"] = answer
        assert wanderer.get(inside(site)).body == b"2"
        assert (len(site.requests), site.connections) == (3, 2)


def test_a_post_is_never_sent_twice(wanderer: Wanderer) -> None:
    with serve({"/": Answer(body=b"1")}) as site:
        wanderer.get(inside(site))
        site.routes["/"] = exactly(b"")
        with pytest.raises(Exception, match="no sound HTTP answer"):
            wanderer.fetcher.stream(inside(site), BytesIO(), Payload("POST", b"order"))
        assert len(site.requests) == 2


def test_eight_threads(wanderer: Wanderer) -> None:
    """Each gets its own answers; a host is asked by one of them at a time."""
    busy: list[str] = []

    def echo(asked: Asked) -> Answer:
        busy.append(asked.target)
        assert len(busy) == 1
        return Answer(body=busy.pop().encode())

    with serve({"/": echo}) as site, ThreadPoolExecutor(8) as pool:
        replies = pool.map(wanderer.get, [inside(site, f"/?{number}") for number in range(80)])
        assert [reply.body for reply in replies] == [f"/?{number}".encode() for number in range(80)]


def test_clients_are_bounded_and_the_old_are_closed(wanderer: Wanderer) -> None:
    with serve({"/": Answer(body=b"x")}) as site:
        wanderer.world.put("feeds.example", HERE, site)
        for port in range(1000, 1000 + MOST_CLIENTS * 2):
            origin = f"http://feeds.example:{port}"
            assert wanderer.get(Ask(origin, Manner(origin, allow_private=True))).body == b"x"
        assert len(wanderer.fetcher._clients._leases) == MOST_CLIENTS
        assert site.connections == MOST_CLIENTS * 2


def test_tls_goes_by_the_name(wanderer: Wanderer) -> None:
    with serve({"/": Answer(body=b"safe")}, server_context()) as site:
        wanderer.world.put("feeds.example", HERE, site)
        assert wanderer.get("https://feeds.example/").body == b"safe"
        assert wanderer.world.dialled == [(HERE, 443)]


@pytest.mark.parametrize(
    ("host", "reason"), [("other.example", "hostname mismatch"), ("feeds.example", "self-signed certificate")]
)
def test_a_certificate_that_does_not_hold(wanderer: Wanderer, host: str, reason: str) -> None:
    with serve({}, server_context()) as site:
        wanderer.world.put(host, HERE, site)
        if host == "feeds.example":
            wanderer.fetcher = HttpFetcher("aggregator/0", wanderer.clock, wanderer.world.network())
        fault = wanderer.fault(f"https://{host}/")
        assert fault.code == "tls"
        assert f"{host}: its certificate is not trusted: " in str(fault)
        assert reason in str(fault).lower().replace("self signed", "self-signed")
        assert not site.requests


def test_https_where_there_is_none(wanderer: Wanderer) -> None:
    with serve({"/": Answer()}) as site:
        wanderer.world.put("feeds.example", HERE, site)
        assert wanderer.code("https://feeds.example/") == "tls"


def test_a_tls_server_that_says_nothing(wanderer: Wanderer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"https://127.0.0.1:{listener.getsockname()[1]}"
        assert wanderer.code(Ask(origin, Manner(origin, allow_private=True), seconds=0.3)) == "timeout"


def test_nobody_there(wanderer: Wanderer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    assert wanderer.code(Ask(origin, Manner(origin, allow_private=True))) == "refused"


def test_a_name_that_is_not_there(wanderer: Wanderer) -> None:
    fault = wanderer.fault("http://feeds.example/")
    assert (fault.code, str(fault)) == ("dns", "feeds.example: Name or service not known")


def test_no_message_holds_a_secret(wanderer: Wanderer) -> None:
    with serve({"/": redirect("/?key=secret"), "/?key=secret": redirect("/")}) as site:
        manner = replace(inside(site).manner, authorization="Bearer secret", headers=(("X-Key", "secret"),))
        for url in (site.url("/"), "http://user:secret@feeds.example/", "http://feeds.example/?key=secret"):
            fault = wanderer.fault(Ask(url, manner))
            assert "secret" not in f"{fault}{fault.hint}"


def test_a_body_may_go_to_a_file(wanderer: Wanderer) -> None:
    with serve({"/pack": Answer(body=b"PACK" * 50_000), "/none": Answer(404, body=b"none")}) as site:
        into = BytesIO()
        reply = wanderer.fetcher.stream(inside(site, "/pack"), into)
        assert (reply.body, into.getvalue()) == (b"", b"PACK" * 50_000)
        nothing = BytesIO()
        assert wanderer.fetcher.stream(inside(site, "/none"), nothing).status == 404
        assert nothing.getvalue() == b""


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("https://example.org", "aggregator/0.1.0 (+https://example.org)"),
        ("desk@example.org", "aggregator/0.1.0 (+desk@example.org)"),
        ("", "aggregator/0.1.0"),
        ("新闻", "aggregator/0.1.0 (+%E6%96%B0%E9%97%BB)"),
        ("a)\r\nX: y", "aggregator/0.1.0 (+a%29%0D%0AX: y)"),
    ],
)
def test_our_name(contact: str, expected: str) -> None:
    assert agent("0.1.0", contact) == expected


@given(st.text(max_size=400), st.text(max_size=20))
def test_our_name_is_one_header_whatever_the_contact(contact: str, version: str) -> None:
    name = agent(version, contact)
    assert name.isascii()
    assert name.isprintable()
    assert name.count("(") == name.count(")") <= 1
    assert len(name) < 240


def test_help_does_not_wait_for_httpx() -> None:
    code = "import sys, aggregator.cli.main, aggregator.network.address; sys.exit('httpx' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_two_fetchers_share_nothing() -> None:
    with serve({"/": Answer()}) as site:
        one, other = (HttpFetcher("a", StoppedClock()) for _ in range(2))
        one.get(inside(site))
        other.get(inside(site))
        one.close()
        other.get(inside(site))
        other.close()
        assert site.connections == 2
