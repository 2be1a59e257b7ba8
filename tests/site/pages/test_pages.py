"""What people find on the pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html

import aggregator.site
from aggregator.model.config import Configuration
from aggregator.site.catalog import Language
from aggregator.site.pages.page import Absence, Stored
from aggregator.site.pages.registry import frame_of, read_page, resolve
from aggregator.site.pages.route import Route
from web.fake_archive import FakeArchive
from web.sample import CONFIGURATION, NATIONAL, REGIONAL, TOPICS, a_dossier, an_archive, an_article_id

BASE = "http://127.0.0.1:8000"


def page(
    route: Route,
    archive: FakeArchive | None = None,
    configuration: Configuration = CONFIGURATION,
    number: int = 1,
) -> html.HtmlElement:
    text = read(archive or an_archive(), replace(route, number=number), configuration)
    assert isinstance(text, str)
    return html.document_fromstring(text)


def read(archive: FakeArchive, route: Route, configuration: Configuration = CONFIGURATION) -> str | Absence:
    return read_page(Stored(archive, archive.topic_counts), configuration, route)


def path_of(route: Route) -> str:
    return frame_of(CONFIGURATION, route).links.path


def texts(tree: html.HtmlElement, path: str) -> list[str]:
    return [re.sub(r"\s+", " ", found.text_content()).strip() for found in tree.xpath(path)]


def index(language: Language = "zh") -> html.HtmlElement:
    return page(Route("index", language))


def topic(key: str = REGIONAL, language: Language = "zh", archive: FakeArchive | None = None) -> html.HtmlElement:
    return page(Route("topic", language, (key,)), archive)


def article(number: int = 2, language: Language = "zh", archive: FakeArchive | None = None) -> html.HtmlElement:
    return page(Route("article", language, (str(an_article_id(number)),)), archive)


LANGUAGES: Sequence[Language] = ("zh", "en")
ALL_PAGES = [
    *(Route("index", language) for language in LANGUAGES),
    *(Route("subscribe", language) for language in LANGUAGES),
    *(Route("subscribe_one", language, (key,)) for language in LANGUAGES for key in (REGIONAL, "all")),
    *(Route("topic", language, (key,)) for language in LANGUAGES for key in (REGIONAL, "all", "none")),
    *(Route("article", language, (str(an_article_id(number)),)) for language in LANGUAGES for number in (0, 2, 5)),
]


@pytest.mark.parametrize("route", ALL_PAGES, ids=str)
def test_every_page_can_be_used_without_eyes_mouse_or_script(route: Route) -> None:
    tree = page(route)
    assert tree.get("lang") == {"zh": "zh-CN", "en": "en"}[route.language]
    assert not tree.xpath("//script | //@style | //@onclick | //style")
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//main[@id='main']")
    assert tree.xpath("//body/a[1]/@href") == ["#main"]
    assert not tree.xpath("//img[not(@alt)] | //input[not(@aria-label)] | //nav[not(@aria-label)]")
    assert not tree.xpath("//a[not(@href)] | //a[not(normalize-space(.))]")
    levels = [int(tag[1]) for tag in (found.tag for found in tree.iter("h1", "h2", "h3", "h4"))]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    identifiers = tree.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    assert set(tree.xpath("//@aria-labelledby")) <= set(identifiers)


@pytest.mark.parametrize("route", ALL_PAGES, ids=str)
def test_every_page_names_its_translations_and_the_switch_keeps_it(route: Route) -> None:
    tree = page(route)
    own = path_of(route)
    assert tree.xpath("//link[@rel='canonical']/@href") == [BASE + own]
    alternates = dict(
        zip(tree.xpath("//link[@hreflang]/@hreflang"), tree.xpath("//link[@hreflang]/@href"), strict=True)
    )
    chinese, english = (path_of(replace(route, language=language)) for language in LANGUAGES)
    assert english == "/en" + chinese
    assert alternates == {"zh-CN": BASE + chinese, "en": BASE + english, "x-default": BASE + chinese}
    (switch,) = tree.xpath("//a[@class='language']")
    assert switch.get("href") == (english if route.language == "zh" else chinese)
    assert switch.get("hreflang") == switch.get("lang") != tree.get("lang")


@pytest.mark.parametrize("route", ALL_PAGES, ids=str)
def test_every_link_within_the_site_leads_somewhere(route: Route) -> None:
    archive = an_archive()
    for href in page(route, archive).xpath("//a/@href"):
        if not href.startswith("/") or href.endswith(".opml"):
            continue
        path, _, query = href.partition("?page=")
        target = resolved(path)
        assert isinstance(read(archive, replace(target, number=int(query or 1))), str)


def resolved(path: str) -> Route:
    target = resolve(path, CONFIGURATION)
    assert target is not None, path
    return target


def test_the_index_offers_every_feed_to_readers_and_people() -> None:
    tree = index()
    feeds = [f"{BASE}/feeds/{key}.atom" for key in ("all", *(topic.slug for topic in TOPICS))]
    found = tree.xpath("//link[@rel='alternate'][@type='application/atom+xml']")
    assert [link.get("href") for link in found] == feeds
    assert [link.get("title") for link in found] == ["全部文章", *(topic.title for topic in TOPICS)]
    help_pages = ["/subscribe", *(f"/subscribe/{topic.slug}" for topic in TOPICS)]
    assert tree.xpath("//a[@class='button']/@href") == help_pages


def test_the_page_on_subscribing_has_addresses_readers_and_the_list() -> None:
    tree = page(Route("subscribe", "zh"))
    feeds = [f"{BASE}/feeds/{key}.atom" for key in ("all", *(topic.slug for topic in TOPICS))]
    assert tree.xpath("//code[@class='address']/text()") == feeds
    hrefs = tree.xpath("//main//a/@href")
    assert f"feed:{feeds[0]}" in hrefs
    assert "https://www.inoreader.com/?add_feed=http%3A%2F%2F127.0.0.1%3A8000%2Ffeeds%2Fall.atom" in hrefs
    assert "/feeds.opml" in hrefs
    assert "网上的阅读器读不到它" in tree.text_content()


def test_a_topic_has_a_page_on_subscribing_to_it() -> None:
    tree = page(Route("subscribe_one", "en", (REGIONAL,)))
    assert texts(tree, "//h1") == ["Subscribe to “National regional medical centers”"]
    assert tree.xpath("//code[@class='address']/text()") == [f"{BASE}/feeds/{REGIONAL}.atom"]
    assert tree.xpath("//link[@type='application/atom+xml']/@href") == [f"{BASE}/feeds/{REGIONAL}.atom"]
    outside = [link for link in tree.xpath("//main//a") if link.get("href").startswith("https:")]
    assert len(outside) == 5
    assert all("noopener" in link.get("rel") for link in outside)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_machinery_is_folded_away(language: Language) -> None:
    (folded,) = article(2, language).xpath("//details[@class='dossier']")
    assert folded.get("open") is None
    assert folded.xpath(".//dl[@class='facts']")


def test_operators_may_keep_the_machinery_to_themselves() -> None:
    hidden = replace(CONFIGURATION, site=replace(CONFIGURATION.site, machinery="operators"))
    shown = page(Route("article", "zh", (str(an_article_id(2)),)), configuration=hidden)
    assert not shown.xpath("//details | //*[@class='verdict in'] | //a[@href='/topics/none']")
    assert read(an_archive(), Route("article", "zh", (str(an_article_id(5)),)), hidden) is Absence.UNKNOWN
    assert resolve("/topics/none", hidden) is None


def test_an_article_leads_to_those_beside_it() -> None:
    beside = {number: article(number).xpath("//nav[@class='beside']/a/@href") for number in (0, 6)}
    assert beside == {0: [f"/articles/{an_article_id(2)}"], 6: [f"/articles/{an_article_id(2)}"]}
    assert article(6).xpath("//nav[@class='beside']/a/@rel") == ["prev"]
    assert not article(5).xpath("//nav[@class='beside']")


def test_lists_have_a_heading_a_day_and_the_time_beside_each_article() -> None:
    tree = topic("all")
    assert texts(tree, "//h2[@class='day']")[0] == "2022年4月27日 星期三"
    assert texts(tree, "(//article)[1]//time") == ["09:15"]


def test_link_previews_tell_title_kind_and_time() -> None:
    def told(tree: html.HtmlElement) -> dict[str, str]:
        return {meta.get("property"): meta.get("content") for meta in tree.xpath("//meta[@property]")}

    front, one = told(index("en")), told(article(2))
    assert (front["og:type"], front["og:title"], front["og:url"]) == ("website", "Medical center policy", f"{BASE}/en/")
    assert one["og:type"] == "article"
    assert one["og:url"] == f"{BASE}/articles/{an_article_id(2)}"
    assert one["og:image"] == "https://daily.example.org/static/head.jpg"
    assert one["article:published_time"] == "2022-04-24T23:15:48Z"
    assert "og:image" not in told(article(0))


def test_a_card_says_what_its_topic_holds() -> None:
    cards = texts(index(), "//section[@class='card']")
    assert cards[1].startswith("国家区域医疗中心 3 篇文章 最新 2022年4月27日 输出医院")
    assert texts(index("en"), "//section[@class='card']")[0].startswith("National medical centers 1 article")


def test_an_untranslated_topic_keeps_its_own_name() -> None:
    assert "优质医疗资源扩容" in texts(index("en"), "//section[@class='card']//h3")


def test_the_index_shows_the_newest_of_all_topics_first() -> None:
    titles = texts(index(), "//article//h4")
    assert titles[:2] == ["首批三个区域医疗中心项目通过验收，明年起接诊", "一家儿童医院挂牌国家医学中心，牵头八省协作"]
    assert "市里的新医院开诊，名字里有“医疗中心”" not in titles


def test_an_empty_site_says_so() -> None:
    tree = page(Route("index", "zh"), FakeArchive())
    assert texts(tree, "//p[@class='empty']") == ["还没有文章。"]
    assert texts(page(Route("topic", "zh", ("all",)), FakeArchive()), "//p[@class='empty']") == ["还没有文章。"]


@pytest.mark.parametrize(
    ("place", "since", "day"),
    [(-900, -30, "20 April"), (-900, 5, "25 April"), (3, -30, "23 April"), (3, None, "23 April")],
    ids=["seen after its date", "in a feed made later", "when its day came", "in a feed of which nothing is known"],
)
def test_nothing_entered_a_feed_before_it_was_seen_nor_before_there_was_one(
    place: int, since: int | None, day: str
) -> None:
    """A feed's first articles have their places in it by their dates, which readers could not read then."""
    plain, archive = a_dossier(7), an_archive()
    seen = plain.entry.first_seen
    known = {} if since is None else {REGIONAL: seen + timedelta(days=since)}
    archive.change(replace(plain, admissions={REGIONAL: seen + timedelta(days=place)}, feeds_since=known))
    (told,) = texts(article(7, "en", archive), "//dd//li[contains(., 'entered on')]")
    assert told.endswith(f"entered on {day} 2022, 02:22")


