"""A host that does not answer delays itself alone: on the daemon and in `collect`, with real processes."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

import feedparser
import pytest

from flows.kinds.press import item, rss, served_rss, text_of, title_of
from loopback import Answer, Asked, Site, serve
from running import daemon, logged
from set_up import SetUp, make_set_up
from waiting import alive, below, until

OTHERS = 20
NAMES = [f"paper{number}" for number in range(OTHERS)]
TITLES = sorted(title_of(number) for number in range(OTHERS))
KEYS = "allow_private: true, gap: 0s"
SILENT = 99
"""The number of the silent host's article."""


@dataclass
class World:
    """A set-up of 20 sources at a host each, and of one whose host waits for the test."""

    set_up: SetUp
    papers: Site
    """All 20: each has an address of its own."""
    silent: Site
    answers: threading.Event = field(default_factory=threading.Event)

    def is_asked(self) -> bool:
        """Whether the silent host was asked and has not answered."""
        return bool(self.silent.asked("/feed")) and not self.answers.is_set()

    def published(self) -> list[str]:
        """What the folder of published files holds of the topic."""
        try:
            return sorted(entry.title for entry in feedparser.parse(self.set_up.feed("bridges")).entries)
        except FileNotFoundError:
            return []

    def visited(self) -> int:
        """Sources whose visit has ended, as stored."""
        ((number,),) = self.set_up.rows("select count(*) from run")
        return int(number)


def sources(papers: Site, silent: Site) -> str:
    told = [
        f"  - {{name: {name}, kind: feed, url: 'http://127.0.1.{number + 1}:{papers.port}/{name}', {KEYS}}}\n"
        for number, name in enumerate(NAMES)
    ]
    # It keeps us waiting for longer than any test takes.
    limits = "limits: {download_seconds: 3600}"
    told.append(f"  - {{name: silent, kind: feed, url: '{silent.url('/feed')}', {KEYS}, {limits}}}\n")
    return "sources:\n" + "".join(told)


def a_new_article(number: int) -> str:
    """Of this hour: an old one would wait for its turn in the feed."""
    return (
        f"<item><guid isPermaLink='false'>new {number}</guid><title>{title_of(number)}</title>"
        f"<pubDate>{formatdate()}</pubDate><description>{text_of(number)}</description></item>"
    )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with _served(tmp_path) as world:
        try:
            yield world
        finally:
            world.answers.set()


@contextmanager
def _served(root: Path) -> Iterator[World]:
    feeds = {f"/{name}": served_rss(item(number)) for number, name in enumerate(NAMES)}
    with serve(feeds, host="0.0.0.0") as papers, serve({}) as silent:  # noqa: S104 - all loopback addresses
        world = World(make_set_up(root / "set-up", sources(papers, silent)), papers, silent)

        def late(asked: Asked) -> Answer:
            world.answers.wait()
            return served_rss(item(SILENT))

        silent.routes["/feed"] = late
        yield world


def test_the_daemon_collects_stores_publishes_and_logs_the_others_meanwhile(world: World) -> None:
    with daemon(world.set_up) as running:
        until(lambda: sorted(running.titles("bridges")) == TITLES)
        until(lambda: len(logged(world.set_up, "source visited")) == OTHERS)
        told = {line["source"]: line for line in logged(world.set_up, "source visited")}
        assert sorted(told) == sorted(NAMES)
        assert {(line["level"], line["found"], line["new"]) for line in told.values()} == {("info", 1, 1)}
        assert world.visited() == OTHERS
        assert running.get("/healthz").json()["status"] == "ok"

        # Still: what comes now appears as well.
        world.papers.routes["/paper3"] = Answer(
            200, {"Content-Type": "application/rss+xml"}, rss(item(3), a_new_article(50))
        )
        world.set_up.execute("update source set next_due = 0 where name = 'paper3'")
        until(lambda: title_of(50) in running.titles("bridges"))
        assert world.is_asked()

        world.answers.set()
        until(lambda: title_of(SILENT) in {row[0] for row in world.set_up.rows("select title from revision")})


def test_the_daemon_ends_while_a_host_does_not_answer(world: World) -> None:
    with daemon(world.set_up) as running:
        until(lambda: sorted(running.titles("bridges")) == TITLES)
        children = below(running.process.pid)
        assert children
        assert world.is_asked()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait() == 0
        assert world.is_asked()
        until(lambda: not any(map(alive, children)))


def test_a_collect_stores_and_publishes_the_others_meanwhile(world: World) -> None:
    command = world.set_up.command("collect")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as collecting:
        until(lambda: world.published() == TITLES or collecting.poll() is not None)
        assert world.visited() == OTHERS
        assert world.is_asked()
        assert collecting.poll() is None
        world.answers.set()
        said, _ = collecting.communicate()
    assert collecting.returncode == 0, said
    assert world.published() == sorted([*TITLES, title_of(SILENT)])
    assert world.visited() == OTHERS + 1
