"""By which number articles of one title are found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.base.titles import title_key, title_keys

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)


@given(st.text(), st.text(), st.datetimes(timezones=st.just(UTC)), st.timedeltas(-timedelta(days=2), timedelta(days=2)))
def test_an_article_is_found_by_its_title_and_a_date_two_days_away_at_most(
    source: str, title: str, stated: datetime, apart: timedelta
) -> None:
    try:
        other = stated + apart
    except OverflowError:
        other = stated
    assert title_key(source, title, stated) in title_keys(source, title, other)
    assert title_key(source, title, None) in title_keys(source, title, None)


def test_digits_and_marks_of_a_title_do_not_count() -> None:
    assert title_key("s", "50个项目开工", NOON) == title_key("s", "76个项目:开工", NOON)
    assert title_key("s", "2025", NOON) != title_key("s", "2026", NOON)


def test_another_source_title_or_month_is_another_key() -> None:
    keys = title_keys("s", "每日数据", NOON)
    others = [
        title_key("t", "每日数据", NOON),
        title_key("s", "每日要闻", NOON),
        title_key("s", "每日数据", NOON + timedelta(days=30)),
        title_key("s", "每日数据", None),
    ]
    assert not set(keys) & set(others)


@given(st.text(), st.datetimes(timezones=st.just(UTC)))
def test_a_key_fits_into_a_column(title: str, stated: datetime) -> None:
    assert all(-(2**63) <= key < 2**63 for key in title_keys("s", title, stated))
