"""What clients do to a connection, and what becomes of it. The clock is the test's: it passes when it says so."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from aggregator.daemon.framing import BODY_BYTES, HEAD_BYTES, HEADERS, TARGET_BYTES
from aggregator.daemon.protocol import Protocol
from aggregator.model.config import Server
from daemon.served import LARGE, Served, rest_of, served, until_end_of
from waiting import until

SETTINGS = Server(request_time=timedelta(seconds=10), idle_time=timedelta(days=1), stall_time=timedelta(seconds=30))
GET = b"GET /a HTTP/1.1\r\nHost: x\r\n"
LAST = b"Connection: close\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def shared() -> Iterator[Served]:
    with served(SETTINGS) as running:
        yield running


@pytest.fixture
def server(shared: Served) -> Served:
    until(lambda: shared.on_loop(lambda: not len(shared.server.connections)))
    shared.settings = SETTINGS
    shared.asked.clear()
    shared.on_loop(shared.go.clear)
    return shared


REFUSED = {
    "Content-Length together with Transfer-Encoding": (
        400,
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n",
    ),
    "the same, the other way round and in capitals": (
        400,
        POST + b"TRANSFER-ENCODING: Chunked\r\ncontent-length: 0\r\n\r\n0\r\n\r\n",
    ),
    "the same, on a GET": (400, GET + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "two lengths that differ": (400, POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
    "two lengths in one header": (400, POST + b"Content-Length: 3, 4\r\n\r\nabcd"),
    "a length with a sign": (400, POST + b"Content-Length: +3\r\n\r\nabc"),
    "a length of too many digits": (400, POST + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n"),
    "a negative length": (400, POST + b"Content-Length: -1\r\n\r\n"),
    "Transfer-Encoding in HTTP/1.0": (400, b"POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "a coding that is not known": (501, POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
    "chunked twice": (501, POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "a blank before the colon": (400, GET + b"X-A : b\r\n\r\n"),
    "no host": (400, b"GET /a HTTP/1.1\r\n\r\n"),
    "two hosts": (400, GET + b"Host: y\r\n\r\n"),
    "another version": (505, b"GET /a HTTP/3.0\r\nHost: x\r\n\r\n"),
    "HTTP/2 without being asked": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\r\n\r\n"),
    "an empty line, and nothing": (400, b"\r\n\r\n"),
    "bytes that are no text": (400, b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a NUL in a header": (400, GET + b"X: a\0b\r\n\r\n"),
    "a target that is too long": (414, b"GET /" + b"a" * TARGET_BYTES + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a target that does not end": (414, b"GET /" + b"a" * HEAD_BYTES * 3),
    "a query that is too long, and half a header": (
        414,
        b"GET /?" + b"a" * TARGET_BYTES + b" HTTP/1.1\r\nHost: " + b"x" * HEAD_BYTES,
    ),
    "a header that is too long": (431, GET + b"X: " + b"a" * HEAD_BYTES + b"\r\n\r\n"),
    "a header that does not end": (431, GET + b"X: " + b"a" * HEAD_BYTES * 3),
    "too many headers": (431, GET + b"X: y\r\n" * HEADERS + b"\r\n"),
    "headers without end": (431, GET + b"X: y\r\n" * HEAD_BYTES),
    "a body that is announced to be too large": (413, GET + b"Content-Length: %d\r\n\r\n" % (BODY_BYTES + 1)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_told_why_and_closed(name: str, server: Served) -> None:
    status, sent = REFUSED[name]
    answer = server.ask(sent)
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    assert b"\r\nconnection: close\r\n" in answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert server.asked == []


SERVED = {
    "one request": ([b"/a"], GET + LAST),
    "HTTP/1.0": ([b"/a"], b"GET /a HTTP/1.0\r\n\r\n"),
    "HTTP/1.0 that would go on, which need not be heeded": (
        [b"/a"],
        b"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ),
    "HEAD": ([b""], b"HEAD /a HTTP/1.1\r\nHost: x\r\n" + LAST),
    "three at once": ([b"/a", b"/a", b"/a"], (GET + b"\r\n") * 2 + GET + LAST),
    "a body that nobody reads, and another request": (
        [b"/a", b"/a"],
        GET + b"Content-Length: 5\r\n\r\nhello" + GET + LAST,
    ),
    "a chunked body that nobody reads, and another request": (
        [b"/a", b"/a"],
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + GET + LAST,
    ),
    "the same length twice": ([b"/a", b"/a"], POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nab" + GET + LAST),
    "a body that is as large as it may be": (
        [b"/a", b"/a"],
        GET + b"Content-Length: %d\r\n\r\n" % BODY_BYTES + b"b" * BODY_BYTES + GET + LAST,
    ),
    "a body that waits for leave": (
        [b"/a"],
        POST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n",
    ),
    "an upgrade that is not ours": ([b"/a"], GET + b"Upgrade: websocket\r\n" + b"Connection: upgrade, close\r\n\r\n"),
    "a target that is as long as it may be": (
        [b"/" + b"a" * (TARGET_BYTES - 1)],
        b"GET /" + b"a" * (TARGET_BYTES - 1) + b" HTTP/1.1\r\nHost: x\r\n" + LAST,
    ),
}


@pytest.mark.parametrize("name", SERVED)
def test_what_is_served(name: str, server: Served) -> None:
    bodies, sent = SERVED[name]
    answers = [answer.partition(b"\r\n\r\n") for answer in server.ask(sent).split(b"HTTP/1.1 ")[1:]]
    assert [body for _, _, body in answers] == bodies
    assert all(head.startswith(b"200 ") for head, _, _ in answers)


def test_whoever_reads_the_body_says_continue(server: Served) -> None:
    with server.connect(
        b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    ) as client:
        assert until_end_of(client, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hello")
        assert rest_of(client).endswith(b"\r\n\r\nhello")


def test_what_comes_behind_an_answer_is_refused_after_it(server: Served) -> None:
    answer = server.ask(GET + b"\r\n" + b"nonsense\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"\r\n\r\n/aHTTP/1.1 400 " in answer


@pytest.mark.parametrize("path", [b"/a", b"/held"])
@pytest.mark.parametrize(
    "piece", [b"1000\r\n" + b"x" * 4096 + b"\r\n", b"1;" + b"e" * 1000 + b"\r\nx\r\n"], ids=["content", "extensions"]
)
def test_a_body_without_end_is_not_taken(piece: bytes, path: bytes, server: Served) -> None:
    """Neither before its answer nor behind it."""
    head = b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with server.connect(head) as client:
        until(lambda: server.asked)
        with pytest.raises(OSError, match=r"reset|[Bb]roken"):
            client.sendall(piece * (LARGE // len(piece)))
    server.on_loop(server.go.set)


LATE = {
    "silent": (b"", b""),
    "half a request line": (b"GE", b"HTTP/1.1 408 "),
    "half its headers": (GET + b"X", b"HTTP/1.1 408 "),
    "headers without their end": (GET, b"HTTP/1.1 408 "),
}


@pytest.mark.parametrize("name", LATE)
def test_a_request_that_does_not_come_in_time_ends_it(name: str, server: Served) -> None:
    sent, told = LATE[name]
    with server.connect() as client:
        for byte in sent:
            client.sendall(bytes([byte]))
        _has_taken(server, sent)
        server.passes(9)
        assert len(server.server.connections) == 1
        server.passes(2)
        assert rest_of(client)[: len(told)] == told


def test_a_drip_of_bytes_does_not_help(server: Served) -> None:
    with server.connect() as client:
        for number in range(11):
            client.sendall(GET[number : number + 1])
            _has_taken(server, GET[: number + 1])
            assert len(server.server.connections) == 1
            server.passes(1)
        assert rest_of(client).startswith(b"HTTP/1.1 408 ")


def test_a_drip_in_the_body_does_not_help(server: Served) -> None:
    with server.connect(GET + b"Content-Length: 100\r\n\r\n") as client:
        until_end_of(client, b"/a")
        for _ in range(10):
            client.sendall(b"b")
            server.passes(1)
        assert len(server.server.connections) == 1
        server.passes(1)
        assert rest_of(client) == b""


def test_an_answer_that_waits_for_a_body_is_given_up(server: Served) -> None:
    with server.connect(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n") as client:
        until(lambda: server.asked)
        server.passes(11)
        assert rest_of(client).startswith(b"HTTP/1.1 408 ")


def test_a_drip_in_a_second_request_does_not_help(server: Served) -> None:
    with server.connect(GET + b"\r\n") as client:
        until_end_of(client, b"/a")
        server.passes(1_000)
        client.sendall(b"G")
        _has_taken(server, b"G")
        server.passes(9)
        client.sendall(b"E")
        _has_taken(server, b"GE")
        server.passes(2)
        assert rest_of(client).startswith(b"HTTP/1.1 408 ")


def test_an_idle_connection_is_closed_by_uvicorn() -> None:
    with served(replace(SETTINGS, idle_time=timedelta(seconds=1))) as server, server.connect(GET + b"\r\n") as client:
        assert rest_of(client).endswith(b"/a")


def test_a_client_that_does_not_read_its_answer_is_left(server: Served) -> None:
    with server.connect(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") as client:
        _is_stuck(server)
        server.passes(1)
        server.passes(29)
        assert len(server.server.connections) == 1
        server.passes(2)
        until(lambda: not len(server.server.connections))
        assert len(rest_of(client)) < LARGE


def test_so_is_one_that_reads_a_little(server: Served) -> None:
    with server.connect(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") as client:
        _is_stuck(server)
        server.passes(1)
        for _ in range(31):
            client.recv(10)
            server.passes(1)
        until(lambda: not len(server.server.connections))


def test_one_that_reads_on_is_not(server: Served) -> None:
    taken = 0
    with server.connect(b"GET /large HTTP/1.1\r\nHost: x\r\n" + LAST) as client:
        while piece := client.recv(1_000_000):
            taken += len(piece)
            server.passes(1)
    assert taken > LARGE


def test_a_client_that_does_not_read_has_one_piece_held_for_it(server: Served) -> None:
    with ExitStack() as stack:
        for _ in range(5):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stack.enter_context(client)
            client.connect(server.address)
            client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        until(lambda: len(server.asked) == 5 and len(_unsent(server)) == 5)
        _is_stuck(server)
        assert max(_unsent(server)) <= 65_536 + 1_024
        assert server.sent < LARGE / 10


def test_a_client_that_has_asked_and_closes_its_side_is_answered(server: Served) -> None:
    with server.connect(b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n") as client:
        until(lambda: server.asked)
        client.shutdown(socket.SHUT_WR)
        server.on_loop(lambda: None)
        server.on_loop(server.go.set)
        assert rest_of(client).endswith(b"/held")


def test_when_it_is_full_silent_ones_go_and_a_reader_is_served(server: Served) -> None:
    server.settings = replace(SETTINGS, connections=10)
    with ExitStack() as stack:
        silent = [stack.enter_context(server.connect()) for _ in range(25)]
        dripping = [stack.enter_context(server.connect(b"GET / HT")) for _ in range(25)]
        for _ in range(20):
            assert server.ask(GET + LAST).endswith(b"/a")
            assert server.on_loop(lambda: len(server.server.connections)) <= 10
        assert rest_of(silent[0]) == b""
        assert rest_of(dripping[0]) == b""


def test_so_do_those_that_do_not_read(server: Served) -> None:
    server.settings = replace(SETTINGS, connections=4)
    with ExitStack() as stack:
        for number in range(1, 5):
            stack.enter_context(server.connect(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"))
            until(lambda wanted=number: len(server.asked) == wanted)  # type: ignore[misc]
            _is_stuck(server)
        assert server.ask(GET + LAST).endswith(b"/a")


def test_while_all_are_at_work_further_ones_wait_and_are_served_then(server: Served) -> None:
    server.settings = replace(SETTINGS, connections=3)
    held = b"GET /held HTTP/1.1\r\nHost: x\r\n" + LAST
    with ExitStack() as stack:
        clients = [stack.enter_context(server.connect(held)) for _ in range(3)]
        until(lambda: len(server.asked) == 3)
        further = stack.enter_context(server.connect(GET + LAST))
        assert server.on_loop(lambda: len(server.server.connections)) == 3
        server.on_loop(server.go.set)
        assert rest_of(further).endswith(b"/a")
        assert all(rest_of(client).endswith(b"/held") for client in clients)


def test_it_stops_while_clients_are_silent_slow_refused_and_do_not_read() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(served(SETTINGS))
        stack.enter_context(server.connect())
        stack.enter_context(server.connect(b"GET / HT"))
        stack.enter_context(server.connect(b"nonsense\r\n\r\n"))
        stack.enter_context(server.connect(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"))
        until(lambda: server.on_loop(lambda: len(server.server.connections)) == 4)
        _is_stuck(server)
        server.server.should_exit = True


def _has_taken(server: Served, sent: bytes) -> None:
    """Waits until a byte that was sent is with the server."""

    def seen() -> bool:
        connections = cast(set[Protocol], server.server.server_state.connections)
        return sent in {each.conn.trailing_data[0] for each in connections}

    until(lambda: not sent or server.on_loop(seen))


def _unsent(server: Served) -> list[int]:
    def sizes() -> list[int]:
        found = [each.transport.get_write_buffer_size() for each in server.server.server_state.connections]
        return [size for size in found if size]

    return server.on_loop(sizes)


def _is_stuck(server: Served) -> None:
    """Waits until nothing more can be sent: as much is unsent at two looks one after the other."""
    before: list[int] = []

    def same() -> bool:
        nonlocal before
        last, before = before, _unsent(server)
        return bool(before) and last == before

    until(same)
