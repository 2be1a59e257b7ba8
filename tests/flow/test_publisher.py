"""Feeds are published soon after a commit, whatever else is going on; their first window waits for what is coming."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.flow.publisher import PublishLoop
from aggregator.ports import Parts
from fakes import StoppedClock
from publishing import PublishingDesk
from storage import open_store
from waiting import until


@dataclass
class Work:
    """What goes on beside the publisher, as the test says."""

    quiet: bool = False
    """Whether no visit is about to bring something."""
    left: int = 0
    """Batches of articles that other rules routed."""
    asked: int = 0
    told: list[int] = field(default_factory=list)
    """How many articles were routed so far, each time it was told."""

    def is_quiet(self) -> bool:
        self.asked += 1
        return self.quiet

    def reroute(self, parts: Parts) -> int:
        """In place of the pipeline's."""
        number = min(1, self.left)
        self.left -= number
        return number


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.flow.publisher.PAUSE", 0.01)
    monkeypatch.setattr("aggregator.flow.publisher.FIRST_WINDOW", 1_000_000.0)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PublishingDesk]:
    storage = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    yield PublishingDesk(storage, tmp_path / "site", StoppedClock(datetime(2026, 5, 1, 8, 0, tzinfo=UTC)))
    storage.close()


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    work = Work()
    monkeypatch.setattr("aggregator.flow.publisher.reroute", work.reroute)
    return work


@contextmanager
def publishing(desk: PublishingDesk, work: Work) -> Iterator[PublishLoop]:
    publisher = PublishLoop(desk.parts, work.is_quiet, work.told.append)
    publisher.start()
    try:
        yield publisher
    finally:
        publisher.close()


def shows(desk: PublishingDesk, key: str, *numbers: int) -> bool:
    """Whether a published feed shows these articles."""
    try:
        text = desk.feed(key).decode()
    except FileNotFoundError:
        return False
    return all(f"<title>第{number}座大桥</title>" in text for number in numbers)


def seen_before(desk: PublishingDesk, topic: str, number: int) -> None:
    """Readers have seen the topic's feed with an article."""
    desk.store(number, topic)
    desk.publish()
    assert shows(desk, topic, number)
    desk.clock.move(minutes=5)


def test_nothing_is_published_before_something_is_stored(desk: PublishingDesk, work: Work) -> None:
    with publishing(desk, work):
        pass
    assert (work.asked, list(desk.folder.rglob("*.atom"))) == (0, [])


def test_a_commit_is_published_although_a_visit_goes_on(desk: PublishingDesk, work: Work) -> None:
    seen_before(desk, "bridges", 1)
    with publishing(desk, work) as publisher:
        desk.store(2)
        publisher.wake()
        until(lambda: shows(desk, "bridges", 1, 2))
        desk.store(3)
        publisher.wake()
        until(lambda: shows(desk, "bridges", 1, 2, 3))
        until(lambda: set(publisher.published.feeds) >= {"bridges", "all"})


def test_a_feed_that_nobody_has_seen_waits_while_visits_bring_parts(desk: PublishingDesk, work: Work) -> None:
    """Whatever enters it after its first window is late, if it is old."""
    seen_before(desk, "bridges", 1)
    with publishing(desk, work) as publisher:
        desk.store(2, "bridges")
        desk.store(3, "harvest", published=datetime(2025, 1, 1, tzinfo=UTC))
        publisher.wake()
        until(lambda: shows(desk, "bridges", 2))
        assert not shows(desk, "harvest", 3)
        desk.store(4, "harvest", published=datetime(2024, 1, 1, tzinfo=UTC))
        publisher.wake()
        asked = work.asked
        until(lambda: work.asked > asked + 2)
        assert not shows(desk, "harvest", 3)
        work.quiet = True
        until(lambda: shows(desk, "harvest", 3, 4))


def test_a_first_window_waits_no_longer_than_it_may(
    desk: PublishingDesk, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.flow.publisher.FIRST_WINDOW", 0.0)
    with publishing(desk, work) as publisher:
        desk.store(1, "harvest")
        publisher.wake()
        until(lambda: shows(desk, "harvest", 1))
        assert not work.quiet


def test_articles_of_other_rules_keep_no_feed_from_being_published(desk: PublishingDesk, work: Work) -> None:
    """However many there are: more than can be routed in any time."""
    seen_before(desk, "bridges", 1)
    work.left, work.quiet = 1_000_000_000, True
    with publishing(desk, work) as publisher:
        desk.store(2, "bridges")
        desk.store(3, "harvest")
        publisher.wake()
        until(lambda: shows(desk, "bridges", 1, 2))
        assert not shows(desk, "harvest", 3), "what is routed last may belong into its first window"
        work.left = 0
        until(lambda: shows(desk, "harvest", 3))
    assert work.told == sorted(work.told)
    assert publisher.published.rerouted == work.told[-1] > 0


def test_the_end_publishes_all_that_is_behind(desk: PublishingDesk, work: Work) -> None:
    work.left = 3
    desk.store(1, "harvest")
    with publishing(desk, work) as publisher:
        published = publisher.finish()
    assert shows(desk, "harvest", 1)
    assert (published.rerouted, set(published.feeds) >= {"harvest", "all"}) == (3, True)
    assert (published.left_out, published.problems) == ((), ())


def test_it_says_why_it_can_publish_nothing_more(
    desk: PublishingDesk, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(parts: Parts, unseen: bool) -> None:
        raise StoreError("database: disk is full")

    monkeypatch.setattr("aggregator.flow.publisher.publish", fail)
    with publishing(desk, work) as publisher:
        publisher.wake()
        until(lambda: publisher.error is not None)
        assert isinstance(publisher.error, StoreError)
        with pytest.raises(StoreError):
            publisher.finish()


def test_a_publication_under_way_is_waited_for_at_the_end(desk: PublishingDesk, work: Work) -> None:
    """It holds the lock on the published files, and leaves none half replaced."""
    began, go_on = threading.Event(), threading.Event()

    @contextmanager
    def lock() -> Iterator[None]:
        began.set()
        go_on.wait()
        yield

    work.quiet = True
    desk.store(1)
    publisher = PublishLoop(desk.parts, work.is_quiet, work.told.append, lock)
    publisher.start()
    publisher.wake()
    began.wait()
    closing = threading.Thread(target=publisher.close)
    closing.start()
    assert closing.is_alive()
    go_on.set()
    closing.join()
    assert shows(desk, "bridges", 1)
