"""Reasons are values: whatever the sentences say, a visit and the one after it are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.base.cron import next_time
from aggregator.codes import Code
from aggregator.errors import CollectError, RejectedError
from aggregator.model.article import Rejection, SightingStatus
from aggregator.model.trouble import Trouble
from aggregator.visits.plan import is_current, recheck_at
from aggregator.visits.revisit import next_memory, next_visit
from builders import NOW
from visits.paper_visits import PaperCollector, Saying, a_state, done, facts, further, seen
from visits.revisit_values import a_memory, a_source, an_outcome

CASES: list[dict[str, Any]] = [
    case
    for cases in yaml.safe_load(Path(__file__).with_name("revisit_cases.yaml").read_text(encoding="utf-8")).values()
    for case in cases
    if case.get("look", {}).get("error")
]
CODES = [*Code, *map(Code.http, (403, 404, 410, 429, 500, 503))]
STATUSES: tuple[SightingStatus, ...] = ("new", "unchanged", "rejected", "failed", "vanished")
# Sentences that look as if they had a code in front are the ones to be taken in by.
words = st.text() | st.builds(": ".join, st.lists(st.sampled_from(CODES) | st.text(), max_size=3))


@given(st.sampled_from(CODES), st.none() | st.sampled_from(CODES), st.sampled_from(STATUSES), st.booleans(), words)
def test_when_to_look_again(code: Code, cause: Code | None, status: SightingStatus, remote: bool, detail: str) -> None:
    plain = replace(seen("a", status), trouble=Trouble(code, "", "", cause=cause))
    reworded = replace(plain, trouble=Trouble(code, "", detail, "mend it", cause))
    assert recheck_at(reworded, remote) == recheck_at(plain, remote)
    assert is_current(reworded, "recipe", NOW, remote) == is_current(plain, "recipe", NOW, remote)


@given(st.sampled_from(CASES), words, words)
def test_when_to_come_back_and_what_to_remember(case: dict[str, Any], detail: str, remedy: str) -> None:
    source, past, outcome = (case.get(name, {}) for name in ("source", "past", "look"))
    plain = an_outcome(**outcome)
    assert plain.error is not None
    reworded = replace(plain, error=replace(plain.error, detail=detail, remedy=remedy))
    visits = [next_visit(a_source(**source), a_memory(**past), it, NOW, next_time) for it in (plain, reworded)]
    memories = [next_memory(a_source(**source), a_memory(**past), it, NOW) for it in (plain, reworded)]
    assert (visits[0], memories[0]) == (visits[1], memories[1])


@pytest.mark.parametrize("kind", ["collect", "reject", "read", "list", "source"])
@given(st.sampled_from(CODES), words)
def test_what_a_visit_asks_for_and_how_it_ends(kind: str, code: Code, detail: str) -> None:
    first, second = _visit(kind, code, "a sentence"), _visit(kind, code, detail)
    assert first == second


def _visit(kind: str, code: Code, detail: str) -> tuple[object, ...]:
    """What is decided in a visit in which documents are not to be had."""
    fault: dict[str, Saying] = {
        "collect": CollectError(code, detail, detail),
        "reject": RejectedError(code, detail),
        "read": Rejection("a", code, detail, None, "1", "1"),
        "list": Rejection("list", code, detail, None, "", ""),
        "source": Rejection("top", code, detail, None, "", ""),
    }
    pages = dict.fromkeys(("a", "b", "c", "d"), (fault[kind],) if kind in {"collect", "reject", "read"} else ())
    says: dict[str, tuple[Saying, ...]] = {
        "top": (fault["source"],) if kind == "source" else (facts("top"), further("list", kind="sitemap")),
        "list": (fault["list"],) if kind == "list" else (further("a", "b", "c", "d", "e", via="list"),),
        **pages,
    }
    collector = PaperCollector(says)
    end = done(collector, a_state(collector, replace(seen("b", "failed"), trouble=Trouble(code, "", detail))))
    error = end.outcome.error
    return (
        collector.asked,
        end.state.again(),
        end.state.complete,
        (end.outcome.left, end.articles, error and error.code, bool(end.outcome.alarms)),
        replace(end.report, rejections=(), error=""),
        [(it.location, it.status, it.trouble and it.trouble.code) for it in end.without_article],
    )
