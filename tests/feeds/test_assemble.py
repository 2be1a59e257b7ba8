"""What a feed is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregator.feeds import assemble as module
from aggregator.feeds.assemble import assemble, list_feeds, list_recipe, recipe
from aggregator.feeds.formats.atom import render_atom
from aggregator.feeds.formats.opml import OPML
from aggregator.feeds.limits import ENTRY_BYTES
from aggregator.model.config import Configuration, FeedPolicy
from feed_builders import CREATED, INSTALLATION, NOON, a_configuration, a_feed, a_topic, an_entry


def with_site(**changes: Any) -> Callable[[Configuration], Configuration]:
    return lambda configuration: replace(configuration, site=replace(configuration.site, **changes))


WORDS = [
    ("centres", "zh-CN", "国家医学中心", "「国家医学中心」的最新文章。"),
    ("centres", "en", "National medical centres", "The newest articles on National medical centres."),
    ("resources", "zh_CN", "优质医疗资源扩容", "优质医疗资源扩容下沉的政策与进展。"),
    ("resources", "en-GB", "优质医疗资源扩容", "The newest articles on 优质医疗资源扩容."),
    ("all", "zh-CN", "医学中心政策聚合", "各主题的最新文章，每篇一次。"),
    ("all", "en", "Medical centres", "The newest articles of all topics, each once."),
    ("gone", "zh-CN", "gone", "「gone」的最新文章。"),
]


@pytest.mark.parametrize(("key", "language", "title", "subtitle"), WORDS)
def test_words(key: str, language: str, title: str, subtitle: str) -> None:
    configuration = with_site(language=language)(a_configuration())
    feed = assemble(key, configuration, (), CREATED, INSTALLATION)
    assert (feed.title, feed.subtitle) == (title, subtitle)
    assert "_" not in feed.language


def test_the_id_depends_on_installation_and_key_alone() -> None:
    moved = with_site(base_url="https://elsewhere.example/news/", title="别名")(a_configuration())
    here, there = a_feed(), assemble("centres", moved, (), CREATED, INSTALLATION)
    assert here.id == there.id != a_feed(key="all").id
    assert here.id != assemble("centres", moved, (), CREATED, UUID(int=1)).id


def test_addresses_start_with_the_base_address() -> None:
    moved = with_site(base_url="https://elsewhere.example/news/")(a_configuration())
    feed = assemble("centres", moved, (), CREATED, INSTALLATION)
    assert feed.path == "/feeds/centres.atom"
    assert {link.rel: link.href for link in feed.links} == {
        "self": "https://elsewhere.example/news/feeds/centres.atom",
        "alternate": "https://elsewhere.example/news/topics/centres",
    }
    assert feed.page == "https://elsewhere.example/news/topics/centres"
    assert feed.articles == "https://elsewhere.example/news/articles/{id}"
    assert feed.style == "/news/static/feed.css"


def test_the_window_is_the_last_entered_shown_newest_first() -> None:
    configuration = a_configuration(feeds=FeedPolicy(entries=3))
    entered = [an_entry(9), an_entry(1), an_entry(5), an_entry(2)]
    feed = assemble("centres", configuration, entered, CREATED, INSTALLATION)
    assert feed.entries == (entered[1], entered[2], entered[0])


def test_equal_dates_are_ordered_by_id() -> None:
    entries = [replace(an_entry(n), published=NOON) for n in range(5)]
    assert a_feed(entries).entries == a_feed(entries[::-1]).entries == tuple(sorted(entries, key=lambda e: e.id.hex))


# A text is shortened to 200 kB; what else an entry says is not, so it makes entries of any size here.
HALF = "医" * 166_000


def test_a_window_of_long_articles_is_shorter() -> None:
    entered = [an_entry(number, summary=HALF) for number in range(20)]
    assert a_feed(entered).entries == tuple(entered[:7])


SIZES: list[tuple[str, str, float, str]] = [
    ("one source fills what nobody else wants", "aaaaaaaaa", 0.5, "1111111.."),
    ("a loud one has half of it", "aaaaaaaaabbbb", 0.5, "1111.....111."),
    ("it has more where others need less", "aaaaaaaab", 0.5, "111111..1"),
    ("a smaller share", "aaaaaaaabbbbcccc", 0.25, "11111...1...1..."),
    ("the whole", "aaaaaaaab", 1.0, "1111111.."),
]


@pytest.mark.parametrize(("entered", "share", "shown"), [case[1:] for case in SIZES], ids=[case[0] for case in SIZES])
def test_the_bytes_of_a_source(entered: str, share: float, shown: str) -> None:
    """Half a megabyte each, a letter a source, the last entered first; 4 MB are a feed."""
    configuration = replace(a_configuration(), feeds=FeedPolicy(share=share))
    entries = [an_entry(number, summary=HALF, source=source) for number, source in enumerate(entered)]
    ids = {entry.id for entry in assemble("centres", configuration, entries, CREATED, INSTALLATION).entries}
    assert "".join("1" if entry.id in ids else "." for entry in entries) == shown


def test_a_long_article_takes_no_place_of_others() -> None:
    short = [an_entry(number, html="桥" * 60_000) for number in range(2, 9)]
    entered = [an_entry(1, html="<p>桥</p>" * 200_000), *short]
    feed = a_feed(entered)
    assert len(feed.entries) == len(entered)
    (shown,) = (entry for entry in feed.entries if entry.id == entered[0].id)
    assert shown.html.endswith("阅读全文</a></p>")
    assert set(entered[1:]) <= set(feed.entries)


def test_an_article_too_long_for_any_feed_does_not_shorten_the_window() -> None:
    entered = [an_entry(1, summary="x" * (ENTRY_BYTES + 1)), *(an_entry(number) for number in range(2, 6))]
    feed = a_feed(entered)
    assert feed.entries == tuple(entered)
    assert [left.id for left in render_atom(feed).left_out] == [entered[0].id]


def test_updated_is_the_newest_of_the_entries() -> None:
    late = an_entry(5, updated=NOON)
    assert a_feed([an_entry(1), late]).updated == NOON
    assert a_feed([]).updated == CREATED


def test_sources_have_ids_of_their_own() -> None:
    ids = a_feed([an_entry(1), an_entry(2, source="gone")]).source_ids
    assert set(ids) == {"seeds", "gone"}
    assert len({*ids.values(), a_feed().id}) == 3


def with_feed(**changes: Any) -> Callable[[Configuration], Configuration]:
    """The second source edited; it is a feed then."""
    told: dict[str, Any] = {"kind": "feed", "url": "https://daily.example.org/atom"} | changes
    return lambda c: replace(c, sources=(c.sources[0], replace(c.sources[1], **told)))


CHANGES: list[tuple[str, bool, Callable[[Configuration], Configuration]]] = [
    ("base address", True, with_site(base_url="https://other.example")),
    ("language", True, with_site(language="en")),
    ("author", True, with_site(author="编辑部")),
    ("window", True, lambda c: replace(c, feeds=replace(c.feeds, entries=50))),
    ("share", True, lambda c: replace(c, feeds=replace(c.feeds, share=0.4))),
    ("topic title", True, lambda c: replace(c, topics=(a_topic(title="新名"), c.topics[1]))),
    ("another topic's title", True, lambda c: replace(c, topics=(c.topics[0], a_topic("resources", "新名")))),
    ("description", True, lambda c: replace(c, topics=(replace(c.topics[0], description="说明。"), c.topics[1]))),
    ("source title", True, lambda c: replace(c, sources=(replace(c.sources[0], title="新名"), c.sources[1]))),
    ("source home", True, lambda c: replace(c, sources=(c.sources[0], replace(c.sources[1], home=None)))),
    ("address of a feed", True, with_feed(url="https://daily.example.org/feed")),
    ("what is shown", True, lambda c: replace(c, sources=(replace(c.sources[0], publish="link"), c.sources[1]))),
    ("rights", True, lambda c: replace(c, sources=(replace(c.sources[0], rights="© 某报"), c.sources[1]))),
    ("the zone of dates in words", True, with_site(timezone="Europe/Paris")),
    ("order of sources", False, lambda c: replace(c, sources=c.sources[::-1])),
    ("late articles", False, lambda c: replace(c, feeds=replace(c.feeds, late_after=timedelta(days=1)))),
    ("rules", False, lambda c: replace(c, topics=(replace(c.topics[0], threshold=3.0), c.topics[1]))),
]


@pytest.mark.parametrize(("changes", "change"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_the_recipe_changes_with_what_bytes_depend_on(
    changes: bool, change: Callable[[Configuration], Configuration]
) -> None:
    before = a_configuration()
    assert (recipe("centres", change(before)) != recipe("centres", before)) is changes


def test_how_often_a_feed_is_looked_at_changes_no_bytes() -> None:
    feed, hourly = with_feed()(a_configuration()), with_feed(every=timedelta(hours=1))(a_configuration())
    assert recipe("all", feed) == recipe("all", hourly)
    assert recipe("all", feed) != recipe("all", with_feed(auth_file="key")(a_configuration()))


@pytest.mark.parametrize("name", ["FEEDS_VERSION", "__version__"])
def test_the_recipe_changes_with_the_program(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = recipe("all", a_configuration())
    monkeypatch.setattr(module, name, "other")
    assert recipe("all", a_configuration()) != before


def test_subscriptions_are_all_feeds_of_the_site() -> None:
    feeds = list_feeds(a_configuration(), OPML)
    assert (feeds.path, feeds.title) == ("/feeds.opml", "医学中心政策聚合")
    assert [(each.title, each.feed, each.page) for each in feeds.subscriptions] == [
        ("医学中心政策聚合", "https://feeds.example.org/feeds/all.atom", "https://feeds.example.org/topics/all"),
        ("国家医学中心", "https://feeds.example.org/feeds/centres.atom", "https://feeds.example.org/topics/centres"),
        (
            "优质医疗资源扩容",
            "https://feeds.example.org/feeds/resources.atom",
            "https://feeds.example.org/topics/resources",
        ),
    ]


LIST_CHANGES: list[tuple[str, bool, Callable[[Configuration], Configuration]]] = [
    ("base address", True, with_site(base_url="https://other.example")),
    ("site title", True, with_site(title="别名")),
    ("language", True, with_site(language="en")),
    ("share", False, lambda c: replace(c, feeds=replace(c.feeds, share=0.4))),
    ("topic title", True, lambda c: replace(c, topics=(a_topic(title="新名"), c.topics[1]))),
    ("description", True, lambda c: replace(c, topics=(replace(c.topics[0], description="说明。"), c.topics[1]))),
    ("order of topics", True, lambda c: replace(c, topics=c.topics[::-1])),
    ("topic gone", True, lambda c: replace(c, topics=c.topics[1:])),
    ("author", False, with_site(author="编辑部")),
    ("window", False, lambda c: replace(c, feeds=replace(c.feeds, entries=50))),
    ("source title", False, lambda c: replace(c, sources=(replace(c.sources[0], title="新名"), c.sources[1]))),
]


@pytest.mark.parametrize(("changes", "change"), [c[1:] for c in LIST_CHANGES], ids=[c[0] for c in LIST_CHANGES])
def test_the_lists_recipe_changes_with_what_it_shows(
    changes: bool, change: Callable[[Configuration], Configuration]
) -> None:
    before, after = (list_recipe(list_feeds(c, OPML)) for c in (a_configuration(), change(a_configuration())))
    assert (before != after) is changes


def test_all_that_an_entry_holds_counts_against_the_limit() -> None:
    million = "医" * 333_000
    entries = [an_entry(number, html="x", summary=million) for number in range(6)]
    assert len(a_feed(entries).entries) == 3
    assert len(render_atom(a_feed(entries)).body) < 5_000_000
