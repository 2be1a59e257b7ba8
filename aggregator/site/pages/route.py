"""Which page a path means, and back: the index, a topic, an article, each in two languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from aggregator.model.config import Configuration
from aggregator.site.catalog import Language, site_language

Kind = Literal["index", "topic", "article"]


@dataclass(frozen=True, slots=True)
class Route:
    """One page. ``name``: a topic's slug, ``all`` or ``none``; an article's id; empty for the index."""

    kind: Kind
    language: Language
    name: str = ""


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


def resolve(path: str, configuration: Configuration) -> Route | None:
    """The page at a path (decoded, without query); None where there is none."""
    language = language_of(path, configuration)
    if language != default_language(configuration):
        path = path.removeprefix(f"/{language}")
    match path.split("/"):
        case ["", ""]:
            return Route("index", language)
        case ["", "topics", key] if key in topic_keys(configuration):
            return Route("topic", language, key)
        case ["", "articles", ref] if _is_id(ref):
            return Route("article", language, ref)
    return None


def topic_keys(configuration: Configuration) -> tuple[str, ...]:
    """What has a page under ``/topics/``: the topics, then ``all`` and ``none``."""
    return (*(topic.slug for topic in configuration.topics), "all", "none")


def feed_keys(configuration: Configuration) -> tuple[str, ...]:
    """What has a feed: the topics and ``all``."""
    return topic_keys(configuration)[:-1]


def _is_id(ref: str) -> bool:
    """Whether it is an id as we write it, so that each article has one address only."""
    try:
        return str(UUID(ref)) == ref
    except ValueError:
        return False
