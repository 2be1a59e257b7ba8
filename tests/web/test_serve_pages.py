"""Pages, static files and health over a real connection."""

from __future__ import annotations

import gzip
import threading
from dataclasses import replace

import pytest

from web.conftest import FEED, MODIFIED, Live
from web.sample import CONFIGURATION, REGIONAL, a_dossier, an_archive, an_article_id

ARTICLE = f"/articles/{an_article_id(2)}"
PAGES = ["/", "/topics/all", "/topics/none", f"/topics/{REGIONAL}", ARTICLE]
BOTH = [*PAGES, *("/en" + path for path in PAGES)]


@pytest.mark.parametrize("path", BOTH)
def test_every_page_is_there_in_both_languages_and_runs_nothing(live: Live, path: str) -> None:
    response, body = live.raw(path)
    assert response.status_code == 200
    headers = response.headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "public, max-age=60"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'none'", "style-src 'self'", "frame-ancestors 'none'"} <= set(policy)
    assert headers["content-length"] == str(len(body))
    assert b"<script" not in body


@pytest.mark.parametrize("path", BOTH)
def test_a_page_that_did_not_change_is_304_and_not_rendered(live: Live, path: str) -> None:
    tag = live.raw(path)[0].headers["etag"]
    reads = live.archive.reads
    response, body = live.raw(path, If_None_Match=tag)
    assert (response.status_code, body) == (304, b"")
    assert live.archive.reads == reads


def test_a_page_is_rendered_once_until_something_changes(live: Live) -> None:
    first, _ = live.raw("/")
    reads = live.archive.reads
    live.raw("/", Accept_Encoding="gzip")
    assert live.archive.reads == reads
    live.archive.change(a_dossier(8))
    second, _ = live.raw("/", If_None_Match=first.headers["etag"])
    assert second.status_code == 200
    assert live.archive.reads > reads


def test_tags_differ_between_pages_languages_and_configurations(live: Live) -> None:
    paths = ["/", "/en/", "/topics/all", "/topics/none"]
    tags = [live.raw(path)[0].headers["etag"] for path in paths]
    live.configuration = replace(CONFIGURATION, site=replace(CONFIGURATION.site, title="另一个名字"))
    tags += [live.raw(path)[0].headers["etag"] for path in paths]
    assert len(set(tags)) == len(tags)


def test_compressed_pages_are_the_same_pages(live: Live) -> None:
    _, plain = live.raw("/")
    response, packed = live.raw("/", Accept_Encoding="gzip")
    assert response.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(packed) == plain
    assert response.headers["etag"].endswith('-gzip"')


def test_head_of_a_page(live: Live) -> None:
    get, _ = live.raw("/")
    head, body = live.raw("/", "HEAD")
    assert body == b""
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/topics/unknown", 404),
        ("/topics/", 404),
        ("/zh/", 404),
        ("/en/nothing", 404),
        ("/articles/7f000000-0000-4000-8000-000000000000", 404),
        (ARTICLE.upper().replace("/ARTICLES", "/articles"), 404),
        ("/static/nothing.css", 404),
        ("/static/%2e%2e/pages.py", 404),
        ("/%2fevil.example/", 404),
        ("/topics/all?page=2", 404),
        ("/topics/all?page=0", 404),
        ("/topics/all?page=-1", 404),
        ("/topics/all?page=1e9", 404),
        ("/topics/all?page=" + "9" * 5000, 404),
        ("/topics/all?page=１", 404),
        ("/?page=2", 404),
        ("/topics/all?page=1", 200),
        ("/?utm_source=mail", 200),
    ],
)
def test_which_addresses_exist(live: Live, path: str, status: int) -> None:
    response, _ = live.raw(path)
    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"


def test_nothing_that_does_not_exist_is_confirmed(live: Live) -> None:
    missing = "/articles/7f000000-0000-4000-8000-000000000000"
    assert live.raw(missing, If_None_Match="*")[0].status_code == 404
    assert live.raw("/", If_None_Match="*")[0].status_code == 304


