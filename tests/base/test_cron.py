"""crontab(5) expressions, against a reference that looks at every minute."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base import cron

SHANGHAI = "Asia/Shanghai"
FRIDAY = datetime(2026, 5, 1, 0, 0)  # noqa: DTZ001 - wall times are naive

NEXT = [
    # expression, wall time after which (in May 2026; the 1st is a Friday), next wall time
    ("*/15 * * * *", "01 08:00", "01 08:15"),
    ("*/15 * * * *", "01 08:01", "01 08:15"),
    ("*/15 8-20 * * mon-fri", "01 20:45", "04 08:00"),
    ("0 9 * * 1", "01 00:00", "04 09:00"),  # Monday, not Tuesday
    ("0 9 * * 1-5", "01 10:00", "04 09:00"),
    ("0 9 * * 0", "01 00:00", "03 09:00"),
    ("0 9 * * 7", "01 00:00", "03 09:00"),
    ("0 9 * * sun", "01 00:00", "03 09:00"),
    ("0 9 * * 5-7", "03 10:00", "08 09:00"),
    ("0 9 * * fri-sun", "02 10:00", "03 09:00"),
    ("0 9 * * 0-6", "01 10:00", "02 09:00"),
    ("0 9 * * */2", "01 00:00", "02 09:00"),  # Sunday, Tuesday, Thursday, Saturday
    ("0 9 * * 1-5/2", "01 10:00", "04 09:00"),
    ("0 9 * MAY Sat", "01 00:00", "02 09:00"),
    ("30 6 13 * 5", "01 07:00", "08 06:30"),  # the 13th, or any Friday
    ("30 6 13 * 5", "08 07:00", "13 06:30"),
    ("30 6 */13 * 5", "01 07:00", None),  # a star in a day field: both must hold
    ("0,30 6-7 10,20 * *", "10 06:30", "10 07:00"),
]


def on_wall(text: str) -> datetime:
    return datetime.strptime(f"2026-05-{text} +0800", "%Y-%m-%d %H:%M %z")


@pytest.mark.parametrize(("expression", "after", "expected"), NEXT)
def test_next(expression: str, after: str, expected: str | None) -> None:
    found = cron.next_time(expression, SHANGHAI, on_wall(after))
    assert found == (on_wall(expected) if expected else datetime(2026, 8, 13, 22, 30, tzinfo=UTC))
    assert found.tzinfo is UTC


FAULTY = {
    "": "needs five fields",
    "* * * *": "needs five fields (minute, hour, day of month, month, weekday), not 4",
    "@daily": "needs five fields",
    "60 * * * *": "minute: '60' is not a number from 0 to 59",
    "* 24 * * *": "hour: '24'",
    "* * 0 * *": "day of month: '0'",
    "* * * 13 *": "month: '13' is not a number from 1 to 12, or jan to dec",
    "* * * * 8": "weekday: '8' is not a number from 0 to 7, or sun to sat",
    "* * * * monday": "weekday: 'monday'",
    "5/15 * * * *": "a step needs a range: write 5-59/15",
    "*/0 * * * *": "the step '0' is not a whole number above 0",
    "*/x * * * *": "the step 'x'",
    "30-10 * * * *": "the range '30-10' runs backwards",
    "1,,2 * * * *": "minute: '' is not a number",
    "² * * * *": "minute: '²' is not a number",
    "0 0 31 2,4 *": "never happens",
}


@pytest.mark.parametrize("expression", FAULTY)
def test_faulty(expression: str) -> None:
    with pytest.raises(ValueError, match=re.escape(FAULTY[expression])):
        cron.check(expression)


BERLIN, SANTIAGO = "Europe/Berlin", "America/Santiago"
CLOCKS = [
    # expression, zone, after (UTC), the next times (UTC)
    ("30 2 * * *", BERLIN, "2026-03-28 12:00", ["03-29 01:30", "03-30 00:30"]),  # 02:30 is skipped
    ("30 2 * * *", BERLIN, "2026-10-24 12:00", ["10-25 00:30", "10-26 01:30"]),  # 02:30 comes twice
    ("30 * * * *", BERLIN, "2026-03-29 00:00", ["03-29 00:30", "03-29 01:30", "03-29 02:30"]),
    ("30 * * * *", BERLIN, "2026-10-25 00:00", ["10-25 00:30", "10-25 01:30", "10-25 02:30"]),
    ("*/30 1,2 * * *", BERLIN, "2026-10-24 23:10", ["10-24 23:30", "10-25 00:00", "10-25 00:30", "10-26 00:00"]),
    ("30 0 * * *", SANTIAGO, "2026-09-05 12:00", ["09-06 04:30", "09-07 03:30"]),  # midnight is skipped
]


@pytest.mark.parametrize(("expression", "zone", "after", "expected"), CLOCKS)
def test_clock_changes_lose_nothing(expression: str, zone: str, after: str, expected: list[str]) -> None:
    time, found = datetime.fromisoformat(f"{after}+00:00"), []
    for _ in expected:
        time = cron.next_time(expression, zone, time)
        found.append(f"{time:%m-%d %H:%M}")
    assert found == expected


def matches(expression: str, wall: datetime) -> bool:
    """The reference: the words of crontab(5), one minute at a time."""
    written = expression.split()
    weekday = wall.isoweekday() % 7
    values = [{wall.minute}, {wall.hour}, {wall.day}, {wall.month}, {weekday, 7} if weekday == 0 else {weekday}]
    holds = [bool(allowed(text) & value) for text, value in zip(written, values, strict=True)]
    both = written[2][0] != "*" and written[4][0] != "*"
    day = holds[2] or holds[4] if both else holds[2] and holds[4]
    return holds[0] and holds[1] and holds[3] and day


def allowed(text: str) -> set[int]:
    numbers: set[int] = set()
    for part in text.split(","):
        bounds, _, step = part.partition("/")
        low, _, high = ("0", "", "59") if bounds == "*" else bounds.partition("-")
        # Months and days of month count from 1, but steps of * are only drawn where that is no matter.
        numbers.update(range(int(low), int(high or low) + 1, int(step or 1)))
    return numbers


def parts(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    stepped = st.tuples(span, st.integers(1, 5)).map(lambda pair: f"{pair[0]}/{pair[1]}")
    return st.lists(number.map(str) | span | stepped, min_size=1, max_size=3).map(",".join)


EXPRESSIONS = st.tuples(
    st.sampled_from(["*", "*/7", "*/30"]) | parts(0, 59),
    st.sampled_from(["*", "*/5"]) | parts(0, 23),
    st.just("*") | parts(1, 28),
    st.just("*"),
    st.sampled_from(["*", "*/2"]) | parts(0, 7),
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS, st.integers(0, 60 * 24 * 60))
def test_as_the_reference(expression: str, minute: int) -> None:
    wall = FRIDAY + timedelta(minutes=minute)
    found = cron.next_time(expression, SHANGHAI, wall.replace(tzinfo=ZoneInfo(SHANGHAI)))
    until = found.astimezone(ZoneInfo(SHANGHAI)).replace(tzinfo=None)
    assert until > wall
    assert matches(expression, until)
    minutes = min(int((until - wall) / timedelta(minutes=1)), 20_000)
    assert not any(matches(expression, wall + timedelta(minutes=n)) for n in range(1, minutes))


@settings(max_examples=40, deadline=None)
@given(EXPRESSIONS.filter(lambda text: text.split()[1][0] == "*"), st.integers(0, 72 * 60))
def test_every_instant_of_the_wall_clock_in_a_changing_zone(expression: str, minute: int) -> None:
    """Where the hour is a star, the minutes of the wall clock are the reference, twice where it repeats them."""
    after = datetime(2026, 10, 23, 12, tzinfo=UTC) + timedelta(minutes=minute)
    found = cron.next_time(expression, BERLIN, after)
    minutes = min(int((found - after) / timedelta(minutes=1)), 20_000)
    walls = (after + timedelta(minutes=n) for n in range(1, minutes))
    assert not any(matches(expression, wall.astimezone(ZoneInfo(BERLIN))) for wall in walls)
    assert matches(expression, found.astimezone(ZoneInfo(BERLIN)))
