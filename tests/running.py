"""A daemon as a machine runs it, with its address."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import feedparser
import httpx

from feeds.feed_rules import check_feed
from set_up import SetUp


@dataclass
class Running:
    """A daemon and its address."""

    process: subprocess.Popen[str]
    address: str
    feeds: dict[str, str]

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.address + path, headers=headers, trust_env=False)

    def titles(self, key: str) -> list[str]:
        answer = self.get(f"/feeds/{key}.atom")
        if answer.status_code != 200:
            return []
        assert check_feed(answer.content) == []
        return [entry.title for entry in feedparser.parse(answer.content).entries]


@contextmanager
def daemon(set_up: SetUp, descriptors: int | None = None) -> Iterator[Running]:
    """``descriptors``: as many files as it may have open."""
    command = set_up.command("run", "--port", "0", "--json")
    if descriptors is not None:
        command = ["sh", "-c", f'ulimit -n {descriptors} && exec "$@"', "sh", *command]
    log = (set_up.root / "log").open("a", encoding="utf-8")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=set_up.root)
    try:
        assert process.stdout is not None
        said = ""
        while not said.rstrip().endswith("\n}"):
            line = process.stdout.readline()
            assert line, log_of(set_up)
            said += line
        told = json.loads(said)
        yield Running(process, told["address"], told["feeds"])
    finally:
        process.kill()
        process.communicate()
        log.close()


def log_of(set_up: SetUp) -> str:
    """What the daemon has logged so far."""
    return (set_up.root / "log").read_text(encoding="utf-8")


def logged(set_up: SetUp, event: str) -> list[dict[str, Any]]:
    """The lines of one kind."""
    lines = [json.loads(line) for line in log_of(set_up).splitlines() if line.startswith("{") and line.endswith("}")]
    return [line for line in lines if line["event"] == event]
