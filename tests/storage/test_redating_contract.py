"""What the store makes of a date that was stated later, or corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from aggregator.model.article import INSTANT, LOCATION, TITLE, Admission, Change, DateKind, Routing
from aggregator.model.reading import Query
from builders import NOW, PUBLISHED, a_change, a_prepared, a_verdict, an_article
from storage import Storage
from store_steps import LATER, dossier, enter, known_of, save, wanted

DAY = timedelta(days=1)
OLD = PUBLISHED - 400 * DAY


def a_new(number: int, published: datetime | None) -> Change:
    kind: DateKind = "missing" if published is None else "stated"
    article = an_article(f"{number}.md", f"第{number}座大桥", published=published, date_kind=kind, url=None)
    return a_change(a_prepared(article))


def redated(change: Change, published: datetime) -> Change:
    """The same words, and another date."""
    prepared = change.prepared
    prepared = replace(prepared, article=replace(prepared.article, published=published, date_kind="stated"))
    again = a_change(prepared, "revision", id=change.identity.id, significant=False, status="unchanged", seen=LATER)
    return replace(again, published=published, redated=True)


def route(storage: Storage, article: UUID, entered: datetime | None) -> None:
    with storage.store.write() as unit:
        unit.route([Routing(article, (a_verdict(),), (Admission("centers", entered),))], "rules", NOW)


def shown(storage: Storage, **query: str) -> list[str]:
    return [entry.title for entry in storage.archive.entries(Query(**query))]  # type: ignore[arg-type]


@pytest.mark.parametrize("before", [None, PUBLISHED])
def test_published_moves_and_nothing_else_does(storage: Storage, before: datetime | None) -> None:
    change = a_new(1, before)
    save(storage, change)
    old = dossier(storage, change.identity.id).entry
    save(storage, redated(change, OLD), now=LATER)
    found = dossier(storage, change.identity.id)
    assert found.entry == replace(old, published=OLD)
    assert (found.date_kind, len(found.revisions)) == ("stated", 1)


def edited(change: Change, words: str) -> Change:
    """The same article in other words."""
    prepared = change.prepared
    prepared = replace(prepared, article=replace(prepared.article, html=f"<p>{words}</p>"), content_hash=f"1:{words}")
    again = a_change(prepared, "revision", id=change.identity.id, status="changed", seen=LATER)
    return replace(again, published=change.published, late=change.late)


@pytest.mark.parametrize("turn", [1, -1])
def test_what_is_dated_anew_is_late_no_more_and_others_stay_so(storage: Storage, turn: int) -> None:
    first, second = (replace(a_new(number, None), late=True) for number in (1, 2))
    save(storage, first, second)
    save(storage, *(redated(first, OLD), edited(second, "大桥合龙"))[::turn], now=LATER)
    assert late_of(storage, first, second) == [False, True]


def test_an_edit_in_the_same_batch_leaves_it_in_time(storage: Storage) -> None:
    change = replace(a_new(1, None), late=True)
    save(storage, change)
    again = redated(change, OLD)
    save(storage, again, edited(again, "大桥合龙"), now=LATER)
    assert late_of(storage, change) == [False]


def late_of(storage: Storage, *changes: Change) -> list[bool]:
    with storage.store.write() as unit:
        known = known_of(unit, *(change.prepared for change in changes))[LOCATION]
    places = [(change.prepared.article.source, change.prepared.article.location) for change in changes]
    return [known[place][0].late for place in places]


def test_the_feeds_that_show_it_are_built_again(storage: Storage) -> None:
    change = a_new(1, None)
    save(storage, change)
    enter(storage, change.identity.id)
    before, number = wanted(storage), storage.archive.change_number()
    save(storage, redated(change, OLD), now=LATER)
    assert wanted(storage) == before + 1
    assert storage.archive.change_number() != number
    save(storage, redated(change, OLD), now=LATER)
    assert wanted(storage) == before + 1


def test_what_has_entered_keeps_its_place(storage: Storage) -> None:
    changes = [a_new(number, None) for number in range(3)]
    save(storage, *changes)
    for change in changes:
        route(storage, change.identity.id, NOW)
    order = shown(storage, feed="centers")
    save(storage, redated(changes[1], OLD), now=LATER)
    route(storage, changes[1].identity.id, None)
    assert shown(storage, feed="centers") == order
    assert dossier(storage, changes[1].identity.id).admissions == {"centers": NOW}


def test_lists_go_by_the_date_as_corrected(storage: Storage) -> None:
    changes = [a_new(number, PUBLISHED - number * DAY) for number in range(3)]
    save(storage, *changes)
    for change in changes:
        route(storage, change.identity.id, NOW)
    save(storage, redated(changes[0], OLD), now=LATER)
    for query in ({}, {"topic": "centers"}, {"topic": "all"}):
        assert shown(storage, **query) == ["第1座大桥", "第2座大桥", "第0座大桥"]
    assert storage.archive.topic_counts()["centers"].newest == PUBLISHED - DAY


def test_what_waits_enters_by_the_date_as_corrected(storage: Storage) -> None:
    changes = [a_new(number, OLD - number * DAY) for number in range(2)]
    save(storage, *changes)
    for change in changes:
        route(storage, change.identity.id, None)
    save(storage, redated(changes[1], OLD + DAY), now=LATER)
    with storage.store.write() as unit:
        assert unit.admit("centers", 1, LATER) == 1
    assert shown(storage, feed="centers") == ["第1座大桥"]


def test_it_is_known_by_the_date_as_corrected(storage: Storage) -> None:
    change = a_new(1, PUBLISHED)
    save(storage, change)
    again = redated(change, OLD)
    save(storage, again, now=LATER)
    with storage.store.write() as unit:
        known = known_of(unit, again.prepared)
    assert [it.id for it in known[INSTANT][OLD]] == [change.identity.id]
    assert {it.published for it in sum(known[TITLE].values(), ())} == {OLD}
    assert {it.first_seen for it in sum(known[TITLE].values(), ())} == {NOW}


def test_a_date_to_come_is_now(storage: Storage) -> None:
    change = a_new(1, None)
    save(storage, change)
    save(storage, redated(change, LATER + DAY), now=LATER)
    assert dossier(storage, change.identity.id).entry.published == LATER.replace(microsecond=0)


def test_a_date_corrected_forward_is_not_after_the_update(storage: Storage) -> None:
    """What is stored of `updated` stays: corrected back again, it is what it was."""
    change = a_new(1, OLD)
    save(storage, change)
    for corrected in (PUBLISHED, OLD - DAY):
        save(storage, redated(change, corrected), now=LATER)
        entry = dossier(storage, change.identity.id).entry
        assert (entry.published, entry.updated) == (corrected, max(OLD, corrected))


def test_a_text_changed_with_the_date_moves_updated(storage: Storage) -> None:
    change = a_new(1, None)
    save(storage, change)
    article = replace(change.prepared.article, html="<p>neu</p>", published=OLD, date_kind="stated")
    revised = a_change(a_prepared(article, content_hash="1:b"), "revision", id=change.identity.id)
    save(storage, replace(revised, published=OLD, redated=True), now=LATER)
    entry = dossier(storage, change.identity.id).entry
    assert (entry.html, entry.published, entry.updated) == ("<p>neu</p>", OLD, LATER.replace(microsecond=0))
