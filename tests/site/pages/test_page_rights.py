"""Rights and attachments on pages: what a source allows, whose text it is, and what hangs on an article."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import html

from aggregator.model.article import Reason, Verdict
from aggregator.model.config import Configuration, Publish, Source
from aggregator.model.document import Enclosure
from aggregator.site.pages.export import export_pages
from aggregator.site.pages.figures import size
from aggregator.site.pages.page import Stored
from aggregator.site.pages.registry import read_page
from aggregator.site.pages.route import Route
from web.fake_archive import FakeArchive
from web.sample import CONFIGURATION, a_dossier, an_article_id

KINDS: tuple[Publish, ...] = ("full", "summary", "link")
TEXT = "项目建设今年进入第三年"
PICTURE = "https://daily.example.org/head.jpg"
MEDIA = (
    Enclosure("https://daily.example.org/%E9%99%84%E4%BB%B6.pdf?x=1", "application/pdf", 3_210_000),
    Enclosure("https://media.example.org/", "", None),
)
DOSSIER = a_dossier(0, html=f"<p>{TEXT}。全文在此。</p>", summary=f"{TEXT}。", image=PICTURE, enclosures=MEDIA)
ROUTES = [
    Route("index", "zh"),
    Route("topic", "zh", ("all",)),
    Route("article", "zh", (str(an_article_id(0)),)),
    Route("article", "en", (str(an_article_id(0)),)),
]


def configured(publish: Publish = "full", rights: str = "") -> Configuration:
    return replace(CONFIGURATION, sources=(Source("seeds", publish=publish, rights=rights), Source("daily")))


def page(route: Route, configuration: Configuration) -> html.HtmlElement:
    archive = FakeArchive([DOSSIER])
    text = read_page(Stored(archive, archive.topic_counts), configuration, route)
    assert isinstance(text, str)
    return html.document_fromstring(text)


def source_text(tree: html.HtmlElement) -> str:
    return str(html.tostring(tree, encoding="unicode"))


@pytest.mark.parametrize("publish", ["link", "summary"])
def test_the_reasons_of_a_topic_quote_no_more_than_the_title(publish: Publish) -> None:
    quoted = Reason("合龙", "机密的一句", "text", 7, 1.0), Reason("大桥", "大桥开通", "title", 0, 1.0)
    dossier = replace(DOSSIER, verdicts=(Verdict(CONFIGURATION.topics[0].slug, True, 2.0, quoted),))
    archive = FakeArchive([dossier])
    stored = Stored(archive, archive.topic_counts)
    shown = {kind: read_page(stored, configured(kind), ROUTES[2]) for kind in KINDS}
    assert "机密的一句" in str(shown["full"])
    assert "机密的一句" not in str(shown[publish])
    assert "大桥开通" in str(shown[publish])


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_of_a_link_nothing_but_title_and_address_is_on_any_page(route: Route) -> None:
    tree = page(route, configured("link"))
    assert TEXT not in source_text(tree)
    assert "全文在此" not in source_text(tree)
    assert not tree.xpath("//main//img")
    assert not tree.xpath("//section[@class='attachments']")
    assert DOSSIER.entry.title in tree.text_content()


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_of_a_summary_the_rest_of_the_text_is_on_no_page(route: Route) -> None:
    tree = page(route, configured("summary"))
    assert TEXT in source_text(tree)
    assert "全文在此" not in source_text(tree)
    assert not tree.xpath("//main//img")


def test_an_exported_site_shows_no_more() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    planned = export_pages(FakeArchive([DOSSIER]), configured("link"))
    written = [made.body.decode(errors="ignore") for it in planned if (made := it.render(now))]
    assert any(DOSSIER.entry.title in body for body in written)
    assert not [body for body in written if TEXT in body]


@pytest.mark.parametrize(("publish", "said"), [("full", False), ("summary", True), ("link", True)])
def test_the_page_of_an_article_says_that_it_is_not_all(publish: Publish, said: bool) -> None:
    tree = page(ROUTES[2], configured(publish))
    assert ("这里不提供全文，请到原网站阅读。" in tree.text_content()) is said
    links = tree.xpath("//div[@class='content']//a")
    assert [(link.get("href"), link.text) for link in links] == [(DOSSIER.entry.url, "阅读原文")] * said


def test_the_link_is_in_the_language_of_the_page() -> None:
    assert page(ROUTES[3], configured("link")).xpath("//div[@class='content']//a/text()") == ["Read the original"]


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_page_with_the_article_says_whose_text_it_is(route: Route) -> None:
    tree = page(route, configured(rights="© 某报 <b>保留权利</b>"))
    assert tree.xpath("//p[@class='rights']/text()") == ["© 某报 <b>保留权利</b>"]
    assert not page(route, configured()).xpath("//p[@class='rights']")


def test_attachments_are_listed_with_name_type_and_size() -> None:
    tree = page(ROUTES[2], configured())
    links = tree.xpath("//section[@class='attachments']//a")
    assert [(link.get("href"), link.text) for link in links] == [
        (MEDIA[0].url, "附件.pdf"),
        (MEDIA[1].url, "media.example.org"),
    ]
    items = [" ".join(item.text_content().split()) for item in tree.xpath("//section[@class='attachments']//li")]
    assert items == ["附件.pdf application/pdf 3.2 MB", "media.example.org"]


@pytest.mark.parametrize(
    ("length", "words"),
    [(1, "1 B"), (999, "999 B"), (1000, "1.0 KB"), (15_400, "15 KB"), (2_500_000_000_000, "2500 GB")],
)
def test_sizes(length: int, words: str) -> None:
    assert size(length) == words
