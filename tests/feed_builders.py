"""Short ways to make read-side values: entries, feeds, versions, configurations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from aggregator.feeds.assemble import assemble
from aggregator.model.config import Configuration, FeedPolicy, Site, Source, Term, Topic
from aggregator.model.reading import Entry, Feed, FeedVersion, Origin

INSTALLATION = UUID("5f1f6a2e-3c1b-4b7e-9d55-0a4f6f3f1c11")
NOON = datetime(2026, 4, 30, 12, 0, tzinfo=UTC)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
PICTURE = "https://img.example.org/head.jpg?w=640&h=360"


def an_id(number: int) -> UUID:
    return uuid5(INSTALLATION, f"article {number}")


def an_entry(number: int = 1, **changes: Any) -> Entry:
    """An article with a picture, dated ``number`` hours before noon."""
    published = NOON - timedelta(hours=number)
    entry = Entry(
        id=an_id(number),
        title=f"第{number}家医疗中心开诊",
        html=(
            f'<p><img src="{PICTURE.replace("&", "&amp;")}" referrerpolicy="no-referrer" alt=""></p>'
            f"<p>第{number}家医疗中心今天开诊，首日接诊<b>{number}</b>人。</p>"
            '<p><a href="https://news.example.org/list" rel="nofollow">更多</a></p>'
        ),
        summary=f"第{number}家医疗中心今天开诊。",
        published=published,
        updated=published,
        first_seen=published,
        source="seeds",
        url=f"https://news.example.org/{number}.html?from=feed&id={number}",
        image=PICTURE,
        topics=("centres",),
    )
    return replace(entry, **changes)


def an_origin(url: str | None, source: str = "daily") -> Origin:
    return Origin(source, f"_posts/{source}.md", url, "duplicate", NOON)


def a_topic(slug: str = "centres", title: str = "国家医学中心", **changes: Any) -> Topic:
    return replace(Topic(slug, title, Term(title)), **changes)


def a_configuration(**changes: Any) -> Configuration:
    configuration = Configuration(
        folder="config",
        site=Site(title="医学中心政策聚合", title_en="Medical centres", base_url="https://feeds.example.org"),
        feeds=FeedPolicy(),
        sources=(
            Source("seeds", title="种子文章"),
            Source("daily", title="日报", home="https://daily.example.org/"),
        ),
        topics=(
            a_topic(title_en="National medical centres"),
            a_topic("resources", "优质医疗资源扩容", description="优质医疗资源扩容下沉的政策与进展。"),
        ),
    )
    return replace(configuration, **changes)


def a_version(feed: str = "centres", **changes: Any) -> FeedVersion:
    version = FeedVersion(feed, 1, CREATED, entered_once=True)
    return replace(version, **changes)


def a_feed(entries: Sequence[Entry] = (), key: str = "centres", **changes: Any) -> Feed:
    """As assembled of a small configuration; ``changes`` are made to that value."""
    feed = assemble(key, a_configuration(), entries, CREATED, INSTALLATION)
    return replace(feed, **changes)
