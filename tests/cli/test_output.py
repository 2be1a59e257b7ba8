"""What people at a terminal see, and what scripts get."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest

from aggregator.base import visible
from aggregator.cli.as_json import plain
from aggregator.cli.output import Cell, Printer, shown
from aggregator.cli.progress import progress_on
from aggregator.model.running import SourceReport


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    return Terminal()


ROWS: list[tuple[Cell, ...]] = [("seeds", 2, ("lost", "red"), None), ("市卫健委", 10, "", "")]
COLUMNS = ("source", "articles", "error", "alarm")


def test_a_table_in_colour(terminal: Terminal) -> None:
    Printer(terminal).table("source", COLUMNS, ROWS)
    text = terminal.getvalue()
    assert "\x1b[31mlost" in text
    assert "市卫健委" in text
    assert "alarm" not in text  # nothing in it


def test_no_color_is_respected(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    Printer(terminal).table("source", COLUMNS, ROWS)
    assert "lost" in terminal.getvalue()
    assert "\x1b[31m" not in terminal.getvalue()


def test_a_pipe_gets_lines() -> None:
    pipe = io.StringIO()
    Printer(pipe).table("source", COLUMNS, ROWS)
    assert pipe.getvalue() == (
        "source\tseeds\tarticles=2\terror=lost\talarm=\nsource\t市卫健委\tarticles=10\terror=\talarm=\n"
    )


def test_a_name_is_never_folded(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    slug = "national-regional-medical-centers"
    then = datetime(2026, 5, 1, 12, 0, 7, tzinfo=UTC)
    Printer(terminal).table("topic", ("topic", "newest", "changed"), [(slug, then, then)])
    assert slug in terminal.getvalue()
    assert "12:00:07" not in terminal.getvalue()


def test_an_empty_table_says_nothing(terminal: Terminal) -> None:
    Printer(terminal).table("source", COLUMNS, [])
    assert terminal.getvalue() == ""


def test_facts_line_up_on_a_terminal(terminal: Terminal) -> None:
    Printer(terminal).facts("status", [("daemon", "running"), ("in no topic", 3), ("story", None)])
    assert terminal.getvalue() == "daemon       running\nin no topic  3\n"


CELLS: list[tuple[Cell, str]] = [
    (None, ""),
    (0, "0"),
    (1.0, "1"),
    (0.25, "0.25"),
    (("x", "red"), "x"),
    ("a\tb\nc", "a b c"),
    ("\x1b[2Jtitle\x9b", " [2Jtitle "),
    ("a\u202eb\u2066c\u200ed\u2028e", "a b c d e"),
    (datetime(2026, 5, 1, 20, 0, 7, tzinfo=timezone(timedelta(hours=8))), "2026-05-01 12:00:07Z"),
]


@pytest.mark.parametrize(("cell", "text"), CELLS)
def test_cells(cell: Cell, text: str) -> None:
    assert shown(cell) == text


def test_no_line_moves_the_cursor() -> None:
    pipe = io.StringIO()
    Printer(pipe).line("first\x1b[2J\r\x9b\nsecond\u202e\tthird")
    assert pipe.getvalue() == "first [2J \nsecond \tthird\n"


def test_json_spells_out_what_cannot_be_seen() -> None:
    pipe = io.StringIO()
    report = {"title": "国家\x9b\u202e\x1b\x7f"}
    Printer(pipe).json(report)
    assert pipe.getvalue() == '{\n  "title": "国家\\u009b\\u202e\\u001b\\u007f"\n}\n'
    assert json.loads(pipe.getvalue()) == report


def test_the_log_spells_nothing_that_moves_the_cursor() -> None:
    assert visible.event(None, "info", {"event": "a\x1bb", "faults": ("c\x9b",), "n": 1}) == {
        "event": "a b",
        "faults": ["c "],
        "n": 1,
    }


def test_brackets_are_no_markup(terminal: Terminal) -> None:
    out = Printer(terminal)
    out.table("article", ("title",), [("[red]国家[/red]",)])
    out.line("[bold]x", "green")
    assert "[red]国家[/red]" in terminal.getvalue()
    assert "[bold]x" in terminal.getvalue()


def test_bars_on_a_terminal_that_vanish(terminal: Terminal) -> None:
    with progress_on(Printer(terminal)) as progress:
        progress("seeds", 1, 4)
        progress("quick", 2, 2)
        progress("slow", 1, 2)
        progress("slow", 2, 2)
    text = terminal.getvalue()
    assert "1/4" in text
    assert "quick" not in text
    last_drawn = text.rsplit("seeds", 1)[1]
    assert "slow" not in last_drawn
    assert text.rstrip().endswith("\x1b[2K")


def test_no_bars_in_a_pipe() -> None:
    pipe = io.StringIO()
    with progress_on(Printer(pipe)) as progress:
        progress("seeds", 1, 4)
    assert pipe.getvalue() == ""


JSON = [
    (datetime(2026, 5, 1, 20, 0, tzinfo=timezone(timedelta(hours=8))), '"2026-05-01T12:00:00Z"'),
    (datetime(2026, 5, 1, 12, 0, 0, 250000, tzinfo=UTC), '"2026-05-01T12:00:00.250000Z"'),
    (timedelta(minutes=10), "600.0"),
    (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    (Path("a/b"), '"a/b"'),
    (frozenset({"b", "a"}), '["a", "b"]'),
    ({UUID(int=1): None}, '{"00000000-0000-0000-0000-000000000001": null}'),
    ((True, 1, 0.5, "国家"), '[true, 1, 0.5, "国家"]'),
]


@pytest.mark.parametrize(("value", "text"), JSON)
def test_json(value: object, text: str) -> None:
    assert json.dumps(plain(value), ensure_ascii=False) == text


def test_json_of_a_report_has_the_fields_of_the_model() -> None:
    assert plain(SourceReport("seeds", new=2)) == {
        "name": "seeds",
        "found": 0,
        "new": 2,
        "changed": 0,
        "duplicate": 0,
        "moved": 0,
        "unchanged": 0,
        "rejected": 0,
        "failed": 0,
        "vanished": 0,
        "repaired": 0,
        "rejections": [],
        "error": "",
        "alarms": [],
        "alarm": "",
    }


def test_what_has_no_json_is_an_error() -> None:
    with pytest.raises(TypeError, match="no JSON for object"):
        plain(object())
