"""The real program, killed in any of its steps; and what a store holds that counts."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any

from set_up import SetUp

FILES = 240
PROGRAM = """\
import os, signal, sqlite3.dbapi2, sys, threading
import aggregator.pipeline
import aggregator.flow.writer
from aggregator.cli.main import main

aggregator.pipeline.BATCH = aggregator.flow.writer.ARTICLES = 20
last, signal_sent = int(sys.argv.pop(1)), int(sys.argv.pop(1))
count, before = 0, None

def step(statement=None):
    global count, before
    kind, before = before, statement and statement[:20]
    if before and before == kind:
        return
    count += 1
    if count == last:
        threading.Thread(target=os.kill, args=(os.getpid(), signal_sent)).start()

def heard(event, arguments):
    if event in ("os.rename", "os.remove", "os.mkdir") or event == "open" and arguments[2] & os.O_ACCMODE:
        step()

def connected(*arguments, made=sqlite3.dbapi2.connect, **named):
    connection = made(*arguments, **named)
    connection.set_trace_callback(step)
    return connection

sys.addaudithook(heard)
sqlite3.connect = sqlite3.dbapi2.connect = connected
code = main(sys.argv[1:])
print(count)
sys.exit(code)
"""
"""The real program with many transactions in a short pass, so that every point of it can be hit. Its steps are the
statements of SQL that it begins (a run of one kind is one step) and the files that it opens to write, moves or
removes; it is killed in one of them, and says how many there were if it was not."""
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


def played(set_up: SetUp, *arguments: str, last: int = 0) -> subprocess.CompletedProcess[str]:
    """A command that is killed in its step number ``last``; 0: in none."""
    command = playing(set_up, *arguments, last=last)
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=set_up.root)


def playing(set_up: SetUp, *arguments: str, last: int, sent: signal.Signals = signal.SIGKILL) -> list[str]:
    """The command that sends itself a signal in its step number ``last``."""
    return [sys.executable, "-c", PROGRAM, str(last), str(int(sent)), *set_up.command(*arguments)[3:]]


def steps_of(done: subprocess.CompletedProcess[str]) -> int:
    """Of a command that nobody killed."""
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def state(set_up: SetUp) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(set_up.rows(query), key=repr) for name, query in WHAT_COUNTS.items()}
