"""What a fault of the program shows of itself in the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from aggregator.model.config import Source
from aggregator.model.fetching import Manner
from aggregator.process.log import log_to_stderr


class Stream(io.StringIO):
    """A stderr."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture
def unset() -> Iterator[None]:
    yield
    structlog.reset_defaults()


SOURCE = Source("news", headers={"X-Api-Key": "s3cret"}, proxy="http://me:s3cret@proxy.example")
MANNER = Manner(headers=(("X-Api-Key", "s3cret"),), authorization="s3cret", proxy="http://me:s3cret@proxy.example")


@pytest.mark.usefixtures("unset")
@pytest.mark.parametrize("terminal", [True, False])
def test_a_fault_is_logged_whole_and_without_secrets(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream(terminal)
    monkeypatch.setattr("sys.stderr", stream)
    log_to_stderr(logging.INFO)
    key = "s3cret"
    try:
        raise ValueError(f"\x1b[2J of {SOURCE} and {MANNER}, not of a key of {len(key)} letters")
    except ValueError:
        structlog.get_logger().exception("source failed", source=SOURCE.name)
    told = stream.getvalue()
    assert "s3cret" not in told
    assert "\x1b[2J" not in told
    assert "test_log.py" in told
    assert "ValueError: " in told
    assert "source failed" in told
    assert len(told.splitlines()) < 20
    if not terminal:
        assert json.loads(told)["source"] == "news"
