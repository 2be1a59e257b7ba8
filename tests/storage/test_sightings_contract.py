"""What `sight` and `withdraw` promise, by way of what readers see afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from aggregator.codes import RepairCode
from aggregator.errors import StoreError
from aggregator.model.article import LOCATION, Reason, Routing, SightingStatus
from aggregator.model.document import Repair
from aggregator.model.reading import Query
from builders import NOW, a_change, a_hash, a_prepared, a_sighting, a_trouble, a_verdict, again, an_article
from storage import Storage
from store_steps import LATER, dossier, enter, known_of, revised, save, sight, wanted


def test_sightings_are_remembered_as_they_were_written(storage: Storage) -> None:
    change = a_change(seen=LATER)
    rejected = a_sighting("broken.md", "rejected", trouble=a_trouble("yaml-anchor: an alias"), line=4, seen=LATER)
    save(storage, change)
    sight(storage, rejected)
    assert storage.agenda.sightings("seeds") == {"2026/a.md": change.sighting, "broken.md": rejected}
    assert storage.agenda.sightings("elsewhere") == {}


def test_a_rejected_document_keeps_the_article_last_seen_there(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    sight(
        storage, a_sighting(change.sighting.location, "rejected", digest="other", trouble=a_trouble("empty: no text"))
    )
    kept = storage.agenda.sightings("seeds")["2026/a.md"]
    assert (kept.status, kept.digest, kept.trouble) == ("rejected", "other", a_trouble("empty: no text"))
    assert (kept.article, kept.content_hash) == (change.identity.id, change.prepared.content_hash)
    assert kept.url == change.sighting.url
    assert kept.article == change.identity.id
    with storage.store.write() as unit:
        [here] = known_of(unit, change.prepared)[LOCATION]["seeds", "2026/a.md"]
    assert here.id == change.identity.id


@pytest.mark.parametrize("status", ["rejected", "failed"])
def test_a_document_that_cannot_be_read_keeps_the_address_of_its_place(
    storage: Storage, status: SightingStatus
) -> None:
    change = a_change()
    copy = again(change, "copy.md", source="other", url="https://copy.example/1")
    save(storage, change, copy)
    enter(storage, change.identity.id)
    sight(storage, a_sighting("copy.md", status, source="other", article=change.identity.id, content_hash="1:0"))
    kept = storage.agenda.sightings("other")["copy.md"]
    assert (kept.status, kept.url, kept.content_hash) == (status, copy.sighting.url, copy.sighting.content_hash)
    assert [origin.url for origin in storage.archive.entries(Query())[0].also] == [copy.sighting.url]
    assert wanted(storage) == 1


@pytest.mark.parametrize("known_before", [False, True], ids=["a new place", "a known place"])
def test_of_several_sightings_of_a_place_in_one_batch_the_last_counts(storage: Storage, known_before: bool) -> None:
    change = a_change()
    first, other = change.sighting, a_sighting("b.md", "rejected", trouble=a_trouble("empty: nothing in it"))
    failed = replace(
        first, status="failed", article=None, stamp="2", url=None, content_hash="", trouble=a_trouble("timeout: slow")
    )
    save(storage, *([change] if known_before else [a_change(a_prepared(an_article("z.md", text="z")))]))
    sight(storage, *([] if known_before else [replace(first, article=None)]), other, failed, other)
    places = storage.agenda.sightings("seeds")
    article = first.article if known_before else None
    assert places["2026/a.md"] == replace(failed, article=article, url=first.url, content_hash=first.content_hash)
    assert places["b.md"] == other


def test_a_sighting_of_an_unknown_article_is_refused(storage: Storage) -> None:
    with pytest.raises(StoreError, match="is not stored"):
        sight(storage, a_sighting(article=uuid4()))


def test_text_that_utf8_cannot_carry_is_spelled_out_and_keeps_no_batch_away(storage: Storage) -> None:
    odd = an_article(
        "a\udcff.md",
        "题\ud800",
        "文\ud800",
        url=None,
        tags=("签\ud800",),
        repairs=(Repair(RepairCode.BAD_DATE, "\ud800"),),
    )
    change, other = a_change(a_prepared(odd, content_hash=a_hash("odd"), digest="d")), a_change()
    verdict = replace(a_verdict(), reasons=(Reason("r", "匹\ud800", "title", 0, 1.0),))
    save(storage, change, other)
    with storage.store.write() as unit:
        unit.route([Routing(change.identity.id, (verdict,), ())], "rules", NOW)
        unit.sight([a_sighting("b\udcff.md", "rejected", trouble=a_trouble("yaml-tag: \udcff"))])
        known = known_of(unit, change.prepared)
    found = dossier(storage, change.identity.id)
    assert (found.entry.title, found.entry.html) == ("题\\ud800", "<p>文\\ud800</p>")
    assert (found.entry.tags, found.repairs) == (("签?",), ("bad-date: ?",))
    assert found.verdicts[0].reasons[0].matched == "匹?"
    assert [here.id for here in known[LOCATION]["seeds", "a\udcff.md"]] == [change.identity.id]
    sightings = storage.agenda.sightings("seeds")
    assert set(sightings) == {"2026/a.md", "a\\udcff.md", "b\\udcff.md"}
    assert sightings["b\\udcff.md"].trouble == a_trouble("yaml-tag: \\udcff")
    with storage.store.write() as unit:
        unit.withdraw("seeds", ["a\udcff.md"], NOW)
    assert dossier(storage, change.identity.id).withdrawn == NOW


def test_withdrawn_is_what_is_seen_nowhere_else(storage: Storage) -> None:
    first, second = a_change(), a_change(a_prepared(an_article("b.md", "另一篇")))
    save(storage, first, second, again(second, "elsewhere.md", source="other"))
    enter(storage, first.identity.id)
    with storage.store.write() as unit:
        unit.sight([replace(c.sighting, status="vanished") for c in (first, second)])
        unit.withdraw("seeds", ["2026/a.md", "b.md", "never-seen.md"], LATER)
    assert [entry.id for entry in storage.archive.entries(Query())] == [second.identity.id]
    assert storage.archive.entries(Query(feed="centers")) == ()
    assert dossier(storage, first.identity.id).withdrawn == LATER
    assert wanted(storage) == 3  # entered; lost its place; withdrawn


@pytest.mark.parametrize("how", ["sight", "save"])
def test_an_article_that_is_seen_again_is_back(storage: Storage, how: str) -> None:
    change = a_change()
    save(storage, change)
    enter(storage, change.identity.id)
    with storage.store.write() as unit:
        unit.withdraw("seeds", ["2026/a.md"], NOW)
    before = wanted(storage)
    if how == "sight":
        sight(storage, replace(change.sighting, status="unchanged"))
    else:
        save(storage, again(change, "moved.md"))
    assert [entry.id for entry in storage.archive.entries(Query())] == [change.identity.id]
    assert wanted(storage) > before


def test_a_rejected_document_brings_nothing_back(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    with storage.store.write() as unit:
        unit.withdraw("seeds", ["2026/a.md"], NOW)
    sight(storage, a_sighting(change.sighting.location, "rejected", trouble=a_trouble("empty: no text")))
    assert storage.archive.entries(Query()) == ()


def test_only_what_a_page_shows_changes_the_revision_of_the_archive(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    before = storage.archive.change_number()
    save(storage)
    save(storage, a_change(change.prepared, "same", status="unchanged", seen=LATER))
    with storage.store.write() as unit:
        unit.sight([])
        unit.sight([replace(change.sighting, status="unchanged", stamp="2", seen=LATER)])
        unit.sight([a_sighting("broken.md", "rejected", trouble=a_trouble("empty: no text"))])
        unit.withdraw("seeds", [], NOW)
        unit.withdraw("seeds", ["never-seen.md"], NOW)
        unit.route([], "rules", NOW)
    assert storage.archive.change_number() == before
    steps: list[Callable[[], None]] = [
        lambda: save(storage, again(change, "copy.md")),
        lambda: sight(storage, a_sighting("copy.md", "vanished", article=change.identity.id)),
        lambda: save(storage, revised(change, "二")),
        lambda: enter(storage, change.identity.id),
    ]
    for step in steps:
        step()
        assert storage.archive.change_number() != before
        before = storage.archive.change_number()
