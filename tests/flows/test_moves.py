"""Hundreds of files that move, are renamed, retitled, copied, overwritten and edited, three passes long."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import feedparser
import pytest

from aggregator import pipeline
from aggregator.model.config import FeedPolicy, Source
from desk import BRIDGES, Desk
from plain_reader import PlainReader

NUMBER = 220
SYLLABLES = "江河湖海山川田野城乡路桥车船风云雨雪春夏秋冬东西南北中上下左右前后新旧长短高低宽窄快慢"
FIRST = datetime(2026, 1, 1, 8, 7, 30, tzinfo=UTC)


@dataclass(frozen=True)
class File:
    """One article file."""

    path: str
    title: str
    sentences: tuple[str, ...]
    date: datetime | None

    def write(self, folder: Path) -> None:
        dated = f"date: {self.date:%Y-%m-%d %H:%M:%S}\n" if self.date else ""
        body = "\n".join(f"<p>{sentence}</p>" for sentence in self.sentences)
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'---\ntitle: "{self.title}"\n{dated}---\n{body}\n', encoding="utf-8")


def an_article(number: int, chance: random.Random) -> File:
    """Every third has a date in its path alone."""
    said = ("".join(chance.choices(SYLLABLES, k=chance.randint(12, 24))) for _ in range(10))
    title = "大桥" + "".join(chance.choices(SYLLABLES, k=9))
    date = FIRST + timedelta(hours=number)
    path = f"_posts/{date:%Y-%m-%d}-{number}.md"
    return File(path, title, tuple(f"{sentence}。" for sentence in said), None if number % 3 == 0 else date)


def edited(file: File, number: int, chance: random.Random) -> File:
    """One sentence is another, or there is one more."""
    said, place = list(file.sentences), chance.randrange(len(file.sentences))
    new = "".join(chance.choices(SYLLABLES, k=14)) + "。"
    said[place : place + number % 2] = [new]
    return replace(file, sentences=tuple(said))


def touched(file: File, chance: random.Random) -> File:
    """Two letters of one sentence are others."""
    said, place = list(file.sentences), chance.randrange(len(file.sentences))
    said[place] = said[place][:4] + "桥梁" + said[place][6:]
    return replace(file, sentences=tuple(said))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, PlainReader([BRIDGES]))
    desk.feeds = FeedPolicy(entries=2 * NUMBER)
    yield desk
    desk.close()


def pass_over(desk: Desk, files: list[File]) -> Source:
    """The folder holds these files, and is visited."""
    folder = desk.root / "posts"
    for path in folder.rglob("*.md"):
        path.unlink()
    for file in files:
        file.write(folder)
    desk.clock.wait(3600)
    source = desk.source("files", path="posts", allow_private=False)
    report = desk.collect(source)
    assert not report.alarm
    return source


def shown(desk: Desk) -> dict[str, str]:
    """Title by id, as a reader takes them from the published feed."""
    entries = feedparser.parse(desk.feed()).entries
    assert len({entry.id for entry in entries}) == len(entries)
    return {entry.id: entry.title for entry in entries}


def minted(desk: Desk) -> set[UUID]:
    """All ids that the store ever gave out: nothing is withdrawn."""
    return set(desk.storage.archive.marks().articles)


@pytest.mark.parametrize("batch", [60, 500])
def test_no_known_article_is_shown_again(desk: Desk, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "BATCH", batch)
    chance = random.Random(20260101)
    files = [an_article(number, chance) for number in range(NUMBER)]
    pass_over(desk, files)
    ids, first = minted(desk), shown(desk)
    assert len(ids) == NUMBER
    assert len(first) == NUMBER

    # Everything moves to another folder, and is edited.
    files = [
        edited(replace(file, path=file.path.replace("_posts", "old_post")), number, chance)
        for number, file in enumerate(files)
    ]
    pass_over(desk, files)
    assert minted(desk) == ids
    assert shown(desk) == first

    # Half is renamed, retitled and edited; of a quarter there is an edited copy beside it, too.
    for number in range(0, NUMBER, 2):
        retitled = replace(files[number], path=f"archive/{number}.md", title=f"续{files[number].title}")
        files[number] = edited(retitled, number, chance)
    copies = [touched(replace(files[number], path=f"copies/{number}.md"), chance) for number in range(1, NUMBER, 4)]
    pass_over(desk, files + copies)
    assert minted(desk) == ids
    third = shown(desk)
    assert third.keys() == first.keys()
    assert sorted(third.values()) == sorted(file.title for file in files)


def test_files_that_take_each_others_places_and_are_edited_stay_the_articles_they_are(desk: Desk) -> None:
    chance = random.Random(11)
    files = [an_article(number, chance) for number in range(NUMBER)]
    pass_over(desk, files)
    ids, first = minted(desk), shown(desk)
    paths = [file.path for file in files]
    turned = [
        edited(replace(file, path=path), number, chance)
        for number, (file, path) in enumerate(zip(files, paths[1:] + paths[:1], strict=True))
    ]
    pass_over(desk, turned)
    assert minted(desk) == ids
    assert shown(desk) == first


def test_a_visit_that_dies_between_two_batches_goes_on_with_the_same_articles(desk: Desk) -> None:
    chance = random.Random(7)
    files = [an_article(number, chance) for number in range(60)]
    source = pass_over(desk, files)
    ids, first = minted(desk), shown(desk)
    moved = [edited(replace(file, path=f"archive/{n}.md"), n, chance) for n, file in enumerate(files)]
    for path in (desk.root / "posts").rglob("*.md"):
        path.unlink()
    for file in moved:
        file.write(desk.root / "posts")
    desk.begin(source, 20)
    assert minted(desk) == ids
    desk.clock.wait(7200)
    desk.collect(source)
    assert (minted(desk), shown(desk)) == (ids, first)


def test_of_a_rotating_folder_each_bulletin_is_an_article(desk: Desk) -> None:
    """It keeps the newest five: yesterday's go in the pass in which today's come."""
    bulletins = [
        File(
            f"bulletin/{day}.md",
            "大桥施工日报",
            (
                f"大桥施工第{day + 40}天，完成投资{day * 17 + 3}万元。",
                "各班组须严守安全生产规程，按期完成节点。",
            ),
            FIRST + timedelta(days=day),
        )
        for day in range(15)
    ]
    for newest in (5, 10, 15):
        pass_over(desk, bulletins[newest - 5 : newest])
    assert len(minted(desk)) == 15
