"""Limits: whatever a server plays, the end comes in time, with its reason, and without much memory."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
import zlib
from collections.abc import Sequence

import pytest

from aggregator.model.fetching import Ask, Manner
from fakes import StoppedClock
from loopback import Answer, Raw, Route, endless, exactly, gzip_bomb, redirect, serve, silent, slow
from network.conftest import Wanderer, inside
from network.world import World

OK = b"HTTP/1.1 200 OK\r\n"
TEXT = "国家区域医疗中心".encode() * 1000


def packed(body: bytes, coding: str = "gzip", pieces: bool = False) -> Answer:
    return Answer(headers={"Content-Encoding": coding}, body=body)


FAULTS: dict[str, tuple[Route, str]] = {
    "silence": (silent(), "timeout"),
    "slow headers": (slow(OK, b"X-Drop: 1\r\n"), "timeout"),
    "slow status": (slow(b"", b"H"), "timeout"),
    "slow body": (slow(OK + b"Content-Length: 1000\r\n\r\n", b"x"), "timeout"),
    "slow pieces": (slow(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), "timeout"),
    "endless interim answers": (slow(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), "timeout"),
    "endless body": (endless(OK + b"\r\n", b"x" * 10_000), "too-large"),
    "endless small pieces": (endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000), "protocol"),
    "endless header": (endless(OK + b"X: ", b"x" * 10_000), "protocol"),
    "endless headers": (endless(OK, b"X: x\r\n" * 1000), "protocol"),
    "stated length over the limit": (exactly(OK + b"Content-Length: 100001\r\n\r\n"), "too-large"),
    "absurd length": (exactly(OK + b"Content-Length: " + b"9" * 19 + b"\r\n\r\n"), "too-large"),
    "body shorter than stated": (exactly(OK + b"Content-Length: 100\r\n\r\nshort"), "protocol"),
    "broken pieces": (exactly(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), "protocol"),
    "no last piece": (exactly(OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"), "protocol"),
    "two lengths": (exactly(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), "protocol"),
    "no answer": (exactly(b""), "protocol"),
    "no HTTP": (exactly(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "protocol"),
    "bomb": (gzip_bomb(20_000_000), "too-large"),
    "gzip cut off": (packed(gzip.compress(TEXT)[:-20]), "bad-encoding"),
    "gzip without its end": (packed(gzip.compress(TEXT)[:-4]), "bad-encoding"),
    "gzip damaged": (packed(gzip.compress(TEXT)[:30] + bytes(500)), "bad-encoding"),
    "gzip that is none": (packed(TEXT), "bad-encoding"),
    "a thousand members": (packed(gzip.compress(b"") * 1000), "bad-encoding"),
    "brotli": (packed(TEXT, "br"), "bad-encoding"),
    "zstd": (packed(TEXT, "zstd"), "bad-encoding"),
    "packed twice": (packed(gzip.compress(gzip.compress(TEXT)), "gzip, gzip"), "bad-encoding"),
    "packed twice, said twice": (
        Answer(headers={"Content-Encoding": ("gzip", "gzip")}, body=gzip.compress(gzip.compress(TEXT))),
        "bad-encoding",
    ),
}


@pytest.mark.parametrize(("route", "code"), FAULTS.values(), ids=FAULTS.keys())
def test_ends_with(wanderer: Wanderer, route: Route, code: str) -> None:
    seconds = 0.5 if code == "timeout" else 30
    with serve({"/": route}) as site:
        assert wanderer.code(inside(site, limit=100_000, seconds=seconds)) == code


BODIES: dict[str, Route] = {
    "as it is": Answer(body=TEXT),
    "in pieces": exactly(OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(TEXT), TEXT)),
    "to the end of the connection": exactly(OK + b"\r\n" + TEXT),
    "gzip": packed(gzip.compress(TEXT)),
    "x-gzip": packed(gzip.compress(TEXT), "X-GZIP"),
    "gzip of members": packed(gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:])),
    "gzip with padding": packed(gzip.compress(TEXT) + bytes(100)),
    "deflate": packed(zlib.compress(TEXT), "deflate"),
    "deflate without its frame": packed(zlib.compress(TEXT)[2:-4], "deflate"),
    "identity": packed(TEXT, "identity"),
}


@pytest.mark.parametrize("route", BODIES.values(), ids=BODIES.keys())
def test_a_body_arrives_whole_up_to_the_limit(wanderer: Wanderer, route: Route) -> None:
    with serve({"/": route}) as site:
        assert wanderer.get(inside(site, limit=len(TEXT))).body == TEXT
        assert wanderer.code(inside(site, limit=len(TEXT) - 1)) == "too-large"


def test_nothing_packed_is_nothing(wanderer: Wanderer) -> None:
    with serve({"/": packed(b"")}) as site:
        assert wanderer.get(inside(site)).body == b""


@pytest.mark.parametrize("status", [204, 205, 304, 404, 410, 500, 503])
def test_only_an_answer_that_brings_something_has_a_body(wanderer: Wanderer, status: int) -> None:
    body = b"" if status in {204, 304} else b"sorry"
    with serve({"/": Answer(status, {"Retry-After": "60"}, body)}) as site:
        for _ in range(3):
            reply = wanderer.get(inside(site))
            assert (reply.status, reply.body, reply.headers["retry-after"]) == (status, b"", "60")
        assert site.connections == 1


@pytest.mark.parametrize(
    "rest",
    [endless(b"HTTP/1.1 503 No\r\n\r\n", b"x" * 10_000), exactly(b"HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nx")],
    ids=["endless", "cut off"],
)
def test_an_error_stands_however_its_body_ends(wanderer: Wanderer, rest: Raw) -> None:
    with serve({"/": rest}) as site:
        assert wanderer.get(inside(site)).status == 503


def test_one_deadline_for_a_whole_chain(wanderer: Wanderer) -> None:
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /"

    def step(number: int) -> Raw:
        def play(line: object) -> None:
            line.pause(0.2)  # type: ignore[attr-defined]
            line.send(head + b"%d\r\n\r\n" % (number + 1))  # type: ignore[attr-defined]

        return Raw(play)

    with serve({f"/{number}": step(number) for number in range(10)}) as site:
        assert wanderer.code(inside(site, "/0", seconds=0.5)) == "timeout"


def test_waiting_for_the_turn_does_not_count(wanderer: Wanderer) -> None:
    """The clock of the pauses stands still here; what counts is measured by itself."""
    with serve({"/": Answer(body=b"x")}) as site:
        ask = Ask(site.url("/"), Manner(site.origin, allow_private=True, gap=3600), seconds=10)
        wanderer.get(ask)
        assert wanderer.get(ask).body == b"x"
        assert wanderer.clock.waited == 3600


def test_a_resolver_that_hangs_is_left_behind() -> None:
    release = threading.Event()

    class Hanging(World):
        def _resolve(self, host: str, port: int) -> Sequence[str]:
            release.wait()
            return []

    wanderer = Wanderer(Hanging(), StoppedClock())
    assert wanderer.code(Ask("http://feeds.example/", seconds=0.2)) == "timeout"
    release.set()
    wanderer.fetcher.close()


def test_headers_are_few_and_short(wanderer: Wanderer) -> None:
    headers = {f"X-{number}": "1" for number in range(250)}
    with serve({"/": Answer(headers={"Big": "x" * 20_000, "ETag": '"é"', "Link": ("<a>", "<b>")})}) as site:
        reply = wanderer.get(inside(site))
        assert "big" not in reply.headers
        assert reply.headers["link"] == "<a>, <b>"
        site.routes["/"] = Answer(headers=headers)
        assert len(wanderer.get(inside(site)).headers) == 200


MEASURED = """
import sys
from aggregator.errors import CollectError
from aggregator.network.client import HttpFetcher
from aggregator.model.fetching import Ask, Manner
from fakes import StoppedClock

