"""Who wrote an article, where it is from and in which language it is: on its page and in lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from aggregator.model.article import StatedSite
from aggregator.model.config import Source
from aggregator.site.catalog import Language
from aggregator.site.pages.page import Stored
from aggregator.site.pages.registry import read_page
from aggregator.site.pages.route import Route
from web.fake_archive import FakeArchive
from web.sample import CONFIGURATION, NATIONAL, a_dossier

ROUTES = ("index", "topic", "article")
SOURCES = (Source("named", title="省报"), Source("plain"))


def shown(route: str, of_page: Language = "zh", **changes: Any) -> html.HtmlElement:
    dossier = a_dossier(0, topics=(NATIONAL,), **changes)
    archive = FakeArchive([dossier])
    values = {"topic": (NATIONAL,), "article": (str(dossier.entry.id),)}.get(route, ())
    configuration = replace(CONFIGURATION, sources=SOURCES)
    page = read_page(Stored(archive, archive.topic_counts), configuration, Route(route, of_page, values))
    assert isinstance(page, str)
    return html.document_fromstring(page)


NAMES = [
    ("named", "", "", ["省报"]),
    ("named", "王明", "", ["王明", "省报"]),
    ("named", "省报", "", ["省报"]),
    ("named", "", "报纸自称", ["省报"]),
    ("plain", "王明", "报纸自称", ["王明", "报纸自称"]),
    ("plain", "", "", ["plain"]),
    ("gone", "王明", "从前的报", ["王明", "从前的报"]),
    ("gone", "", "", ["gone"]),
]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("source", "author", "stated", "names"), NAMES)
def test_author_and_source_both_stand_there_once(
    route: str, source: str, author: str, stated: str, names: list[str]
) -> None:
    tree = shown(route, source=source, author=author, origin=StatedSite(stated))
    said = [span.text for span in tree.xpath("//article//*[@class='meta']/span") if span.text]

    assert said[: len(names)] == names
    assert not {name for _, _, _, others in NAMES for name in others} & set(said[len(names) :])


LANGUAGES: list[tuple[Language, str, str | None]] = [
    ("zh", "", None),
    ("zh", "zh", None),
    ("zh", "en", "en"),
    ("zh", "ar", "ar"),
    ("en", "", "zh-CN"),
    ("en", "zh", "zh-CN"),
    ("en", "en", None),
    ("en", "fr", "fr"),
]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("language", "told", "marked"), LANGUAGES)
def test_words_in_another_language_than_the_page_are_marked(
    route: str, language: Language, told: str, marked: str | None
) -> None:
    tree = shown(route, language, language=told)
    title = tree.xpath("//h1" if route == "article" else "//article//*[self::h2 or self::h3 or self::h4]/a")[0]
    text = tree.xpath("//*[@class='content']" if route == "article" else "//article//*[@class='summary']")[0]

    assert (title.get("lang"), text.get("lang")) == (marked, marked)


def test_a_summary_that_is_the_title_is_not_said_twice() -> None:
    tree = shown("topic", title="只有题目", summary="只有题目")

    assert not tree.xpath("//*[@class='summary']")


def test_no_page_holds_a_control() -> None:
    text = html.tostring(shown("article", title="甲\x9b乙\x7f", html="<p>丙\x85丁\x01</p>"), encoding="unicode")

    assert not {char for char in text if (char < " " and char not in "\t\n\r") or "\x7f" <= char <= "\x9f"}
