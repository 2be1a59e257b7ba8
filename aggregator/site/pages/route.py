"""What a path says: a language, a page, the values in its places; and the path of what was said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from aggregator.feeds.addresses import ALL
from aggregator.model.config import Configuration
from aggregator.site.catalog import Language, site_language

NONE = "none"
"""Key of the page of the articles that are in no topic."""

_PLACE = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Route:
    """One page in one language."""

    page: str
    """Its name: ``index``, ``topic``, ``article`` ..."""
    language: Language
    values: tuple[str, ...] = ()
    """What stands in the places of its path, in order: a topic's key, an article's id."""
    number: int = 1
    """Which page of a list that has several."""


def path_of(pattern: str, values: tuple[str, ...]) -> str:
    """The path with its places filled: ``/topics/{key}``. Raises ValueError for too few values or too many."""
    first, *others = _around_places(pattern)
    return first + "".join(value + fixed for value, fixed in zip(values, others, strict=True))


@cache
def _around_places(pattern: str) -> list[str]:
    return _PLACE.split(pattern)


def values_of(pattern: str, path: str) -> tuple[str, ...] | None:
    """What stands in the places of the pattern, each a whole part between slashes; None for another path."""
    wanted, given = pattern.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    values = tuple(part for place, part in zip(wanted, given, strict=True) if _PLACE.fullmatch(place))
    return values if all(values) and path_of(pattern, values) == path else None


def default_language(configuration: Configuration) -> Language:
    """The language at ``/``."""
    return site_language(configuration.site.language)


def other_language(language: Language) -> Language:
    return "zh" if language == "en" else "en"


def language_of(path: str, configuration: Configuration) -> Language:
    """The language of a path by its prefix, whether or not there is a page."""
    default = default_language(configuration)
    foreign = other_language(default)
    return foreign if path == f"/{foreign}" or path.startswith(f"/{foreign}/") else default


def language_tag(language: Language, configuration: Configuration) -> str:
    """The tag (BCP 47) of pages in that language."""
    own = configuration.site.language
    return own if own.lower().startswith(language) else {"zh": "zh-CN", "en": "en"}[language]


def topic_keys(configuration: Configuration) -> tuple[str, ...]:
    """What has a page of its articles: the topics, then ``all``, and ``none`` if everybody may see the machinery."""
    return (*feed_keys(configuration), *([NONE] if shows_machinery(configuration) else []))


def feed_keys(configuration: Configuration) -> tuple[str, ...]:
    """What has a feed: the topics and ``all``."""
    return (*(topic.slug for topic in configuration.topics), ALL)


def shows_machinery(configuration: Configuration) -> bool:
    """Whether pages tell how articles are sorted, and show those in no topic."""
    return configuration.site.machinery == "public"
