"""One writes, many read: snapshots, the writer lock, and what a killed process leaves."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier, Event

import pytest

from aggregator.errors import StoreError
from aggregator.model.article import Admission, Change, Routing
from aggregator.model.reading import Query
from builders import NOW, a_change, a_prepared, a_verdict, an_article
from storage import Storage, open_store
from storage.dialect import sqlite

BATCH = 7


def changes(batch: int) -> list[Change]:
    """A batch of articles like no other batch's."""
    made = [an_article(f"{batch}/{n}.md", f"第{batch}批第{n}篇", url=None) for n in range(BATCH)]
    return [a_change(a_prepared(article)) for article in made]


def store_batch(storage: Storage, batch: int) -> None:
    new = changes(batch)
    with storage.store.write() as unit:
        unit.save(new, NOW)
        places = (Admission("all", NOW),)
        unit.route([Routing(c.identity.id, (a_verdict(),), places) for c in new], "rules", NOW)


def test_readers_see_all_of_a_transaction_or_nothing(storage: Storage) -> None:
    store_batch(storage, 1)
    written, seen = Event(), Event()

    def write() -> None:
        with storage.store.write() as unit:
            unit.save(changes(2), NOW)
            written.set()
            assert seen.wait(30)

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        assert written.wait(30)
        assert len(storage.archive.entries(Query())) == BATCH
        assert storage.archive.change_number() == "1"
        seen.set()
        writer.result()
    assert len(storage.archive.entries(Query())) == 2 * BATCH


def test_one_call_of_the_archive_sees_one_instant(storage: Storage) -> None:
    # Each article's title and its topic are the number of one transaction; a reader that mixed two
    # instants would find a title with another topic.
    first = a_change(a_prepared(an_article(title="1")))
    article, stop = first.identity.id, Event()

    def entry_of_one_instant() -> bool:
        found = storage.archive.entries(Query(limit=1))[0]
        return found.topics == (found.title,)

    def step(number: int) -> None:
        change = a_change(a_prepared(an_article(title=str(number))), "revision", id=article)
        with storage.store.write() as unit:
            unit.save([first if number == 1 else change], NOW)
            unit.route([Routing(article, (a_verdict(str(number)),), ())], "rules", NOW)

    def read() -> list[bool]:
        seen = [entry_of_one_instant()]
        while not stop.is_set():
            seen.append(entry_of_one_instant())
        return seen

    step(1)
    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for number in range(2, 60):
            step(number)
        stop.set()
        assert all(all(reader.result()) for reader in readers)


def test_writers_in_many_threads_take_turns(storage: Storage) -> None:
    start = Barrier(4)

    def write(batch: int) -> None:
        start.wait(30)
        store_batch(storage, batch)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(write, batch) for batch in range(4)]:
            done.result()
    assert len(storage.archive.entries(Query())) == 4 * BATCH


def test_who_waits_too_long_for_the_lock_is_told(storage: Storage, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0)
    impatient = open_store(url)
    with storage.store.write(), pytest.raises(StoreError, match="locked") as caught, impatient.store.write():
        pass
    assert "another process" in caught.value.hint
    impatient.close()


# --- SIGKILL ----------------------------------------------------------------------------------------


def report_batches(url: str, first: int) -> None:
    """In a process of its own: stores batch after batch and reports each when it is committed."""
    storage = open_store(url)
    for batch in range(first, first + 100_000):
        store_batch(storage, batch)
        os.write(1, f"{batch}\n".encode())


def killed_run(url: str, first: int, chance: random.Random) -> list[int]:
    """Starts a writer, kills it at some point after its first report; the batches it reported."""
    code = (
        "import importlib.util as u, sys;"
        f"s = u.spec_from_file_location('case', {__file__!r}); m = u.module_from_spec(s); s.loader.exec_module(m);"
        f"m.report_batches({url!r}, {first})"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        reported = [process.stdout.readline() for _ in range(1 + chance.randrange(5))]
        # Some way into the next transaction: as long as an empty loop of random length takes.
        for _ in range(chance.randrange(200_000)):
            pass
        process.kill()
        reported += process.stdout.readlines()
    return [int(line) for line in reported if line.endswith(b"\n")]


def test_a_killed_process_leaves_all_it_reported_and_nothing_half(tmp_path: Path) -> None:
    path, chance = tmp_path / "aggregator.sqlite3", random.Random(20260501)
    url = f"sqlite:///{path}"
    first = 0
    reported: set[int] = set()
    for _ in range(10):
        batches = killed_run(url, first, chance)
        assert batches, "the writer died by itself"
        reported.update(batches)
        first = max(batches) + 2  # the batch after the last reported one may be there, too
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        counted = dict(
            connection.execute("SELECT CAST(location AS INTEGER), COUNT(*) FROM article GROUP BY 1").fetchall()
        )
        for table in ("revision", "sighting", "verdict", "admission"):
            assert connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (sum(counted.values()),)  # noqa: S608
    assert set(counted.values()) == {BATCH}
    assert reported <= counted.keys()
    unreported = counted.keys() - reported
    assert all(batch - 1 in reported for batch in unreported)