def test_a_topic_page_shows_waiting_articles_at_once_and_says_so() -> None:
    archive = an_archive()
    late = a_dossier(7)
    archive.change(replace(late, admissions={REGIONAL: None}))
    tree = topic(archive=archive)
    assert len(tree.xpath("//article")) == 4
    assert texts(tree, "//p[@class='note']") == ["另有 1 篇较早的文章已显示在本页，会在以后几天陆续进入订阅源。"]
    assert tree.xpath("//link[@type='application/atom+xml']/@href") == [f"{BASE}/feeds/{REGIONAL}.atom"]


def test_articles_of_no_topic_come_with_the_reason_and_without_a_feed() -> None:
    archive = an_archive(13)
    archive.change(replace(a_dossier(19), verdicts=()))
    tree = topic("none", archive=archive)
    assert texts(tree, "//ul[@class='vain']/li") == [
        "国家区域医疗中心 医疗中心 得分 0.5，不到 1.0",
        "没有任何主题的任何规则与这篇文章相符。",
        "没有任何主题的任何规则与这篇文章相符。",
    ]
    assert not tree.xpath("//a[@class='button']")
    assert tree.xpath("//link[@type='application/atom+xml']/@href") == [f"{BASE}/feeds/all.atom"]


@pytest.mark.parametrize(
    ("number", "articles", "newer", "older", "shown"),
    [
        (1, 25, [], [], 25),
        (1, 26, [], ["/topics/all?page=2"], 25),
        (2, 26, ["/topics/all"], [], 1),
        (2, 51, ["/topics/all"], ["/topics/all?page=3"], 25),
        (3, 51, ["/topics/all?page=2"], [], 1),
    ],
)
def test_long_lists_are_paged(number: int, articles: int, newer: list[str], older: list[str], shown: int) -> None:
    archive = FakeArchive(a_dossier(7 * count) for count in range(articles))
    tree = page(Route("topic", "zh", ("all",)), archive, number=number)
    assert tree.xpath("//a[@rel='prev']/@href") == newer
    assert tree.xpath("//a[@rel='next']/@href") == older
    assert len(tree.xpath("//article")) == shown
    assert read(archive, Route("topic", "zh", ("all",), 9)) is Absence.UNKNOWN


