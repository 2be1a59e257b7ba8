"""An archive that cannot be dated, beside a feed that has readers: it is no news, and its operator hears of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.codes import AlarmCode
from aggregator.model.config import Source
from desk import Desk
from flows.kinds.press import item, published, published_titles, served_rss, text_of, title_of
from loopback import Site

DAY = timedelta(days=1)
NEWS = "第900座大桥合龙"


@pytest.fixture
def followed(desk: Desk, site: Site) -> Source:
    """A source whose feed has readers."""
    site.routes["/news"] = served_rss(item(900))
    source = desk.source("feed", site.url("/news"), "followed")
    desk.collect(source)
    assert published_titles(desk) == [NEWS]
    return source


def dated(number: int, date: str) -> str:
    return item(number).replace(f"Thu, 30 Apr 2026 {number % 24:02}:00:00 GMT", date)


def undated(number: int, text: str | None = None) -> str:
    return item(number, text=text).replace(f"<pubDate>Thu, 30 Apr 2026 {number % 24:02}:00:00 GMT</pubDate>", "")


def test_ten_of_25_entries_with_unreadable_dates_enter_a_day(desk: Desk, site: Site, followed: Source) -> None:
    site.routes["/old"] = served_rss(*(dated(number, "anno domini") for number in range(25)))
    old = desk.source("feed", site.url("/old"), "old")
    (_, report) = desk.collect_all(followed, old)
    assert report.new == 25
    shown = [len(published(desk))]
    for _ in range(3):
        desk.clock.time += DAY
        desk.collect(followed, old)
        shown.append(len(published(desk)))
    assert shown == [1 + 10, 1 + 20, 1 + 25, 1 + 25]


def test_the_flood_rule_is_a_day_s_however_often_the_source_is_looked_at(
    desk: Desk, site: Site, followed: Source
) -> None:
    old = desk.source("feed", site.url("/old"), "old")
    for hour in range(5):
        site.routes["/old"] = served_rss(*(dated(5 * hour + number, "anno domini") for number in range(5)))
        desk.collect(followed, old)
        desk.clock.time += timedelta(hours=1)
    assert len(published(desk)) == 1 + 10


def test_an_alarm_of_the_source_is_told_until_its_dates_can_be_read(desk: Desk, site: Site) -> None:
    source = desk.source("feed", site.url("/feed"))
    site.routes["/feed"] = served_rss(*(dated(number, "anno domini") for number in range(3)), item(7))
    report = desk.collect(source)
    (alarm,) = report.alarms
    assert alarm.code is AlarmCode.BAD_DATE
    assert alarm.detail.startswith("the dates of 3 documents cannot be read; ")
    assert alarm.detail.endswith(": 'anno domini'")
    assert desk.status(source).alarms == (alarm,)
    # Entries that have not changed are not read again; they are as they were.
    site.routes["/feed"] = served_rss(*(dated(number, "anno domini") for number in range(2)), item(7), item(8))
    desk.clock.time += DAY
    (alarm,) = desk.collect(source).alarms
    assert alarm.detail.startswith("the dates of 2 documents cannot be read; ")
    site.routes["/feed"] = served_rss(*(item(number) for number in range(2)), item(7), item(8))
    desk.clock.time += DAY
    assert desk.collect(source).alarms == ()
    assert desk.status(source).alarms == ()


def test_the_alarm_of_a_folder_stands_while_its_files_are_untouched(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    folder.mkdir()
    for name, date in (("a.md", "someday"), ("b.md", "2026-04-30"), ("2026-04-29-c.md", "someday")):
        text = f"---\ntitle: 大桥{name}\ndate: {date}\n---\n<p>{text_of(len(name), len(date))}</p>\n"
        (folder / name).write_text(text, encoding="utf-8")
    source = Source("news", "files", path=str(folder))
    told = ("the date of 1 document cannot be read; a.md: 'someday'",)
    for _ in range(2):
        assert tuple(alarm.detail for alarm in desk.collect(source).alarms) == told
        assert tuple(alarm.detail for alarm in desk.state().alarms) == told
        desk.clock.time += DAY
    (folder / "a.md").unlink()
    assert desk.collect(source).alarms == ()


def test_entries_without_dates_are_an_archive_at_first_and_then_news(desk: Desk, site: Site, followed: Source) -> None:
    source = desk.source("feed", site.url("/undated"), "undated")
    site.routes["/undated"] = served_rss(*(undated(number) for number in range(12)))
    report = desk.collect(followed, source)
    assert (report.new, report.alarms) == (12, ())
    assert len(published(desk)) == 1 + 10
    # The day has no more room for what is late; five new ones of a visit are not.
    site.routes["/undated"] = served_rss(*(undated(number) for number in range(20, 27)))
    assert desk.collect(followed, source).new == 7
    assert len(published(desk)) == 1 + 10 + 5
    assert {title_of(number) for number in range(20, 25)} <= set(published_titles(desk))


def test_a_date_that_is_ahead_is_no_date(desk: Desk, site: Site, followed: Source) -> None:
    source = desk.source("feed", site.url("/ahead"), "ahead")
    site.routes["/ahead"] = served_rss(*(dated(number, "Sun, 30 Apr 2090 09:00:00 GMT") for number in range(12)))
    report = desk.collect(followed, source)
    assert (report.new, report.alarms) == (12, ())
    assert len(published(desk)) == 1 + 10


def test_a_feed_that_nobody_has_seen_takes_all(desk: Desk, site: Site) -> None:
    site.routes["/old"] = served_rss(*(dated(number, "anno domini") for number in range(25)))
    desk.collect(desk.source("feed", site.url("/old"), "old"))
    assert len(published(desk)) == 25


def test_what_waits_goes_on_waiting_when_its_text_changes(desk: Desk, site: Site, followed: Source) -> None:
    old = desk.source("feed", site.url("/old"), "old")
    for more in ("", "<category>桥</category>"):
        site.routes["/old"] = served_rss(
            *(dated(n, "anno domini").replace("今天完成", f"今天完成{more and '，提前了'}") for n in range(25))
        )
        desk.collect(followed, old)
    assert len(published(desk)) == 1 + 10


def test_no_two_entries_share_an_updated_that_was_made_here(desk: Desk, site: Site) -> None:
    """Neither those of one visit, nor of visits within one second, nor after a revision of them all."""
    one, other = (desk.source("feed", site.url(f"/{name}"), name) for name in ("one", "other"))
    site.routes["/one"] = served_rss(*map(undated, range(20)))
    site.routes["/other"] = served_rss(*map(undated, range(20, 40)))
    desk.collect(one, other)
    made = [entry.updated for entry in desk.entries()]
    assert len(set(made)) == len(made) == 40
    assert max(made) <= desk.clock.now()
    listed = [entry.title for entry in desk.entries() if entry.source == "one"]
    assert listed == [title_of(number) for number in range(20)]
    desk.clock.time += timedelta(hours=1)
    before = {entry.id: entry.updated for entry in desk.entries()}
    site.routes["/one"] = served_rss(*(undated(number, text_of(number, 9)) for number in range(20)))
    assert [report.changed for report in desk.collect_all(one, other)] == [20, 0]
    after = {entry.id: entry.updated for entry in desk.entries()}
    assert sum(after[id_] > before[id_] for id_ in before) == 20
    assert len(set(after.values())) == 40
    assert max(after.values()) <= desk.clock.now()
    assert len({entry.findtext("{*}updated") for entry in published(desk)}) == 40
