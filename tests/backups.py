"""Backups that are made while a collect writes, and what is restored of them elsewhere."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flows.kills import playing
from set_up import SetUp
from waiting import state_of, until


def posts(set_up: SetUp, files: int) -> None:
    for number in range(files):
        name = ("大桥", "粮食", "隧道")[number % 3]
        date = f"2026-01-{1 + number % 28:02} {number % 24:02}:{number % 60:02}:00"
        text = f"第{number}号{name}的报道，今天开工。" * 10
        set_up.post(f"{number % 50}/{number}.md", f"{name}{number}", text, date, f"https://news.example/{number}")


def number_of_articles(set_up: SetUp) -> int:
    try:
        return int(set_up.rows("select count(*) from article")[0][0])
    except sqlite3.OperationalError:
        return 0


def elsewhere(set_up: SetUp, root: Path) -> SetUp:
    """A set-up with the same articles' files and nothing else."""
    root.mkdir()
    shutil.copytree(set_up.posts, root / "posts")
    return SetUp(root)


def dumped(database: Path) -> list[str]:
    """All that is in a database, as SQL, but for what is kept of the network."""
    with closing(sqlite3.connect(database)) as connection:
        return [line for line in connection.iterdump() if not line.startswith('INSERT INTO "fetched"')]


def feeds(set_up: SetUp) -> dict[str, bytes]:
    """As an export writes them."""
    set_up.run("export", "public")
    folder = set_up.root / "public"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted((folder / "feeds").rglob("*.*"))}


def back_up_while_collecting(set_up: SetUp, at: int, file: Path) -> tuple[int, bool]:
    """Backs up once ``at`` articles are stored; how many it holds, and whether the collect was still at work then."""
    with subprocess.Popen(set_up.command("collect"), stdout=subprocess.DEVNULL, cwd=set_up.root) as collecting:
        until(lambda: number_of_articles(set_up) >= at or collecting.poll() is not None)
        held = int(set_up.json("backup", str(file))["articles"])
        beside = collecting.poll() is None
        assert collecting.wait() == 0
    return held, beside


@contextmanager
def stopped_collect(set_up: SetUp, step: int) -> Iterator[None]:
    """A collect that stands still in that step while the block runs, and is done afterwards."""
    command = playing(set_up, "collect", last=step, sent=signal.SIGSTOP)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=set_up.root) as collecting:
        until(lambda: state_of(collecting.pid) == "T")
        yield
        os.kill(collecting.pid, signal.SIGCONT)
        assert collecting.wait() == 0


def copy_of(database: Path, copy: Path) -> None:
    """By SQLite's own means."""
    copy.parent.mkdir(parents=True)
    with closing(sqlite3.connect(database)) as there, closing(sqlite3.connect(copy)) as here:
        there.backup(here)
