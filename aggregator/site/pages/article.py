"""One article with its sources, its revisions and the reasons for and against each topic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aggregator.feeds.addresses import entry_path
from aggregator.model.article import Verdict
from aggregator.model.config import Configuration
from aggregator.model.reading import Dossier
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.page import Absence, Content, Instance, Page, Stored
from aggregator.site.pages.route import Route, feed_keys

BATCH = 5_000
"""Ids of articles read from the archive at a time."""


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """An article's place in one feed."""

    key: str
    entered: datetime | None


def _accepts(_configuration: Configuration, values: tuple[str, ...]) -> bool:
    """Whether it is an id as we write it, so that each article has one address only."""
    (ref,) = values
    try:
        return str(UUID(ref)) == ref
    except ValueError:
        return False


def _read(stored: Stored, route: Route) -> Dossier | Absence:
    return _dossier(stored, route.values[0])


def _dossier(stored: Stored, ref: str) -> Dossier | Absence:
    """The text of a withdrawn article is shown to nobody."""
    dossier = stored.archive.article(ref)
    if dossier is None:
        return Absence.UNKNOWN
    return Absence.WITHDRAWN if dossier.withdrawn else dossier


def _every(stored: Stored, _configuration: Configuration) -> Iterator[Instance[Dossier]]:
    after = None
    while batch := stored.archive.ids(after, BATCH):
        for id_ in batch:
            yield Instance((str(id_),), 1, _dossier(stored, str(id_)))
        after = batch[-1]


def _view(frame: Frame, dossier: Dossier) -> Content:
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
            "admissions": [FeedPlace(key, dossier.admissions[key]) for key in keys if key in dossier.admissions],
            "labels": list(dict.fromkeys((*dossier.entry.categories, *dossier.entry.tags))),
        },
        description=article.summary,
    )


def _spoken_for(verdict: Verdict) -> bool:
    """Whether some rule of the topic found something, though not enough."""
    return bool(verdict.reasons or verdict.why_not)


ARTICLE = Page("article", entry_path("{id}"), "article.html", _read, _view, accepts=_accepts, every=_every)
