"""Servers of repositories: what they may answer, where they may send us, what they cannot do to us."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from hashlib import sha1
from pathlib import Path
from typing import Any
from zlib import compress

import pytest

from aggregator.codes import Code
from aggregator.model.config import Limits
from aggregator.model.fetching import Answer
from builders import NOW
from git_repositories import App, Host, Reader, Repository, answering, children, peak_megabytes


@pytest.fixture
def reader(host: Host, tmp_path: Path) -> Iterator[Reader]:
    with closing(Reader(host, tmp_path)) as reader:
        yield reader


ALL = {"2026/b.md": "乙", "a.md": "甲"}

ANSWERS = [
    (answering("401 Who"), "http-401", Answer(401)),
    (answering("403 No"), "http-403", Answer(403)),
    (answering("404 Not there"), "not-a-repository", Answer(404)),
    (answering("410 Gone"), "not-a-repository", Answer(410)),
    (answering("503 Busy", {"Retry-After": "120"}), "http-503", Answer(503, retry_at=NOW + timedelta(seconds=120))),
    (
        answering("200 OK", {"Content-Type": "text/html"}, b"<p>"),
        "not-a-repository",
        Answer(error=Code.NOT_A_REPOSITORY),
    ),
]


def test_what_servers_answer(host: Host, reader: Reader) -> None:
    for host.answer, code, learned in ANSWERS:
        error, heard = reader.refused()
        assert (error.code, heard) == (code, learned)
    host.answer = None
    assert reader.texts() == ALL


GIT = {"Content-Type": "application/x-git-upload-pack-advertisement"}
NOISE = [
    b"",
    b"hello",
    b"0000",
    b"001e# service=git-upload-pack\n0000",
    b"ffff",
    b"001e# service=git-upload-pack\n0000" * 3,
]


def test_servers_that_make_no_sense(host: Host, reader: Reader) -> None:
    for noise in NOISE:
        host.answer = answering("200 OK", GIT, noise)
        assert reader.refused()[0].code in {"protocol", "empty-repository"}, noise
    host.answer = None
    assert reader.texts() == ALL


def sending(host: Host, pack: bytes) -> App:
    """The host, with this pack in place of its own."""
    pieces = (b"\x01" + pack[start : start + 60_000] for start in range(0, len(pack), 60_000))
    body = b"0000" + b"0008NAK\n" + b"".join(b"%04x" % (len(piece) + 4) + piece for piece in pieces) + b"0000"
    pack_app = answering("200 OK", {"Content-Type": "application/x-git-upload-pack-result"}, body)
    return lambda environ, start: (pack_app if environ["REQUEST_METHOD"] == "POST" else host.app)(environ, start)


def test_a_pack_that_makes_no_sense(host: Host, reader: Reader) -> None:
    host.answer = sending(host, b"PACK\0\0\0\2\0\0\0\1junk")
    assert reader.refused()[0].code == "bad-pack"
    host.answer = None
    assert reader.texts() == ALL


def test_a_pack_that_is_a_bomb(host: Host, reader: Reader) -> None:
    size = 300_000_000
    digits = [size >> shift & 0x7F for shift in (4, 11, 18, 25)]
    header = bytes([0xB0 | size & 15, *(digit | 0x80 for digit in digits[:-1]), digits[-1]])
    pack = b"PACK\0\0\0\2\0\0\0\1" + header + compress(bytes(size))
    host.answer = sending(host, pack + sha1(pack, usedforsecurity=False).digest())
    assert reader.refused()[0].code == "memory"
    (child,) = children()
    assert peak_megabytes(child) < 250
    host.answer = None
    assert reader.texts() == ALL


def test_a_server_that_never_answers_is_left_in_time(host: Host, reader: Reader) -> None:
    over = threading.Event()

    def silent(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        over.wait(20)
        start("200 OK", [])
        return []

    host.answer = silent
    reader.source = replace(reader.source, limits=Limits(download_seconds=0.3))
    error, learned = reader.refused()
    over.set()
    assert error.code == "timeout"
    assert learned == Answer(error=Code.TIMEOUT)


def test_private_addresses_are_refused_unless_the_operator_allows_them(host: Host, reader: Reader) -> None:
    reader.manner = replace(reader.manner, allow_private=False)
    error, learned = reader.refused()
    assert (error.code, learned) == ("private-address", Answer(error=Code.PRIVATE_ADDRESS))
    assert host.methods() == []


def test_a_redirect_to_a_file_is_not_followed(repository: Repository, host: Host, reader: Reader) -> None:
    host.answer = answering("302 There", {"Location": f"file://{repository.path}"})
    assert reader.refused()[0].code == "bad-address"


def test_a_permanent_redirect_is_followed_and_told(host: Host, reader: Reader) -> None:
    def moved(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/old"):
            return host.app(environ, start)
        start("301 Moved", [("Location", f"{host.url}/info/refs?{environ['QUERY_STRING']}")])
        return []

    host.answer = moved
    reader.source = replace(reader.source, url=f"{host.origin}/old.git")
    assert reader.texts() == ALL
    assert reader.collector.learned(complete=True).answer == Answer(200, moved=host.url)


def test_credentials_and_names_are_sent(host: Host, reader: Reader) -> None:
    reader.manner = replace(reader.manner, authorization="Basic c2VjcmV0", headers=(("X-Team", "news"),))
    reader.texts()
    for request in host.asked:
        sent = request["headers"]
        assert (sent["authorization"], sent["x_team"], sent["user_agent"]) == ("Basic c2VjcmV0", "news", "test/1")
    host.answer = answering("401 Who")
    error, _ = reader.refused()
    assert "c2VjcmV0" not in f"{error} {error.hint}"
