"""Every shape of date that is met (`dates/`, a file a family), and what becomes of those that are none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base.dates.evidence import order_among, order_of_language
from aggregator.base.dates.formats import EARLIEST_YEAR, FORMATS, LATEST_YEAR, read_date
from aggregator.base.dates.names import _MONTHS_OF, MONTH_OF, bare
from aggregator.base.dates.order import Order
from aggregator.normalize.dates import date_article, read_path_date

FAMILIES = sorted(Path(__file__).with_name("dates").glob("*.yaml"))
CASES: dict[str, list[Any]] = {}
for family in FAMILIES:
    for kind, cases in yaml.safe_load(family.read_text(encoding="utf-8")).items():
        CASES.setdefault(kind, []).extend(cases)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SEEN = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(("written", "instant"), CASES["read"])
def test_a_date_is_read(written: str, instant: str) -> None:
    assert read_date(written, SHANGHAI) == utc(instant)


@pytest.mark.parametrize(("written", "zone", "instant"), CASES["zones"])
def test_a_zone_is_read(written: str, zone: str, instant: str) -> None:
    assert read_date(written, ZoneInfo(zone)) == utc(instant)


@pytest.mark.parametrize("written", [*CASES["no_date"], "1" * 100_000])
def test_what_is_no_date_is_none(written: str) -> None:
    assert read_date(written, SHANGHAI) is None


@pytest.mark.parametrize(("location", "day"), CASES["path"])
def test_a_path_names_a_day(location: str, day: str) -> None:
    assert read_path_date(location, UTC) == utc(day)


@pytest.mark.parametrize("location", CASES["no_path_date"])
def test_a_path_that_names_no_day(location: str) -> None:
    assert read_path_date(location, UTC) is None


@pytest.mark.parametrize(
    ("published", "updated", "location", "result", "repairs"),
    [
        ("2022-01-01", "", "2021-01-01-a.md", ("2022-01-01", "stated", None), []),
        ("", "", "2021-01-01-a.md", ("2021-01-01", "path", None), []),
        ("", "", "a.md", (None, "missing", None), []),
        ("bald", "", "2021-01-01-a.md", ("2021-01-01", "path", None), ["bad-date"]),
        ("bald", "", "a.md", (None, "missing", None), ["bad-date"]),
        ("2026-05-01 08:00:01", "", "a.md", (None, "missing", None), ["future-date"]),
        ("2026-05-01 08:00:00", "", "a.md", ("2026-05-01 08:00:00", "stated", None), []),
        ("2026-05-01", "", "a.md", ("2026-05-01", "stated", None), []),
        ("2030-01-01", "", "2021-01-01-a.md", ("2021-01-01", "path", None), ["future-date"]),
        ("", "", "2030-01-01-a.md", (None, "missing", None), []),
        ("2022-01-01", "2022-01-02", "a.md", ("2022-01-01", "stated", "2022-01-02"), []),
        ("2022-01-01", "2021-12-31", "a.md", ("2022-01-01", "stated", None), []),
        ("2022-01-01", "2027-01-01", "a.md", ("2022-01-01", "stated", None), []),
        ("2022-01-01", "bald", "a.md", ("2022-01-01", "stated", None), []),
        ("bald", "2022-01-02", "a.md", ("2022-01-02", "crawl", None), ["bad-date"]),
        ("1970-01-01", "", "2021-01-01-a.md", ("2021-01-01", "path", None), ["bad-date"]),
        ("9999-12-31", "", "a.md", (None, "missing", None), ["bad-date"]),
        # Day or month: an own other date tells, or what would lie ahead, or the path; else it is a guess that is shown.
        ("27/04/2022", "", "a.md", ("2022-04-27", "stated", None), []),
        ("04/27/2022", "", "a.md", ("2022-04-27", "stated", None), []),
        ("03/04/2022", "", "a.md", ("2022-04-03", "stated", None), ["ambiguous-date"]),
        ("3-4-2022", "", "a.md", ("2022-04-03", "stated", None), ["ambiguous-date"]),
        ("03.04.2022", "", "a.md", ("2022-04-03", "stated", None), []),
        ("2022/3/4", "", "a.md", ("2022-03-04", "stated", None), []),
        ("04/04/2022", "", "a.md", ("2022-04-04", "stated", None), []),
        ("03/04/2022", "04/27/2022", "a.md", ("2022-03-04", "stated", "2022-04-27"), []),
        ("03/04/2022", "27/04/2022", "a.md", ("2022-04-03", "stated", "2022-04-27"), []),
        ("04/12/2026", "", "a.md", ("2026-04-12", "stated", None), []),
        ("03/04/2022", "", "2022/03/04/a.md", ("2022-03-04", "stated", None), []),
        ("03/04/2022", "", "2020/03/04/a.md", ("2022-04-03", "stated", None), ["ambiguous-date"]),
    ],
)
def test_an_article_is_dated(
    published: str, updated: str, location: str, result: tuple[str | None, str, str | None], repairs: list[str]
) -> None:
    dated = date_article(published, updated, location, UTC, SEEN)
    day, kind, change = result
    assert (dated.published, dated.kind, dated.updated) == (day and utc(day), kind, change and utc(change))
    assert [repair.code for repair in dated.repairs] == repairs


INSTANTS = st.datetimes(datetime(1971, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda instant: instant.replace(microsecond=0)
)


@settings(max_examples=100, deadline=None)
@given(INSTANTS, st.integers(-14 * 60, 14 * 60), st.sampled_from(["%Y-%m-%d %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %z"]))
def test_an_instant_written_in_any_zone_is_read_back(instant: datetime, minutes: int, shape: str) -> None:
    written = instant.astimezone(timezone(timedelta(minutes=minutes))).strftime(shape)
    assert read_date(written, SHANGHAI) == instant


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.text(alphabet="0129-/:. TZ+年月日Octe,", max_size=30))
def test_any_text_is_a_whole_second_of_utc_or_none(written: str) -> None:
    instant = read_date(written, SHANGHAI)
    assert instant is None or (instant.tzinfo is UTC and not instant.microsecond)
    date_article(written, written, written, SHANGHAI, SEEN)


@pytest.mark.parametrize("end", ["x", "+08:00", "", "日"])
def test_no_pattern_is_shown_many_blanks_or_a_long_text(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []

    class Shape:
        def fullmatch(self, text: str) -> None:
            shown.append(len(text))

    with monkeypatch.context() as patched:
        watched = tuple(replace(form, pattern=cast("re.Pattern[str]", Shape())) for form in FORMATS)
        patched.setattr("aggregator.base.dates.formats.FORMATS", watched)
        assert read_date(f"2022-01-01 10:10{' ' * 60_000}{end}", UTC) is None
        assert len(shown) == len(FORMATS)
        assert read_date("1" * 60_000 + end, UTC) is None
    assert len(shown) == len(FORMATS)
    assert max(shown) <= 64
    assert read_date(f"2022-01-01 10:10{' ' * 60_000}{end}", UTC) == read_date(f"2022-01-01 10:10 {end}", UTC)


def test_a_stated_update_stands_in_for_a_date_that_nobody_states() -> None:
    dated = date_article("", "2026-03-01 08:00", "page.html", SHANGHAI, SEEN)
    assert (dated.published, dated.kind, dated.updated) == (utc("2026-03-01 00:00:00"), "crawl", None)


WRITINGS = {
    "ISO 8601": "%Y-%m-%d %H:%M:%S +0000",
    "mail": "%a, %d %b %Y %H:%M:%S GMT",
    "年月日": "%Y年%m月%d日 %H时%M分%S秒 UTC",
    "seconds": "",
    "milliseconds": "",
    "digits": "%Y%m%dT%H%M%SZ",
    "day in digits": "%Y%m%d | %H:%M:%S UTC",
    "year, month, day": "%Y/%m/%d (%A), %H:%M:%S UTC",
    "year, named month, day": "%H:%M:%S UTC, %Y %B %d",
    "day, named month, year": "%A %d %B %Y at %I:%M:%S %p UTC",
    "named month, day, year": "%a %b %d %H:%M:%S UTC %Y",
    "day.month.year": "%d.%m.%Y, %H:%M:%S UTC",
    "month.day.year": "",
    "day/month/year": "%d/%m/%Y %H:%M:%S UTC",
    "month/day/year": "",
    "week": "%G-W%V-%uT%H:%M:%SZ",
    "day of the year": "%Y-%jT%H:%M:%SZ",
    "named month, year": "",
    "year, named month": "",
    "year-month": "",
    "month/year": "",
    "year": "",
}
"""How each format is written; empty for those that have a test of their own, or say less than an instant."""


def test_each_format_is_written_below() -> None:
    assert list(WRITINGS) == [form.name for form in FORMATS]


@settings(max_examples=300, deadline=None)
@given(INSTANTS, st.sampled_from([shape for shape in WRITINGS.values() if shape]))
def test_an_instant_written_in_a_format_is_read_back(instant: datetime, shape: str) -> None:
    assert read_date(instant.strftime(shape), SHANGHAI) == instant


@settings(max_examples=100, deadline=None)
@given(st.integers(10**9, 3 * 10**9 - 1))
def test_seconds_and_milliseconds_since_1970_are_read_back(seconds: int) -> None:
    instant = datetime.fromtimestamp(seconds, UTC)
    assert read_date(str(seconds), SHANGHAI) == read_date(f"{seconds}999", SHANGHAI) == instant


@settings(max_examples=100, deadline=None)
@given(INSTANTS)
def test_a_month_first_date_is_read_back_where_it_is_asked_for(instant: datetime) -> None:
    assert read_date(instant.strftime("%m/%d/%Y %H:%M:%S UTC"), SHANGHAI, Order.MONTH_FIRST) == instant


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="0129-/:. TZ+年月日上下午点時apmAPMJanOct,()&#;一十", max_size=40))
def test_no_text_is_a_date_that_no_article_can_have(written: str) -> None:
    for order in Order:
        instant = read_date(written, SHANGHAI, order)
        assert instant is None or EARLIEST_YEAR <= instant.year <= LATEST_YEAR


@pytest.mark.parametrize("char", "0 9-/:.T(年月日上午一十aé&&#+,'[")
def test_a_long_text_is_not_looked_at(char: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def spelled(written: str) -> str:
        raise AssertionError(len(written))

    monkeypatch.setattr("aggregator.base.dates.formats.spelled_plainly", spelled)
    assert read_date(char + "x" * 100_000, UTC) is None


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        ([], None),
        (["03/04/2022"], None),
        (["04/04/2022"], None),
        (["03/04/2022", "27/04/2022"], Order.DAY_FIRST),
        (["03/04/2022", "04/27/2022"], Order.MONTH_FIRST),
        (["27/04/2022", "04/27/2022"], None),
        (["03/04/2022", "2022-04-27", "Wed, 27 Apr 2022"], None),
        (["Wed 27/04/2022 09:15"], Order.DAY_FIRST),
        (["31/31/2022"], None),
    ],
)
def test_one_date_that_is_clear_tells_how_the_others_are_written(dates: list[str], order: Order | None) -> None:
    assert order_among(dates) is order


@pytest.mark.parametrize(
    ("tag", "order"),
    [
        ("en-US", Order.MONTH_FIRST),
        ("en_us", Order.MONTH_FIRST),
        ("en-GB", Order.DAY_FIRST),
        ("en", None),
        ("", None),
        ("de", Order.DAY_FIRST),
        ("zh-CN", Order.MONTH_FIRST),
        ("zh-HK", Order.DAY_FIRST),
    ],
)
def test_a_language_tells_the_order(tag: str, order: Order | None) -> None:
    assert order_of_language(tag) is order


def test_each_name_means_one_month() -> None:
    assert [MONTH_OF[bare(name)] for name in ("May", "März", "août", "декабря", "Ağustos", "październik")] == [
        *(5, 3, 8, 12, 8, 10)
    ]
    assert all(line.count("|") == 11 for line in _MONTHS_OF)
    meanings = [
        (bare(name), n) for line in _MONTHS_OF for n, names in enumerate(line.split("|")) for name in names.split()
    ]
    assert len(set(meanings)) == len(MONTH_OF)
