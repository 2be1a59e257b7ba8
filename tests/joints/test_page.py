"""A page is added by one module and one line: it is routed, served, linked and exported in both languages.

Two of them here: ``/sources``, which there is once, and ``/sources/{name}``, one for each source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from lxml import html

from aggregator.model.config import Configuration
from aggregator.model.reading import Entry, Query
from aggregator.site.folder import Folder
from aggregator.site.pages import registry
from aggregator.site.pages.export import export_pages
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.page import Content, Instance, Page, Stored
from aggregator.site.pages.registry import resolve
from aggregator.site.pages.route import Route
from web.conftest import Live, serving
from web.sample import CONFIGURATION, an_archive

TEMPLATES = Path(__file__).with_name("templates")
BASE = CONFIGURATION.site.base_url
NOW = datetime(2026, 5, 1, tzinfo=UTC)

# --- the module -------------------------------------------------------------------------------------


def _nothing(_stored: Stored, _route: Route) -> None:
    """All that it shows is configured."""


def _titles(frame: Frame, _read: None) -> Content:
    heading = "Sources" if frame.language == "en" else "来源"
    return Content({"heading": heading, "sources": frame.configuration.sources}, description=heading)


SOURCES = Page("sources", "/sources", "sources.html", _nothing, _titles, templates=TEMPLATES)


def _is_configured(configuration: Configuration, values: tuple[str, ...]) -> bool:
    return values[0] in {source.name for source in configuration.sources}


def _articles(stored: Stored, route: Route) -> tuple[str, tuple[Entry, ...]]:
    return route.values[0], tuple(stored.archive.entries(Query(source=route.values[0], limit=10)))


def _each(stored: Stored, configuration: Configuration) -> Iterator[Instance[tuple[str, tuple[Entry, ...]]]]:
    for source in configuration.sources:
        route = Route("source", "zh", (source.name,))
        yield Instance(route.values, 1, partial(_articles, stored, route))


def _listed(frame: Frame, read: tuple[str, tuple[Entry, ...]]) -> Content:
    name, entries = read
    back = "All sources" if frame.language == "en" else "全部来源"
    return Content({"heading": frame.names.source(name), "articles": entries, "back": back})


SOURCE = Page(
    "source",
    "/sources/{name}",
    "source.html",
    _articles,
    _listed,
    accepts=_is_configured,
    every=_each,
    templates=TEMPLATES,
)

# --- its line ---------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "PAGES", (*registry.PAGES, SOURCES, SOURCE))


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("site"), an_archive()) as site:
        yield site


# --- at work ----------------------------------------------------------------------------------------

PATHS = ["/sources", "/en/sources", "/sources/seeds", "/en/sources/seeds"]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/sources", Route("sources", "zh")),
        ("/en/sources", Route("sources", "en")),
        ("/sources/daily", Route("source", "zh", ("daily",))),
        ("/en/sources/daily", Route("source", "en", ("daily",))),
        ("/sources/unknown", None),
        ("/sources/", None),
        ("/zh/sources", None),
    ],
)
def test_its_paths_mean_it(path: str, route: Route | None) -> None:
    assert resolve(path, CONFIGURATION) == route


def test_on_an_english_site_it_is_english_at_the_root() -> None:
    english = replace(CONFIGURATION, site=replace(CONFIGURATION.site, language="en"))
    assert resolve("/sources", english) == Route("sources", "en")
    assert resolve("/zh/sources", english) == Route("sources", "zh")


@pytest.mark.parametrize("path", PATHS)
def test_it_is_served_with_a_tag_and_confirmed_by_it(live: Live, path: str) -> None:
    response, body = live.raw(path)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    confirmed, nothing = live.raw(path, If_None_Match=response.headers["etag"])
    assert (confirmed.status_code, nothing) == (304, b"")
    head, nothing = live.raw(path, "HEAD")
    assert (head.status_code, head.headers["content-length"], nothing) == (200, str(len(body)), b"")
    refused, _ = live.raw(path, "POST")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/sources/unknown", 404), ("/sources?page=2", 404), ("/sources/", 308), ("/sources?page=1", 200)],
)
def test_what_is_next_to_it(live: Live, path: str, status: int) -> None:
    assert live.raw(path)[0].status_code == status


def tree_at(live: Live, path: str) -> html.HtmlElement:
    return html.document_fromstring(live.raw(path)[1].decode())


@pytest.mark.parametrize("own", ["/sources", "/sources/seeds"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_it_names_itself_and_its_translations(live: Live, own: str, prefix: str) -> None:
    tree = tree_at(live, prefix + own)
    assert tree.xpath("//link[@rel='canonical']/@href") == [BASE + prefix + own]
    assert tree.xpath("//link[@hreflang]/@href") == [BASE + own, f"{BASE}/en{own}", BASE + own]
    assert tree.xpath("//a[@class='language']/@href") == [own if prefix else f"/en{own}"]
    assert tree.xpath("//link[@type='application/atom+xml']/@href") == [f"{BASE}/feeds/all.atom"]


def test_it_says_what_it_was_given_in_each_language(live: Live) -> None:
    assert tree_at(live, "/sources").xpath("//h1/text()") == ["来源"]
    english = tree_at(live, "/en/sources")
    assert english.xpath("//h1/text()") == ["Sources"]
    assert english.xpath("//meta[@name='description']/@content") == ["Sources"]
    assert english.xpath("//main//li/a/text()") == ["种子文章", "健康日报"]
    assert english.xpath("//main//li/a/@href") == ["/en/sources/seeds", "/en/sources/daily"]
    assert len(tree_at(live, "/en/sources/daily").xpath("//article")) == 3


def test_it_is_exported_and_its_links_find_their_files(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    renderings = [it for file in export_pages(an_archive(), CONFIGURATION) if (it := file.render(NOW))]
    folder.put(renderings)
    bodies = {rendering.path: rendering.body.decode(errors="ignore") for rendering in renderings}
    assert {*PATHS, "/sources/daily", "/en/sources/daily"} <= bodies.keys()
    linked = {href for path in PATHS for href in re.findall(r'<a [^>]*href="(/[^"]*)"', bodies[path])}
    assert "/sources/seeds" in linked
    assert {href for href in linked if folder.get(href) is None} == set()
