"""A message that comes again and again: told once, then counted."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import structlog

from aggregator.process.repeats import MOST, WINDOW_SECONDS, Event, Repeats


class Log:
    """What passes, and what is told of counts."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.told: list[Event] = []
        self.repeats = Repeats(lambda: self.seconds, self.told.append)

    def write(self, event: str, level: str = "warning", **fields: object) -> None:
        try:
            self.told.append(self.repeats(None, "", {"event": event, "level": level, **fields}))
        except structlog.DropEvent:
            return

    def pass_seconds(self, seconds: float) -> None:
        self.seconds += seconds
        self.repeats.flush()

    def lines(self) -> list[tuple[object, object]]:
        return [(event["event"], event.get("repeated")) for event in self.told]


def test_it_is_told_once_and_counted_when_the_window_ends() -> None:
    log = Log()
    for _ in range(1_000):
        log.write("a")
    log.pass_seconds(WINDOW_SECONDS - 1)
    assert log.lines() == [("a", None)]
    log.pass_seconds(1)
    assert log.lines() == [("a", None), ("a", 999)]


def test_a_flood_costs_a_line_a_window() -> None:
    log = Log()
    for _ in range(10):
        for _ in range(100):
            log.write("a")
        log.pass_seconds(WINDOW_SECONDS)
    assert log.lines() == [("a", None), ("a", 99), *[("a", 100)] * 9]


def test_after_a_window_without_it_it_is_news_again() -> None:
    log = Log()
    log.write("a")
    log.pass_seconds(WINDOW_SECONDS)
    log.write("a")
    log.write("a")
    log.pass_seconds(WINDOW_SECONDS)
    log.pass_seconds(WINDOW_SECONDS)
    log.write("a")
    assert log.lines() == [("a", None), ("a", None), ("a", 1), ("a", None)]


def test_what_differs_in_a_field_is_another_message() -> None:
    log = Log()
    log.write("source failed", source="a")
    log.write("source failed", source="b")
    log.write("source failed", source="a", level="error")
    assert len(log.told) == 3


def test_when_it_was_written_and_with_which_words_it_failed_makes_no_difference() -> None:
    log = Log()
    for number in range(5):
        try:
            int(f"a stranger's words, {number}")
        except ValueError as error:
            log.write("broken", "error", exc_info=error, timestamp=number)
    assert log.lines() == [("broken", None)]


def test_another_failure_under_the_same_words_is_told() -> None:
    log = Log()
    for error in (ValueError(), KeyError()):
        log.write("broken", "error", exc_info=(type(error), error, None))
    assert len(log.told) == 2


@pytest.mark.parametrize("level", ["debug", "info"])
def test_what_we_do_ourselves_is_told_each_time(level: str) -> None:
    log = Log()
    log.write("configuration taken over", level)
    log.write("configuration taken over", level)
    assert len(log.told) == 2


def test_the_end_tells_all_counts() -> None:
    log = Log()
    for event in "aab":
        log.write(event)
    log.repeats.flush(all_of_them=True)
    assert log.lines() == [("a", None), ("b", None), ("a", 1)]


def test_so_many_messages_are_remembered_and_no_count_is_lost() -> None:
    log = Log()
    log.write("first")
    log.write("first")
    for number in range(MOST):
        log.write(str(number))
    assert ("first", 1) in log.lines()


PROGRAM = """
import logging, structlog
from aggregator.process.log import log_to_stderr
log_to_stderr(logging.INFO)
for number in range(10_000):
    structlog.get_logger().warning("ours")
    logging.getLogger("uvicorn.error").warning("of client %s", number)
    try:
        {}[number]
    except KeyError as error:
        logging.getLogger("asyncio").error(f"Fatal error\\nof transport {number}", exc_info=error)
logging.getLogger("library").info("too much")
"""


def test_lines_of_libraries_are_events_like_ours_and_counted_by_what_they_wrote_themselves() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    told = [(line.get("logger"), line["event"].split("\n")[0], line.get("repeated")) for line in lines]
    first = [(None, "ours"), ("uvicorn.error", "of client 0"), ("asyncio", "Fatal error")]
    assert told == [*((*each, None) for each in first), *((*each, 9_999) for each in first)]
    assert {line["level"] for line in lines} == {"warning", "error"}
    assert "KeyError" in lines[2]["exception"]
