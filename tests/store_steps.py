"""Short steps on a store, and what it says of one article."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from aggregator.identify.rungs import wanted_keys
from aggregator.model.article import Admission, Change, Known, Prepared, Routing, Sighting
from aggregator.model.reading import Dossier
from aggregator.ports import Unit
from builders import NOW, a_change, a_prepared, an_article
from storage import Storage

LATER = NOW + timedelta(hours=1, microseconds=5)


def save(storage: Storage, *changes: Change, now: datetime = NOW) -> None:
    with storage.store.write() as unit:
        unit.save(changes, now)


def known_of(unit: Unit, *batch: Prepared) -> Known:
    """What the store holds of documents, their places included."""
    places = [(prepared.article.source, prepared.article.location) for prepared in batch]
    return unit.known(wanted_keys(batch, places))


def sight(storage: Storage, *sightings: Sighting) -> None:
    with storage.store.write() as unit:
        unit.sight(sightings)


def dossier(storage: Storage, article: UUID) -> Dossier:
    found = storage.archive.article(str(article))
    assert found is not None
    return found


def enter(storage: Storage, article: UUID, feed: str = "centers") -> None:
    with storage.store.write() as unit:
        unit.route([Routing(article, (), (Admission(feed, NOW),))], "rules", NOW)


def wanted(storage: Storage, feed: str = "centers") -> int:
    return storage.archive.feed_versions()[feed].wanted


def revised(
    change: Change, text: str, *, significant: bool = True, url: str | None = "https://news.example/a"
) -> Change:
    article = an_article(change.sighting.location, text=text, url=url)
    return a_change(a_prepared(article), "revision", id=change.identity.id, significant=significant)
