"""A visit whose time is over in the middle of a group hands over what was read, and begins with the rest next time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aggregator.model.article import Reading
from aggregator.model.config import Source
from aggregator.model.document import RawDocument
from aggregator.ports import Reader
from desk import Desk


@dataclass
class SlowReader:
    """ports.Reader for which a document takes fifteen minutes."""

    reader: Reader
    desk: Desk

    def read(self, documents: Sequence[RawDocument], source: Source) -> Iterable[Sequence[Reading]]:
        for document in documents:
            self.desk.clock.move(minutes=15)
            yield from self.reader.read([document], source)

    def close(self) -> None:
        raise AssertionError("others read with it")


def test_what_there_was_no_time_for_is_read_next_time(desk: Desk, reader: Reader) -> None:
    folder = desk.root / "articles"
    folder.mkdir()
    for number in range(4):
        text = f"---\ntitle: 第{number}座大桥\ndate: 2026-04-30\n---\n第{number}座大桥今天合龙。"
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    source = Source("news", path=str(folder))
    desk.read_with(SlowReader(reader, desk))
    report = desk.collect(source)
    assert (report.new, report.alarm) == (2, "stopped after 0:20:00: 2 documents are left for the next pass")
    desk.clock.move(hours=1)
    desk.read_with(reader)
    assert desk.collect(source).new == 2
    assert len(desk.titles()) == 4
