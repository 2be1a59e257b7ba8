"""Feeds over a real connection: what readers and browsers get."""

from __future__ import annotations

import gzip
import threading
from dataclasses import replace
from datetime import timedelta

import brotli
import httpx
import pytest

from aggregator.model.config import Site
from web.conftest import BODY, FEED, MODIFIED, Live
from web.sample import CONFIGURATION, NATIONAL

STAMP = "Wed, 27 Apr 2022 01:15:48 GMT"


def test_a_feed_comes_as_published_with_its_headers(live: Live) -> None:
    response, body = live.raw(FEED)
    assert response.status_code == 200
    assert body == BODY
    headers = response.headers
    assert headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert headers["content-length"] == str(len(BODY))
    assert headers["last-modified"] == STAMP
    assert headers["cache-control"] == "public, max-age=300"
    assert headers["vary"] == "Accept-Encoding, Sec-Fetch-Dest"
    assert headers["link"] == f'<http://127.0.0.1:8000{FEED}>; rel="self"'
    assert headers["access-control-allow-origin"] == "*"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["etag"].startswith('"')
    assert "content-encoding" not in headers


CODINGS = {
    "identity": ("", lambda body: body),
    "": ("", lambda body: body),
    "gzip": ("gzip", gzip.decompress),
    "br": ("br", brotli.decompress),
    "gzip, deflate, br": ("br", brotli.decompress),
    "br;q=0.5, gzip": ("gzip", gzip.decompress),
    "br;q=0, gzip;q=0": ("", lambda body: body),
    "zstd": ("", lambda body: body),
}


@pytest.mark.parametrize("asked", CODINGS)
def test_the_coding_is_the_one_asked_for(live: Live, asked: str) -> None:
    coding, decode = CODINGS[asked]
    response, body = live.raw(FEED, Accept_Encoding=asked)
    assert response.headers.get("content-encoding", "") == coding
    assert response.headers["content-length"] == str(len(body))
    assert decode(body) == BODY


def test_each_coding_has_a_strong_tag_of_its_own(live: Live) -> None:
    tags = [live.raw(FEED, Accept_Encoding=coding)[0].headers["etag"] for coding in ("identity", "gzip", "br")]
    plain = tags[0].strip('"')
    assert tags == [f'"{plain}"', f'"{plain}-gzip"', f'"{plain}-br"']


@pytest.mark.parametrize("asked", ["identity", "gzip", "br"])
@pytest.mark.parametrize("held", ["identity", "gzip", "br"])
def test_any_of_the_tags_gives_304_and_is_confirmed(live: Live, asked: str, held: str) -> None:
    tag = live.raw(FEED, Accept_Encoding=held)[0].headers["etag"]
    response, body = live.raw(FEED, Accept_Encoding=asked, If_None_Match=f'"other", {tag}')
    assert (response.status_code, body) == (304, b"")
    assert response.headers["etag"] == tag


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": '"stale"'}, 200),
        ({"If_Modified_Since": STAMP}, 304),
        ({"If_Modified_Since": "Thu, 28 Apr 2022 00:00:00 GMT"}, 304),
        ({"If_Modified_Since": "Wed, 27 Apr 2022 01:15:47 GMT"}, 200),
        ({"If_Modified_Since": "not a date"}, 200),
        ({"If_None_Match": '"stale"', "If_Modified_Since": STAMP}, 200),
        ({"If_None_Match": "*", "If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 304),
        ({"A_IM": "feed, gzip"}, 200),
        ({"Range": "bytes=0-9"}, 200),
        ({"Accept": "text/html"}, 200),
        ({"Accept": "application/rss+xml"}, 200),
        ({"User_Agent": "Mozilla/5.0 Chrome/120"}, 200),
    ],
)
def test_the_status_for_a_condition(live: Live, method: str, headers: dict[str, str], status: int) -> None:
    response, body = live.raw(FEED, method, **headers)
    assert response.status_code == status
    assert body == (BODY if status == 200 and method == "GET" else b"")
    if status == 200:
        assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"


def test_weak_tags_and_several_header_lines_count(live: Live) -> None:
    tag = live.raw(FEED)[0].headers["etag"]
    lines = [("If-None-Match", '"other"'), ("If-None-Match", f"W/{tag}"), ("Accept-Encoding", "identity")]
    assert live.client.get(FEED, headers=lines).status_code == 304