def test_an_article_comes_with_its_text_its_sources_and_its_history() -> None:
    tree = article()
    assert texts(tree, "//h1") == ["“大病不出省”怎样落地？记者走访三座地级市"]
    header = texts(tree, "//header[h1]")[0]
    assert "2022年4月25日 07:15" in header
    assert "更新 2022年4月26日 09:15" in header
    assert tree.xpath("//header/p/time/@datetime") == ["2022-04-24T23:15:48Z"]
    assert len(tree.xpath("//div[@class='content']/p")) == 3
    origins = texts(tree, "//ul[@class='origins']/li")
    assert origins[0].startswith("种子文章 _posts/2022-04-02.md 最近一次见到 2022年4月25日 07:22")
    assert origins[1].endswith("原处已不存在")
    assert [text.split()[0] for text in texts(tree, "//ol[@class='origins']/li")] == [
        "“大病不出省”怎样落地？（更新）",
        "“大病不出省”怎样落地？记者走访三座地级市",
    ]
    assert tree.xpath("//ol[@class='origins']/li/@value") == ["2", "1"]
    facts = " ".join(texts(tree, "//dl"))
    assert f"urn:uuid:{an_article_id(2)}" in facts
    assert "排队等待进入" in facts
    assert "title-quotes: 标题里的引号没有转义（第 2 行）" in facts
    assert "时政 · 健康 · 医改" in facts


