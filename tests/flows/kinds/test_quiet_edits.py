"""An edit of what readers are shown of a source: its feeds show it, and neither publisher nor parser hears of it."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.model.article import Reading
from aggregator.model.config import Source
from aggregator.model.document import RawDocument
from aggregator.ports import Reader
from desk import Desk
from flows.kinds.press import item, rss, title_of
from loopback import Answer, Asked, Site
from running import daemon
from set_up import make_set_up
from waiting import until


@dataclass
class CountedReader:
    """ports.Reader that notes what it was given to read."""

    reader: Reader
    read_so_far: list[str] = field(default_factory=list)

    def read(self, documents: Sequence[RawDocument], source: Source) -> Iterable[Sequence[Reading]]:
        self.read_so_far += [document.location for document in documents]
        return self.reader.read(documents, source)

    def close(self) -> None:
        raise AssertionError("others read with it")


def validated(asked: Asked) -> Answer:
    """A feed that answers 304 to whoever has it, by tag and by date."""
    validators = {"ETag": '"1"', "Last-Modified": "Thu, 30 Apr 2026 18:00:00 GMT"}
    if asked.headers.get("if-none-match") == '"1"':
        return Answer(304, validators)
    return Answer(200, {**validators, "Content-Type": "application/rss+xml"}, rss(item(1), item(2)))


def validators(asked: Asked) -> tuple[str, str]:
    return asked.headers.get("if-none-match", ""), asked.headers.get("if-modified-since", "")


BOTH = ('"1"', "Thu, 30 Apr 2026 18:00:00 GMT")


@pytest.fixture
def counted(desk: Desk, reader: Reader) -> CountedReader:
    counted = CountedReader(reader)
    desk.read_with(counted)
    return counted


def test_its_feeds_show_the_edit_and_nothing_is_read_again(desk: Desk, site: Site, counted: CountedReader) -> None:
    site.routes["/feed"] = validated
    source = desk.source("feed", site.url("/feed"), title="甲报", rights="© 甲报")
    desk.collect(source)
    assert ("甲报" in desk.feed().decode(), len(counted.read_so_far)) == (True, 1)
    edited = replace(source, title="乙报", rights="© 乙报", silent_after=timedelta(days=3), every=timedelta(hours=2))
    report = desk.collect(edited)
    assert (report.new, report.changed, report.error) == (0, 0, "")
    assert [validators(asked) for asked in site.asked("/feed")] == [("", ""), BOTH]
    assert len(counted.read_so_far) == 1
    text = desk.feed().decode()
    assert ("<title>乙报</title>" in text, ">© 乙报</rights>" in text, "甲报" in text) == (True, True, False)


def test_the_daemon_shows_it_soon_after_a_hangup(tmp_path: Path, site: Site) -> None:
    site.routes["/feed"] = validated
    line = f"sources:\n  - {{name: news, kind: feed, url: '{site.url('/feed')}', allow_private: true, gap: 0s"
    set_up = make_set_up(tmp_path / "set-up", f"{line}, title: 甲报, rights: © 甲报}}\n")
    with daemon(set_up) as running:
        until(lambda: sorted(running.titles("bridges")) == [title_of(1), title_of(2)])
        (set_up.config / "sources.yaml").write_text(f"{line}, title: 乙报, rights: © 乙报}}\n", encoding="utf-8")
        running.process.send_signal(signal.SIGHUP)
        until(lambda: "© 乙报</rights>" in running.get("/feeds/bridges.atom").text)
        text = running.get("/feeds/bridges.atom").text
        assert ("<title>乙报</title>" in text, "甲报" in text) == (True, False)
    assert [validators(asked) for asked in site.asked("/feed")][1:] in ([], [BOTH])
