"""An edit of what is cleaned, taken over by a running daemon and by `collect`: readers see it, no publisher does."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.kinds.press import item, rss, text_of
from loopback import Answer, Site, serve
from running import daemon
from set_up import SetUp, make_set_up
from waiting import until

SOURCES = """\
sources:
  - name: news
    kind: feed
    url: {}
    allow_private: true
    every: 1d
"""
CLEAN = "    clean: {remove: ['p.ad']}\n"


@pytest.fixture
def site() -> Iterator[Site]:
    items = (item(number, text=f"<p>{text_of(number)}</p><p class=ad>扫码关注</p>") for number in (1, 2))
    with serve({"/feed": Answer(200, {}, rss(*items))}) as site:
        yield site


@pytest.fixture
def set_up(tmp_path: Path, site: Site) -> SetUp:
    return make_set_up(tmp_path / "set-up", SOURCES.format(site.url("/feed")))


def edit(set_up: SetUp) -> None:
    path = set_up.config / "sources.yaml"
    path.write_text(path.read_text(encoding="utf-8") + CLEAN, encoding="utf-8")


def test_a_running_daemon_reads_again_and_asks_nobody(set_up: SetUp, site: Site) -> None:
    with daemon(set_up) as running:
        until(lambda: len(running.titles("bridges")) == 2)
        assert "扫码关注" in running.get("/feeds/bridges.atom").text
        due = set_up.json("status")["sources"][0]["next_due"]
        edit(set_up)
        running.process.send_signal(signal.SIGHUP)
        until(lambda: "扫码关注" not in running.get("/feeds/bridges.atom").text)
        state = until(lambda: next((s for s in set_up.json("status")["sources"] if s["reason"] == "every 1d"), None))
        assert state["next_due"] == due
    assert [request.target for request in site.requests] == ["/feed"]


def test_collect_reads_again_and_asks_nobody_and_preview_shows_it_beforehand(set_up: SetUp, site: Site) -> None:
    assert set_up.collect()["new"] == 2
    edit(set_up)
    before, after = (set_up.json("preview", "news", *more) for more in ((), ("--offline",)))
    assert before["articles"] == after["articles"]
    assert [request.target for request in site.requests] == ["/feed"] * 2, "the first preview asked"
    report = set_up.collect()
    assert (report["found"], report["unchanged"]) == (2, 2)
    assert "扫码关注".encode() not in set_up.feed("bridges")
    assert len(site.requests) == 2
