"""How fast collecting files is, in CPU time, beside a raw loop over the same files in the same run.

    python tests/benchmarks/collect_files.py [--files 10000] [--json]

The raw loop does what no collector can do without: it reads each file, takes its SHA-256 and inserts
a row. ``share`` is our speed over the raw loop's. What a pass costs with one file alone is start-up, and
is subtracted. The exit code is 1 if a share is below its goal.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from article_files import write_articles

GOAL_SHARE = 0.06
GOAL_UNCHANGED = 20.0

SOURCES = """\
sources:
  - name: bench
    kind: files
    path: {path}
    clean:
      remove: ['.appendQr_wrap', '.article-editor']
      drop_lines: ['^返回', '（文章来源：.*）$']
"""
PROJECT = Path(__file__).parents[2]


def configure(folder: Path, articles: Path) -> Path:
    config = folder / "config"
    config.mkdir(parents=True)
    (config / "topics.yaml").write_bytes((PROJECT / "config" / "topics.yaml").read_bytes())
    (config / "sources.yaml").write_text(SOURCES.format(path=articles), encoding="utf-8")
    return config


def collect(config: Path, data: Path) -> tuple[float, dict[str, int]]:
    """CPU seconds of one pass, all its processes together, and its counts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "aggregator", "--config", str(config), "--data", str(data), "collect", "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=PROJECT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    report: dict[str, int] = json.loads(done.stdout)["sources"][0]
    return cpu, report


def help_cpu() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "aggregator", "--help"], check=True, stdout=subprocess.DEVNULL, cwd=PROJECT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def raw_loop(articles: Path, database: Path) -> float:
    """CPU seconds to read, hash and insert all files."""
    began = time.process_time()
    connection = sqlite3.connect(database)
    connection.execute("pragma journal_mode=wal")
    connection.execute("create table file (path text primary key, digest text, body blob)")
    rows = []
    for folder, _, names in os.walk(articles):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                body = file.read()
            rows.append((path, hashlib.sha256(body).hexdigest(), body))
    with connection:
        connection.executemany("insert into file values (?, ?, ?)", rows)
    connection.close()
    return time.process_time() - began


def measure(files: int, folder: Path) -> dict[str, float]:
    """All figures. Noise of the machine only ever adds time, so of each measurement the best of several counts."""
    few, many = folder / "one", folder / "articles"
    write_articles(few, 1)
    write_articles(many, files)
    small = configure(folder / "small", few)
    large = configure(folder / "large", many)
    start_first = min(collect(small, folder / f"small-{turn}")[0] for turn in range(3))
    start_again = min(collect(small, folder / "small-0")[0] for _ in range(3))
    raw = min(raw_loop(many, folder / f"raw-{turn}.sqlite3") for turn in range(3))
    firsts = [collect(large, folder / f"large-{turn}") for turn in range(3)]
    agains = [collect(large, folder / "large-0") for _ in range(3)]
    if any(counts["new"] != files for _, counts in firsts) or any(c["unchanged"] != files for _, c in agains):
        raise SystemExit(f"not what was expected: {firsts}, then {agains}")
    first_speed = files / max(min(cpu for cpu, _ in firsts) - start_first, 1e-6)
    again_speed = files / max(min(cpu for cpu, _ in agains) - start_again, 1e-6)
    return {
        "files": files,
        "start_up_cpu_seconds": round(start_first, 3),
        "raw_files_per_cpu_second": round(files / raw),
        "first_files_per_cpu_second": round(first_speed),
        "unchanged_files_per_cpu_second": round(again_speed),
        "first_share_of_raw": round(first_speed * raw / files, 4),
        "unchanged_over_first": round(again_speed / first_speed, 1),
        "help_cpu_seconds": round(help_cpu(), 3),
    }


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--files", type=int, default=10_000)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(given.files, Path(folder))
    if given.json:
        print(json.dumps(figures))
    else:
        for name, figure in figures.items():
            print(f"{name.replace('_', ' '):<34}{figure:>12,}")
    reached = figures["first_share_of_raw"] >= GOAL_SHARE and figures["unchanged_over_first"] >= GOAL_UNCHANGED
    return 0 if reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
