"""The rungs of identity, case by case: `cases.yaml` is the specification."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
import yaml

from aggregator.identify.fingerprint import content_hash
from aggregator.identify.settle import settle
from aggregator.model.article import Change, Known, KnownArticle, Prepared, Sighting, Subject
from aggregator.text import fold
from builders import NOW, a_prepared, an_article

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
SPACE = UUID(int=7)


def instant(date: Any) -> datetime:
    if isinstance(date, datetime):
        return date.astimezone(UTC)
    return datetime(date.year, date.month, date.day, tzinfo=UTC)


def a_document(told: dict[str, Any], recleaned: bool = False) -> Prepared:
    article = an_article(
        told["at"],
        told["title"],
        told["text"],
        published=instant(told["date"]),
        date_kind=told.get("kind", "stated"),
        url=told.get("url"),
        html=told.get("html"),
    )
    subject = Subject(title=fold(article.title), text=fold(article.text))
    digest = "as before" if recleaned else "other bytes"
    prepared = a_prepared(article, content_hash=content_hash(subject), digest=digest)
    return Prepared(article, subject, prepared.content_hash, (), prepared.stamp, digest)


def known_of(held: list[dict[str, Any]], document: Prepared) -> tuple[Known, dict[str, Sighting], list[UUID]]:
    """What a store that holds these articles would answer."""
    by_location: dict[str, KnownArticle] = {}
    by_hash: dict[str, list[KnownArticle]] = {}
    by_url: dict[str, list[KnownArticle]] = {}
    sightings, ids = {}, []
    for number, told in enumerate(held):
        prepared = a_document(told)
        article = prepared.article
        id_ = uuid5(SPACE, str(number))
        ids.append(id_)
        known = KnownArticle(
            id=id_,
            content_hash=prepared.content_hash,
            published=article.published,
            date_kind=article.date_kind,
            url=article.url,
            title=prepared.subject.title,
            text=prepared.subject.text,
            place=(told.get("source", "seeds"), told.get("from", article.location)),
            html=article.html,
            author=article.author,
            labels=prepared.subject.labels,
        )
        sightings[article.location] = Sighting(
            "seeds", article.location, "1", "as before", "old", "new", NOW, id_, prepared.content_hash, article.url
        )
        if article.location == document.article.location:
            by_location[article.location] = known
        if prepared.content_hash == document.content_hash:
            by_hash.setdefault(prepared.content_hash, []).append(known)
        if article.url and article.url == document.article.url:
            by_url.setdefault(article.url, []).append(known)
    shelves = ({key: tuple(found) for key, found in shelf.items()} for shelf in (by_hash, by_url))
    return Known(by_location, *shelves), sightings, ids


def settled(batch: list[Prepared], known: Known, sightings: dict[str, Sighting]) -> list[Change]:
    return settle(batch, sightings, known, gone=(), recipe="new", now=NOW)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    document = a_document(case["document"], recleaned=case["document"].get("bytes") == "same")
    known, sightings, ids = known_of(case["held"], document)
    (change,) = settled([document], known, sightings)
    expected = case["is"]
    found = {"kind": change.identity.kind, "rung": change.identity.rung}
    assert found == {key: expected[key] for key in found}, change.identity.why
    if "of" in expected:
        assert change.identity.id == ids[expected["of"]]
    else:
        assert change.identity.id not in ids
    if "significant" in expected:
        assert change.identity.significant is expected["significant"]


def test_documents_of_one_batch_know_each_other() -> None:
    one = a_document({"title": "甲", "text": "一段话。", "at": "a.md", "date": datetime(2026, 1, 1, tzinfo=UTC)})
    copy = a_document({"title": "甲", "text": "一段 话。", "at": "b.md", "date": datetime(2026, 1, 1, tzinfo=UTC)})
    first, second = settled([one, copy], Known(), {})
    assert (first.identity.kind, second.identity.kind) == ("new", "same")
    assert second.identity.id == first.identity.id
    assert (first.sighting.status, second.sighting.status) == ("new", "duplicate")


def test_what_vanished_and_turned_up_elsewhere_has_moved() -> None:
    told = {"title": "甲", "text": "一段话。", "at": "old.md", "date": datetime(2026, 1, 1, tzinfo=UTC)}
    document = a_document({**told, "at": "new.md"})
    known, sightings, ids = known_of([told], document)
    (change,) = settle([document], sightings, known, gone=ids, recipe="new", now=NOW)
    assert change.sighting.status == "moved"
    assert change.sighting.article == ids[0]
