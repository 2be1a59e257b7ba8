"""Papers at a host each, and one host that answers only when the test lets it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

import feedparser

from flows.kinds.press import RSS, item, rss, served_rss, text_of, title_of
from loopback import Answer, Asked, Site, serve
from set_up import SetUp, make_set_up

KEYS = "allow_private: true, gap: 0s"
SILENT = 99
"""The number of the silent host's article."""


@dataclass
class World:
    """A set-up of papers, each with one article, and of the source ``silent``."""

    set_up: SetUp
    number: int
    """Of papers: ``paper0`` and so on."""
    papers: Site
    """All of them: each has an address of its own."""
    silent: Site
    answers: threading.Event = field(default_factory=threading.Event)

    @property
    def names(self) -> list[str]:
        return [f"paper{number}" for number in range(self.number)]

    @property
    def titles(self) -> list[str]:
        """Of the papers' articles, sorted."""
        return sorted(title_of(number) for number in range(self.number))

    def is_asked(self, times: int = 1) -> bool:
        """Whether the silent host was asked, and still has not answered."""
        return len(self.silent.asked("/feed")) == times and not self.answers.is_set()

    def published(self) -> list[str]:
        """What the folder of published files holds of the topic, sorted."""
        try:
            return sorted(entry.title for entry in feedparser.parse(self.set_up.feed("bridges")).entries)
        except FileNotFoundError:
            return []

    def stored(self) -> set[str]:
        """The titles of all articles."""
        return {title for (title,) in self.set_up.rows("select title from revision")}

    def visits(self) -> int:
        """How many have ended that brought something, as stored."""
        ((number,),) = self.set_up.rows("select count(*) from run")
        return int(number)

    def write(self, paper: int, article: int) -> None:
        """A new article in a paper, of this hour: an old one would wait for its turn in the feed."""
        fresh = (
            f"<item><guid isPermaLink='false'>new {article}</guid><title>{title_of(article)}</title>"
            f"<pubDate>{formatdate()}</pubDate><description>{text_of(article)}</description></item>"
        )
        self.papers.routes[f"/paper{paper}"] = Answer(200, {"Content-Type": RSS}, rss(item(paper), fresh))


@contextmanager
def a_world(root: Path, number: int) -> Iterator[World]:
    """``number``: of papers."""
    feeds = {f"/paper{paper}": served_rss(item(paper)) for paper in range(number)}
    with serve(feeds, host="0.0.0.0") as papers, serve({}) as silent:  # noqa: S104 - all loopback addresses
        world = World(make_set_up(root / "set-up", _sources(number, papers, silent)), number, papers, silent)

        def late(asked: Asked) -> Answer:
            world.answers.wait()
            return served_rss(item(SILENT))

        silent.routes["/feed"] = late
        try:
            yield world
        finally:
            world.answers.set()


def _sources(number: int, papers: Site, silent: Site) -> str:
    told = [
        f"  - {{name: paper{paper}, kind: feed, url: 'http://127.0.1.{paper + 1}:{papers.port}/paper{paper}', {KEYS}}}"
        for paper in range(number)
    ]
    # It keeps us waiting for longer than any test takes.
    limits = "limits: {download_seconds: 3600}"
    told.append(f"  - {{name: silent, kind: feed, url: '{silent.url('/feed')}', {KEYS}, {limits}}}")
    return "\n".join(["sources:", *told, ""])
