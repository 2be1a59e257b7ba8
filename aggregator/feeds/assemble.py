"""The value of a feed, made of its entries and of what operators wrote."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from uuid import UUID, uuid5

import aggregator.feeds.origins as origins
from aggregator import __version__
from aggregator.base.text import one_line
from aggregator.feeds.addresses import (
    ALL,
    ICON,
    LOGO,
    STYLE,
    entry_path,
    page_address,
    page_path,
    public_address,
    rooted,
    subscribe_path,
)
from aggregator.feeds.formats.atom import ATOM
from aggregator.feeds.formats.format import AnyFormat
from aggregator.feeds.limits import ENTRY_BYTES, FEED_BYTES, weight
from aggregator.feeds.rights import allowed
from aggregator.feeds.shorten import shortened
from aggregator.model.config import Configuration, FeedPolicy, Topic
from aggregator.model.edits import SHOW, digest
from aggregator.model.reading import Entry, Feed, FeedList, Link, Subscription

FEEDS_VERSION = 4
"""Raised when the same values shall give other bytes: all feeds are then built again."""

_WORDS = {
    "zh": ("「{title}」的最新文章。", "各主题的最新文章，每篇一次。", "网页版"),
    "en": ("The newest articles on {title}.", "The newest articles of all topics, each once.", "Read on the web"),
}
_INVITATION = {
    "zh": ("这是一个订阅源：把它的地址复制到阅读器里，就能收到新文章。", "怎样订阅"),
    "en": ("This is a feed: copy its address into a feed reader to get new articles.", "How to subscribe"),
}
_ORIGINAL = {"zh": "阅读原文", "en": "Read the original"}
_LONG = {
    "zh": ("文章很长，这里只有开头。", "阅读全文"),
    "en": ("The article is long; this is its beginning.", "Read it all"),
}


def assemble(
    key: str,
    configuration: Configuration,
    entries: Sequence[Entry],
    created: datetime,
    installation: UUID,
    written: AnyFormat = ATOM,
) -> Feed:
    """The feed ``key``: a topic's slug or ``all``, as it is to be written in a format.

    ``entries`` come as they entered the feed, the last one first; the feed shows the first of them,
    newest first by publication, and of each no more than ``publish`` of its source allows. Its id depends on
    the installation and the key, not on its address.
    """
    site = configuration.site
    window = _window(_allowed(entries, configuration), configuration.feeds)
    title, subtitle, page_words = _words(key, configuration)
    page = page_address(configuration, page_path(key))
    invitation, how = _INVITATION["en" if _is_english(site.language) else "zh"]
    return Feed(
        path=written.path(key),
        id=uuid5(installation, f"feed:{key}").urn,
        title=title,
        subtitle=subtitle,
        page=page,
        updated=max((entry.updated for entry in window), default=created),
        language=_tag(site.language),
        author=site.author or site.title,
        entries=window,
        source_titles=origins.titles(window, configuration.sources),
        source_homes=origins.homes(window, configuration.sources),
        source_feeds=origins.feeds(window, configuration.sources),
        topic_titles={topic.slug: _title(topic, site.language) for topic in configuration.topics},
        links=(
            Link("self", public_address(site.base_url, written.path(key)), written.bare_type),
            Link("alternate", page, "text/html", page_words, _tag(site.language)),
        ),
        source_ids={name: uuid5(installation, f"source:{name}").urn for name in _sources(window)},
        articles=page_address(configuration, entry_path("{id}")),
        style=rooted(site.base_url, STYLE),
        rights=_rights(window, configuration),
        icon=public_address(site.base_url, ICON),
        logo=public_address(site.base_url, LOGO),
        timezone=site.timezone,
        invitation=invitation,
        how=Link("help", page_address(configuration, subscribe_path(key)), "text/html", how),
    )


def list_feeds(configuration: Configuration, written: AnyFormat) -> FeedList:
    """All feeds of the site, each in Atom: ``all`` first, then the topics as operators wrote them."""
    site = configuration.site
    keys = (ALL, *(topic.slug for topic in configuration.topics))
    words = ((key, *_words(key, configuration)) for key in keys)
    subscriptions = (
        Subscription(
            title,
            public_address(site.base_url, ATOM.path(key)),
            page_address(configuration, page_path(key)),
            subtitle,
        )
        for key, title, subtitle, _ in words
    )
    return FeedList(written.path(), _words(ALL, configuration)[0], tuple(subscriptions))


def list_recipe(feeds: FeedList) -> str:
    """Digest of all that the bytes of the list depend on, hexadecimal."""
    return _digest(FEEDS_VERSION, __version__, astuple(feeds))


def recipe(key: str, configuration: Configuration) -> str:
    """Digest of all but the store that the bytes of feed ``key`` depend on, hexadecimal."""
    site = configuration.site
    return _digest(
        FEEDS_VERSION,
        __version__,
        (configuration.feeds.entries, configuration.feeds.share),
        (site.base_url, site.author or site.title, site.language, site.timezone),
        _words(key, configuration),
        sorted((topic.slug, _title(topic, site.language)) for topic in configuration.topics),
        sorted((source.name, digest(source, SHOW)) for source in configuration.sources),
        sorted(origins.homes((), configuration.sources).items()),
        sorted(origins.feeds((), configuration.sources).items()),
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _allowed(entries: Sequence[Entry], configuration: Configuration) -> list[Entry]:
    publish = {source.name: source.publish for source in configuration.sources}
    language = "en" if _is_english(configuration.site.language) else "zh"
    shown = (allowed(each, publish.get(each.source, each.publish), _ORIGINAL[language]) for each in entries)
    return [
        shortened(entry, page_address(configuration, entry_path(str(entry.id))), _LONG[language]) for entry in shown
    ]


def _rights(entries: Sequence[Entry], configuration: Configuration) -> Mapping[str, str]:
    """By source; what the configuration says goes before what it said when a source was last in it."""
    remembered = {entry.source: entry.rights for entry in entries}
    told = remembered | {source.name: source.rights for source in configuration.sources}
    return {name: line for name, line in told.items() if line}


def _window(entries: Sequence[Entry], policy: FeedPolicy) -> tuple[Entry, ...]:
    """In the order of the pages' lists: newest first, and by id within one instant."""
    shown = sorted(_within_limit(entries[: policy.entries], policy.share), key=lambda entry: entry.id)
    # The sort is stable, also when it is reversed.
    return tuple(sorted(shown, key=lambda entry: entry.published, reverse=True))


