"""A store, a folder of published files and a clock in our hands: what publishing works with, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from aggregator.feeds.choose import routing
from aggregator.model.article import Reading, Subject, Verdict
from aggregator.model.config import Configuration, Source, Term, Topic
from aggregator.model.document import RawDocument
from aggregator.pipeline import publish
from aggregator.ports import Collector, Parts
from aggregator.site.folder import Folder
from builders import a_change, a_prepared, a_verdict, an_article
from fakes import StoppedClock
from storage import Storage

BRIDGES = Topic("bridges", "桥梁", match=Term("大桥"))
HARVEST = Topic("harvest", "粮食", match=Term("粮食"))
CONFIGURATION = Configuration("config", topics=(BRIDGES, HARVEST), sources=(Source("seeds"),))


class NoReader:
    """Publishing reads no documents."""

    def read(self, documents: Sequence[RawDocument], source: Source) -> Sequence[Sequence[Reading]]:
        raise AssertionError("not asked")

    def close(self) -> None:
        return None


class NoRouter:
    rules = "rules"

    def classify(self, subject: Subject) -> tuple[Verdict, ...]:
        raise AssertionError("not asked")

    def explain(self, subject: Subject) -> tuple[Verdict, ...]:
        raise AssertionError("not asked")


def no_collector(source: Source) -> Collector:
    raise AssertionError("not asked")


@dataclass
class PublishingDesk:
    """A store, a folder and a clock."""

    storage: Storage
    folder: Path
    clock: StoppedClock
    configuration: Configuration = CONFIGURATION

    @property
    def parts(self) -> Parts:
        return Parts(
            configuration=self.configuration,
            store=self.storage.store,
            archive=self.storage.archive,
            agenda=self.storage.agenda,
            publisher=Folder(self.folder),
            clock=self.clock,
            reader=NoReader(),
            collector=no_collector,
            router=NoRouter(),
        )

    def store(self, number: int, topic: str = "bridges", published: datetime | None = None) -> UUID:
        """One new article in a topic."""
        now = self.clock.now()
        article = an_article(
            f"{number}.md",
            f"第{number}座大桥",
            f"第{number}座大桥的报道。",
            published=published or now - timedelta(hours=1),
            url=f"https://news.example/{number}",
        )
        change = a_change(a_prepared(article), seen=now)
        with self.storage.store.write() as unit:
            unit.save([change], now)
            versions = unit.feed_versions()
            verdicts = (a_verdict(topic),)
            published = article.published or now
            routed = routing(change.identity.id, verdicts, published, versions, self.configuration.feeds, now)
            unit.route([routed], "rules", now)
        return change.identity.id

    def publish(self) -> set[str]:
        """The feeds whose bytes changed."""
        return {key for key, outcome in publish(self.parts).items() if outcome.changed}

    def feed(self, key: str) -> bytes:
        return (self.folder / "feeds" / f"{key}.atom").read_bytes()

    def listed(self) -> str:
        return (self.folder / "feeds.opml").read_text("utf-8")

    def modified(self, key: str) -> datetime:
        return datetime.fromtimestamp((self.folder / "feeds" / f"{key}.atom").stat().st_mtime, UTC)
