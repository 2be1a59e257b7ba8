"""Documents in memory: each made once, however many ask for it at a time, and bounded by bytes, all codings counted."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast

from starlette.concurrency import run_in_threadpool

from aggregator.site.encode import Coding, encode

AT_ONCE = 4
"""Documents that are made, or put into a coding, at the same time: more would only hold more memory."""
LENT_BYTES = 128_000_000
"""Of documents that are being sent and no longer kept: so much slow readers may have us hold."""
_T = TypeVar("_T")


@dataclass(eq=False, slots=True)
class Document:
    """A body, and what it became in each coding so far."""

    tag: str
    """The opaque part of its ETag, before the coding."""
    body: bytes
    modified: datetime | None = None
    """For Last-Modified; whole seconds."""
    coded: dict[Coding, bytes] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """Bytes that it takes."""
        return len(self.body) + sum(map(len, self.coded.values()))


class Shelf:
    """Keeps the documents that were asked for last. ``most``: bytes of all of them; asked again each time."""

    def __init__(self, most: Callable[[], int]) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Document] = OrderedDict()
        self._keys: dict[Document, Hashable] = {}
        self.weight = 0
        """Bytes of what is kept."""
        self._making: dict[Hashable, asyncio.Future[object]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._lent: Counter[Document] = Counter()

    @property
    def is_overlent(self) -> bool:
        """Whether readers who take their time have so much that nothing further should be made for others."""
        return sum(document.weight for document in self._lent if document not in self._keys) > LENT_BYTES

    def get(self, key: Hashable) -> Document | None:
        """What is kept under a key."""
        document = self._kept.get(key)
        if document is not None:
            self._kept.move_to_end(key)
        return document

    async def made(self, key: Hashable, make: Callable[[], Document | _T]) -> Document | _T:
        """The document of a key, made in a thread if it is not kept. What is no document is not kept either."""
        if (document := self.get(key)) is not None:
            return document
        return await self._once(key, lambda: self._make(key, make))

    async def coded(self, document: Document, coding: Coding) -> bytes:
        """Its body in a coding, made in a thread when it is first asked for: a large feed takes a while."""
        if coding == "identity":
            return document.body
        if coding not in document.coded:
            await self._once((document, coding), lambda: self._encode(document, coding))
        return document.coded[coding]

    @contextmanager
    def lending(self, document: Document) -> Iterator[None]:
        """While it is being sent."""
        self._lent[document] += 1
        try:
            yield
        finally:
            self._lent[document] -= 1
            if not self._lent[document]:
                del self._lent[document]

    async def _once(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """The result of a work that goes on if whoever asked for it goes, and is shared by all who ask meanwhile."""
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future(work())
            making.add_done_callback(lambda _: self._making.pop(key))
        return await asyncio.shield(cast("asyncio.Future[_T]", making))

    async def _make(self, key: Hashable, make: Callable[[], Document | _T]) -> Document | _T:
        async with self._turns:
            made = await run_in_threadpool(make)
        if isinstance(made, Document):
            self._kept[key] = made
            self._keys[made] = key
            self._grow(made, made.weight)
        return made

    async def _encode(self, document: Document, coding: Coding) -> None:
        async with self._turns:
            coded = await run_in_threadpool(encode, document.body, coding)
        document.coded[coding] = coded
        if document in self._keys:
            self._grow(document, len(coded))

    def _grow(self, document: Document, size: int) -> None:
        """Counts what a kept document took further, and lets go what there is no room for."""
        self.weight += size
        if document.weight > self._most():
            # It would push out all others, and then go itself.
            self._let_go(self._keys[document])
        while self.weight > self._most():
            self._let_go(next(iter(self._kept)))

    def _let_go(self, key: Hashable) -> None:
        document = self._kept.pop(key)
        del self._keys[document]
        self.weight -= document.weight