@pytest.mark.parametrize(
    ("path", "meant"),
    [("/topics/all/", "/topics/all"), ("/en", "/en/"), ("/en/topics/all/", "/en/topics/all"), (ARTICLE + "/", ARTICLE)],
)
def test_a_slash_too_many_or_too_few_is_put_right(live: Live, path: str, meant: str) -> None:
    response, _ = live.raw(path)
    assert (response.status_code, response.headers["location"]) == (308, meant)


def test_error_pages_speak_the_language_of_their_path(live: Live) -> None:
    assert "没有这个页面" in live.raw("/topics/unknown")[1].decode()
    assert "There is no such page" in live.raw("/en/topics/unknown")[1].decode()


@pytest.mark.parametrize("path", ["/", ARTICLE, "/static/site.css"])
def test_pages_are_read_only(live: Live, path: str) -> None:
    response, _ = live.raw(path, "POST")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


def test_pages_of_a_long_list_follow_each_other(live: Live) -> None:
    live.archive.change(*(a_dossier(number) for number in range(7, 60)))
    second, body = live.raw("/topics/all?page=2")
    assert second.status_code == 200
    text = body.decode()
    assert 'rel="prev" href="/topics/all"' in text
    assert 'rel="next" href="/topics/all?page=3"' in text
    assert 'hreflang="en" href="http://127.0.0.1:8000/en/topics/all?page=2"' in text


@pytest.mark.parametrize("name", ["site.css", "feed.css", "icon.svg"])
def test_static_files(live: Live, name: str) -> None:
    response, body = live.raw(f"/static/{name}")
    assert response.status_code == 200
    assert body
    assert response.headers["cache-control"] == "public, max-age=3600"
    assert live.raw(f"/static/{name}", If_None_Match=response.headers["etag"])[0].status_code == 304


def test_the_style_sheet_that_a_page_names_may_be_kept_for_good(live: Live) -> None:
    page = live.raw("/")[1].decode()
    named = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert live.raw(named)[0].headers["cache-control"] == "public, max-age=31536000, immutable"
    assert live.raw("/static/site.css?v=00000000")[0].headers["cache-control"] == "public, max-age=3600"


def test_a_withdrawn_article_is_gone_even_for_those_who_hold_its_page(live: Live) -> None:
    tag = live.raw(ARTICLE)[0].headers["etag"]
    live.archive.dossiers[2] = replace(live.archive.dossiers[2], withdrawn=MODIFIED)
    live.archive.change()
    for path in (ARTICLE, "/en" + ARTICLE):
        response, body = live.raw(path, If_None_Match=tag)
        assert response.status_code == 410
        assert live.archive.dossiers[2].entry.title not in body.decode()
    live.archive.dossiers = an_archive().dossiers
    live.archive.change()
    assert live.raw(ARTICLE)[0].status_code == 200


def test_topics_are_counted_once_a_change(live: Live) -> None:
    for change in range(2):
        before = live.archive.countings
        assert {live.raw(path)[0].status_code for path in BOTH} == {200}
        assert live.archive.countings == before + 1, change
        live.archive.change()


def test_a_failing_archive_gives_an_error_page_and_leaves_the_feeds_alone(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live.archive, "topic_counts", _fail)
    response, body = live.raw("/")
    assert response.status_code == 500
    assert "页面没能生成" in body.decode()
    assert "the disk is gone" not in body.decode()
    assert response.headers["cache-control"] == "no-store"
    assert live.raw(FEED)[0].status_code == 200


def _fail() -> None:
    raise OSError("the disk is gone")


def test_a_slow_archive_keeps_no_feed_waiting(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, release = threading.Event(), threading.Event()

    def slow_number() -> str:
        entered.set()
        release.wait(20)
        return "slow"

    monkeypatch.setattr(live.archive, "change_number", slow_number)
    statuses: list[int] = []
    page = threading.Thread(target=lambda: statuses.append(live.raw("/")[0].status_code))
    page.start()
    try:
        assert entered.wait(20)
        assert live.raw(FEED)[0].status_code == 200
        assert statuses == []
    finally:
        release.set()
        page.join()
    assert statuses == [200]
