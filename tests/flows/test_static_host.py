"""The exported site behind a plain static server: nginx as it comes, with `root` and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
from lxml import etree, html

from set_up import SetUp

# Lines of `mime.types` as it comes with nginx, for endings that a site may have; all else is `default_type`.
MIME_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".xml": "text/xml",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    ".json": "application/json",
    ".txt": "text/plain",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".svg": "image/svg+xml",
}
DEFAULT_TYPE = "application/octet-stream"


class Plain(BaseHTTPRequestHandler):
    """`index index.html`, no `try_files`: a folder without its slash is redirected to."""

    root: Path

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        file = self.root / path.lstrip("/")
        if file.is_dir() and not path.endswith("/"):
            self.send_response(301)
            self.send_header("Location", f"http://localhost{path}/")
            self.end_headers()
            return
        file = file / "index.html" if path.endswith("/") else file
        if not file.is_file():
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", MIME_TYPES.get(file.suffix, DEFAULT_TYPE))
        self.end_headers()
        self.wfile.write(file.read_bytes())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Nobody reads it."""


@contextmanager
def plain_server(root: Path) -> Iterator[str]:
    handler = type("Handler", (Plain,), {"root": root})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(address: str) -> tuple[int, str, bytes]:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc)
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        got = connection.getresponse()
        return got.status, got.headers.get("Content-Type", ""), got.read()
    finally:
        connection.close()


def links(address: str, media_type: str, body: bytes) -> Iterator[str]:
    """All addresses that a document names for people, readers and crawlers."""
    if media_type == "text/html":
        yield from (urljoin(address, value) for value in found_in(html.fromstring(body.decode()), "//@href | //@src"))
    elif media_type in {"application/atom+xml", "text/xml"}:
        named = "//@href | //*[local-name()='loc']/text() | //*[local-name()='icon']/text()"
        yield from (urljoin(address, value) for value in found_in(etree.fromstring(body), named))
    elif address.endswith(".opml"):
        yield from found_in(etree.fromstring(body), "//@xmlUrl | //@htmlUrl")


def found_in(root: Any, path: str) -> list[str]:
    found: list[str] = root.xpath(path)
    return found


def crawl(base: str) -> dict[str, tuple[int, str]]:
    """Status and type of all that is reached from the start page and robots.txt."""
    found: dict[str, tuple[int, str]] = {}
    waiting = [f"{base}/", f"{base}/robots.txt", f"{base}/sitemap.xml"]
    while waiting:
        address = waiting.pop().partition("#")[0]
        if address in found or not address.startswith(f"{base}/"):
            continue
        status, media_type, body = answer(address)
        found[address] = status, media_type
        waiting += links(address, media_type, body)
    return found


@pytest.fixture
def site(set_up: SetUp) -> SetUp:
    for number in range(30):
        set_up.post(f"{number}.md", f"第{number}座大桥合龙", f"大桥今天合龙，共{number}座。")
    set_up.post("rice.md", "粮食丰收", "今年粮食丰收。")
    set_up.collect()
    return set_up


@pytest.mark.parametrize("below", ["", "/news"])
def test_every_link_is_answered_at_once_with_its_type(site: SetUp, below: str) -> None:
    root = site.root / "www"
    with plain_server(root) as address:
        base = address + below
        site.run("export", str(root) + below, "--base-url", base)
        found = crawl(base)
    assert {status for status, _ in found.values()} == {200}
    types = {Path(urlsplit(address).path).suffix: media_type for address, (_, media_type) in found.items()}
    assert types[".atom"] == "application/atom+xml"
    assert {suffix for suffix, media_type in types.items() if media_type == DEFAULT_TYPE} == {".opml"}
    pages = [address for address, (_, media_type) in found.items() if media_type == "text/html"]
    assert len([page for page in pages if "/articles/" in page]) >= 2 * 31
    assert f"{base}/topics/all/page-2/index.html" in found


def test_the_start_page_leads_everywhere_from_a_disk(site: SetUp) -> None:
    root = site.root / "www"
    site.run("export", str(root), "--base-url", "https://feeds.example")
    found: set[Path] = set()
    waiting = [root / "index.html"]
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        if file.suffix == ".html":
            here = file.as_uri()
            hrefs = (
                urljoin(here, value) for value in found_in(html.fromstring(file.read_text()), "//a/@href | //@src")
            )
            waiting += [Path(urlsplit(href).path) for href in hrefs if href.startswith("file:")]
    assert {file for file in found if not file.is_file()} == set()
    pages = set(root.rglob("*.html")) - {root / "404.html"}
    assert pages <= found


def test_feeds_name_pages_as_they_are_found_and_keep_their_ids(site: SetUp) -> None:
    root = site.root / "www"
    site.run("export", str(root), "--base-url", "https://feeds.example")
    exported = feedparser.parse(str(root / "feeds/all.atom"))
    served = feedparser.parse(str(site.data / "site/feeds/all.atom"))
    assert [entry.id for entry in exported.entries] == [entry.id for entry in served.entries]
    assert exported.feed.id == served.feed.id
    assert all(entry.link == f"https://feeds.example/articles/{entry.id[9:]}/" for entry in exported.entries)
    assert all(not entry.link.endswith("/") for entry in served.entries)