def test_an_article_says_why_it_is_in_its_topics_and_why_not_in_the_others() -> None:
    tree = article()
    assert texts(tree, "//div[@class='verdict in']/h4") == ["国家区域医疗中心", "省级区域医疗中心", "优质医疗资源扩容"]
    assert texts(tree, "(//div[@class='verdict in'])[2]/p") == ["得分 1.75，需要 1.5"]
    assert texts(tree, "(//div[@class='verdict in'])[1]//li[2]/p") == [
        "省级和国家区域医疗中心 正文第 129 字起 分值 0.75",
        "规则 (?:国家|省级)[^，。]{0,7}区域医疗中心",
    ]
    assert texts(tree, "//div[@class='verdict out']") == ["国家医学中心 只出现在不算数的名称里：国家军事医学中心"]


def test_an_article_of_no_topic_is_told_from_every_topic() -> None:
    tree = article(5, "en")
    assert "Why it is in no topic" in texts(tree, "//h3")
    spoken_for, silent = texts(tree, "//div[@class='verdict out']")
    assert "score 0.5 is less than 1.0" in spoken_for
    assert silent.startswith("No rule of these topics matches this article: National medical centers ")
    assert len(tree.xpath("//div[@class='verdict out']//a")) == len(TOPICS)
    assert not tree.xpath("//div[@class='verdict in']")


