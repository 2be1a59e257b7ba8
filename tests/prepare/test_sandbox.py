"""The parsing process may be killed, and no document but the one at fault suffers by it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import pytest

from aggregator.errors import AggregatorError
from aggregator.model.article import Article, Prepared, Reading, Rejection
from aggregator.model.config import Clean, Limits, Select, Source, Term, Topic
from aggregator.model.document import RawDocument
from aggregator.prepare.sandbox import SandboxedReader
from reading_process import ENDLESS, LITTLE_MEMORY, STANDS_STILL, run_before_reading
from waiting import below, state_of, until

SOURCE = Source("news")
BRIDGES = Topic("bridges", "桥梁", match=Term("大桥"))


def a_document(name: str, text: str = "大桥合龙。") -> RawDocument:
    body = f"---\ntitle: {name}\n---\n{text}".encode()
    return RawDocument("news", f"{name}.md", "1", body, sha256(body).hexdigest(), datetime(2026, 5, 1, tzinfo=UTC))


@pytest.fixture
def others() -> set[int]:
    """Processes that other tests started; the reader starts its own with the first document."""
    return children()


@pytest.fixture
def reader() -> Iterator[SandboxedReader]:
    reader = SandboxedReader([BRIDGES])
    yield reader
    reader.close()


def read(reader: SandboxedReader, documents: Sequence[RawDocument], source: Source = SOURCE) -> list[Reading]:
    """Of article files: each gives one reading."""
    return [reading for (reading,) in reader.read(documents, source)]


def titles(readings: list[Reading]) -> list[str]:
    assert all(isinstance(r, Prepared | Rejection) for r in readings)
    return [
        r.article.title if isinstance(r, Prepared) else f"{r.location} {r.code}"
        for r in readings
        if isinstance(r, Prepared | Rejection)
    ]


def children() -> set[int]:
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(pid) for path in lists for pid in path.read_text(encoding="ascii").split()}


def test_one_reading_a_document_in_order(reader: SandboxedReader) -> None:
    documents = [a_document(f"第{number}篇") for number in range(129)]
    readings = read(reader, documents)
    assert titles(readings) == [f"第{number}篇" for number in range(129)]
    assert all(isinstance(r, Prepared) and [v.topic for v in r.verdicts] == ["bridges"] for r in readings)


def test_a_reading_comes_back_as_it_was_made(reader: SandboxedReader) -> None:
    (reading,) = read(reader, [a_document("甲", "大桥<b>合龙</b>。")])
    assert isinstance(reading, Prepared)
    assert isinstance(reading.article, Article)
    assert reading.article.html == "<p>大桥<b>合龙</b>。</p>"
    assert reading.stamp == "1"


def test_sources_take_turns(reader: SandboxedReader) -> None:
    other = Source("other", link=None)
    for source in (SOURCE, other, SOURCE):
        (reading,) = read(reader, [a_document("甲", "文\n\n<https://x.example/1>\n")], source)
        assert isinstance(reading, Prepared)
        assert reading.article.url == (None if source is other else "https://x.example/1")


def test_a_document_over_its_time_is_rejected_and_the_others_are_read(
    reader: SandboxedReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_before_reading(STANDS_STILL, tmp_path, monkeypatch)
    hasty = Source("news", limits=Limits(seconds=2))
    documents = [a_document("甲"), a_document("慢", ENDLESS), a_document("乙")]
    readings = read(reader, documents, hasty)
    assert titles(readings) == ["甲", "慢.md timeout", "乙"]
    rejected = readings[1]
    assert isinstance(rejected, Rejection)
    assert "limits.seconds" in rejected.message


def test_a_process_that_stands_still_is_replaced_and_costs_nothing(reader: SandboxedReader, others: set[int]) -> None:
    patient = Source("news", limits=Limits(seconds=3))
    read(reader, [a_document("甲")], patient)
    for child in children() - others:
        os.kill(child, signal.SIGSTOP)
    assert titles(read(reader, [a_document("乙"), a_document("丙")], patient)) == ["乙", "丙"]


def test_a_process_that_is_killed_costs_nothing(reader: SandboxedReader, others: set[int]) -> None:
    read(reader, [a_document("甲")])
    for child in children() - others:
        os.kill(child, signal.SIGKILL)
    assert titles(read(reader, [a_document("乙"), a_document("丙")])) == ["乙", "丙"]


def test_a_document_that_always_fells_the_process_is_rejected(
    reader: SandboxedReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that may hold too little memory for one document dies of that one, and only of it."""
    documents = [a_document("甲"), a_document("大", "大桥" * 300_000), a_document("乙")]
    generous = Source("news", limits=Limits(seconds=60))
    assert titles(read(reader, documents, generous)) == ["甲", "大", "乙"]
    run_before_reading(LITTLE_MEMORY, tmp_path, monkeypatch)
    with closing(SandboxedReader([BRIDGES])) as small:
        found = titles(read(small, documents, generous))
    assert [found[0], found[2]] == ["甲", "乙"]
    assert found[1] in {"大.md crashed", "大.md memory"}


