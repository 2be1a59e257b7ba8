"""What headers say about coming back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.codes import Code
from aggregator.errors import CollectError
from aggregator.model.fetching import Answer, Reply
from aggregator.network.answers import LONGEST, answer_of
from builders import NOW

RETRY = [
    # status, header, seconds from now (None: nothing was said)
    (429, "120", 120),
    (503, "120", 120),
    (500, " 120 ", 120),
    (599, "0", 0),
    (429, "1.5", 1),
    (429, "120, 240", 120),
    (429, "00000000000000000000120", 120),
    (200, "120", None),
    (404, "120", None),
    (301, "120", None),
    (429, "", None),
    (429, "-5", None),
    (429, "soon", None),
    (429, "12O", None),
    (429, "٣", None),
    (429, "9" * 50, LONGEST.total_seconds()),
    (429, "9" * 5_000, LONGEST.total_seconds()),
    (429, "Fri, 01 May 2026 10:00:00 GMT", 7200),
    (429, "Friday, 01-May-26 10:00:00 GMT", 7200),
    (429, "Fri May  1 10:00:00 2026", 7200),
    (429, "Fri, 01 May 2026 18:00:00 +0800", 7200),
    (429, "Fri, 01 May 2020 10:00:00 GMT", 0),
    (429, "Fri, 01 May 9999 10:00:00 GMT", LONGEST.total_seconds()),
    (429, "Fri, 31 Dec 9999 23:59:59 -1200", LONGEST.total_seconds()),
    (429, "Mon, 01 Jan 0001 00:00:00 +1200", 0),
    (429, "Fri, 01 May 99999 10:00:00 GMT", None),
    (429, "Fri, 41 May 2026 10:00:00 GMT", None),
    (429, "2026-05-01T10:00:00Z", None),
]


@pytest.mark.parametrize(("status", "header", "seconds"), RETRY)
def test_retry_after(status: int, header: str, seconds: float | None) -> None:
    answer = answer_of(a_reply(status, **{"retry-after": header}), NOW)
    assert answer.retry_at == (None if seconds is None else NOW + timedelta(seconds=seconds))


TEN = "Fri, 01 May 2026 10:00:00 GMT"
FRESH = [
    # headers, seconds from now (None: it is not fresh)
    ({}, None),
    ({"cache-control": "max-age=600"}, 600),
    ({"cache-control": 'public, Max-Age = "600"'}, 600),
    ({"cache-control": "max-age=600, max-age=60"}, 600),
    ({"cache-control": "max-age=0"}, None),
    ({"cache-control": "max-age=-1"}, None),
    ({"cache-control": "max-age=never", "expires": TEN}, None),
    ({"cache-control": "max-age=600", "expires": TEN}, 600),
    ({"cache-control": "max-age=600", "age": "100"}, 500),
    ({"cache-control": "max-age=600", "age": "600"}, None),
    ({"cache-control": "max-age=600", "age": "old"}, 600),
    ({"cache-control": "max-age=600", "age": "9" * 400}, None),
    ({"cache-control": "max-age=" + "9" * 400}, LONGEST.total_seconds()),
    ({"cache-control": "max-age=600, no-cache"}, None),
    ({"cache-control": "NO-STORE, max-age=600"}, None),
    ({"cache-control": 'no-cache="set-cookie, x", max-age=600'}, None),
    ({"cache-control": 'private="max-age=5", max-age=600'}, 600),
    ({"cache-control": "s-maxage=600"}, None),
    ({"cache-control": "s-maxage=9000, max-age=600"}, 600),
    ({"cache-control": "x-max-age=600"}, None),
    ({"cache-control": "private", "expires": TEN}, 7200),
    ({"expires": TEN}, 7200),
    ({"expires": TEN, "date": "Fri, 01 May 2026 09:00:00 GMT"}, 3600),
    ({"expires": TEN, "date": "Fri, 01 May 2020 09:00:00 GMT"}, LONGEST.total_seconds()),
    ({"expires": TEN, "date": "today"}, 7200),
    ({"expires": TEN, "age": "200"}, 7000),
    ({"expires": "0"}, None),
    ({"expires": "-1"}, None),
    ({"expires": "Fri, 01 May 2026 07:00:00 GMT"}, None),
]


@pytest.mark.parametrize(("headers", "seconds"), FRESH)
def test_freshness(headers: dict[str, str], seconds: float | None) -> None:
    for status in (200, 304):
        answer = answer_of(a_reply(status, **headers), NOW)
        assert answer.fresh_until == (None if seconds is None else NOW + timedelta(seconds=seconds))
    assert answer_of(a_reply(404, **headers), NOW).fresh_until is None


def test_a_date_is_by_the_clock_of_the_server() -> None:
    headers = {"retry-after": TEN, "date": "Fri, 01 May 2026 09:30:00 GMT"}
    assert answer_of(a_reply(503, **headers), NOW).retry_at == NOW + timedelta(minutes=30)


def test_what_else_an_answer_keeps() -> None:
    moved = Reply("https://b.example/", 200, {}, b"", moved="https://b.example/")
    assert answer_of(moved, NOW) == Answer(status=200, moved="https://b.example/")
    assert answer_of(CollectError(Code.TLS, "the certificate has expired"), NOW) == Answer(error=Code.TLS)


WRITTEN = (
    st.text(max_size=60)
    | st.text(alphabet='max-ge=0129,";\\ nostrc', max_size=60)
    | st.from_regex(r"(Fri|x), \d{1,3} (May|Feb) \d{1,6} \d\d:\d\d:\d\d (GMT|[+-]\d{1,6}|x)", fullmatch=True)
)


@given(st.sampled_from([200, 304, 429, 503]), *[WRITTEN] * 5)
def test_no_header_is_too_odd(status: int, retry: str, control: str, expires: str, date: str, age: str) -> None:
    headers = {"retry-after": retry, "cache-control": control, "expires": expires, "date": date, "age": age}
    answer = answer_of(a_reply(status, **headers), NOW)
    for at in (answer.retry_at, answer.fresh_until):
        assert at is None or NOW <= at <= NOW + LONGEST


def test_long_headers_cost_nothing() -> None:
    for header in (
        'a="' * 500_000,
        "a=" * 500_000,
        '"\\' * 500_000,
        "a" * 1_000_000,
        "9" * 1_000_000,
        "max-age=" * 99_999,
    ):
        names = dict.fromkeys(("retry-after", "cache-control", "expires", "date", "age"), header)
        answer_of(a_reply(200, **names), NOW)
        answer_of(a_reply(503, **names), NOW)


def a_reply(status: int, **headers: str) -> Reply:
    return Reply("https://a.example/feed", status, headers, b"")
