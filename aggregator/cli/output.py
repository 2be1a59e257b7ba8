"""Words, facts and tables: in colour for people at a terminal, tab-separated lines for everybody else.

A plain line is ``kind<TAB>first cell<TAB>name=value<TAB>…``: one thing a line, and new columns do no
harm to whoever looks for the old ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from aggregator.cli.as_json import plain

if TYPE_CHECKING:
    from rich.console import Console

Cell = str | int | float | datetime | tuple[str, str] | None
"""What a table shows; a pair is a text and its style."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]+")


class Output:
    """One stream."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.terminal = stream.isatty()

    @cached_property
    def console(self) -> Console:
        from rich.console import Console

        return Console(file=self.stream, highlight=False)

    def json(self, report: object) -> None:
        """The one JSON document."""
        self.line(json.dumps(plain(report), ensure_ascii=False, indent=2))

    def line(self, text: str, style: str = "") -> None:
        """A line, or several."""
        if self.terminal and style:
            self.console.print(text, style=style, markup=False, soft_wrap=True)
        else:
            self.stream.write(f"{text}\n")

    def failure(self, cause: str, hint: str = "") -> None:
        """One line of cause, one of what to do."""
        self.line(f"error: {cause}", "bold red")
        if hint:
            self.line(f"  hint: {hint}")

    def facts(self, kind: str, facts: Sequence[tuple[str, Cell]]) -> None:
        """Names and values of one thing; those without a value are left out."""
        width = max((len(name) for name, _ in facts), default=0)
        for name, value in facts:
            text = shown(value)
            if text and self.terminal:
                self.line(f"{name:<{width}}  {text}", _style(value))
            elif text:
                self.line(f"{kind}\t{name}={text}")

    def table(self, kind: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Things of one kind, one a row; the first column names them. People are spared empty columns."""
        if not rows:
            return
        if self.terminal:
            self._rich_table(columns, rows)
            return
        for first, *others in rows:
            named = (f"{name}={shown(cell)}" for name, cell in zip(columns[1:], others, strict=True))
            self.line("\t".join((kind, shown(first), *named)))

    def _rich_table(self, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        filled = [number for number in range(len(columns)) if any(shown(row[number]) for row in rows)]
        for number in filled:
            numeric = all(isinstance(row[number], int | float) for row in rows)
            table.add_column(columns[number], justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(shown(row[number]), style=_style(row[number])) for number in filled))
        self.console.print(table)


def shown(cell: Cell) -> str:
    """A cell in one line: times in UTC, nothing that could move the cursor."""
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return shown(cell[0])
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
    if isinstance(cell, float):
        return f"{cell:g}"
    return _CONTROL.sub(" ", str(cell))


def _style(cell: Cell) -> str:
    return cell[1] if isinstance(cell, tuple) else ""
