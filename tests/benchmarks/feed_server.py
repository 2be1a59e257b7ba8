"""Serves made feeds on the loopback interface, answers conditional requests, and counts what it answered.

    python tests/benchmarks/feed_server.py [--feeds 500] [--entries 20]

Prints its port once it listens. ``/feeds/N`` is a feed. ``/counts`` tells, by status, how many answers feeds got
since it was last asked. It ends when its standard input does, so it never outlives who started it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from feed_documents import ENTRIES, make_feed

MODIFIED = "Wed, 01 Jan 2025 00:00:00 GMT"


@dataclass(frozen=True, slots=True)
class Served:
    """A feed with its validators (RFC 9110, section 8.8)."""

    media_type: str
    body: bytes
    etag: str

    def current(self, headers: Message) -> bool:
        """Whether who asks has it already; If-None-Match goes first (RFC 9110, section 13.2.2)."""
        known = headers["If-None-Match"]
        return self.etag in known if known is not None else headers["If-Modified-Since"] == MODIFIED


@dataclass(slots=True)
class Tally:
    """Answers that feeds got, by status; several threads count."""

    answers: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, status: int) -> None:
        with self.lock:
            self.answers[status] += 1

    def take(self) -> bytes:
        with self.lock:
            told = json.dumps(self.answers).encode()
            self.answers.clear()
        return told


def make_site(feeds: int, entries: int) -> dict[str, Served]:
    """All feeds by their paths."""
    site = {}
    for number in range(feeds):
        media_type, body = make_feed(number, entries)
        site[f"/feeds/{number}"] = Served(media_type, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
    return site


def make_handler(site: dict[str, Served], tally: Tally) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections stay open, as news sites keep them
        wbufsize = -1  # head and body leave in one piece: no waiting for acknowledgements between them
        timeout = 60

        def do_GET(self) -> None:
            if self.path == "/counts":
                self._answer(HTTPStatus.OK, "application/json", tally.take())
            elif (feed := site.get(self.path)) is None:
                self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"")
            elif feed.current(self.headers):
                tally.add(HTTPStatus.NOT_MODIFIED)
                self._answer(HTTPStatus.NOT_MODIFIED, "", b"", feed.etag)
            else:
                tally.add(HTTPStatus.OK)
                self._answer(HTTPStatus.OK, feed.media_type, feed.body, feed.etag)

        def _answer(self, status: HTTPStatus, media_type: str, body: bytes, etag: str = "") -> None:
            self.send_response(status)
            if etag:
                self.send_header("ETag", etag)
                self.send_header("Last-Modified", MODIFIED)
            if status is not HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Says nothing: what counts is in ``/counts``."""

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--feeds", type=int, default=500)
    arguments.add_argument("--entries", type=int, default=ENTRIES)
    given = arguments.parse_args()
    server = Server(("127.0.0.1", 0), make_handler(make_site(given.feeds, given.entries), Tally()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
