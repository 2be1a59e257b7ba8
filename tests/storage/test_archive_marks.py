"""What changed of all articles, told without their texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.model.article import Admission, Change, Routing
from aggregator.model.reading import Query
from builders import NOW, a_change, a_prepared, a_sighting, a_verdict, again, an_article
from storage import Storage

LATER = NOW + timedelta(hours=1)


def put(storage: Storage) -> list[Change]:
    changes = [a_change(a_prepared(an_article(f"{number}.md", f"第{number}篇"))) for number in range(4)]
    with storage.store.write() as unit:
        unit.save(changes, NOW)
    return changes


def marks(storage: Storage) -> list[str]:
    return list(storage.archive.marks().articles.values())


def test_articles_come_in_the_order_in_which_they_came_without_the_withdrawn(storage: Storage) -> None:
    ids = [change.identity.id for change in put(storage)]
    assert list(storage.archive.marks().articles) == ids
    with storage.store.write() as unit:
        unit.withdraw("seeds", ["2.md"], NOW)
    found = storage.archive.marks()
    assert list(found.articles) == [ids[0], ids[1], ids[3]]
    assert ids[2] not in found.lists["none"]


def test_lists_are_those_of_queries(storage: Storage) -> None:
    route(storage, put(storage)[1:3])
    found = storage.archive.marks()
    for key in ("all", "none", "centers"):
        assert [entry.id for entry in storage.archive.entries(Query(topic=key))] == list(found.lists[key])
    assert len(found.lists["centers"]) == 2


def route(storage: Storage, changes: Sequence[Change], entered: bool = False) -> None:
    places = (Admission("centers", LATER),) if entered else ()
    with storage.store.write() as unit:
        unit.route([Routing(change.identity.id, (a_verdict(),), places) for change in changes], "rules", LATER)


def revise(storage: Storage, first: Change) -> None:
    prepared = a_prepared(an_article("0.md", "改了标题"))
    with storage.store.write() as unit:
        unit.save([a_change(prepared, "revision", id=first.identity.id, seen=LATER)], LATER)


def clean_otherwise(storage: Storage, first: Change) -> None:
    """The same words by other rules of cleaning: the newest revision is replaced in place."""
    article = replace(first.prepared.article, html="<p>另一种写法</p>")
    prepared = replace(first.prepared, article=article)
    with storage.store.write() as unit:
        unit.save([a_change(prepared, "revision", id=first.identity.id, significant=False)], LATER)


def see_elsewhere(storage: Storage, first: Change) -> None:
    with storage.store.write() as unit:
        unit.save([again(first, "copy.md")], LATER)


def lose(storage: Storage, first: Change) -> None:
    with storage.store.write() as unit:
        unit.sight([a_sighting("0.md", "vanished", article=first.identity.id, seen=LATER)])


EDITS: dict[str, Callable[[Storage, Change], None]] = {
    "another title": revise,
    "other markup of the same words": clean_otherwise,
    "a topic": lambda storage, first: route(storage, [first]),
    "a place in a feed": lambda storage, first: route(storage, [first], entered=True),
    "another place": see_elsewhere,
    "a place that is gone": lose,
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
def test_what_a_page_may_show_moves_the_mark_of_its_article_alone(
    storage: Storage, edit: Callable[[Storage, Change], None]
) -> None:
    changes = put(storage)
    before = marks(storage)
    assert marks(storage) == before
    edit(storage, changes[0])
    assert [old == new for old, new in zip(before, marks(storage), strict=True)] == [False, True, True, True]