def test_links_out_carry_no_trust_and_no_referrer() -> None:
    for href, rel in zip(article().xpath("//a/@href"), article().xpath("//a"), strict=True):
        if href.startswith("https:"):
            assert rel.get("rel") == "noopener noreferrer nofollow"


def test_publishers_words_on_an_english_page_say_that_they_are_chinese() -> None:
    assert article(2, "en").xpath("//h1/@lang | //div[@class='content']/@lang") == ["zh-CN", "zh-CN"]
    assert index("en").xpath("(//article//h4/a)[1]/@lang") == ["zh-CN"]
    assert not article(2, "zh").xpath("//h1/@lang")


HOSTILE = '<script>alert(1)</script>" onload="x'


def test_nothing_but_the_articles_own_text_is_taken_as_markup() -> None:
    plain = a_dossier(
        title=HOSTILE, summary=HOSTILE, author=HOSTILE, categories=(HOSTILE,), image="https://a.example/" + HOSTILE
    )
    reason = replace(plain.verdicts[0].reasons[0], rule=HOSTILE, matched=HOSTILE)
    verdict = replace(plain.verdicts[0], reasons=(reason,))
    origin = replace(plain.origins[0], location=HOSTILE)
    archive = FakeArchive([replace(plain, verdicts=(verdict,), origins=(origin,), repairs=(HOSTILE,))])
    for tree in (article(0, archive=archive), topic("all", archive=archive), topic(archive=archive)):
        assert not tree.xpath("//script | //@onload")
        assert HOSTILE in tree.text_content()


def test_markup_is_trusted_in_one_place_only() -> None:
    templates = Path(aggregator.site.__file__).parent / "templates"
    trusted = [file.name for file in templates.glob("*.html") for _ in re.findall(r"\|\s*safe", file.read_text())]
    assert trusted == ["article.html"]


def test_a_topic_that_the_configuration_lost_is_not_linked() -> None:
    archive = FakeArchive([a_dossier(topics=(REGIONAL, "forgotten"))])
    assert "/topics/forgotten" not in article(0, archive=archive).xpath("//a/@href")
    assert "/topics/forgotten" not in topic(archive=archive).xpath("//a/@href")


def test_a_site_below_a_path_of_its_host_links_below_it() -> None:
    site = replace(CONFIGURATION.site, base_url="https://a.example/health")
    tree = page(Route("index", "zh"), configuration=replace(CONFIGURATION, site=site))
    hrefs = [href for href in tree.xpath("//a/@href | //link/@href") if href.startswith("/")]
    assert hrefs
    assert all(href.startswith("/health/") for href in hrefs)
    assert f"https://a.example/health/feeds/{NATIONAL}.atom" in tree.xpath("//link/@href")


def test_an_english_site_speaks_english_at_its_root() -> None:
    site = replace(CONFIGURATION.site, language="en-GB")
    tree = page(Route("index", "en"), configuration=replace(CONFIGURATION, site=site))
    assert tree.get("lang") == "en-GB"
    assert tree.xpath("//link[@rel='canonical']/@href") == [BASE + "/"]
    assert tree.xpath("//a[@class='language']/@href") == ["/zh/"]


@pytest.mark.parametrize("route", ALL_PAGES, ids=str)
def test_the_same_values_give_the_same_page(route: Route) -> None:
    first, second = (read(an_archive(), route) for _ in range(2))
    assert first == second
