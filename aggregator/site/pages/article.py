"""One article with its sources, its revisions and the reasons for and against each topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from aggregator.feeds.addresses import ALL, entry_path, is_web_address
from aggregator.model.article import Verdict
from aggregator.model.config import Configuration
from aggregator.model.reading import ArticleMarks, Dossier, Entry, Neighbours
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.page import Absence, Content, Instance, Page, Stored, Story
from aggregator.site.pages.route import NONE, Route, feed_keys, shows_machinery
from aggregator.site.planned import mark_of


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """An article's place in one feed."""

    key: str
    entered: datetime | None
    """None: it waits."""


def _accepts(_configuration: Configuration, values: tuple[str, ...]) -> bool:
    """Whether it is an id as we write it, so that each article has one address only."""
    (ref,) = values
    try:
        return str(UUID(ref)) == ref
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Told:
    """An article, and what stands beside it in the list of the topic that it fits best."""

    dossier: Dossier
    topic: str
    """Empty for an article in no topic."""
    beside: Neighbours


def _read(stored: Stored, route: Route) -> Told | Absence:
    return _told(stored, route.values[0])


def _told(stored: Stored, ref: str) -> Told | Absence:
    """The text of a withdrawn article is shown to nobody."""
    dossier = stored.archive.article(ref)
    if dossier is None:
        return Absence.UNKNOWN
    if dossier.withdrawn:
        return Absence.WITHDRAWN
    topic = _best(dossier)
    return Told(dossier, topic, stored.archive.neighbours(dossier.entry.id, topic) if topic else Neighbours())


def _best(dossier: Dossier) -> str:
    """Of several topics of one score the first by its slug."""
    matched = sorted((verdict for verdict in dossier.verdicts if verdict.matched), key=lambda verdict: verdict.topic)
    return max(matched, key=lambda verdict: verdict.score).topic if matched else ""


def _admits(configuration: Configuration, told: Told) -> bool:
    """What is in no topic belongs to the machinery."""
    return bool(told.topic) or shows_machinery(configuration)


def _every(stored: Stored, configuration: Configuration) -> Iterator[Instance[Told]]:
    marks, beside = stored.marks, _beside(stored.marks)
    everything = shows_machinery(configuration)
    filed = set(marks.lists.get(ALL, ()))
    for id_, mark in marks.articles.items():
        if everything or id_ in filed:
            yield Instance((str(id_),), 1, partial(_told, stored, str(id_)), mark_of(mark, beside.get(id_)))


def _beside(marks: ArticleMarks) -> Mapping[UUID, Sequence[str]]:
    """Marks of what stands beside each article in the lists of its topics; which of them it fits best need not be
    known."""
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for topic, listed in marks.lists.items():
        if topic not in {ALL, NONE}:
            here = ["", *(marks.articles[id_] for id_ in listed), ""]
            for place, id_ in enumerate(listed):
                found[id_] += (topic, here[place], here[place + 2])
    return found


def _view(frame: Frame, told: Told) -> Content:
    dossier = told.dossier
    by_topic = {verdict.topic: verdict for verdict in dossier.verdicts}
    slugs = [topic.slug for topic in frame.configuration.topics]
    verdicts = [by_topic.get(slug) or Verdict(slug, matched=False, score=0.0) for slug in slugs]
    unmatched = [verdict for verdict in verdicts if not verdict.matched]
    keys, article = feed_keys(frame.configuration), frame.names.shown(dossier.entry)
    return Content(
        {
            "dossier": dossier,
            "article": article,
            "matched": [verdict for verdict in verdicts if verdict.matched],
            "unmatched": [verdict for verdict in unmatched if _spoken_for(verdict)],
            "silent": [verdict.topic for verdict in unmatched if not _spoken_for(verdict)],
            "admissions": [FeedPlace(key, _entered(dossier, key)) for key in keys if key in dossier.admissions],
            "labels": list(dict.fromkeys((*dossier.entry.categories, *dossier.entry.tags))),
            "topic": told.topic,
            "beside": told.beside if told.topic in frame.names.topics else Neighbours(),
        },
        description=article.summary,
        title=article.title,
        story=_story(frame, article, told.topic),
    )


def _story(frame: Frame, article: Entry, topic: str) -> Story:
    topics = [frame.names.topic(slug) for slug in article.topics if slug in frame.names.topics]
    section = frame.names.topic(topic) if topic in frame.names.topics else ""
    image = article.image if is_web_address(article.image) else None
    return Story(article.published, article.updated, section, topics, image)


def _entered(dossier: Dossier, key: str) -> datetime | None:
    """When it entered a feed. Its place there may be an older one, by its date: nobody could read it then."""
    place = dossier.admissions[key]
    if place is None:
        return None
    return max(place, dossier.entry.first_seen, dossier.feeds_since.get(key, place))


def _spoken_for(verdict: Verdict) -> bool:
    """Whether some rule of the topic found something, though not enough."""
    return bool(verdict.reasons or verdict.why_not)


ARTICLE = Page(
    "article", entry_path("{id}"), "article.html", _read, _view, accepts=_accepts, admits=_admits, every=_every
)
