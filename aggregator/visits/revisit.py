"""When to visit a source again, and why then; what to remember until that. Pure.

In this order: a host that must be left alone; 410; a failure; documents that were left; the operator's ``cron`` or
``every``; the source's own rhythm, stretched by what its publisher asks for. Times are instants, aware, UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from aggregator.base.times import instant, spoken, written_duration
from aggregator.model.config import Source
from aggregator.model.document import Pace
from aggregator.model.fetching import LONGEST_RETRY, Answer
from aggregator.model.running import Memory, Move, NextVisit, Outcome

NextTime = Callable[[str, str, datetime], datetime]
"""Cron expression, zone and instant to the next instant."""

FIRST_RHYTHM = timedelta(hours=1)
GONE_EVERY = timedelta(days=30)
LONGEST_BACK_OFF = timedelta(days=1)
"""For git; for what has a ``max``, that."""
SETTLED = timedelta(days=7)
"""How long a permanent redirect must have held to be proposed."""
_HOUR = timedelta(hours=1)
_ALL_HOURS, _ALL_DAYS = frozenset(range(24)), frozenset(range(7))


def next_visit(source: Source, past: Memory, outcome: Outcome, now: datetime, next_time: NextTime) -> NextVisit:
    """The next visit after one that ended so. ``past``: what was remembered before it.

    It is never before ``now``. Missed times are not made up for one by one: they are one visit.
    """
    if outcome.learned.held_until is not None:
        visit = _held(source, outcome, outcome.learned.held_until, now, next_time)
    elif is_gone(past, outcome):
        visit = _gone(past, outcome, now)
    elif failed(outcome):
        visit = _after_failure(source, past, outcome, now, next_time)
    elif outcome.left > 0:
        visit = NextVisit(now, f"{outcome.left} document{'s' if outcome.left > 1 else ''} left: again at once")
    elif source.cron:
        visit = NextVisit(next_time(source.cron, source.timezone, now), f"cron {source.cron}")
    elif source.interval is not None:
        visit = NextVisit(now + source.interval, f"every {written_duration(source.interval)}")
    else:
        visit = _adaptive(source, past, outcome, now)
    return NextVisit(max(visit.at, now), " ".join(visit.reason.split()))


def failed(outcome: Outcome) -> bool:
    """Whether the source as a whole failed."""
    answer = outcome.learned.answer
    return outcome.error is not None or (answer is not None and (answer.error is not None or answer.status >= 400))


def is_gone(past: Memory, outcome: Outcome) -> bool:
    """Whether its address said 410, now or at some time since which nothing went well."""
    return failed(outcome) and (
        past.gone_since is not None or (outcome.learned.answer is not None and outcome.learned.answer.status == 410)
    )


def learned_rhythm(source: Source, past: Memory, outcome: Outcome) -> timedelta:
    """How often the source seems to have news: half the time after a visit with news, half as long again after
    one without; between ``min`` and ``max``. One that left documents for the next one says nothing yet."""
    if past.rhythm is None:
        rhythm = FIRST_RHYTHM
    elif outcome.left > 0:
        rhythm = past.rhythm
    else:
        rhythm = past.rhythm * (0.5 if outcome.fresh else 1.5)
    return _between(source.min, rhythm, source.max)


def next_memory(source: Source, past: Memory, outcome: Outcome, now: datetime) -> Memory:
    """What to remember after a visit. One that did not happen, because its host is held, changes nothing."""
    if outcome.learned.held_until is not None:
        return past
    bad = failed(outcome)
    adaptive = not source.cron and source.interval is None
    return Memory(
        cursor=outcome.learned.cursor,
        failures=past.failures + 1 if bad else 0,
        rhythm=learned_rhythm(source, past, outcome) if adaptive and not bad else past.rhythm,
        pace=past.pace if outcome.facts is None else outcome.facts.pace,
        gone_since=(past.gone_since or now) if is_gone(past, outcome) else None,
        move=_move(past.move, outcome.learned.answer, now),
    )


def proposal(source_url: str, move: Move | None, now: datetime) -> str | None:
    """The address to write into the configuration instead of ``source_url``; None: leave it.

    A permanent redirect may be a mistake of a day, so it must have led to the same place for 7 days; that the very
    same address is to be had by https is no such risk.
    """
    if move is None or move.to == source_url:
        return None
    if source_url.lower().startswith("http://") and _bare(move.to, "https", ":443") == _bare(source_url, "http", ":80"):
        return move.to
    return move.to if now - move.since >= SETTLED else None


def _bare(url: str, scheme: str, port: str) -> tuple[str, str] | None:
    """Host and all that follows it, of an address of this scheme."""
    parts = re.fullmatch(r"(?i:([a-z]+))://([^/?#]*)(.*)", url, re.DOTALL)
    if parts is None or parts[1].lower() != scheme:
        return None
    return parts[2].lower().removesuffix(port), parts[3] or "/"


def _move(before: Move | None, answer: Answer | None, now: datetime) -> Move | None:
    """Only an answer tells; and nobody should move to an address that answers with a fault."""
    if answer is None or answer.status == 0 or answer.asks_later:
        return before
    if answer.moved is None or answer.status >= 400:
        return None
    known = before is not None and before.to == answer.moved and before.since <= now
    return before if known else Move(answer.moved, now)


def _held(source: Source, outcome: Outcome, until: datetime, now: datetime, next_time: NextTime) -> NextVisit:
    reason = outcome.learned.held.strip() or f"its host is left alone until {instant(until)}"
    if source.cron:
        return NextVisit(_cron_from(source, source.cron, until, now, next_time), f"{reason}: cron {source.cron}")
    return NextVisit(until, reason)


def _gone(past: Memory, outcome: Outcome, now: datetime) -> NextVisit:
    since = (past.gone_since or now).astimezone(UTC)
    fault = _fault(outcome)
    beside = "" if fault == "410" else f", {fault}"
    return NextVisit(now + GONE_EVERY, f"gone (410) since {since:%Y-%m-%d}{beside}: looked at again monthly")


def _after_failure(source: Source, past: Memory, outcome: Outcome, now: datetime, next_time: NextTime) -> NextVisit:
    """By Retry-After, never before it; else by a back-off. Nothing is given up for good, whatever the fault."""
    failures = past.failures + 1
    times = "once" if failures == 1 else f"{failures} times in a row"
    story = f"{_fault(outcome)}, failed {times}"
    retry, wish = _retry(outcome.learned.answer, now)
    if source.cron:
        words = f"{_fault(outcome)}, {wish}" if retry else story
        return NextVisit(_cron_from(source, source.cron, retry or now, now, next_time), f"{words}: cron {source.cron}")
    base = source.interval or source.min
    if retry is not None and retry >= now + base:
        return NextVisit(retry, f"{_fault(outcome)}, {wish}")
    if source.traits.costs_nothing:
        # A folder costs nothing to look at, and a disk that is mounted again should be seen soon.
        return NextVisit(now + base, f"{story}: every {written_duration(base)}")
    span = base if retry is not None else _back_off(source, base, failures)
    return NextVisit(now + span, f"{story}: again in {spoken(span)}")


def _fault(outcome: Outcome) -> str:
    """The class of a failure, in a word."""
    answer = outcome.learned.answer
    if answer is not None and answer.status >= 400:
        return str(answer.status)
    return (answer and answer.error) or (outcome.error and outcome.error.code) or "fault"


def _retry(answer: Answer | None, now: datetime) -> tuple[datetime | None, str]:
    """Until when a server asked to be left alone, and that in words."""
    if answer is None or answer.retry_at is None or not answer.asks_later:
        return None, ""
    if answer.retry_at > now + LONGEST_RETRY:
        capped = now + LONGEST_RETRY
        return capped, f"Retry-After of over {written_duration(LONGEST_RETRY)}, cut: not before {instant(capped)}"
    return answer.retry_at, f"Retry-After: not before {instant(answer.retry_at)}"


def _back_off(source: Source, base: timedelta, failures: int) -> timedelta:
    """Twice as long after each failure in a row, give or take a fifth; from ``base`` to a most."""
    most = max(base, source.max if source.remote else LONGEST_BACK_OFF)
    doubled = base
    for _ in range(min(failures - 1, 32)):
        doubled = min(doubled * 2, most)
    return _spread(source, failures, doubled, 0.2, base, most)


def _cron_from(source: Source, cron: str, earliest: datetime, now: datetime, next_time: NextTime) -> datetime:
    """The first time of the expression that is not before ``earliest``, and later than ``now``."""
    return next_time(cron, source.timezone, max(now, earliest - timedelta(microseconds=1)))


@dataclass(frozen=True, slots=True)
class _Wish:
    """How long to wait, and who wants it."""

    span: timedelta
    words: str
    """Without the span."""
    until: datetime | None = None


def _adaptive(source: Source, past: Memory, outcome: Outcome, now: datetime) -> NextVisit:
    """By the longest of what the source's rhythm and its publisher's hints ask for, but for at most ``max``."""
    pace = past.pace if outcome.facts is None else outcome.facts.pace
    most = max(source.min, source.max)
    own = _Wish(learned_rhythm(source, past, outcome), "own rhythm")
    wish = max([own, *_hints(pace, outcome.learned.answer, now)], key=lambda wish: wish.span)
    span = min(wish.span, most)
    # The rhythm is a guess, so a little earlier does no harm; a publisher's wish is not undercut.
    wait = _spread(source, 0, span, 0.05, source.min if wish is own else span, most)
    at, skipped = _out_of_skips(now + wait, pace, now + most)
    if skipped:
        # Not all at the stroke of the hour.
        at = min(at + timedelta(minutes=5) * _unit(source, 0), now + most)
        return NextVisit(at, skipped)
    cut = f", cut to max {written_duration(most)}" if wish.span > most else ""
    if wish.until is not None:
        return NextVisit(at, f"{wish.words} until {instant(wish.until)}{cut}")
    return NextVisit(at, f"{wish.words}: {spoken(wish.span)}{cut}")


def _hints(pace: Pace, answer: Answer | None, now: datetime) -> list[_Wish]:
    hints = []
    if pace.ttl is not None:
        hints.append(_Wish(pace.ttl, "publisher's ttl"))
    if pace.period is not None:
        hints.append(_Wish(pace.period, "publisher's update period"))
    if answer is not None and answer.fresh_until is not None:
        hints.append(_Wish(answer.fresh_until - now, "Cache-Control or Expires: fresh", answer.fresh_until))
    return hints


def _out_of_skips(at: datetime, pace: Pace, latest: datetime) -> tuple[datetime, str]:
    """The first instant from ``at`` on that is in no hour or day to be skipped, and why it is not ``at``.

    A publisher who skips all hours, or all days, is not believed; and none moves a visit beyond ``latest``.
    """
    hours, days = pace.skip_hours & _ALL_HOURS, pace.skip_days & _ALL_DAYS
    hours = frozenset() if hours == _ALL_HOURS else hours
    days = frozenset() if days == _ALL_DAYS else days
    moved = at.astimezone(UTC)
    by_hour, by_day = moved.hour in hours, moved.weekday() in days
    while moved.hour in hours or moved.weekday() in days:
        moved = moved.replace(minute=0, second=0, microsecond=0) + _HOUR
    if not (by_hour or by_day):
        return at, ""
    name = "skipDays" if by_day else "skipHours"
    if moved > latest:
        return max(at, latest), f"{name}: not before {instant(moved)}, cut to max"
    return moved, f"{name}: not before {instant(moved)}"


def _spread(source: Source, salt: int, span: timedelta, share: float, least: timedelta, most: timedelta) -> timedelta:
    """``span`` give or take a share of it, the same each time; so that sources that met once part again."""
    low, high = max(least, span * (1 - share)), min(most, span * (1 + share))
    return low + (high - low) * _unit(source, salt) if low < high else low


def _unit(source: Source, salt: int) -> float:
    """A number from 0 to 1 that depends on the source's name only."""
    return int.from_bytes(sha256(f"{source.name} {salt}".encode()).digest()[:6], "big") / 2**48


def _between(least: timedelta, span: timedelta, most: timedelta) -> timedelta:
    return max(least, min(span, most))
