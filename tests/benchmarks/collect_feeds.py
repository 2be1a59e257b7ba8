"""How fast collecting feeds is, in CPU time, beside lemon24/reader doing the same work in the same run.

    python tests/benchmarks/collect_feeds.py [--feeds 500] [--entries 20] [--turns 3] [--only NAME] [--json]

Both programs read the same made feeds from a server on the loopback interface. The server is a process of its own;
its time does not count. The first load takes everything; at the reload every feed is asked again and answers 304
(Not Modified). The server's own counts prove both, and the stores are asked what they hold. CPU time is that of all
processes of a program; a pass over one feed alone is start-up, and is subtracted. Telling reader its feeds is not
counted; ours reads its configuration in each pass, and that is. reader runs with one worker and with ten, and the
better figure counts. Ours also finds doubles, sorts into topics and publishes; reader does neither.

The exit code is 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Protocol

GOAL_FIRST = 4.0
"""reader's CPU time over ours, at least."""
GOAL_RELOAD = 0.9
"""Our CPU time over reader's, at most."""

BENCHMARKS = Path(__file__).parent
PROJECT = BENCHMARKS.parents[1]
READER = PROJECT / ".venv-reader" / "bin" / "python"
SOURCE = """\
  - name: feed-{number}
    kind: feed
    url: {address}
    allow_private: true
    gap: 0s
"""


class Program(Protocol):
    """One of those that are compared. Each keeps all it has in the folder it is given."""

    @property
    def name(self) -> str: ...

    def set_up(self, folder: Path, addresses: Sequence[str]) -> None:
        """Tells it its feeds; nothing is asked of them."""

    def load(self, folder: Path) -> tuple[float, int]:
        """CPU seconds of one pass over all feeds, and the articles that were new or changed in it."""

    def stored(self, folder: Path) -> int:
        """Articles it holds."""


@dataclass(frozen=True, slots=True)
class Aggregator:
    name: str = "aggregator"

    def set_up(self, folder: Path, addresses: Sequence[str]) -> None:
        config = folder / "config"
        config.mkdir(parents=True)
        (config / "topics.yaml").write_bytes((PROJECT / "config" / "topics.yaml").read_bytes())
        sources = "".join(SOURCE.format(number=number, address=address) for number, address in enumerate(addresses))
        (config / "sources.yaml").write_text(f"sources:\n{sources}", encoding="utf-8")

    def load(self, folder: Path) -> tuple[float, int]:
        cpu, told = run(self._command(folder, "collect"))
        return cpu, sum(source["new"] + source["changed"] for source in json.loads(told)["sources"])

    def stored(self, folder: Path) -> int:
        _, told = run(self._command(folder, "status"))
        return sum(source["articles"] for source in json.loads(told)["sources"])

    def _command(self, folder: Path, action: str) -> list[str]:
        places = ["--config", str(folder / "config"), "--data", str(folder / "data")]
        return [sys.executable, "-m", "aggregator", *places, action, "--json"]


@dataclass(frozen=True, slots=True)
class Reader:
    workers: int

    @property
    def name(self) -> str:
        return f"reader, {self.workers} worker{'s' * (self.workers > 1)}"

    def set_up(self, folder: Path, addresses: Sequence[str]) -> None:
        folder.mkdir(parents=True)
        run(self._command(folder, "add"), "\n".join(addresses))

    def load(self, folder: Path) -> tuple[float, int]:
        cpu, told = run([*self._command(folder, "update"), str(self.workers)])
        return cpu, int(told)

    def stored(self, folder: Path) -> int:
        return int(run(self._command(folder, "count"))[1])

    def _command(self, folder: Path, action: str) -> list[str]:
        return [str(READER), str(BENCHMARKS / "reader_feeds.py"), action, str(folder / "reader.sqlite3")]


@dataclass(slots=True)
class Taken:
    """CPU seconds of all turns of one program."""

    first: list[float] = field(default_factory=list)
    reload: list[float] = field(default_factory=list)
    start_first: list[float] = field(default_factory=list)
    start_reload: list[float] = field(default_factory=list)

    def best(self) -> tuple[float, float]:
        """First load and reload without start-up. Noise of the machine only ever adds time: the least counts."""
        first, reload = min(self.first) - min(self.start_first), min(self.reload) - min(self.start_reload)
        return max(first, 1e-3), max(reload, 1e-3)


