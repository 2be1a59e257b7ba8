"""SIGKILL at any point of a pass loses nothing that was reported and doubles nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from typing import Any

import pytest

from feeds.feed_rules import check_feed
from set_up import SetUp, make_set_up

FILES = 240
PROGRAM = """\
import os, signal, sqlite3.dbapi2, sys, threading
import aggregator.pipeline
import aggregator.flow.writer
from aggregator.cli.main import main

aggregator.pipeline.BATCH = aggregator.flow.writer.ARTICLES = 20
last = int(sys.argv.pop(1))
count, before = 0, None

def step(statement=None):
    global count, before
    kind, before = before, statement and statement[:20]
    if before and before == kind:
        return
    count += 1
    if count == last:
        threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGKILL)).start()

def heard(event, arguments):
    if event in ("os.rename", "os.remove", "os.mkdir") or event == "open" and arguments[2] & os.O_ACCMODE:
        step()

def connected(*arguments, made=sqlite3.dbapi2.connect, **named):
    connection = made(*arguments, **named)
    connection.set_trace_callback(step)
    return connection

sys.addaudithook(heard)
sqlite3.dbapi2.connect = connected
code = main(sys.argv[1:])
print(count)
sys.exit(code)
"""
"""The real program with many transactions in a short pass, so that every point of it can be hit. Its steps are the
statements of SQL that it begins (a run of one kind is one step) and the files that it opens to write, moves or
removes; it is killed in one of them, and says how many there were if it was not."""
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


def collected(set_up: SetUp, last: int = 0) -> subprocess.CompletedProcess[str]:
    """A pass that is killed in its step number ``last``; 0: in none."""
    arguments = [str(last), *set_up.command("collect")[3:]]
    return subprocess.run([sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.PIPE, text=True, check=False)


def state(set_up: SetUp) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(set_up.rows(query), key=repr) for name, query in WHAT_COUNTS.items()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[tuple[Any, ...]]], int]:
    """What a pass that nobody kills leaves behind, and how many steps it takes."""
    set_up = make_set_up(tmp_path_factory.mktemp("undisturbed") / "set-up")
    fill(set_up)
    done = collected(set_up)
    assert done.returncode == 0
    return state(set_up), int(done.stdout.split()[-1])


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_and_collected_once_more(
    kill: int, undisturbed: tuple[dict[str, list[tuple[Any, ...]]], int], set_up: SetUp
) -> None:
    expected, steps = undisturbed
    fill(set_up)
    # One somewhere in each twentieth of the pass.
    last = 1 + int(steps * (kill + random.Random(kill).random()) / KILLS)
    done = collected(set_up, last)
    assert done.returncode == -signal.SIGKILL
    set_up.run("collect")
    assert state(set_up) == expected
    assert set_up.rows("pragma integrity_check") == [("ok",)]
    assert check_feed(set_up.feed("bridges")) == []
    assert not list((set_up.data / "site").rglob("*.tmp"))
