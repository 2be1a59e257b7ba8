"""SIGKILL at any point of a pass loses nothing that was reported and doubles nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from feeds.feed_rules import check_feed
from set_up import SetUp, make_set_up

FILES = 240
SMALL_BATCHES = (
    "import sys, aggregator.pipeline as pipeline; pipeline.BATCH = 20\n"
    "from aggregator.cli.main import main; sys.exit(main(sys.argv[1:]))"
)
"""The real program with many transactions in a short pass, so that every point of it can be hit."""
KILLS = 20

WHAT_COUNTS = {
    "articles": "select id, url, content_hash, published, date_kind, revision from article",
    "revisions": "select id, number, r.content_hash, title, html from revision r join article on key = r.article",
    "places": "select sighting.location, digest, status, id from sighting join article on key = sighting.article",
    "topics": "select id, topic, matched, score from verdict join article on key = verdict.article",
    "feeds": "select id, feed from admission join article on key = admission.article where entered is not null",
}


def fill(set_up: SetUp) -> None:
    for number in range(FILES):
        name = ("大桥", "粮食", "隧道")[number % 3]
        text = f"第{number}号{name}的报道。" * 8
        set_up.post(f"{number % 7}/{number}.md", f"{name}{number}", text, url=f"https://news.example/{number}")
    set_up.post("copy.md", "大桥0", "第0号大桥的报道。" * 8, url="https://news.example/0")
    (set_up.posts / "bad.md").write_text("", encoding="utf-8")


def start(set_up: SetUp) -> subprocess.Popen[bytes]:
    arguments = set_up.command("collect")[3:]
    return subprocess.Popen([sys.executable, "-c", SMALL_BATCHES, *arguments], stdout=subprocess.DEVNULL)


def state(set_up: SetUp) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(set_up.rows(query), key=repr) for name, query in WHAT_COUNTS.items()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[tuple[Any, ...]]], float]:
    """What a pass that nobody kills leaves behind, and how long it takes."""
    set_up = make_set_up(tmp_path_factory.mktemp("undisturbed") / "set-up")
    fill(set_up)
    began = time.monotonic()
    assert start(set_up).wait() == 0
    return state(set_up), time.monotonic() - began


@pytest.mark.parametrize("round_", range(4))
def test_killed_and_collected_once_more(
    round_: int, undisturbed: tuple[dict[str, list[tuple[Any, ...]]], float], tmp_path: Path
) -> None:
    expected, seconds = undisturbed
    dice = random.Random(round_)
    for kill in range(KILLS // 4):
        set_up = make_set_up(tmp_path / str(kill))
        fill(set_up)
        process = start(set_up)
        try:
            process.wait(dice.uniform(0.15, 1.0) * seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.wait()
        set_up.run("collect")
        assert state(set_up) == expected
        assert set_up.rows("pragma integrity_check") == [("ok",)]
        assert check_feed(set_up.feed("bridges")) == []
        assert not list((set_up.data / "site").rglob("*.tmp"))
