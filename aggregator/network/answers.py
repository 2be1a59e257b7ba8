"""What an answer says about coming back: Retry-After, and how long it is fresh. Pure.

Every header is written by others: what cannot be read counts as not said, and no span is over a year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aggregator.errors import CollectError
from aggregator.model.fetching import Answer, Reply

LONGEST = timedelta(days=366)
"""No header is believed beyond this; it also keeps sums of times within what a date can hold."""
_MOST = 4_000
"""Characters of a header that are read."""
_DIRECTIVE = re.compile(r"""([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^,\s"]*))?""", re.ASCII)
_SECONDS = re.compile(r"(\d+)(?:\.\d*)?\s*(?:,|$)", re.ASCII)
"""A number; where the header was sent more than once, the first."""


def answer_of(outcome: Reply | CollectError, now: datetime) -> Answer:
    """What decides when to come back, from a server's reply or from the error that came instead of one."""
    if isinstance(outcome, CollectError):
        return Answer(error=outcome.code)
    answer = Answer(
        status=outcome.status,
        fresh_until=_fresh_until(outcome.headers, now) if outcome.status < 400 else None,
        moved=outcome.moved,
    )
    return replace(answer, retry_at=_retry_at(outcome.headers, now)) if answer.asks_later else answer


def _retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Retry-After as seconds or as a date (RFC 9110, section 10.2.3); an instant that has passed is ``now``."""
    written = headers.get("retry-after", "")[:_MOST].strip()
    span = _seconds(written)
    if span is None:
        date = _date(written)
        span = date - _sent(headers, now) if date else None
    return None if span is None else now + _bounded(span)


def _fresh_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when the answer is fresh (RFC 9111, section 4.2.1); None if it is not, or nobody said.

    We keep answers for ourselves alone, as a private cache does: ``s-maxage`` is not for us. ``no-cache`` and
    ``no-store`` ask to be asked each time, so they promise no freshness.
    """
    directives = _directives(headers.get("cache-control", "")[:_MOST])
    if "no-cache" in directives or "no-store" in directives:
        return None
    if "max-age" in directives:
        lifetime = _seconds(directives["max-age"])
    else:
        expires = _date(headers.get("expires", "")[:_MOST].strip())
        lifetime = expires - _sent(headers, now) if expires else None
    age = _seconds(headers.get("age", "")[:_MOST].strip()) or timedelta(0)
    if lifetime is None or lifetime <= age:
        return None
    return now + _bounded(lifetime - age)


def _directives(written: str) -> dict[str, str]:
    """Cache-Control as names and values; of a name that stands twice, the first counts."""
    directives: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(written):
        directives.setdefault(match[1].lower(), (match[2] or "").strip('"').strip())
    return directives


def _seconds(written: str) -> timedelta | None:
    found = _SECONDS.match(written)
    # As a float, so that a number of any length is only a large one.
    return timedelta(seconds=min(float(found[1]), LONGEST.total_seconds())) if found else None


def _sent(headers: Mapping[str, str], now: datetime) -> datetime:
    """When the server says it answered: its dates are by its own clock, which may be wrong."""
    return _date(headers.get("date", "")[:_MOST].strip()) or now


def _date(written: str) -> datetime | None:
    """An HTTP-date in any of its three forms (RFC 9110, section 5.6.7)."""
    try:
        date = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _bounded(span: timedelta) -> timedelta:
    return max(timedelta(0), min(span, LONGEST))