def test_a_process_that_cannot_start_is_an_error_and_no_documents_fault(
    reader: SandboxedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for missing in ("/bin/false", "/no/such/python"):
        monkeypatch.setattr("sys.executable", missing)
        with pytest.raises(AggregatorError, match="did not start"):
            read(reader, [a_document("甲")])


def test_it_leaves_no_process_behind() -> None:
    before = children()
    reader = SandboxedReader([BRIDGES])
    read(reader, [a_document("甲")])
    assert children() > before
    reader.close()
    assert children() == before


def test_an_end_waits_for_no_document_and_nothing_begins_after_it() -> None:
    before = children()
    reader = SandboxedReader([BRIDGES])
    patient = Source("news", limits=Limits(seconds=3600))
    read(reader, [a_document("甲")], patient)
    for child in children() - before:
        os.kill(child, signal.SIGSTOP)
    asked = threading.Event()
    told: list[str] = []

    def ask() -> None:
        asked.set()
        try:
            read(reader, [a_document("乙")], patient)
        except AggregatorError as error:
            told.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    assert asked.wait(60)
    reader.close()
    thread.join(60)
    assert told == ["the parsing process was ended"]
    with pytest.raises(AggregatorError, match="was ended"):
        read(reader, [a_document("丙")], patient)
    assert children() == before
    reader.close()


def test_the_process_outlives_the_thread_that_asked_first(reader: SandboxedReader, others: set[int]) -> None:
    seen: list[set[int]] = []

    def ask() -> None:
        read(reader, [a_document("甲")])
        seen.append(children() - others)

    for _ in range(2):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert len(seen[0] & seen[1]) == 1


def test_what_a_source_says_arrives_whole() -> None:
    source = Source(
        "news",
        kind="page",
        select=Select("li", date="time"),
        headers={"X-Key": "1"},
        clean=Clean(remove=(".ad",), drop_lines=("^x",)),
        limits=Limits(bytes=7, seconds=0.5),
    )
    arrived = ForkingPickler.loads(ForkingPickler.dumps(source))
    assert (arrived, arrived.traits) == (source, source.traits)


def test_a_close_waits_for_no_process_that_is_being_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that never gets ready once kept the whole end waiting for a minute."""
    run_before_reading("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n", tmp_path, monkeypatch)
    reader, told = SandboxedReader([BRIDGES]), list[str]()

    def ask() -> None:
        try:
            reader.read([a_document("a")], SOURCE)
        except AggregatorError as error:
            told.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: any(state_of(pid) == "T" for pid in below(os.getpid())))
    reader.close()
    asking.join()
    assert told == ["the parsing process was ended"]
    assert not any(state_of(pid) == "T" for pid in below(os.getpid()))


def test_who_reads_beside_a_document_under_suspicion_does_not_wait_for_it(
    reader: SandboxedReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_before_reading(STANDS_STILL, tmp_path, monkeypatch)
    slow = reader.read([a_document("慢", ENDLESS), a_document("乙")], replace(SOURCE, limits=Limits(seconds=2)))
    suspect = iter(slow)
    assert titles(list(next(suspect))) == ["慢.md timeout"]
    assert titles(read(reader, [a_document("甲")])) == ["甲"], "another source's, before the group is done"
    assert titles(list(next(suspect))) == ["乙"]


def test_a_process_that_died_between_two_questions_costs_no_document(reader: SandboxedReader) -> None:
    before = children()
    assert titles(read(reader, [a_document("甲")])) == ["甲"]
    (pid,) = children() - before
    os.kill(pid, signal.SIGKILL)
    until(lambda: state_of(pid) in {"Z", "X", ""})
    assert titles(read(reader, [a_document("乙")])) == ["乙"]