origin, limit = sys.argv[1], int(sys.argv[2])
try:
    HttpFetcher("test", StoppedClock()).get(Ask(origin, Manner(origin, allow_private=True), limit=limit))
except CollectError as error:
    print(error.code)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.parametrize("limit", [100_000, 50_000_000])
def test_a_bomb_of_300_mb_takes_no_more_memory_than_the_limit(limit: int) -> None:
    with serve({"/": gzip_bomb(300_000_000)}) as site:
        command = [sys.executable, "-c", MEASURED, site.origin, str(limit)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": ".:tests"})
    code, kilobytes = done.stdout.split()
    assert code == "too-large"
    assert int(kilobytes) < (60_000 + 1.5 * limit / 1000)


def test_a_304_that_states_the_length_of_what_it_does_not_send_keeps_the_connection(wanderer: Wanderer) -> None:
    with serve({"/": Answer(304, {"Content-Length": "5000000"})}) as site:
        for _ in range(3):
            assert wanderer.get(inside(site, limit=1000)).status == 304
        assert site.connections == 1


def test_a_redirect_with_a_body_keeps_the_connection(wanderer: Wanderer) -> None:
    with serve({"/": redirect("/a", body=b"moved" * 100), "/a": Answer(404, body=b"x" * 60_000)}) as site:
        for _ in range(2):
            assert wanderer.get(inside(site)).status == 404
        assert site.connections == 1