def run(command: Sequence[str], text: str = "") -> tuple[float, str]:
    """CPU seconds of a command with all its processes, and what it printed. Ends the program if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd=PROJECT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


@dataclass(frozen=True, slots=True)
class Site:
    """The server of the feeds, as seen from here."""

    port: int

    def addresses(self, feeds: int) -> list[str]:
        return [f"http://127.0.0.1:{self.port}/feeds/{number}" for number in range(feeds)]

    def counts(self) -> dict[str, int]:
        """Answers that feeds got since the last call, by status."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/counts")
            told: dict[str, int] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return told


@contextmanager
def served(feeds: int, entries: int) -> Iterator[Site]:
    """Runs the server. It is waited for only after the measurements, so its CPU time is in none of them."""
    command = [sys.executable, str(BENCHMARKS / "feed_server.py"), "--feeds", str(feeds), "--entries", str(entries)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield Site(int(server.stdout.readline()))
        server.stdin.close()


def turn(program: Program, site: Site, feeds: int, entries: int, folder: Path) -> tuple[float, float]:
    """CPU seconds of a first load and a reload. Ends the program unless both did what they are for."""
    program.set_up(folder, site.addresses(feeds))
    site.counts()
    first, new = program.load(folder)
    asked_first = site.counts()
    reload, changed = program.load(folder)
    asked_again = site.counts()
    got = (asked_first, new, asked_again, changed, program.stored(folder))
    wanted = ({"200": feeds}, feeds * entries, {"304": feeds}, 0, feeds * entries)
    if got != wanted:
        raise SystemExit(f"{program.name}: answers, new, answers, changed, stored: {wanted} expected, got {got}")
    return first, reload


def measure(
    programs: Sequence[Program], site: Site, feeds: int, entries: int, turns: int, folder: Path
) -> dict[str, Taken]:
    """All turns of all programs, one program after the other in each turn: what slows one turn slows all alike."""
    taken = {program.name: Taken() for program in programs}
    for number in range(turns):
        for place, program in enumerate(programs):
            mine, here = taken[program.name], folder / f"{number}-{place}"
            for count, firsts, reloads in (
                (1, mine.start_first, mine.start_reload),
                (feeds, mine.first, mine.reload),
            ):
                first, reload = turn(program, site, count, entries, here / str(count))
                firsts.append(first)
                reloads.append(reload)
    return taken


def figures(taken: dict[str, Taken]) -> dict[str, float]:
    """The table's figures; of reader the better ones."""
    found: dict[str, float] = {}
    theirs = [mine.best() for name, mine in taken.items() if name.startswith("reader")]
    if "aggregator" in taken:
        found["aggregator_first"], found["aggregator_reload"] = taken["aggregator"].best()
    if theirs:
        found["reader_first"], found["reader_reload"] = (min(both) for both in zip(*theirs, strict=True))
    if len(found) == 4:
        found["first_ratio"] = found["reader_first"] / found["aggregator_first"]
        found["reload_ratio"] = found["aggregator_reload"] / found["reader_reload"]
    return {name: round(value, 3) for name, value in found.items()}


def table(found: dict[str, float]) -> str:
    """As in the README."""
    lines = ["| CPU seconds | first load | reload |", "|---|---|---|"]
    lines += [
        f"| {name} | {found[f'{name}_first']:.2f} | {found[f'{name}_reload']:.2f} |"
        for name in ("aggregator", "reader")
        if f"{name}_first" in found
    ]
    if "first_ratio" in found:
        lines.append(f"| | {found['first_ratio']:.1f} times less | {found['reload_ratio']:.2f} of reader's |")
    return "\n".join(lines)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--feeds", type=int, default=500)
    arguments.add_argument("--entries", type=int, default=20)
    arguments.add_argument("--turns", type=int, default=3)
    arguments.add_argument("--only", choices=("aggregator", "reader"))
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    if given.only != "aggregator" and not READER.exists():
        raise SystemExit(f"{READER} is missing; `make bench-feeds` installs it")
    programs: list[Program] = [Aggregator(), Reader(1), Reader(10)]
    if given.only:
        programs = [program for program in programs if program.name.startswith(given.only)]
    with tempfile.TemporaryDirectory() as folder, served(given.feeds, given.entries) as site:
        taken = measure(programs, site, given.feeds, given.entries, given.turns, Path(folder))
    found = figures(taken)
    print(json.dumps(found) if given.json else table(found))
    return 0 if given.only or (found["first_ratio"] >= GOAL_FIRST and found["reload_ratio"] <= GOAL_RELOAD) else 1


if __name__ == "__main__":
    raise SystemExit(main())
