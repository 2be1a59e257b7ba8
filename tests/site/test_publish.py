"""Publishing against a real store and a real folder, with the time in our hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.model.config import FeedPolicy
from aggregator.pipeline import publish
from aggregator.site.folder import Folder
from fakes import StoppedClock
from feeds.feed_rules import check_feed
from publishing import BRIDGES, CONFIGURATION, HARVEST, PublishingDesk
from storage import open_store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PublishingDesk]:
    storage = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    yield PublishingDesk(storage, tmp_path / "site", StoppedClock(datetime(2026, 5, 1, 8, 0, 0, 500_000, tzinfo=UTC)))
    storage.close()


def test_the_first_time_all_feeds_are_made_and_the_second_time_none(desk: PublishingDesk) -> None:
    assert desk.publish() == {"bridges", "harvest", "all", "feeds.opml"}
    desk.clock.move(hours=1)
    before = {key: desk.feed(key) for key in ("bridges", "harvest", "all")}
    assert desk.publish() == set()
    assert {key: desk.feed(key) for key in before} == before


def test_only_the_feeds_of_what_changed_are_built(desk: PublishingDesk) -> None:
    desk.publish()
    desk.clock.move(minutes=5)
    desk.store(1)
    assert desk.publish() == {"bridges", "all"}
    assert check_feed(desk.feed("bridges"), now=desk.clock.now()) == []
    assert desk.modified("bridges") == desk.clock.now().replace(microsecond=0)
    assert desk.modified("harvest") == datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


def test_a_second_change_within_a_second_waits_for_the_next(desk: PublishingDesk) -> None:
    desk.store(1)
    desk.publish()
    first = desk.modified("bridges")
    desk.store(2)
    desk.publish()
    assert desk.modified("bridges") == first + timedelta(seconds=1)
    assert desk.modified("bridges") <= desk.clock.now()
    assert desk.clock.waited <= 1


def test_a_clock_that_went_back_is_not_waited_for(desk: PublishingDesk) -> None:
    desk.store(1)
    desk.publish()
    first = desk.modified("bridges")
    desk.clock.move(hours=-1)
    desk.store(2)
    assert "bridges" in desk.publish()
    assert desk.clock.waited == 0
    assert desk.modified("bridges") == first + timedelta(seconds=1)


def test_a_feed_that_cannot_be_written_stops_no_other(desk: PublishingDesk) -> None:
    (desk.folder / "feeds" / "bridges.atom" / "x").mkdir(parents=True)
    desk.store(1)
    outcomes = publish(desk.parts)
    assert outcomes["bridges"].problem.startswith("feed bridges: ")
    assert outcomes["all"].changed
    assert "第1座大桥".encode() in desk.feed("all")
    (desk.folder / "feeds" / "bridges.atom" / "x").rmdir()
    (desk.folder / "feeds" / "bridges.atom").rmdir()
    outcomes = publish(desk.parts)
    assert outcomes["bridges"].problem == ""
    assert "第1座大桥".encode() in desk.feed("bridges")


def test_a_file_that_was_deleted_or_spoilt_is_made_again_with_its_time(desk: PublishingDesk) -> None:
    desk.store(1)
    desk.publish()
    body, modified = desk.feed("bridges"), desk.modified("bridges")
    desk.clock.move(days=1)
    (desk.folder / "feeds" / "bridges.atom").write_bytes(b"<feed/>")
    (desk.folder / "feeds" / "all.atom").unlink()
    assert desk.publish() == set()
    assert (desk.feed("bridges"), desk.modified("bridges")) == (body, modified)
    assert desk.modified("all") == modified


def test_dying_between_note_and_file_builds_the_same_bytes_at_the_same_instant(
    desk: PublishingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.publish()
    desk.clock.move(minutes=5)
    desk.store(1)
    with monkeypatch.context() as patched:
        patched.setattr(Folder, "put", _die)
        with pytest.raises(KeyboardInterrupt):
            publish(desk.parts)
    noted = desk.clock.now().replace(microsecond=0)
    desk.clock.move(minutes=5)
    publish(desk.parts)
    assert "第1座大桥".encode() in desk.feed("bridges")
    assert desk.modified("bridges") == noted


def _die(folder: Folder, renderings: object) -> int:
    raise KeyboardInterrupt


def test_another_title_or_address_builds_all_anew(desk: PublishingDesk) -> None:
    desk.store(1)
    desk.publish()
    desk.clock.move(minutes=5)
    desk.configuration = replace(CONFIGURATION, site=replace(CONFIGURATION.site, base_url="https://feeds.example"))
    assert desk.publish() == {"bridges", "harvest", "all", "feeds.opml"}
    assert b'href="https://feeds.example/feeds/bridges.atom"' in desk.feed("bridges")


def test_the_list_of_feeds_follows_all_that_it_shows(desk: PublishingDesk) -> None:
    desk.publish()
    site = replace(CONFIGURATION.site, title="别名")
    described = replace(BRIDGES, description="各地的桥。")
    for configuration, shown in (
        (replace(CONFIGURATION, site=site), "<title>别名</title>"),
        (replace(CONFIGURATION, topics=(described, HARVEST)), 'description="各地的桥。"'),
        (replace(CONFIGURATION, topics=(HARVEST, described)), 'text="粮食"'),
    ):
        desk.clock.move(minutes=5)
        desk.configuration = configuration
        assert "feeds.opml" in desk.publish()
        assert shown in desk.listed()
    assert desk.listed().index("harvest") < desk.listed().index("bridges")


def test_waiting_articles_enter_day_by_day_the_newest_first(desk: PublishingDesk) -> None:
    desk.configuration = replace(CONFIGURATION, feeds=FeedPolicy(late_per_day=2))
    desk.store(0)
    desk.publish()
    for number in range(1, 6):
        desk.store(number, published=datetime(2020, 1, number, tzinfo=UTC))
    shown = []
    for _ in range(4):
        desk.publish()
        shown.append(sorted(number for number in range(6) if f"第{number}座".encode() in desk.feed("bridges")))
        desk.clock.move(days=1, seconds=1)
    assert shown == [[0, 4, 5], [0, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]]


def test_the_feed_of_a_topic_that_is_gone_is_taken_off_the_site(desk: PublishingDesk) -> None:
    desk.publish()
    foreign = desk.folder / "robots.txt"
    foreign.write_text("x", encoding="utf-8")
    desk.configuration = replace(CONFIGURATION, topics=(BRIDGES,))
    desk.publish()
    assert sorted(path.name for path in (desk.folder / "feeds").iterdir()) == ["all.atom", "bridges.atom"]
    assert foreign.exists()
