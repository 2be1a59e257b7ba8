"""A format of dates is an entry in the table: what is written so is read from an article file to the feed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

from aggregator.base.dates import formats
from aggregator.base.dates.formats import DateFormat, read_date
from desk import BRIDGES, Desk
from plain_reader import PlainReader

POST = """\
---
title: 大桥合龙
date: "2026 W04, day 3"
---
<p>大桥今天合龙。</p>
"""
WEDNESDAY = datetime(2026, 1, 21, tzinfo=UTC)


def by_week(match: re.Match[str], zone: tzinfo) -> datetime:
    year, week, day = map(int, match.groups())
    return datetime.fromisocalendar(year, week, day).replace(tzinfo=zone)


WEEK = DateFormat("week", re.compile(r"([0-9]{4}) W([0-9]{2}), day ([0-9])"), by_week)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, PlainReader([BRIDGES]))
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text(POST, encoding="utf-8")
    yield desk
    desk.close()


@pytest.fixture
def weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, WEEK))


def test_without_it_such_a_date_is_a_repair(desk: Desk) -> None:
    source = desk.source("files", path="posts", allow_private=False, timezone="UTC")
    (shown,) = desk.preview(source).articles
    assert (shown.date_kind, [repair.code for repair in shown.repairs]) == ("missing", ["bad-date"])


def test_an_article_file_with_such_a_date_is_dated_by_it(desk: Desk, weeks: None) -> None:
    source = desk.source("files", path="posts", allow_private=False, timezone="UTC")
    (shown,) = desk.preview(source).articles
    assert (shown.published, shown.date_kind, shown.repairs) == (WEDNESDAY, "stated", ())
    assert desk.collect(source).new == 1
    (entry,) = desk.entries()
    assert entry.published == WEDNESDAY
    assert b"<published>2026-01-21T00:00:00Z</published>" in desk.feed()


def test_a_week_that_does_not_exist_is_none(weeks: None) -> None:
    assert read_date("2026 W54, day 1", UTC) is None
    assert read_date("1969 W04, day 3", UTC) is None
