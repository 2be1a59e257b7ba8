"""Progress bars on stderr, where it is a terminal; elsewhere nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aggregator.cli.output import Printer

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from aggregator.operations.reports import Progress


@contextmanager
def progress_on(err: Printer) -> Iterator[Progress]:
    """Bars that vanish with the block."""
    from aggregator.operations.reports import silent

    if not err.terminal:
        yield silent
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=err.console, transient=True) as bars:
        yield _Watched(bars)


class _Watched:
    """One bar a task, from when it is first heard of until it is done."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, task: str, done: int, total: int) -> None:
        """What is done vanishes: of hundreds of feeds only those are shown that take their time."""
        if done and done >= total > 0 and task not in self._tasks:
            return
        if task not in self._tasks:
            self._tasks[task] = self._bars.add_task(task, total=None)
        if done >= total > 0:
            self._bars.remove_task(self._tasks.pop(task))
            return
        self._bars.update(self._tasks[task], completed=done, total=total or None)
