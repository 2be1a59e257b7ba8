"""How to subscribe: the address to copy, the formats, links that open the usual readers, the list of all feeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from aggregator.feeds.addresses import ALL, subscribe_path
from aggregator.feeds.formats.registry import feed_formats
from aggregator.model.config import Configuration
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.page import Content, Instance, Page, Stored
from aggregator.site.pages.readers import ONLINE, OWN_SERVER, application_link, is_within_reach
from aggregator.site.pages.route import Route, feed_keys
from aggregator.site.planned import ALWAYS_THE_SAME
from aggregator.site.words import Words


@dataclass(frozen=True, slots=True)
class ReaderLink:
    """A reader, and where it is asked to subscribe."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class FormatLink:
    """A feed in a format."""

    label: str
    href: str
    type: str


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways to subscribe to one feed."""

    key: str
    address: str
    formats: tuple[FormatLink, ...]
    online: tuple[ReaderLink, ...]
    own_server: tuple[ReaderLink, ...]
    application: str
    within_reach: bool
    """Whether a reader elsewhere can ask for it."""


def _ways(frame: Frame, key: str) -> Ways:
    address = frame.links.feed(key)
    return Ways(
        key,
        address,
        tuple(FormatLink(each.label, frame.links.feed(key, each), each.bare_type) for each in feed_formats()),
        tuple(ReaderLink(reader.name, reader.link(address)) for reader in ONLINE),
        tuple(ReaderLink(reader.name, reader.link(address)) for reader in OWN_SERVER),
        application_link(address),
        is_within_reach(frame.configuration.site.base_url),
    )


def _nothing(_stored: Stored, _route: Route) -> None:
    """All that it shows is configured."""


def _key(_stored: Stored, route: Route) -> str:
    return route.values[0]


def _given(key: str) -> str:
    return key


def _view_all(frame: Frame, _read: None) -> Content:
    words, slugs = Words(frame.language), [topic.slug for topic in frame.configuration.topics]
    return Content(
        {"ways": _ways(frame, ALL), "heading": words("how_to"), "slugs": slugs},
        description=words("how_to_lead"),
        title=words("how_to"),
        feeds=(ALL, *slugs),
    )


def _view_one(frame: Frame, key: str) -> Content:
    heading = Words(frame.language)("subscribe_to", title=frame.names.topic(key))
    return Content(
        {"ways": _ways(frame, key), "heading": heading, "slugs": []},
        description=frame.names.topic_description(key),
        title=heading,
        feeds=(key,),
    )


def _accepts(configuration: Configuration, values: tuple[str, ...]) -> bool:
    return values[0] in feed_keys(configuration)


def _mapped(configuration: Configuration) -> Iterable[tuple[str, ...]]:
    return ((key,) for key in feed_keys(configuration))


def _all(_stored: Stored, _configuration: Configuration) -> Iterator[Instance[None]]:
    yield Instance((), 1, lambda: None, ALWAYS_THE_SAME)


def _every(_stored: Stored, configuration: Configuration) -> Iterator[Instance[str]]:
    return (Instance((key,), 1, partial(_given, key), ALWAYS_THE_SAME) for key in feed_keys(configuration))


SUBSCRIBE = Page("subscribe", "/subscribe", "subscribe.html", _nothing, _view_all, every=_all)
SUBSCRIBE_ONE = Page(
    "subscribe_one",
    subscribe_path("{key}"),
    "subscribe.html",
    _key,
    _view_one,
    accepts=_accepts,
    mapped=_mapped,
    every=_every,
)
