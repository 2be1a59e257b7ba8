"""Progress bars: totals are what is known, and nothing is ever more than done."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aggregator.cli.progress import _Watched


class Bars:
    """Stands in for rich's: the bars that are shown, as (completed, total)."""

    def __init__(self) -> None:
        self.shown: dict[int, tuple[float, float | None]] = {}
        self._next = 0

    def add_task(self, _description: str, total: float | None) -> int:
        self._next += 1
        self.shown[self._next] = (0, total)
        return self._next

    def update(self, task: int, completed: float, total: float | None) -> None:
        self.shown[task] = (completed, total)

    def remove_task(self, task: int) -> None:
        del self.shown[task]


def watched() -> tuple[Bars, Any]:
    bars: Any = Bars()
    return bars, _Watched(bars)


def test_a_total_grows_as_leads_come_and_the_bar_goes_with_the_last() -> None:
    bars, progress = watched()
    seen = []
    for done, total in ((0, 0), (1, 41), (20, 61), (60, 61), (61, 61)):
        progress("news", done, total)
        seen.append(list(bars.shown.values()))
    assert seen == [[(0, None)], [(1, 41)], [(20, 61)], [(60, 61)], []]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(0, 9))))
def test_nothing_is_more_than_done_and_no_total_is_made_up(told: list[tuple[str, int, int]]) -> None:
    bars, progress = watched()
    for task, done, total in told:
        progress(task, done, total)
        assert all(total is None or completed < total for completed, total in bars.shown.values())
        assert {total for _, total in bars.shown.values()} <= {None, *(total for _, _, total in told)}
