"""What a visit tells of its waiting: an answer is a sign that more is coming, a refusal is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.codes import Code
from aggregator.collect.address.cursor import Cursor
from aggregator.collect.address.kept import KeptCollector
from aggregator.errors import CollectError
from aggregator.flow.run import Run, WatchedCollector
from aggregator.model.config import Source
from aggregator.model.document import DocumentKind, Fetched, Lead

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SOURCE = Source("news", kind="page", url="https://news.example/list")
LEAD = Lead("news", "https://news.example/1", "", "article-page", "https://news.example/1")
LONG_AGO = -1.0


def collector(load: object, run: Run) -> WatchedCollector:
    return WatchedCollector(KeptCollector(SOURCE, load, Cursor(), ""), run)  # type: ignore[arg-type]


def test_an_answer_is_a_sign_that_more_is_coming() -> None:
    run = Run(SOURCE, brought=LONG_AGO)
    assert collector(lambda *_: None, run).fetch(LEAD, NOW) is None
    assert run.brought > LONG_AGO
    assert run.asked is None


def test_a_refusal_is_none() -> None:
    def refuse(source: str, kind: DocumentKind, location: str) -> Fetched | None:
        raise CollectError(Code.TIMEOUT, "no answer")

    run = Run(SOURCE, brought=LONG_AGO)
    with pytest.raises(CollectError):
        collector(refuse, run).fetch(LEAD, NOW)
    assert (run.brought, run.asked) == (LONG_AGO, None)
