"""What every store keeps of what was fetched, and within which bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.model.config import KeepFetched
from aggregator.model.document import Fetched
from builders import NOW
from storage import Storage

BOUNDS = KeepFetched()
PAGE = Fetched(
    "a", "https://a.example/1", "article-page", "https://a.example/1?x", "text/html", "s1", "d1", NOW, b"\0\xff1"
)


def keep(storage: Storage, *fetched: Fetched, bounds: KeepFetched = BOUNDS, days: float = 0) -> None:
    with storage.store.write() as unit:
        unit.keep(fetched, bounds, NOW + timedelta(days=days))


def held(storage: Storage, *fetched: Fetched) -> list[bool]:
    return [storage.agenda.kept(each.source, each.kind, each.location) is not None for each in fetched]


def numbered(number: int, size: int = 400_000, days: float = 0) -> Fetched:
    taken = NOW + timedelta(days=days)
    return replace(PAGE, location=f"https://a.example/{number}", digest=f"d{number}", taken=taken, body=bytes(size))


def test_a_document_comes_back_as_it_was_kept(storage: Storage) -> None:
    keep(storage, PAGE)
    assert storage.agenda.kept("a", "article-page", PAGE.location) == PAGE


def test_places_are_told_apart_by_source_and_kind(storage: Storage) -> None:
    alike = [PAGE, replace(PAGE, source="b", body=b"2"), replace(PAGE, kind="list-page", body=b"3")]
    keep(storage, *alike)
    assert [storage.agenda.kept(each.source, each.kind, each.location) for each in alike] == alike
    assert held(storage, replace(PAGE, location="https://a.example/2")) == [False]


def test_the_newest_takes_the_place_of_the_one_before_it(storage: Storage) -> None:
    newer = replace(PAGE, digest="d2", taken=NOW + timedelta(hours=1), body=b"newer")
    keep(storage, PAGE)
    keep(storage, newer)
    assert storage.agenda.kept("a", "article-page", PAGE.location) == newer
    newest = replace(newer, digest="d3", body=b"newest")
    keep(storage, replace(newer, digest="d4"), newest)
    assert storage.agenda.kept("a", "article-page", PAGE.location) == newest


def test_the_same_bytes_are_not_written_twice(storage: Storage) -> None:
    keep(storage, PAGE)
    keep(storage, replace(PAGE, taken=NOW + timedelta(hours=1), body=b"packed otherwise"))
    assert storage.agenda.kept("a", "article-page", PAGE.location) == PAGE


def test_the_same_bytes_that_were_asked_for_with_another_stamp_are(storage: Storage) -> None:
    newer = replace(PAGE, stamp="s2", taken=NOW + timedelta(hours=1))
    keep(storage, PAGE)
    keep(storage, newer)
    assert storage.agenda.kept("a", "article-page", PAGE.location) == newer


def test_what_is_older_than_the_days_goes_whoever_it_is_of(storage: Storage) -> None:
    new = numbered(2, days=1)
    keep(storage, PAGE, new)
    keep(storage, days=30)
    assert held(storage, PAGE, new) == [True, True]
    keep(storage, days=30.5)
    assert held(storage, PAGE, new) == [False, True]


def test_over_so_many_megabytes_the_oldest_go(storage: Storage) -> None:
    pages = [numbered(number, days=-number) for number in range(5)]
    keep(storage, *pages, bounds=KeepFetched(megabytes=2))
    assert held(storage, *pages) == [True] * 5
    newest = numbered(9, size=300_000)
    keep(storage, newest, bounds=KeepFetched(megabytes=2))
    assert held(storage, newest, *pages) == [True] * 5 + [False]
    keep(storage, bounds=KeepFetched(megabytes=1))
    assert held(storage, newest, *pages) == [True, True, False, False, False, False]


def test_what_is_larger_than_all_that_may_be_kept_costs_the_others_nothing(storage: Storage) -> None:
    keep(storage, PAGE, numbered(2, size=1_000_001), bounds=KeepFetched(megabytes=1))
    assert held(storage, PAGE, numbered(2)) == [True, False]


@pytest.mark.parametrize("off", [KeepFetched(days=0), KeepFetched(megabytes=0)], ids=str)
def test_turned_off_nothing_is_kept(storage: Storage, off: KeepFetched) -> None:
    keep(storage, PAGE)
    keep(storage, numbered(2), bounds=off)
    assert held(storage, PAGE, numbered(2)) == [False, False]


def test_a_location_that_utf_8_cannot_carry_is_found(storage: Storage) -> None:
    odd = replace(PAGE, location="tag:\udcff")
    keep(storage, odd)
    keep(storage, replace(odd, digest="d2"))
    assert held(storage, odd) == [True]
