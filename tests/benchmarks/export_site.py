"""What an export costs in CPU time: the first one, one after nothing has changed, one after one new article.

    python tests/benchmarks/export_site.py [--files 5000] [--json]

All in one run, of the same program on the same store. What an export of a site without articles costs is start-up,
and is told beside. The exit code is 1 if an export of an unchanged site costs more than a twentieth of the first one.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from article_files import write_articles
from collect_files import configure

GOAL_UNCHANGED = 0.05
PROJECT = Path(__file__).parents[2]


def aggregator(config: Path, data: Path, *arguments: str) -> tuple[float, dict[str, int]]:
    """CPU seconds of all processes of a command, and what it told."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "aggregator", "--config", str(config), "--data", str(data), *arguments, "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=PROJECT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    report: dict[str, int] = json.loads(done.stdout)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, report


def measure(root: Path, files: int) -> dict[str, float]:
    articles, data, public = root / "articles", root / "var", root / "public"
    articles.mkdir()
    config = configure(root, articles)
    aggregator(config, data, "export", str(root / "empty"))
    start_up, _ = aggregator(config, data, "export", str(root / "empty"))
    write_articles(articles, files)
    aggregator(config, data, "collect")
    first, written = aggregator(config, data, "export", str(public))
    unchanged, nothing = aggregator(config, data, "export", str(public))
    assert written["written"] == written["files"] > 2 * files
    assert nothing["written"] == 0
    (articles / "one-more.md").write_text("---\ntitle: 又一篇\ndate: 2026-01-01\n---\n分级诊疗又有新进展。\n")
    aggregator(config, data, "collect")
    one_more, few = aggregator(config, data, "export", str(public))
    return {
        "files": written["files"],
        "start_up": start_up,
        "first": first,
        "unchanged": unchanged,
        "after_one_article": one_more,
        "written_after_one_article": few["written"],
        "unchanged_share": unchanged / first,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        told = measure(Path(folder), arguments.files)
    if arguments.json:
        print(json.dumps(told))
    else:
        for name, value in told.items():
            print(f"{name:<28}{value:>10.3f}" if isinstance(value, float) else f"{name:<28}{value:>10}")
    return 0 if told["unchanged_share"] <= GOAL_UNCHANGED else 1


if __name__ == "__main__":
    sys.exit(main())
