"""Words, facts and tables: in colour for people at a terminal, tab-separated lines for everybody else.

A plain line is ``kind<TAB>first cell<TAB>name=value<TAB>…``: one thing a line, and new columns do no
harm to whoever looks for the old ones.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from aggregator.base import visible
from aggregator.cli.as_json import plain

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod

Cell = str | int | float | datetime | tuple[str, str] | None
"""What a table shows; a pair is a text and its style."""

_NEVER_FOLDED = 40
"""Names up to so many characters, in the first column, stay on one line however narrow the terminal is."""


class Printer:
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
        document = json.dumps(plain(report), ensure_ascii=False, indent=2)
        self.stream.write(f"{visible.escaped(document)}\n")

    def line(self, text: str, style: str = "") -> None:
        """A line, or several, without anything that could move the cursor."""
        text = visible.lines(text)
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
        from rich.cells import cell_len
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        filled = [number for number in range(len(columns)) if any(shown(row[number]) for row in rows)]
        for number in filled:
            numeric = all(isinstance(row[number], int | float) for row in rows)
            whole = number == 0 and all(cell_len(shown(row[0])) <= _NEVER_FOLDED for row in rows)
            justify: JustifyMethod = "right" if numeric else "left"
            table.add_column(columns[number], justify=justify, overflow="fold", no_wrap=whole)
        for row in rows:
            table.add_row(*(Text(shown(row[number], brief=True), style=_style(row[number])) for number in filled))
        self.console.print(table)


def shown(cell: Cell, *, brief: bool = False) -> str:
    """A cell in one line: times in UTC, in ``brief`` without seconds; nothing that could move the cursor."""
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return shown(cell[0], brief=brief)
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ" if brief else "%Y-%m-%d %H:%M:%SZ")
    if isinstance(cell, float):
        return f"{cell:g}"
    return visible.printable(str(cell))


def counted(number: int, noun: str) -> str:
    """``1 source``, ``2 sources``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _style(cell: Cell) -> str:
    return cell[1] if isinstance(cell, tuple) else ""