def test_304_repeats_what_a_cache_needs(live: Live) -> None:
    full, _ = live.raw(FEED)
    response, _ = live.raw(FEED, If_None_Match=full.headers["etag"])
    for name in ("etag", "last-modified", "cache-control", "vary", "link"):
        assert response.headers[name] == full.headers[name]
    assert "content-type" not in response.headers
    assert response.headers.get("content-length", "0") == "0"


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_head_has_the_headers_of_get(live: Live, coding: str) -> None:
    get, _ = live.raw(FEED, Accept_Encoding=coding)
    head, body = live.raw(FEED, "HEAD", Accept_Encoding=coding)
    assert body == b""
    assert _stable(head) == _stable(get)


def _stable(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "date"}


def test_a_browser_that_opens_the_feed_gets_the_same_bytes_as_xml(live: Live) -> None:
    feed, _ = live.raw(FEED)
    opened, body = live.raw(FEED, Sec_Fetch_Dest="document")
    fetched, _ = live.raw(FEED, Sec_Fetch_Dest="empty")
    assert opened.headers["content-type"] == "application/xml; charset=utf-8"
    assert body == BODY
    assert opened.headers["etag"] == feed.headers["etag"]
    assert fetched.headers["content-type"] == "application/atom+xml; charset=utf-8"


def test_a_replaced_file_is_served_at_once(live: Live) -> None:
    before, _ = live.raw(FEED)
    live.publish(b"<feed>new</feed>", modified=MODIFIED + timedelta(seconds=1))
    after, body = live.raw(FEED, If_None_Match=before.headers["etag"])
    assert (after.status_code, body) == (200, b"<feed>new</feed>")
    assert after.headers["last-modified"] == "Wed, 27 Apr 2022 01:15:49 GMT"


def test_a_file_of_equal_length_and_time_is_still_seen_as_another(live: Live) -> None:
    live.publish(b"<feed>one</feed>")
    assert live.raw(FEED)[1] == b"<feed>one</feed>"
    live.publish(b"<feed>two</feed>")
    assert live.raw(FEED)[1] == b"<feed>two</feed>"


def test_readers_that_come_together_all_get_whole_bytes(live: Live) -> None:
    bodies: list[bytes] = []
    with_br = {"Accept-Encoding": "br"}
    threads = [
        threading.Thread(target=lambda: bodies.append(live.client.get(FEED, headers=with_br).content)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == [BODY] * 8


def test_the_list_of_feeds_is_served_by_the_same_rules(live: Live) -> None:
    live.publish(b"<opml/>", "/feeds.opml")
    response, body = live.raw("/feeds.opml")
    assert (response.status_code, body) == (200, b"<opml/>")
    assert response.headers["content-type"] == "text/x-opml; charset=utf-8"
    assert live.raw("/feeds.opml", If_None_Match=response.headers["etag"])[0].status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/unknown.atom",
        "/feeds/none.atom",
        "/feeds/",
        "/feeds/%2e%2e/secret.atom",
        FEED.replace(".atom", ".rss"),
    ],
)
def test_what_is_no_feed_of_ours_is_404(live: Live, path: str) -> None:
    live.publish(b"secret", "/secret.atom")
    response, body = live.raw(path)
    assert response.status_code == 404
    assert b"secret" not in body


def test_a_topic_taken_out_of_the_configuration_is_404_although_its_file_is_there(live: Live) -> None:
    live.configuration = replace(CONFIGURATION, topics=())
    assert live.raw(FEED)[0].status_code == 404


def test_a_feed_that_was_never_published_asks_to_come_again(live: Live) -> None:
    response, _ = live.raw(f"/feeds/{NATIONAL}.atom")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "30"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_feeds_are_read_only(live: Live, method: str) -> None:
    response, _ = live.raw(FEED, method)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


def test_cache_time_and_own_address_follow_the_configuration(live: Live) -> None:
    site = Site(title="x", base_url="https://例子.example/feeds here")
    live.configuration = replace(
        CONFIGURATION, site=site, server=replace(CONFIGURATION.server, max_age=timedelta(hours=1))
    )
    response, _ = live.raw(FEED)
    assert response.headers["cache-control"] == "public, max-age=3600"
    assert response.headers["link"] == f'<https://%E4%BE%8B%E5%AD%90.example/feeds%20here{FEED}>; rel="self"'
