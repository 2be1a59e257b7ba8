"""Every shape of date that article files hold, and what becomes of those that are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.normalize.dates import date_article, read_date, read_path_date

SHANGHAI = ZoneInfo("Asia/Shanghai")
SEEN = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("Wed, 20 Oct 2021 03:47:08 GMT", "2021-10-20 03:47:08"),
        ("20 Oct 2021 03:47 +0100", "2021-10-20 02:47:00"),
        ("Wed, 20 Oct 2021 03:47:08 EST", "2021-10-20 08:47:08"),
        ("2022-04-27 09:15:48 +0800", "2022-04-27 01:15:48"),
        ("2022-04-27 09:15:48  +0800", "2022-04-27 01:15:48"),
        ("2022-04-27 09:15:48", "2022-04-27 01:15:48"),
        ("2022-04-27 09:15:48+8", "2022-04-27 01:15:48"),
        ("2019-07-19T03:04:13+01:00", "2019-07-19 02:04:13"),
        ("2014-12-18T11:13:48.000Z", "2014-12-18 11:13:48"),
        ("2014-12-18t11:13:48,999z", "2014-12-18 11:13:48"),
        ("2018-04-23 18:00", "2018-04-23 10:00:00"),
        ("2020-05-22", "2020-05-21 16:00:00"),
        ("2019-2-6", "2019-02-05 16:00:00"),
        ("2019/2/6 7:08", "2019-02-05 23:08:00"),
        ("2019.02.06", "2019-02-05 16:00:00"),
        ("2022年4月27日 09:15", "2022-04-27 01:15:00"),
        ("2022年4月27日9时15分30秒", "2022-04-27 01:15:30"),
        ("2022 年 4 月 27 日", "2022-04-26 16:00:00"),
        ("1988-06-01 12:00", "1988-06-01 03:00:00"),
        ("March 5, 2024", "2024-03-04 16:00:00"),
        ("Tuesday, Sept. 3rd, 2024", "2024-09-02 16:00:00"),
        ("Mar 5 2024 09:15 GMT", "2024-03-05 09:15:00"),
    ],
)
def test_a_date_is_read(written: str, instant: str) -> None:
    assert read_date(written, SHANGHAI) == utc(instant)


@pytest.mark.parametrize(
    "written",
    [
        "", "+0800", "2022-13-45 25:61:00 +0800", "2022-02-30", "2022-04-27 24:00", "0001-01-01", "1969-12-31 +0000",
        "9999-12-31 23:59:59 -1200", "2022-04-27 09:15 +9999", "20 Foo 2021", "Wed, 20 Oct 2021 03:47 ABC", "昨天",
        "2022-04-27 und mehr", "1650000000", "٢٠٢٢-٠٤-٢٧", "1" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(written: str) -> None:
    assert read_date(written, SHANGHAI) is None


@pytest.mark.parametrize(
    ("location", "day"),
    [
        ("_posts/2022-10-26-题.md", "2022-10-26"),
        ("2022/10/6/题.md", "2022-10-06"),
        ("a/2022/1/6-b.md", "2022-01-06"),
        ("a/20221026题.md", "2022-10-26"),
        ("a_20221026_1.md", "2022-10-26"),
        ("2015-07-24-201507241920406819.md", "2015-07-24"),
        ("201507241920406819.md", "2015-07-24"),
        ("archive/2001-01-01/2022-10-26-b.md", "2022-10-26"),
        ("daily/2025-06-12.md", "2025-06-12"),
    ],
)
def test_a_path_names_a_day(location: str, day: str) -> None:
    assert read_path_date(location, UTC) == utc(day)


@pytest.mark.parametrize(
    "location", ["a.md", "000_4f46d604c5af1831.txt", "x20221026.md", "2022-13-01.md", "12022-10-26.md"]
)
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
    ],
)
def test_an_article_is_dated(
    published: str, updated: str, location: str, result: tuple[str | None, str, str | None], repairs: list[str]
) -> None:
    dated = date_article(published, updated, location, UTC, SEEN)
    day, kind, change = result
    assert (dated.published, dated.kind, dated.updated) == (day and utc(day), kind, change and utc(change))
    assert [repair.code for repair in dated.repairs] == repairs


INSTANTS = st.datetimes(datetime(1970, 1, 3), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
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
        for name in ("_NUMERIC", "_NAMED", "_MONTH_FIRST"):
            patched.setattr(f"aggregator.normalize.dates.{name}", Shape())
        assert read_date(f"2022-01-01 10:10{' ' * 60_000}{end}", UTC) is None
        assert len(shown) == 3
        assert read_date("1" * 60_000 + end, UTC) is None
    assert len(shown) == 3
    assert max(shown) <= 64
    assert read_date(f"2022-01-01 10:10{' ' * 60_000}{end}", UTC) == read_date(f"2022-01-01 10:10 {end}", UTC)


def test_a_stated_update_stands_in_for_a_date_that_nobody_states() -> None:
    dated = date_article("", "2026-03-01 08:00", "page.html", SHANGHAI, SEEN)
    assert (dated.published, dated.kind, dated.updated) == (utc("2026-03-01 00:00:00"), "crawl", None)