def _within_limit(entries: Sequence[Entry], share: float) -> Iterator[Entry]:
    """As many as a document may hold, those first that entered last.

    None has more of its bytes than the share of a source while others have entries left. What does not fit ends its
    source's turn: no older entry is shown in place of a newer one.
    """
    total, full, beyond = 0, Counter[str](), list[Entry]()
    for entry in entries:
        full[entry.source] += _bytes_of(entry)
        if full[entry.source] > FEED_BYTES * share:
            beyond.append(entry)
        elif total + _bytes_of(entry) > FEED_BYTES:
            full[entry.source] += FEED_BYTES
        else:
            total += _bytes_of(entry)
            yield entry
    for entry in beyond:
        total += _bytes_of(entry)
        if total > FEED_BYTES:
            return
        yield entry


def _bytes_of(entry: Entry) -> int:
    """What is too long for itself costs the others nothing: it is left out when the feed is written."""
    size = weight(entry)
    return size if size <= ENTRY_BYTES else 0


def _words(key: str, configuration: Configuration) -> tuple[str, str, str]:
    """Title, subtitle and the words on the link to the page, in the site's language."""
    site = configuration.site
    english = _is_english(site.language)
    of_topic, of_all, page = _WORDS["en" if english else "zh"]
    if key == ALL:
        return (site.title_en if english and site.title_en else site.title), of_all, page
    topic = next((topic for topic in configuration.topics if topic.slug == key), None)
    title = _title(topic, site.language) if topic else key
    described = "" if topic is None else topic.description_en if english else topic.description
    return title, one_line(described) or of_topic.format(title=title), page


def _title(topic: Topic, language: str) -> str:
    return topic.title_en if _is_english(language) and topic.title_en else topic.title


def _is_english(language: str) -> bool:
    return _tag(language).lower().split("-")[0] == "en"


def _tag(language: str) -> str:
    return language.replace("_", "-")


def _sources(entries: Sequence[Entry]) -> set[str]:
    return {entry.source for entry in entries}
