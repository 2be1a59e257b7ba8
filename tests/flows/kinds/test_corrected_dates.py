"""A date that is stated later, or corrected, at the same place: `published` moves, `updated` and the place do not."""

from __future__ import annotations

from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import feedparser
import pytest

from aggregator.model.config import FeedPolicy, Source
from aggregator.model.running import SourceReport
from desk import Desk
from feeds.feed_rules import check_feed
from flows.kinds.press import rss, text_of, title_of
from loopback import Answer, Site

OLD = datetime(2024, 3, 1, 1, 15, tzinfo=UTC)
RECENT = datetime(2026, 4, 30, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """An article as its publisher has it."""

    number: int
    date: datetime | str | None = RECENT
    """In words: one that nobody can read."""
    sentences: int = 3


class Press(Protocol):
    """A publisher of articles."""

    def tell(self, *told: Told) -> SourceReport: ...


@dataclass
class Files:
    desk: Desk
    name: str = "{}.md"

    def tell(self, *told: Told) -> SourceReport:
        folder = self.desk.root / "posts"
        folder.mkdir(exist_ok=True)
        for each in told:
            date = f"{each.date:%Y-%m-%d %H:%M:%S}+00:00" if isinstance(each.date, datetime) else each.date
            dated = f"date: {date}\n" if date else ""
            body = f"<p>{text_of(each.number, each.sentences)}</p>"
            head = f'---\ntitle: "{title_of(each.number)}"\n{dated}---\n'
            (folder / self.name.format(each.number)).write_text(f"{head}{body}\n", encoding="utf-8")
        return self.desk.collect(Source("news", "files", path="posts"))


@dataclass
class Feed:
    desk: Desk
    site: Site

    def tell(self, *told: Told) -> SourceReport:
        self.site.routes["/feed"] = Answer(200, {"Content-Type": "application/rss+xml"}, rss(*map(_item, told)))
        return self.desk.collect(self.desk.source("feed", self.site.url("/feed")))


def _item(told: Told) -> str:
    date = f"{told.date:%a, %d %b %Y %H:%M:%S} GMT" if isinstance(told.date, datetime) else told.date
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    return (
        f'<item><guid isPermaLink="false">tag:news.example,2026:{told.number}</guid>'
        f"<title>{title_of(told.number)}</title>{dated}"
        f"<description>{text_of(told.number, told.sentences)}</description></item>"
    )


@pytest.fixture(params=["files", "feed"])
def press(request: pytest.FixtureRequest, desk: Desk, site: Site) -> Press:
    return Files(desk) if request.param == "files" else Feed(desk, site)


def shown(desk: Desk) -> dict[str, Any]:
    """The entries of the published feed by title, as a reader takes them; the feed keeps every rule."""
    body = desk.feed()
    assert not check_feed(body, desk.clock.now())
    return {entry.title: entry for entry in feedparser.parse(body).entries}


def instant(parsed: Any) -> datetime:
    return datetime.fromtimestamp(timegm(parsed), UTC)


def dates(desk: Desk, number: int) -> tuple[datetime, datetime]:
    """Published and updated."""
    entry = shown(desk)[title_of(number)]
    return instant(entry.published_parsed), instant(entry.updated_parsed)


CORRECTIONS = [
    (None, OLD, OLD),  # stated at last
    ("no date", OLD, OLD),  # readable at last
    (RECENT, OLD, OLD),  # the year was wrong
    (RECENT, RECENT - timedelta(hours=3), RECENT - timedelta(hours=3)),
    (OLD, None, OLD),  # it disappears
    (OLD, "no date", OLD),  # it cannot be read any more
    (RECENT, RECENT.replace(hour=0, minute=0), RECENT),  # the day alone
]


@pytest.mark.parametrize(("first", "then", "published"), CORRECTIONS)
def test_published_moves_and_updated_does_not(
    press: Press, desk: Desk, first: datetime | str | None, then: datetime | str | None, published: datetime
) -> None:
    press.tell(Told(1, first), Told(2))
    before, updated = shown(desk), dates(desk, 1)[1]
    desk.clock.move(hours=3)
    report = press.tell(Told(1, then), Told(2))
    assert (report.new, report.changed, report.found) == (0, 0, 2)
    assert dates(desk, 1) == (published, updated)
    assert {title: entry.id for title, entry in shown(desk).items()} == {
        title: entry.id for title, entry in before.items()
    }
    assert shown(desk)[title_of(2)].updated == before[title_of(2)].updated


def test_a_text_that_changes_with_its_date_is_an_update(press: Press, desk: Desk) -> None:
    press.tell(Told(1, None))
    desk.clock.move(hours=3)
    report = press.tell(Told(1, OLD, sentences=4))
    assert (report.new, report.changed) == (0, 1)
    assert dates(desk, 1) == (OLD, desk.clock.now())


def test_a_clock_that_says_now_at_each_look_moves_nothing(press: Press, desk: Desk) -> None:
    desk.clock.move(seconds=1)
    stated = desk.clock.now() - timedelta(seconds=1)
    press.tell(Told(1, stated))
    for _ in range(3):
        desk.clock.move(hours=3)
        press.tell(Told(1, desk.clock.now() - timedelta(seconds=1)))
        assert dates(desk, 1) == (stated, stated)


def test_a_date_corrected_forward_is_not_after_the_update(press: Press, desk: Desk) -> None:
    press.tell(Told(1, OLD))
    desk.clock.move(hours=3)
    press.tell(Told(1, RECENT))
    assert dates(desk, 1) == (RECENT, RECENT)
    desk.clock.move(hours=3)
    press.tell(Told(1, OLD - DAY))
    assert dates(desk, 1) == (OLD - DAY, OLD)


def test_an_old_article_first_taken_for_new_stays_where_it_entered(press: Press, desk: Desk) -> None:
    """The window is the newest by when they entered: the date tells only where in it an entry stands."""
    desk.feeds = FeedPolicy(entries=3)
    press.tell(Told(1), Told(2))
    desk.clock.move(hours=3)
    press.tell(Told(1), Told(2), Told(3, None))
    desk.clock.move(hours=3)
    press.tell(Told(1), Told(2), Told(3, OLD))
    assert sorted(shown(desk)) == [title_of(number) for number in (1, 2, 3)]
    assert list(shown(desk))[-1] == title_of(3)
    assert dates(desk, 3)[0] == OLD
    desk.clock.move(hours=3)
    press.tell(Told(1), Told(2), Told(3, OLD), Told(4, desk.clock.now() - timedelta(hours=1)))
    assert len(shown(desk)) == 3
    assert title_of(3) in shown(desk)


def test_a_yearly_notice_is_another_article_still(press: Press, desk: Desk) -> None:
    press.tell(Told(1, RECENT))
    desk.clock.move(days=360)
    report = press.tell(Told(1, RECENT + 355 * DAY))
    assert (report.new, len(feedparser.parse(desk.feed()).entries)) == (1, 2)


def test_the_year_is_wrong_in_the_name_of_the_file_too(desk: Desk) -> None:
    """Where names carry dates, who corrects one renames the file."""
    desk.clock.move(days=-100)
    wrong = datetime(2025, 1, 5, 6, 30, tzinfo=UTC)
    right = wrong.replace(year=2026)
    Files(desk, "2025-01-05-{}.md").tell(Told(1, wrong))
    (entry,) = shown(desk).values()
    desk.clock.move(hours=3)
    (desk.root / "posts" / "2025-01-05-1.md").unlink()
    report = Files(desk, "2026-01-05-{}.md").tell(Told(1, right))
    assert (report.moved, report.new) == (1, 0)
    assert shown(desk)[title_of(1)].id == entry.id
    assert dates(desk, 1) == (right, right)
