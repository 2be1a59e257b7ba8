"""What the server keeps in memory: by bytes, each made once."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.site.encode import encode
from aggregator.web import shelf as shelf_module
from aggregator.web.shelf import AT_ONCE, Document, Shelf
from waiting import until
from web.conftest import BODY, FEED, Live

STEPS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 60), st.sampled_from(["identity", "gzip", "br"])), max_size=30
)


def a_document(name: object, size: int) -> Callable[[], Document]:
    return lambda: Document(str(name), bytes(size))


@given(STEPS)
def test_the_bound_holds_whatever_is_asked_for_and_every_answer_is_right(steps: list[tuple[int, int, str]]) -> None:
    async def run() -> None:
        shelf = Shelf(lambda: 100)
        for name, size, coding in steps:
            document = await shelf.made((name, size), a_document(name, size))
            assert document.body == bytes(size)
            for each in ("identity", coding):
                assert await shelf.coded(document, each) == encode(bytes(size), each)  # type: ignore[arg-type]
            kept = {id(found): found for number in range(6) for s in range(61) if (found := shelf.get((number, s)))}
            assert shelf.weight == sum(found.weight for found in kept.values()) <= 100

    asyncio.run(run())


def test_the_one_that_was_asked_for_longest_ago_goes() -> None:
    async def run() -> list[str]:
        shelf = Shelf(lambda: 100)
        for name in ("a", "b", "a", "c"):
            await shelf.made(name, a_document(name, 40))
        return [name for name in "abc" if shelf.get(name)]

    assert asyncio.run(run()) == ["a", "c"]


def test_one_that_is_larger_than_all_may_be_pushes_nothing_out() -> None:
    async def run() -> tuple[bool, bool]:
        shelf = Shelf(lambda: 100)
        await shelf.made("a", a_document("a", 40))
        await shelf.made("large", a_document("large", 101))
        return shelf.get("a") is not None, shelf.get("large") is not None

    assert asyncio.run(run()) == (True, False)


def test_what_many_ask_for_at_once_is_made_and_coded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made, coded, go = [], [], threading.Event()

    def make() -> Document:
        made.append(1)
        go.wait()
        return Document("a", b"body")

    def counted(body: bytes, coding: str) -> bytes:
        coded.append(coding)
        return body

    async def run() -> None:
        shelf = Shelf(lambda: 100)

        async def ask() -> bytes:
            document = await shelf.made("a", make)
            return await shelf.coded(document, "br")

        asking = [asyncio.ensure_future(ask()) for _ in range(50)]
        await asyncio.to_thread(until, lambda: made)
        asking[0].cancel()
        go.set()
        answers = await asyncio.gather(*asking, return_exceptions=True)
        assert isinstance(answers[0], asyncio.CancelledError)
        assert answers[1:] == [b"body"] * 49

    monkeypatch.setattr(shelf_module, "encode", counted)
    asyncio.run(run())
    assert (len(made), coded) == (1, ["br"])


def test_so_many_are_made_at_the_same_time_and_no_more() -> None:
    under_way: list[int] = []
    most: list[int] = []
    go = threading.Semaphore(0)

    def make() -> Document:
        under_way.append(1)
        most.append(len(under_way))
        go.acquire()
        under_way.pop()
        return Document("a", b"")

    async def run() -> None:
        shelf = Shelf(lambda: 100)
        asking = [asyncio.ensure_future(shelf.made(number, make)) for number in range(20)]
        for done in range(20):
            wanted = min(AT_ONCE, 20 - done)
            await asyncio.to_thread(until, partial(_are, under_way, wanted))
            go.release()
        await asyncio.gather(*asking)

    asyncio.run(run())
    assert max(most) == AT_ONCE


def test_what_fails_fails_for_all_who_asked_and_is_made_anew_for_the_next() -> None:
    tries: list[int] = []

    def make() -> Document:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the database is locked")
        return Document("a", b"")

    async def run() -> None:
        shelf = Shelf(lambda: 100)
        failed = await asyncio.gather(*(shelf.made("a", make) for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in failed] == [OSError] * 3
        assert isinstance(await shelf.made("a", make), Document)

    asyncio.run(run())


def test_140_large_pages_take_no_more_than_the_bound(live: Live) -> None:
    """Each is some 150 KB, and asked for in all codings."""
    live.configuration = replace(live.configuration, server=replace(live.configuration.server, cache_megabytes=2))
    first = live.archive.dossiers[0]
    dossiers = [
        replace(first, entry=replace(first.entry, id=_id(number), html="<p>" + f"大桥{number}" * 10_000 + "</p>"))
        for number in range(140)
    ]
    live.archive.change(*dossiers)
    for dossier in dossiers:
        for coding in ("identity", "gzip", "br"):
            answer, body = live.raw(f"/articles/{dossier.entry.id}", Accept_Encoding=coding)
            assert (answer.status_code, len(body) > 100) == (200, True)
    assert _in_memory() < 2_000_000 + 2_000_000


@contextmanager
def _lent_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shelf_module, "LENT_BYTES", -1)
    yield
    monkeypatch.undo()


def test_while_readers_hold_too_much_no_page_is_made_and_feeds_are_served(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _lent_out(monkeypatch):
        answer = live.client.get("/")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert live.client.get("/sitemap.xml").status_code == 503
        assert live.client.get(FEED).content == BODY
    assert live.client.get("/").status_code == 200


def test_only_what_is_sent_and_not_kept_is_held_for_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> list[bool]:
        shelf, told = Shelf(lambda: 50), []
        monkeypatch.setattr(shelf_module, "LENT_BYTES", 50)
        kept, large = await shelf.made("a", a_document("a", 50)), Document("b", bytes(51))
        with shelf.lending(kept):
            told.append(shelf.is_overlent)
            with shelf.lending(large), shelf.lending(large):
                told.append(shelf.is_overlent)
        told.append(shelf.is_overlent)
        return told

    assert asyncio.run(run()) == [False, True, False]


def _are(things: list[int], wanted: int) -> bool:
    return len(things) == wanted


def _in_memory() -> int:
    """Bytes of all documents that there are, whoever holds them."""
    gc.collect()
    return sum(each.weight for each in gc.get_objects() if isinstance(each, Document))


def _id(number: int) -> UUID:
    return uuid5(NAMESPACE_URL, str(number))
