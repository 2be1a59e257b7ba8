"""A kind of sources that the program does not know: a file whose lines are articles, ``title | text``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from aggregator.codes import Code
from aggregator.collect.collectors import Means
from aggregator.errors import CollectError, RejectedError
from aggregator.model.config import Source
from aggregator.model.document import Lead, ParsedArticle, RawDocument
from aggregator.model.kinds import Key, Kind
from aggregator.model.running import Learned, Listing, Memory

LINES = Kind(
    name="lines",
    about="a file whose lines are articles",
    collector="joints.lines_kind:collect_lines",
    parsers={"post": "joints.lines_kind:parse_line"},
    keys=(Key("path", "add `path:`, the file", "file"),),
    every=timedelta(hours=3),
    example={"name": "wire", "kind": "lines", "path": "wire.txt"},
)


@dataclass
class LineCollector:
    source: str
    path: Path

    def leads(self, memory: Memory) -> Listing:
        if not self.path.is_file():
            raise CollectError(Code.UNREADABLE, f"{self.path.name} is not there")
        leads = (
            Lead(self.source, line, sha256(line.encode()).hexdigest()) for line in self.path.read_text().split("\n")
        )
        return Listing(tuple(lead for lead in leads if lead.location), complete=True)

    def fetch(self, lead: Lead, now: datetime) -> RawDocument:
        return RawDocument(lead.source, lead.location, lead.stamp, lead.location.encode(), lead.stamp, now)

    def learned(self, complete: bool, again: Mapping[str, datetime]) -> Learned:
        return Learned()

    def close(self) -> None: ...


def collect_lines(source: Source, means: Means) -> LineCollector:
    return LineCollector(source.name, means.folder / source.path)


def parse_line(document: RawDocument, source: Source) -> ParsedArticle:
    title, bar, text = document.body.decode().partition(" | ")
    if not bar:
        raise RejectedError(Code.EMPTY, "the line has no text")
    return ParsedArticle(title=title, body=text, published="2026-04-30 08:00:00")
