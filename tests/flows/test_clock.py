"""A desk whose clock is set: what is collected, when, and what readers see of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from aggregator.daemon.tick import first_pulse, jump, read
from aggregator.model.config import Source
from desk import BRIDGES, Desk
from feeds.feed_rules import check_feed
from plain_reader import PlainReader

EVERY = timedelta(minutes=10)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "posts").mkdir()
    with_desk = Desk(tmp_path, PlainReader([BRIDGES]))
    yield with_desk
    with_desk.close()


def a_source(desk: Desk) -> Source:
    return desk.source("files", path="posts", every=EVERY)


def write(desk: Desk, name: str) -> None:
    """An undated article in the topic."""
    (desk.root / "posts" / f"{name}.md").write_text(
        f"---\ntitle: 大桥{name}\n---\n\n大桥{name}合龙。\n", encoding="utf-8"
    )


def told(desk: Desk) -> list[tuple[str, datetime]]:
    """Titles of the feed's entries with `updated`, in its order."""
    feed = desk.feed()
    assert check_feed(feed) == []
    return [(entry.title, datetime.fromisoformat(entry.updated)) for entry in feedparser.parse(feed).entries]


def test_a_clock_set_back_by_ten_minutes_costs_an_interval_at_most(desk: Desk) -> None:
    source = a_source(desk)
    desk.collect(source)
    pulse = first_pulse(read(desk.clock))
    desk.clock.set_by(minutes=-10)
    assert jump(pulse.ticked, read(desk.clock)) is not None
    desk.storage.agenda.mend_schedule([source], desk.clock.now())
    desk.clock.move(seconds=EVERY.total_seconds())
    assert desk.storage.agenda.due(desk.clock.now(), 10) == ["news"]


@pytest.mark.parametrize("minutes", [-10, -60])
def test_entries_of_a_clock_that_was_set_back_come_after_those_before(desk: Desk, minutes: int) -> None:
    source = a_source(desk)
    write(desk, "一")
    desk.collect(source)
    for name in "二三":
        desk.clock.set_by(minutes=minutes)
        write(desk, name)
        desk.collect(source)
    assert [title for title, _ in told(desk)] == ["大桥三", "大桥二", "大桥一"]
    updated = [at for _, at in told(desk)]
    assert updated == sorted(set(updated), reverse=True)


def test_a_clock_that_was_ten_years_ahead_for_a_pass_leaves_nothing_ahead(desk: Desk) -> None:
    source = a_source(desk)
    write(desk, "一")
    desk.collect(source)
    desk.clock.set_by(days=3650)
    write(desk, "二")
    desk.collect(source)
    desk.clock.set_by(days=-3650)
    desk.clock.move(minutes=10)
    write(desk, "三")
    desk.collect(source)
    now = desk.clock.now()
    assert [title for title, _ in told(desk)] == ["大桥三", "大桥二", "大桥一"]
    assert all(at <= now for _, at in told(desk))
    assert all(max(entry.first_seen, entry.published, entry.updated) <= now for entry in desk.entries())
    assert desk.state().next_due == desk.state().last_run + EVERY  # type: ignore[operator]


def test_a_clock_that_says_1970_until_the_network_is_there_costs_no_article_its_place(desk: Desk) -> None:
    source = a_source(desk)
    write(desk, "一")
    desk.collect(source)
    today = desk.clock.now()
    desk.clock.time = datetime.fromtimestamp(60, today.tzinfo)
    write(desk, "二")
    desk.collect(source)
    desk.clock.time = today + timedelta(hours=1)
    write(desk, "三")
    desk.collect(source)
    assert [title for title, _ in told(desk)] == ["大桥三", "大桥二", "大桥一"]
    assert [at >= today for _, at in told(desk)] == [True] * 3
