"""When to come back, case by case: ``revisit_cases.yaml`` is the specification. Then what holds for all cases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.base.cron import next_time
from aggregator.base.times import spoken
from aggregator.model.article import IndexFacts
from aggregator.model.config import Source
from aggregator.model.document import Pace
from aggregator.model.fetching import Answer
from aggregator.model.running import Learned, Memory, Move, Outcome
from aggregator.model.trouble import Trouble
from aggregator.visits.revisit import failed, next_memory, next_visit
from builders import NOW
from visits.revisit_values import a_memory, a_source, an_outcome, span

GROUPS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("revisit_cases.yaml").read_text(encoding="utf-8")
)
CASES = [(group, case) for group, cases in GROUPS.items() for case in cases]


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{group} {n}" for n, (group, _) in enumerate(CASES)])
def test_a_visit(group: str, case: dict[str, Any]) -> None:
    source, past, outcome = (case.get(name, {}) for name in ("source", "past", "look"))
    visit = next_visit(a_source(**source), a_memory(**past), an_outcome(**outcome), NOW, next_time)

    bounds = case["at"] if isinstance(case["at"], list) else [case["at"]] * 2
    assert NOW + span(bounds[0]) <= visit.at <= NOW + span(bounds[1])
    assert visit.reason == case["reason"] or re.fullmatch(case["reason"], visit.reason)


def test_sources_that_failed_together_part_again() -> None:
    outcome = an_outcome(error="dns: the resolver is down")
    for failures in (0, 3, 30):
        past = a_memory(failures=failures)
        times = {next_visit(a_source(name=f"s{n}"), past, outcome, NOW, next_time).at for n in range(500)}
        assert len(times) == 500
        assert max(times) - min(times) > timedelta(minutes=2)


def test_back_off_grows_with_each_failure_and_begins_again_after_a_success() -> None:
    source, memory, outcome = a_source(), Memory(), an_outcome(error="timeout: slow")
    waits = []
    for _ in range(10):
        waits.append(next_visit(source, memory, outcome, NOW, next_time).at - NOW)
        memory = next_memory(source, memory, outcome, NOW)
    assert memory.failures == 10
    assert waits[:7] == sorted(waits[:7])  # then ``max`` is reached, give or take
    assert waits[0] < timedelta(minutes=20)
    assert waits[-1] > timedelta(hours=19)
    memory = next_memory(source, memory, an_outcome(), NOW)
    assert memory.failures == 0
    assert next_visit(source, memory, outcome, NOW, next_time).at - NOW == waits[0]


def test_the_rhythm_follows_the_news() -> None:
    source, memory = a_source(), Memory()
    rhythms = []
    for fresh in (20, 1, 1, 1, 0, 0, 0):
        memory = next_memory(source, memory, an_outcome(fresh=fresh), NOW)
        rhythms.append(spoken(memory.rhythm or timedelta()))
    assert rhythms == ["1h", "30m", "15m", "15m", "22m", "34m", "51m"]


NO_LESSON = {
    "a failure": (a_source(), an_outcome(error="timeout: x", fresh=3)),
    "documents left": (a_source(), an_outcome(left=5, fresh=500)),
    "every": (a_source(every="1h"), an_outcome(fresh=1)),
    "cron": (a_source(cron="0 8 * * *"), an_outcome(fresh=1)),
    "files": (a_source(kind="files"), an_outcome(fresh=1)),
}


@pytest.mark.parametrize("case", NO_LESSON)
def test_what_teaches_nothing_of_the_rhythm(case: str) -> None:
    source, outcome = NO_LESSON[case]
    assert next_memory(source, a_memory(rhythm="40m"), outcome, NOW).rhythm == timedelta(minutes=40)


def test_what_is_remembered() -> None:
    past = Memory(cursor="old", failures=2, rhythm=timedelta(hours=1), pace=Pace(ttl=timedelta(hours=3)))
    assert next_memory(a_source(), past, an_outcome(fresh=1, cursor="new"), NOW) == Memory(
        cursor="new", failures=0, rhythm=timedelta(minutes=30), pace=past.pace
    )
    assert next_memory(a_source(), past, an_outcome(pace={}, cursor="new"), NOW).pace == Pace()
    assert next_memory(a_source(), past, an_outcome(held_until="1h", held="host a", cursor="new"), NOW) is past


def test_an_address_is_gone_from_its_first_410_to_its_first_success() -> None:
    source, first = a_source(), NOW - timedelta(days=30)
    memory = next_memory(source, Memory(), an_outcome(answer={"status": 410}, error="http-410: gone"), first)
    assert memory.gone_since == first
    for answer in ({"status": 410}, {"error": "timeout"}, {"status": 404}, {"status": 503}):
        memory = next_memory(source, memory, an_outcome(answer=answer, error="x"), NOW)
        assert memory.gone_since == first
    assert next_memory(source, memory, an_outcome(answer={"status": 304}), NOW).gone_since is None


HERE, THERE = "https://example.org/new.xml", "https://example.org/other.xml"
EARLIER = NOW - timedelta(days=5)

MOVES = {
    "a first redirect": (None, {"status": 200, "moved": HERE}, Move(HERE, NOW)),
    "the same again": (Move(HERE, EARLIER), {"status": 304, "moved": HERE}, Move(HERE, EARLIER)),
    "another": (Move(HERE, EARLIER), {"status": 200, "moved": THERE}, Move(THERE, NOW)),
    "none any more": (Move(HERE, EARLIER), {"status": 200}, None),
    "no answer": (Move(HERE, EARLIER), {"error": "timeout"}, Move(HERE, EARLIER)),
    "a server in trouble": (Move(HERE, EARLIER), {"status": 503}, Move(HERE, EARLIER)),
    "to an address that is not there": (Move(HERE, EARLIER), {"status": 404, "moved": HERE}, None),
    "not on the network": (None, None, None),
}


@pytest.mark.parametrize("case", MOVES)
def test_where_an_address_leads(case: str) -> None:
    before, written, expected = MOVES[case]
    outcome = an_outcome(**({"answer": written} if written else {}))
    assert next_memory(a_source(), Memory(move=before), outcome, NOW).move == expected


SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))
TIMES = st.none() | st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)).map(NOW.__add__)
SETTINGS = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=60))
PACES = st.builds(
    Pace,
    ttl=st.none() | SPANS,
    period=st.none() | SPANS,
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)
ANSWERS = st.builds(
    Answer,
    status=st.sampled_from([0, 200, 304, 403, 404, 410, 429, 500, 503]),
    error=st.sampled_from(["", "dns", "timeout"]),
    retry_at=TIMES,
    fresh_until=TIMES,
    moved=st.none() | st.just(HERE),
)
OUTCOMES = st.builds(
    Outcome,
    learned=st.builds(Learned, answer=st.none() | ANSWERS, held_until=st.none() | TIMES, held=st.text()),
    error=st.none() | st.builds(Trouble, st.sampled_from(["", "timeout"]) | st.text(), st.just(""), st.text()),
    facts=st.none() | st.builds(IndexFacts, st.just("top"), st.just(0), PACES),
    left=st.sampled_from([0, 0, 7]),
    fresh=st.integers(0, 3),
)
MEMORIES = st.builds(
    Memory,
    failures=st.integers(0, 10**9),
    rhythm=st.none() | SPANS,
    pace=PACES,
    gone_since=st.none() | st.just(EARLIER),
    move=st.none() | st.just(Move(HERE, EARLIER)),
)
SOURCES = st.builds(
    Source,
    name=st.sampled_from(["news", "policy"]),
    kind=st.sampled_from(["files", "git", "feed", "page", "sitemap"]),
    every=st.none() | SETTINGS,
    min=SETTINGS,
    max=SETTINGS,
)


@given(SOURCES, MEMORIES, OUTCOMES)
def test_every_visit_is_to_come_within_bounds_and_says_why(source: Source, past: Memory, outcome: Outcome) -> None:
    visit = next_visit(source, past, outcome, NOW, next_time)

    assert visit == next_visit(source, past, outcome, NOW, next_time)
    assert visit.reason.strip()
    assert len(visit.reason.splitlines()) == 1
    assert visit.at >= NOW
    if outcome.learned.held_until is None and not failed(outcome) and outcome.left == 0:
        assert visit.at > NOW
        if source.interval is None:
            least, most = source.min, max(source.min, source.max)
            assert least <= visit.at - NOW <= most
    if outcome.learned.held_until is None:
        longest = max(timedelta(days=30), source.interval or source.min, source.max)
        assert visit.at <= NOW + longest
    if (
        outcome.learned.held_until is None
        and failed(outcome)
        and outcome.learned.answer
        and outcome.learned.answer.status == 503
        and outcome.learned.answer.retry_at
    ):
        assert visit.at >= min(outcome.learned.answer.retry_at, NOW + timedelta(days=7))


@given(SOURCES, MEMORIES, OUTCOMES)
def test_a_success_clears_failures_and_a_failure_adds_one(source: Source, past: Memory, outcome: Outcome) -> None:
    memory = next_memory(source, past, outcome, NOW)
    if outcome.learned.held_until is not None:
        assert memory == past
    elif failed(outcome):
        assert (memory.failures, memory.rhythm) == (past.failures + 1, past.rhythm)
    else:
        assert (memory.failures, memory.gone_since) == (0, None)
        if source.interval is None:
            assert source.min <= (memory.rhythm or timedelta()) <= max(source.min, source.max)


@given(OUTCOMES, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_cron_is_kept_whatever_happens(outcome: Outcome, now: datetime) -> None:
    # Twice a year the clocks of Berlin change: half past nine stays half past nine.
    source = a_source(cron="30 9 * * *", timezone="Europe/Berlin")
    visit = next_visit(source, Memory(), outcome, now, next_time)
    gone = (
        outcome.learned.held_until is None
        and outcome.learned.answer is not None
        and outcome.learned.answer.status == 410
    )
    if not gone and (failed(outcome) or outcome.left == 0 or outcome.learned.held_until is not None):
        assert visit.at == next_time(source.cron or "", source.timezone, visit.at - timedelta(seconds=1))
        assert visit.at > now


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0s"),
        (59, "59s"),
        (60, "1m"),
        (3600, "1h"),
        (8100, "2h 15m"),
        (86400, "1d"),
        (90061, "1d 1h"),
        (86399, "1d"),
    ],
)
def test_a_span_in_words(seconds: int, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words
