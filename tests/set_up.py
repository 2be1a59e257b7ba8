"""Whole set-ups in a folder of their own, worked by the real program in real processes."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared"

SOURCES = """\
sources:
  - name: news
    title: 新闻
    kind: files
    path: ../posts
    clean:
      remove: ['.appendQr_wrap', '.article-editor']
      drop_lines: ['^返回', '（文章来源：.*）$']
"""
TOPICS = """\
topics:
  - slug: bridges
    title: 桥梁
    title_en: Bridges
    match: {any: [大桥]}
  - slug: harvest
    title: 粮食
    match: {any: [粮食]}
"""
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class SetUp:
    """A configuration, a data folder and a folder of article files."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def data(self) -> Path:
        return self.root / "var"

    @property
    def posts(self) -> Path:
        return self.root / "posts"

    @property
    def database(self) -> Path:
        return self.data / "aggregator.sqlite3"

    def command(self, *arguments: str) -> list[str]:
        places = ["--config", str(self.config), "--data", str(self.data)]
        return [sys.executable, "-m", "aggregator", *places, *arguments]

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, check=False, cwd=self.root)
        assert done.returncode == code, done.stderr + done.stdout
        return done

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code).stdout)

    def collect(self, code: int = 0) -> dict[str, Any]:
        """One pass; the counts of the source ``news``."""
        (report,) = self.json("collect", code=code)["sources"]
        counts: dict[str, Any] = report
        return counts

    def post(
        self, name: str, title: str, text: str, date: str = "2026-01-01 08:00:00", url: str = "", age_minutes: int = 60
    ) -> Path:
        """Writes an article file, as if a while ago."""
        path = self.posts / name
        path.parent.mkdir(parents=True, exist_ok=True)
        link = f"\n<{url}>\n" if url else ""
        path.write_text(f'---\ntitle: "{title}"\ndate: {date}\n---\n<p>{text}</p>\n{link}', encoding="utf-8")
        then = (datetime.now(UTC) - timedelta(minutes=age_minutes)).timestamp()
        os.utime(path, (then, then))
        return path

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What the database holds, read beside the program."""
        connection = sqlite3.connect(self.database)
        try:
            return connection.execute(query, parameters).fetchall()
        finally:
            connection.close()

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> None:
        """Changes the database behind the program's back."""
        connection = sqlite3.connect(self.database, timeout=30)
        try:
            with connection:
                connection.execute(statement, parameters)
        finally:
            connection.close()

    def feed(self, key: str) -> bytes:
        return (self.data / "site" / "feeds" / f"{key}.atom").read_bytes()


def make_set_up(root: Path, sources: str = SOURCES, topics: str = TOPICS) -> SetUp:
    set_up = SetUp(root)
    set_up.config.mkdir(parents=True)
    set_up.posts.mkdir()
    (set_up.config / "sources.yaml").write_text(sources, encoding="utf-8")
    (set_up.config / "topics.yaml").write_text(topics, encoding="utf-8")
    return set_up
