"""Instants that are made here: no article shares its own with another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aggregator.model.article import Change, DateKind
from aggregator.model.reading import Query
from builders import NOW, PUBLISHED, a_change, a_prepared, an_article
from storage import Storage
from store_steps import revised, save

SECOND = timedelta(seconds=1)


def undated(*names: str, source: str = "seeds") -> list[Change]:
    return [of(name, None, source=source) for name in names]


def of(name: str, published: datetime | None, updated: datetime | None = None, *, source: str = "seeds") -> Change:
    kind: DateKind = "missing" if published is None else "stated"
    return a_change(
        a_prepared(an_article(name, name, source=source, published=published, updated=updated, date_kind=kind))
    )


def updates(storage: Storage) -> dict[str, timedelta]:
    """Title to how long before ``NOW`` its article was updated."""
    return {entry.title: NOW - entry.updated for entry in storage.archive.entries(Query())}


def test_undated_articles_of_a_batch_are_a_second_apart_the_first_one_the_newest(storage: Storage) -> None:
    save(storage, *undated("a", "b"), of("dated", PUBLISHED), *undated("c"))
    assert updates(storage) == {"a": 0 * SECOND, "b": SECOND, "c": 2 * SECOND, "dated": NOW - PUBLISHED}
    assert all(entry.first_seen == NOW for entry in storage.archive.entries(Query()))
    assert all(entry.published == entry.updated for entry in storage.archive.entries(Query()))


def test_a_part_of_a_second_is_not_ahead(storage: Storage) -> None:
    save(storage, *undated("a"), now=NOW + timedelta(microseconds=900_000))
    assert updates(storage) == {"a": 0 * SECOND}


TAKEN = {
    "by articles without a date": (undated("x", "y"), [2, 3]),
    "by a stated date": ([of("x", NOW - SECOND)], [0, 2]),
    "by a stated update": ([of("x", PUBLISHED, NOW)], [1, 2]),
    "far beyond the number that is asked for": (undated(*map(str, range(50))), [50, 51]),
}


@pytest.mark.parametrize(("before", "free"), TAKEN.values(), ids=TAKEN)
def test_instants_that_are_taken_are_passed_over(storage: Storage, before: Sequence[Change], free: list[int]) -> None:
    save(storage, *before)
    save(storage, *undated("a", "b"))
    assert [updates(storage)[name] for name in ("a", "b")] == [number * SECOND for number in free]


def test_significant_revisions_of_a_batch_are_told_apart_and_come_before_what_is_new(storage: Storage) -> None:
    old = [of(name, PUBLISHED) for name in ("a", "b")]
    save(storage, *old)
    save(storage, *undated("new"), *(revised(change, "二" + change.prepared.article.title) for change in old), now=NOW)
    told = sorted(NOW - entry.updated for entry in storage.archive.entries(Query()))
    assert told == [0 * SECOND, SECOND, 2 * SECOND]
    assert updates(storage)["new"] == 2 * SECOND


def test_a_revision_never_moves_updated_back(storage: Storage) -> None:
    """Every second since the one that it had is another article's: then it is now, shared."""
    first, *rest = undated("a", "b", "c")
    save(storage, first, now=NOW - SECOND)
    save(storage, *rest, now=NOW)
    save(storage, revised(first, "二"), now=NOW)
    assert updates(storage)["国家区域医疗中心开工"] == 0 * SECOND
    assert max(entry.updated for entry in storage.archive.entries(Query())) == NOW


def test_what_counts_as_late_is_remembered(storage: Storage) -> None:
    (change, other) = undated("a", "b")
    save(storage, replace(change, late=True), other)
    assert [late for _, _, late, _ in storage.archive.subjects(10, "rules")] == [True, False]
