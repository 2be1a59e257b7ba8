"""robots.txt, the sitemap and the mark over a real connection."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from aggregator.site.pages import crawlers
from web.conftest import Live
from web.sample import CONFIGURATION, a_dossier, an_article_id

BASE = CONFIGURATION.site.base_url
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def located(body: bytes) -> list[str]:
    return [found.text or "" for found in etree.fromstring(body).iter(f"{NAMESPACE}loc")]


def test_crawlers_may_read_everything_and_find_the_sitemap(live: Live) -> None:
    response, body = live.raw("/robots.txt")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert body.decode() == f"User-agent: *\nAllow: /\n\nSitemap: {BASE}/sitemap.xml\n"


def test_the_mark_is_where_browsers_look_for_it(live: Live) -> None:
    response, body = live.raw("/favicon.ico")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/x-icon")
    assert body.startswith(b"\0\0\1\0")


@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico", "/sitemap.xml"])
def test_they_are_confirmed_by_their_tag_and_read_only(live: Live, path: str) -> None:
    response, _ = live.raw(path)
    assert live.raw(path, If_None_Match=response.headers["etag"])[0].status_code == 304
    assert live.raw(path, "HEAD")[0].headers["content-length"] == response.headers["content-length"]
    assert live.raw(path, "POST")[0].status_code == 405


def test_the_sitemap_names_every_page_in_both_languages_but_nothing_in_no_topic(live: Live) -> None:
    response, body = live.raw("/sitemap.xml")
    assert response.headers["content-type"] == "application/xml; charset=utf-8"
    found = located(body)
    assert len(found) == len(set(found))
    article = f"/articles/{an_article_id(2)}"
    assert {f"{BASE}/", f"{BASE}/en/", f"{BASE}/subscribe", BASE + article, f"{BASE}/en{article}"} <= set(found)
    assert not [address for address in found if "none" in address or str(an_article_id(5)) in address]
    for address in found:
        assert live.raw(address.removeprefix(BASE))[0].status_code == 200
    changed = [node.text for node in etree.fromstring(body).iter(f"{NAMESPACE}lastmod")]
    assert "2022-04-26T01:15:48Z" in changed


def test_a_long_sitemap_is_an_index_of_parts(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawlers, "PART", 4)
    live.archive.change(a_dossier(7))
    parts = located(live.raw("/sitemap.xml")[1])
    assert parts == [f"{BASE}/sitemap-1.xml", f"{BASE}/sitemap-2.xml"]
    held = [address for part in parts for address in located(live.raw(part.removeprefix(BASE))[1])]
    assert len([address for address in held if "/en/articles/" in address]) == 7
    assert len(held) == len(set(held))


@pytest.mark.parametrize("path", ["/sitemap-1.xml", "/sitemap-0.xml", "/sitemap-x.xml", "/sitemap", "/sitemap.xml.gz"])
def test_what_is_no_sitemap_is_404(live: Live, path: str) -> None:
    assert live.raw(path)[0].status_code == 404


def test_what_is_for_operators_is_nowhere(live: Live) -> None:
    live.configuration = replace(CONFIGURATION, site=replace(CONFIGURATION.site, machinery="operators"))
    assert live.raw("/topics/none")[0].status_code == 404
    assert live.raw(f"/articles/{an_article_id(5)}")[0].status_code == 404
    assert b"/topics/none" not in live.raw("/")[1] + live.raw("/sitemap.xml")[1]
