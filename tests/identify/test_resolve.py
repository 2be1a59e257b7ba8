"""The rungs of identity, case by case: `cases.yaml` is the specification."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
import yaml

from aggregator.base.canonical import address_key
from aggregator.base.text import fold
from aggregator.codes import RepairCode
from aggregator.identify.fingerprint import hashes, mint_id
from aggregator.identify.rungs import wanted_keys
from aggregator.identify.settle import Settler
from aggregator.model.article import (
    ADDRESS,
    HASH,
    INSTANT,
    LOCATION,
    LOST,
    TITLE,
    Change,
    Known,
    KnownArticle,
    Prepared,
    Sighting,
    Subject,
)
from aggregator.model.document import Repair
from builders import NOW, a_prepared, a_sighting, an_article
from storage.values import title_key_of

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
    if why := told.get("lacking"):
        article = replace(article, repairs=(Repair(RepairCode.FULL_TEXT, why),))
    subject = Subject(title=fold(article.title), text=fold(article.text))
    digest = "as before" if recleaned else "other bytes"
    known_by = hashes(subject, repeated=fold(told.get("repeated", "")))
    content = known_by.former if told.get("stored") == "formerly" else known_by.content
    prepared = a_prepared(article, content_hash=content, digest=digest)
    return Prepared(article, subject, content, (), prepared.stamp, digest, known_by.former)


def known_of(held: list[dict[str, Any]], document: Prepared) -> tuple[Known, dict[str, Sighting], list[UUID]]:
    """What a store that holds these articles would answer."""
    found: dict[str, dict[Hashable, tuple[KnownArticle, ...]]] = {
        kind: {} for kind in (LOCATION, HASH, ADDRESS, TITLE, INSTANT, LOST)
    }
    asked = wanted_keys([document], [])
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
            alive=told.get("alive", True),
            html=article.html,
            author=article.author,
            labels=prepared.subject.labels,
        )
        sightings[article.location] = Sighting(
            "seeds", article.location, "1", "as before", "old", "new", NOW, id_, prepared.content_hash, article.url
        )
        if trouble := prepared.lacking:
            sightings[article.location] = replace(sightings[article.location], trouble=trouble)
        if article.location == document.article.location:
            found[LOCATION][document.article.source, article.location] = (known,)
        if prepared.content_hash in {document.content_hash, document.former_hash}:
            found[HASH][prepared.content_hash] = (*found[HASH].get(prepared.content_hash, ()), known)
        if article.url and article.url == document.article.url:
            at_it = address_key(article.url)
            found[ADDRESS][at_it] = (*found[ADDRESS].get(at_it, ()), known)
        title, stated = title_key_of(prepared), known.published if known.date_kind == "stated" else None
        if title in asked[TITLE]:
            found[TITLE][title] = (*found[TITLE].get(title, ()), known)
        if stated in asked.get(INSTANT, ()):
            found[INSTANT][stated] = (*found[INSTANT].get(stated, ()), known)
        if told.get("is_now") == "gone":
            found[LOST][id_] = (known,)
    return found, sightings, ids


def settled(
    batch: list[Prepared], known: Known, sightings: dict[str, Sighting], held: Sequence[dict[str, Any]] = ()
) -> list[Change]:
    """``held``: whose places are gone, or not named by a feed, as `cases.yaml` says it."""
    gone = [sightings[told["at"]] for told in held if told.get("is_now") == "gone"]
    in_feed = any(told.get("is_now") in {"absent", "named"} for told in held)
    present = {document.article.location for document in batch}
    present |= {told["at"] for told in held if told.get("is_now") == "named"}
    return Settler(known).settle(batch, sightings, gone, "new", NOW, present if in_feed else None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    document = a_document(case["document"], recleaned=case["document"].get("bytes") == "same")
    known, sightings, ids = known_of(case["held"], document)
    (change,) = settled([document], known, sightings, case["held"])
    expected = case["is"]
    found = {"kind": change.identity.kind, "rung": change.identity.rung}
    assert found == {key: expected[key] for key in found}, change.identity.why
    if "of" in expected:
        assert change.identity.id == ids[expected["of"]]
    else:
        assert change.identity.id not in ids
    if "significant" in expected:
        assert change.identity.significant is expected["significant"]
    assert change.identity.waits is expected.get("waits", False)
    if change.identity.waits:
        before = sightings[document.article.location]
        kept = replace(change.sighting, status=before.status, stamp=before.stamp)
        assert (change.sighting.stamp, kept) == ("", before), "what was read last is what we hold"


LACKING = [case for case in CASES if "lacking" in str(case)]


@pytest.mark.parametrize("why", ["", "anything else", "full-text: http-404: gone"])
@pytest.mark.parametrize("case", LACKING, ids=lambda case: case["name"])
def test_why_a_page_was_not_had_is_for_people(case: dict[str, Any], why: str) -> None:
    documents = [a_document(case["document"], recleaned=case["document"].get("bytes") == "same")] * 2
    known, sightings, _ = known_of(case["held"], documents[0])
    repairs = tuple(replace(repair, detail=why) for repair in documents[0].article.repairs)
    documents[1] = replace(documents[0], article=replace(documents[0].article, repairs=repairs))
    reworded = {
        place: replace(it, trouble=it.trouble and replace(it.trouble, detail=why)) for place, it in sightings.items()
    }
    (plain,), (other,) = settled(documents[:1], known, sightings), settled(documents[1:], known, reworded)
    assert plain.identity == other.identity
    assert plain.sighting == replace(other.sighting, trouble=plain.sighting.trouble)


def test_documents_of_one_batch_know_each_other() -> None:
    one = a_document({"title": "甲", "text": "一段话。", "at": "a.md", "date": datetime(2026, 1, 1, tzinfo=UTC)})
    copy = a_document({"title": "甲", "text": "一段 话。", "at": "b.md", "date": datetime(2026, 1, 1, tzinfo=UTC)})
    first, second = settled([one, copy], {}, {})
    assert (first.identity.kind, second.identity.kind) == ("new", "same")
    assert second.identity.id == first.identity.id
    assert (first.sighting.status, second.sighting.status) == ("new", "duplicate")


def test_what_vanished_and_turned_up_elsewhere_has_moved() -> None:
    told = {"title": "甲", "text": "一段话。", "at": "old.md", "date": datetime(2026, 1, 1, tzinfo=UTC)}
    document = a_document({**told, "at": "new.md"})
    known, sightings, ids = known_of([told], document)
    (change,) = Settler(known).settle([document], sightings, vanished=list(sightings.values()), recipe="new", now=NOW)
    assert change.sighting.status == "moved"
    assert change.sighting.article == ids[0]


MOVED = {"title": "甲", "text": "一段话。责任编辑：乙", "at": "old.md", "date": datetime(2026, 1, 1, tzinfo=UTC)}


def moved_and_cleaned(article: UUID, known: Known = {}) -> Change:  # noqa: B006 - nobody writes to it
    """What becomes of a file of ``article`` that moved in the pass in which cleaning rules changed."""
    before = a_document(MOVED)
    sighting = a_sighting("old.md", article=article, digest="as before", content_hash=before.content_hash, recipe="old")
    cleaned = a_document({**MOVED, "at": "new.md", "text": "一段话。"}, recleaned=True)
    (change,) = Settler(known).settle([cleaned], {"old.md": sighting}, vanished=[sighting], recipe="new", now=NOW)
    return change


def test_a_file_that_moved_while_cleaning_rules_changed_is_the_same_article() -> None:
    before = a_document(MOVED)
    ours = mint_id("seeds", before.content_hash, before.article.published)
    change = moved_and_cleaned(ours)
    assert (change.identity.kind, change.identity.id, change.identity.significant) == ("revision", ours, False)
    assert change.sighting.status == "moved"


def test_it_is_the_same_article_also_if_its_date_was_corrected_since() -> None:
    before = a_document(MOVED)
    minted = mint_id("seeds", before.content_hash, datetime(2025, 1, 1, tzinfo=UTC))
    held = KnownArticle(
        minted, before.content_hash, before.article.published, "stated", None, place=("seeds", "old.md")
    )
    change = moved_and_cleaned(minted, {LOST: {minted: (held,)}})
    assert (change.identity.kind, change.identity.id, change.sighting.status) == ("revision", minted, "moved")


def test_a_moved_copy_of_another_sources_article_does_not_change_it() -> None:
    before = a_document(MOVED)
    theirs = mint_id("legit", before.content_hash, before.article.published)
    change = moved_and_cleaned(theirs)
    assert (change.identity.kind, change.identity.id, change.sighting.status) == ("same", theirs, "moved")


def test_a_file_that_moved_and_was_corrected_in_one_pass_is_a_revision() -> None:
    date = datetime(2026, 1, 1, tzinfo=UTC)
    told = {"title": "甲", "text": "床位八百张，明年建成。", "at": "old.md", "url": "https://x.example/1", "date": date}
    corrected = a_document({**told, "at": "new.md", "text": "床位一千张，明年建成。"})
    known, sightings, ids = known_of([told], corrected)
    (change,) = Settler(known).settle([corrected], sightings, vanished=list(sightings.values()), recipe="new", now=NOW)
    assert (change.identity.kind, change.identity.id, change.identity.significant) == ("revision", ids[0], True)


def test_of_two_edited_places_of_one_article_the_later_is_compared_with_the_earlier() -> None:
    told = {"title": "甲", "text": "短讯一条。", "at": "a.md", "date": datetime(2026, 1, 1, tzinfo=UTC)}
    longer = a_document({**told, "text": "短讯一条。补充了许多细节，共三段。"})
    shorter = a_document({**told, "at": "b.md", "text": "短讯一条。补充了细节。"})
    known, sightings, _ = known_of([told, {**told, "at": "b.md", "from": "a.md"}], longer)
    places = (("seeds", "a.md"), ("seeds", "b.md"))
    both: Known = {**known, LOCATION: dict.fromkeys(places, known[LOCATION][places[0]])}
    first, second = settled([longer, shorter], both, sightings)
    assert (first.identity.kind, second.identity.kind) == ("revision", "same")


def test_what_one_source_brings_is_known_to_the_next_source_of_the_transaction() -> None:
    document = a_document({"title": "甲", "text": "一段话。", "at": "a.md", "date": datetime(2026, 1, 1, tzinfo=UTC)})
    copy = replace(document, article=replace(document.article, source="two"))
    settler = Settler({})
    (first,) = settler.settle([document], {}, (), "new", NOW)
    (second,) = settler.settle([copy], {}, (), "new", NOW)
    assert (first.identity.kind, second.identity.kind) == ("new", "same")
    assert second.sighting.article == first.identity.id


def test_the_words_that_an_article_of_others_began_with_are_an_article_with_an_id_of_its_own() -> None:
    """Another source took it over when its file was gone; then the file is there again, as it was."""
    document = a_document(
        {"title": "通知", "text": "春节放假安排如下。", "at": "a.md", "date": datetime(2026, 1, 10, tzinfo=UTC)}
    )
    first = mint_id("seeds", document.content_hash, document.article.published)
    now = KnownArticle(
        id=first,
        content_hash="1:other",
        published=document.article.published,
        date_kind="stated",
        url=None,
        title="别的标题",
        text="完全不同的内容，由另一个来源改写。",
        place=("other", "b.md"),
    )
    known: Known = {
        LOCATION: {("seeds", "a.md"): (now,)},
        HASH: {document.content_hash: (now,)},
        ADDRESS: {},
    }
    (change,) = Settler(known).settle([document], {"a.md": a_sighting("a.md", article=first)}, (), "r", NOW)
    assert change.identity.kind == "new"
    assert change.identity.id == mint_id("seeds", document.content_hash, document.article.published, 1)


def test_a_revision_without_address_keeps_the_known_one() -> None:
    told = {"title": "甲", "text": "一段话。", "at": "a.md", "date": datetime(2026, 1, 1, tzinfo=UTC)}
    document = a_document({**told, "text": "一段话，补充了几句。"})
    known, sightings, ids = known_of([{**told, "url": "https://x.example/1"}], document)
    (change,) = settled([document], known, sightings)
    assert (change.identity.kind, change.identity.id, change.url) == ("revision", ids[0], "https://x.example/1")
