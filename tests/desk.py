"""A topic desk in one process: real store, parsing process, HTTP client and publisher, over a clock that stands.

desk = Desk(tmp_path, reader)
report = desk.collect(desk.source("feed", site.url("/feed")))
assert desk.state().reason == "own rhythm: 1h"
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from aggregator.classify.router import TopicRouter
from aggregator.collect.collectors import Collectors
from aggregator.flow.flow import HOLD
from aggregator.model.config import Configuration, FeedPolicy, KeepFetched, Schedule, Source, Storage, Term, Topic
from aggregator.model.reading import Entry, Query
from aggregator.model.running import SourceReport, SourceState, Visit
from aggregator.network.client import HttpFetcher
from aggregator.network.connect import Network
from aggregator.operations.collect import HOLDER, CollectRequest, collect
from aggregator.operations.explain import explain
from aggregator.operations.preview import PreviewRequest, preview
from aggregator.operations.reports import ExplainReport, PreviewReport, SourceStatus
from aggregator.operations.status import StatusRequest, status
from aggregator.pipeline import store, visit
from aggregator.ports import Parts, Reader
from aggregator.prepare.stages import recipe_of
from aggregator.site.folder import Folder
from fakes import StoppedClock
from storage import open_store

AGENT = "aggregator/0 (+https://desk.example)"
BRIDGES = Topic("bridges", "桥梁", Term("大桥"))
T = TypeVar("T")


class Desk:
    """One store, one configuration after the other."""

    def __init__(self, root: Path, reader: Reader, network: Network | None = None) -> None:
        """``reader``: of the topic ``bridges``; ``network``: instead of the real one."""
        self.root = root
        self.clock = StoppedClock()
        self._reader = reader
        self._network = network or Network()
        self.storage = open_store(f"sqlite:///{root / 'desk.sqlite3'}", create=True)
        self.schedule = Schedule()
        self.keep_fetched = KeepFetched()
        self.feeds = FeedPolicy()
        self.topics: tuple[Topic, ...] = (BRIDGES,)

    def read_with(self, reader: Reader) -> None:
        """From now on, instead of the one it was made with."""
        self._reader = reader

    def close(self) -> None:
        self.storage.close()

    def source(self, kind: str, url: str = "", name: str = "news", **keys: Any) -> Source:
        """A source on the loopback interface."""
        told: dict[str, Any] = {"allow_private": True} | keys
        return Source(name, kind, url=url, **told)

    def collect(self, *sources: Source, accept_losses: bool = False) -> SourceReport:
        """One pass over the sources; the report of the last one."""
        return self.collect_all(*sources, accept_losses=accept_losses)[-1]

    def collect_all(self, *sources: Source, accept_losses: bool = False) -> tuple[SourceReport, ...]:
        request = CollectRequest(accept_losses=accept_losses)
        return self._with(sources, lambda parts: collect(parts, request).sources)

    def preview(self, source: Source, limit: int = 20, offline: bool = False) -> PreviewReport:
        return self._with((source,), lambda parts: preview(parts, PreviewRequest(source.name, limit, offline)))

    def explain(self, ref: str, *sources: Source) -> ExplainReport:
        return self._with(sources, lambda parts: explain(parts, ref))

    def status(self, source: Source) -> SourceStatus:
        return self._with((source,), lambda parts: status(parts, StatusRequest("", running=False)).sources[0])

    def state(self, name: str = "news") -> SourceState:
        return next(state for state in self.storage.agenda.states() if state.name == name)

    def entries(self) -> tuple[Entry, ...]:
        """All articles, the newest first."""
        return self.storage.archive.entries(Query())

    def titles(self) -> list[str]:
        return sorted(entry.title for entry in self.entries())

    def feed(self, key: str = "bridges") -> bytes:
        return (self.root / "site" / "feeds" / f"{key}.atom").read_bytes()

    def begin(self, source: Source, most: int) -> None:
        """The first documents of a visit, at most so many, are stored; then it dies."""
        self._with((source,), lambda parts: _begin(source, most, parts))

    def _with(self, sources: tuple[Source, ...], work: Callable[[Parts], T]) -> T:
        configuration = Configuration(
            str(self.root),
            sources=sources,
            topics=self.topics,
            schedule=self.schedule,
            feeds=self.feeds,
            storage=Storage(keep_fetched=self.keep_fetched),
        )
        collectors = Collectors(
            folder=self.root,
            data=self.root,
            clock=self.clock,
            agent=AGENT,
            open_fetcher=lambda: HttpFetcher(AGENT, self.clock, self._network),
            load_host=self.storage.agenda.host,
            recipe_of=recipe_of,
            kept=self.storage.agenda.kept,
        )
        parts = Parts(
            configuration=configuration,
            store=self.storage.store,
            archive=self.storage.archive,
            agenda=self.storage.agenda,
            publisher=Folder(self.root / "site"),
            clock=self.clock,
            reader=self._reader,
            collector=collectors,
            router=TopicRouter(configuration.topics),
        )
        try:
            return work(parts)
        finally:
            collectors.close()


def _begin(source: Source, most: int, parts: Parts) -> None:
    now = parts.clock.now()
    parts.agenda.sync(parts.configuration.sources, now)
    (ticket,) = parts.agenda.take([source.name], HOLDER, now + HOLD, now)
    memory = parts.agenda.memories([source.name])[source.name]
    with closing(visit(Visit(source, ticket, recipe_of(source), memory), parts, most)) as batches:
        store([next(batches)], {}, parts)
