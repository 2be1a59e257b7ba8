"""A store that was filled before lead-ins, digests and titles that open a text were known, taken over by a version that
knows them: each article stays the one it is, under its id and with its time, and is shown cleaned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from aggregator.model.config import Source
from aggregator.normalize.walk import Line
from desk import BRIDGES, Desk
from plain_reader import PlainReader

WORDS = "某市的大桥今天合龙，明年通车。"
REST = "<p>据介绍，大桥全长三公里，设双向六车道，总投资十亿元。</p>"
LEAD_IN = "新华社北京4月27日电（记者 张三）"
BODIES = {
    "lead-in": f"<p>{LEAD_IN}{WORDS}</p>{REST}",
    "digest": f"<blockquote>{WORDS}</blockquote><p>央视网消息：{WORDS}</p>{REST}",
    "title": f"<p>大桥合龙title</p><p>{WORDS}</p>{REST}",
    "none": f"<p>{WORDS}</p>{REST}",
}
CLEANED = {
    "lead-in": f"<p>{LEAD_IN}{WORDS}</p>",
    "digest": f"<p>央视网消息：{WORDS}</p>",
    "title": f"<p>{WORDS}</p>",
    "none": f"<p>{WORDS}</p>",
}
Told = dict[UUID, tuple[str, datetime]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, PlainReader([BRIDGES]))
    yield desk
    desk.close()


@contextmanager
def an_earlier_version() -> Iterator[None]:
    """What is read meanwhile is read as it was then."""
    with pytest.MonkeyPatch.context() as patch:
        for user in ("normalize.words", "identify.fingerprint", "classify.compile"):
            patch.setattr(f"aggregator.{user}.opening_of", _at_once)
        patch.setattr("aggregator.normalize.html.without_repeated", _as_they_are)
        patch.setattr("aggregator.prepare.stages.NORMALIZE_VERSION", 0)
        yield


def _at_once(text: str) -> int:
    return 0


def _as_they_are(lines: list[Line], title: str, has_images: bool) -> tuple[list[Line], str]:
    return lines, ""


def write(desk: Desk, folder: str, *kinds: str, name: str = "") -> None:
    """Article files, each with a title of its own."""
    for kind in kinds:
        path = desk.root / folder / f"{name}{kind}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        date = "2026-04-27 08:00:00"
        path.write_text(f"---\ntitle: 大桥合龙{kind}\ndate: {date}\n---\n{BODIES[kind]}\n", encoding="utf-8")


def source(desk: Desk, name: str) -> Source:
    return desk.source("files", name=name, path=name, allow_private=False)


def told(desk: Desk) -> Told:
    return {entry.id: (entry.title, entry.updated) for entry in desk.entries()}


def collect(desk: Desk, *names: str) -> None:
    desk.clock.wait(3600)
    for report in desk.collect_all(*(source(desk, name) for name in names)):
        assert not report.alarm


def assert_cleaned(desk: Desk) -> None:
    for entry in desk.entries():
        kind = entry.title.removeprefix("大桥合龙")
        assert entry.html.startswith(CLEANED[kind])
        assert entry.summary.startswith(WORDS)


@pytest.fixture
def before(desk: Desk) -> Told:
    """Two sources have the articles, the second as copies; the store is an earlier version's."""
    write(desk, "wire", *BODIES)
    write(desk, "paper", *BODIES)
    with an_earlier_version():
        collect(desk, "wire", "paper")
    before = told(desk)
    assert sorted(title for title, _ in before.values()) == sorted(f"大桥合龙{kind}" for kind in BODIES)
    assert "<blockquote>" in "".join(entry.html for entry in desk.entries())
    return before


@pytest.mark.parametrize("order", [("wire", "paper"), ("paper", "wire")])
def test_articles_stay_whichever_source_is_read_again_first(desk: Desk, before: Told, order: tuple[str, str]) -> None:
    for name in order:
        collect(desk, name)
        assert told(desk) == before
    assert_cleaned(desk)
    collect(desk, *order)
    assert told(desk) == before


def test_a_source_that_is_new_finds_the_articles_before_theirs_is_read_again(desk: Desk, before: Told) -> None:
    write(desk, "radio", *BODIES)
    collect(desk, "radio")
    assert told(desk) == before
    collect(desk, "wire", "paper", "radio")
    assert told(desk) == before
    assert_cleaned(desk)


@pytest.mark.parametrize("again", [False, True], ids=["as they were", "written again with the same words"])
def test_files_that_moved_meanwhile_stay_the_articles_they_are(desk: Desk, before: Told, again: bool) -> None:
    (desk.root / "wire").rename(desk.root / "old")
    (desk.root / "wire").mkdir()
    (desk.root / "old").rename(desk.root / "wire" / "old")
    if again:
        for path in (desk.root / "wire" / "old").glob("*.md"):
            path.write_text(path.read_text(encoding="utf-8").replace("date:", "crawled: 1\ndate:"), "utf-8")
    collect(desk, "wire", "paper")
    assert told(desk) == before
    assert_cleaned(desk)


def test_a_file_that_is_written_again_with_the_same_words_is_no_news(desk: Desk, before: Told) -> None:
    for path in (desk.root / "wire").glob("*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace("date:", "crawled: 1\ndate:"), encoding="utf-8")
    collect(desk, "wire", "paper")
    assert told(desk) == before
    assert_cleaned(desk)


def test_what_is_edited_after_the_upgrade_is_news(desk: Desk, before: Told) -> None:
    path = desk.root / "wire" / "lead-in.md"
    path.write_text(path.read_text(encoding="utf-8").replace("六车道", "八车道"), encoding="utf-8")
    collect(desk, "wire")
    after = told(desk)
    assert after.keys() == before.keys()
    assert {after[id_][0] for id_ in after if after[id_] != before[id_]} == {"大桥合龙lead-in"}


def test_articles_that_were_two_before_stay_two(desk: Desk) -> None:
    """Another source has told the same words without the lead-in: from now on they would be one."""
    write(desk, "wire", "lead-in")
    write(desk, "paper", "none")
    paper = desk.root / "paper" / "none.md"
    paper.write_text(paper.read_text(encoding="utf-8").replace("大桥合龙none", "大桥合龙lead-in"), encoding="utf-8")
    with an_earlier_version():
        collect(desk, "wire", "paper")
    before = told(desk)
    assert len(before) == 2
    for _ in range(2):
        collect(desk, "wire", "paper")
        assert told(desk) == before


def test_copies_with_lead_ins_and_digests_of_their_own_are_one_article(desk: Desk) -> None:
    titles = {"wire": "lead-in", "paper": "digest", "radio": "none"}
    for name, kind in titles.items():
        write(desk, name, kind)
        path = desk.root / name / f"{kind}.md"
        path.write_text(path.read_text(encoding="utf-8").replace(f"大桥合龙{kind}", "大桥合龙"), encoding="utf-8")
    collect(desk, *titles)
    assert desk.titles() == ["大桥合龙"]
