"""Sources gathered side by side, and what they bring handed over in lists."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from aggregator.model.config import Source
from aggregator.model.running import Pass, Ticket
from aggregator.operations.parallel import ARTICLES, HAULS, by_host, gathered
from aggregator.visits.haul import Haul
from aggregator.visits.intake import Intake
from builders import a_prepared
from fakes import StoppedClock

FOREVER = 3600.0
AT_ONCE = 0.0
WAIT = 30.0
"""Seconds after which a test that hangs fails."""


def a_haul(source: Source, articles: int = 0) -> Haul:
    current = Pass(source, Ticket(source.name, 1), "recipe")
    return Haul(current, Intake(current, dict, StoppedClock()), (a_prepared(),) * articles, ())


def groups_of(*names: str) -> list[list[Source]]:
    """A group for each word; each of its letters is a source."""
    return [[Source(name) for name in word] for word in names]


def names_of(hauls: Sequence[Haul]) -> str:
    return "".join(haul.current.source.name for haul in hauls)


def test_sources_of_one_host_are_one_group_and_files_another() -> None:
    sources = [
        Source("a", kind="feed", url="https://one.example/a"),
        Source("files", path="x"),
        Source("b", kind="feed", url="https://two.example/"),
        Source("c", kind="page", url="http://ONE.example:8080/c"),
        Source("more-files", path="y"),
    ]
    named = [[source.name for source in group] for group in by_host(sources)]
    assert named == [["a", "c"], ["files", "more-files"], ["b"]]


@pytest.mark.parametrize("parallel", [1, 2, 8])
def test_sources_of_one_group_go_in_turn_and_in_order(parallel: int) -> None:
    busy: set[str] = set()

    def gather(source: Source) -> Iterator[Haul]:
        group = source.name.lower()
        assert group not in busy
        busy.add(group)
        yield a_haul(source)
        yield a_haul(source)
        busy.remove(group)

    groups = [[Source("a"), Source("A")], [Source("b"), Source("B")]]
    brought = "".join(names_of(hauls) for hauls in gathered(groups, gather, parallel))
    assert [name for name in brought if name in "aA"] == list("aaAA")
    assert [name for name in brought if name in "bB"] == list("bbBB")


def test_groups_go_side_by_side() -> None:
    all_at_work = threading.Barrier(3)

    def gather(source: Source) -> Iterator[Haul]:
        all_at_work.wait(WAIT)
        yield a_haul(source)

    assert sorted(names_of([haul for hauls in gathered(groups_of(*"abc"), gather, 3) for haul in hauls])) == list("abc")


def test_no_more_groups_at_a_time_than_told_and_the_longest_first() -> None:
    begun: list[str] = []

    def gather(source: Source) -> Iterator[Haul]:
        begun.append(source.name)
        yield a_haul(source)

    assert names_of([haul for hauls in gathered(groups_of("a", "bcd", "ef"), gather, 1) for haul in hauls]) == "bcdefa"
    assert begun == list("bcdefa")


def test_without_groups_there_is_nothing() -> None:
    assert list(gathered([], lambda source: [a_haul(source)], 4)) == []


def test_an_exception_reaches_the_caller() -> None:
    def gather(source: Source) -> Iterator[Haul]:
        yield a_haul(source)
        if source.name == "b":
            raise KeyError("b")

    with pytest.raises(KeyError, match="b"):
        list(gathered(groups_of("ab", "c"), gather, 2))


@pytest.mark.parametrize(
    ("articles", "lists"),
    [
        pytest.param([0] * (HAULS + 1), [HAULS, 1], id="so many hauls that bring nothing"),
        pytest.param([ARTICLES // 2, ARTICLES // 2, 1], [2, 1], id="so many articles"),
        pytest.param([ARTICLES * 2, 1, 1], [1, 2], id="a large haul is not parted"),
        pytest.param([1, 2, 3], [3], id="few"),
    ],
)
def test_a_list_is_full_by_hauls_or_by_articles(articles: Sequence[int], lists: Sequence[int]) -> None:
    def gather(source: Source) -> Iterator[Haul]:
        return (a_haul(source, number) for number in articles)

    assert [len(hauls) for hauls in gathered(groups_of("a"), gather, 1, FOREVER)] == lists


def test_a_slow_source_does_not_keep_the_others_waiting() -> None:
    stored = threading.Event()

    def gather(source: Source) -> Iterator[Haul]:
        yield a_haul(source)
        assert stored.wait(WAIT)
        yield a_haul(source)

    lists = gathered(groups_of("a"), gather, 1, AT_ONCE)
    assert names_of(next(lists)) == "a"
    stored.set()
    assert names_of([haul for hauls in lists for haul in hauls]) == "a"


@pytest.mark.parametrize("patience", [AT_ONCE, FOREVER])
def test_nobody_gathers_on_when_nothing_more_is_taken(patience: float) -> None:
    begun: list[str] = []
    ended = threading.Semaphore(0)

    def gather(source: Source) -> Iterator[Haul]:
        begun.append(source.name)
        try:
            while True:
                yield a_haul(source)
        finally:
            ended.release()

    lists = gathered(groups_of("abc", "de"), gather, 2, patience)
    next(lists)
    lists.close()
    assert ended.acquire(timeout=WAIT)
    if len(begun) > 1:
        assert ended.acquire(timeout=WAIT)
    assert sorted(begun) in (["a"], ["a", "d"])


def test_a_fault_of_one_ends_the_others() -> None:
    begun, ended = threading.Event(), threading.Event()

    def gather(source: Source) -> Iterator[Haul]:
        if source.name == "b":
            assert begun.wait(WAIT)
            raise KeyError("b")
        try:
            while True:
                yield a_haul(source)
                begun.set()
        finally:
            ended.set()

    with pytest.raises(KeyError, match="b"):
        list(gathered(groups_of("a", "b"), gather, 2))
    assert ended.wait(WAIT)
