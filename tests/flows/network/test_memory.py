"""The real program against the worst that servers send, all of it in one pass: memory, and what is said."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.network.publishers import TEXT, a_feed, a_list, a_page, entry, rss
from loopback import Answer, Route, endless, gzip_bomb, serve
from set_up import SetUp, make_set_up

MOST_MEGABYTES = 250
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE rss [<!ENTITY l0 "大桥">{LAUGHS}]><rss><channel><title>&l9;</title></channel></rss>'
LONG = "a" * 100_000
QUADRATIC = f'<!DOCTYPE rss [<!ENTITY a "{LONG}">]><rss><channel><title>{"&a;" * 100_000}</title></channel></rss>'
OUTSIDE = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><title>&a;</title></channel></rss>'
NESTED = "<rss><channel><item><title>x</title>" + "<a>" * 200_000 + "</a>" * 200_000 + "</item></channel></rss>"
ATTRIBUTES = "<rss><channel><item " + " ".join(f"a{n}='1'" for n in range(200_000)) + "/></channel></rss>"
LARGE = rss(*(entry(n, text=f"第{n}座。{TEXT * 29}") for n in range(1, 2_001)))
RULES = "User-agent: *\n" + "".join(f"Disallow: /*{n}*/private*{n}$\n" for n in range(59_000))


def html(text: str) -> Answer:
    return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, f"<!doctype html>{text}".encode())


@dataclass(frozen=True)
class Case:
    """A source at a host of its own."""

    route: Route
    error: str = ""
    """What its error begins with; empty: it is collected."""
    kind: str = "feed"
    further: dict[str, Route] = field(default_factory=dict)
    new: int = 0
    keys: str = ""


CASES = {
    "good": Case(a_feed(entry(9_001)), new=1),
    "gzip-bomb": Case(gzip_bomb(300_000_000), "too-large: "),
    "endless-body": Case(endless(b"HTTP/1.1 200 OK\r\n\r\n", b"<a>" * 20_000), "too-large: "),
    "large": Case(Answer(200, {}, LARGE), new=2_000, keys="limits: {seconds: 30}"),
    "nested-tags": Case(Answer(200, {}, NESTED.encode()), "too-deep: "),
    "attributes": Case(Answer(200, {}, ATTRIBUTES.encode()), "too-many-attributes: "),
    "nested-lists": Case(
        Answer(200, {}, b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * 4_000_000), "too-deep: "
    ),
    "laughs": Case(Answer(200, {}, BOMB.encode()), "xml-entities: "),
    "quadratic": Case(Answer(200, {}, QUADRATIC.encode()), "xml-entities: "),
    "outside": Case(Answer(200, {}, OUTSIDE.encode()), "xml-entities: "),
    "nested-page": Case(a_list("/1"), kind="page", further={"/1": html("<div>" * 200_000)}, keys="select: {entry: li}"),
    "many-items": Case(html("<li><a href='/1'>x</a>" * 400_000), "too-", kind="page", keys="select: {entry: li}"),
    "robots": Case(
        a_list("/1"),
        kind="page",
        further={"/1": a_page(9_002), "/robots.txt": Answer(200, {}, RULES.encode()[:1_999_999])},
        new=1,
        keys="select: {entry: li}",
    ),
}


@dataclass
class Peaks:
    """The most memory that a process and all its children ever had, by what they run."""

    process: int
    megabytes: dict[tuple[int, str], float] = field(default_factory=dict)

    def watch(self, done: threading.Event) -> None:
        while not done.wait(0.01):
            for pid in (self.process, *_below(self.process)):
                with suppress(OSError, StopIteration):
                    self._note(pid)

    def _note(self, pid: int) -> None:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024
        self.megabytes[pid, command] = max(peak, self.megabytes.get((pid, command), 0.0))


def _below(pid: int) -> Iterator[int]:
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, path.read_text(encoding="ascii").split()):
                yield child
                yield from _below(child)


@dataclass(frozen=True)
class Pass:
    """What one pass over all cases did."""

    set_up: SetUp
    code: int
    reports: dict[str, dict[str, Any]]
    stderr: str
    megabytes: dict[tuple[int, str], float]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pass]:
    """One pass for all tests here: together the cases are worse than alone."""
    with ExitStack() as stack:
        sources = ["sources:"]
        for number, (name, case) in enumerate(CASES.items(), 2):
            site = stack.enter_context(serve({"/it": case.route, **case.further}, host=f"127.0.0.{number}"))
            sources += [f"  - name: {name}", f"    kind: {case.kind}", f"    url: {site.url('/it')}"]
            sources += ["    allow_private: true", "    gap: 0s", *([f"    {case.keys}"] if case.keys else [])]
        set_up = make_set_up(tmp_path_factory.mktemp("memory") / "set-up", "\n".join(sources) + "\n")
        yield collected(set_up)


def collected(set_up: SetUp) -> Pass:
    ended = threading.Event()
    program = subprocess.Popen(
        set_up.command("collect", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=set_up.root
    )
    peaks = Peaks(program.pid)
    watcher = threading.Thread(target=peaks.watch, args=(ended,))
    watcher.start()
    try:
        stdout, stderr = program.communicate()
    finally:
        program.kill()
        ended.set()
        watcher.join()
    assert stdout, stderr
    reports = {report["name"]: report for report in json.loads(stdout)["sources"]}
    return Pass(set_up, program.returncode, reports, stderr, peaks.megabytes)


def test_no_process_takes_more_than_250_mb(done: Pass) -> None:
    assert len(done.megabytes) >= 2, "the program, and the process that reads documents"
    assert max(done.megabytes.values()) < MOST_MEGABYTES, done.megabytes


def test_every_source_that_fails_is_named_and_why(done: Pass) -> None:
    assert done.code == 1
    assert {name: done.reports[name]["error"][: len(case.error)] for name, case in CASES.items()} == {
        name: case.error for name, case in CASES.items()
    }
    for name, case in CASES.items():
        assert done.reports[name]["error"] == "" or case.error
        assert (f"error: {name}: " in done.stderr) == bool(case.error)


def test_the_good_ones_are_collected_whole(done: Pass) -> None:
    assert {name: done.reports[name]["new"] for name in CASES} == {name: case.new for name, case in CASES.items()}
    assert done.set_up.rows("select count(*) from article") == [(sum(case.new for case in CASES.values()),)]
    titles = {title for (title,) in done.set_up.rows("select title from revision")}
    assert {f"第{number}座大桥合龙" for number in (1, 2_000, 9_001)} <= titles


def test_a_page_that_is_an_attack_is_rejected_and_its_list_goes_on(done: Pass) -> None:
    report = done.reports["nested-page"]
    assert (report["rejected"], report["failed"]) == (1, 0)
    assert ": too-" in report["rejections"][0]
