"""Progress bars on stderr, where it is a terminal; elsewhere nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aggregator.cli.output import Output

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from aggregator.operations.reports import Progress


@contextmanager
def progress_on(err: Output) -> Iterator[Progress]:
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
    """One bar a task, made when it is first heard of."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, task: str, done: int, total: int) -> None:
        if task not in self._tasks:
            self._tasks[task] = self._bars.add_task(task, total=None)
        self._bars.update(self._tasks[task], completed=done, total=total or None)
