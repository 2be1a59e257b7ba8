"""A file overwritten by another article, where ``deletes: retract``: the old one leaves."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import feedparser
import pytest

from aggregator import pipeline
from aggregator.codes import AlarmCode
from aggregator.model.config import Source
from aggregator.model.running import SourceReport
from desk import Desk
from flows.kinds.press import item, published, served_rss
from git_repositories import Repository
from loopback import Site

RETRACT = Source("news", "files", path="posts", deletes="retract")
KEEP = Source("news", "files", path="posts")


SYLLABLES = "江河湖海山川田野城乡路桥车船风云雨雪春夏秋冬东西南北中上下左右前后新旧长短高低宽窄快慢"


def text_of(number: int, sentences: int = 3) -> str:
    """Of each number other words."""
    chance = random.Random(number)
    return "".join("".join(chance.choices(SYLLABLES, k=16)) + "。" for _ in range(sentences))


def title_of(number: int) -> str:
    return "大桥" + "".join(random.Random(number + 1000).choices(SYLLABLES, k=6))


def post(number: int, sentences: int = 3) -> str:
    date = f"2026-04-{number % 28 + 1:02} {number % 24:02}:07:00"
    return f'---\ntitle: "{title_of(number)}"\ndate: {date}\n---\n<p>{text_of(number, sentences)}</p>\n'


def tell(desk: Desk, files: Mapping[str, int], source: Source = RETRACT, accept_losses: bool = False) -> SourceReport:
    """One pass over a folder that holds these files and no others, each with the article of a number."""
    folder = desk.root / "posts"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, number in files.items():
        (folder / name).write_text(post(number), encoding="utf-8")
    desk.clock.move(hours=1)
    return desk.collect(source, accept_losses=accept_losses)


def shown(desk: Desk) -> set[int]:
    """The numbers of the articles in the published feed, which keeps every rule; each is there once."""
    assert published(desk) is not None
    titles = [entry.title for entry in feedparser.parse(desk.feed()).entries]
    numbers = {number for number in range(100) if title_of(number) in titles}
    assert len(numbers) == len(titles)
    return numbers


def test_the_old_one_leaves(desk: Desk) -> None:
    tell(desk, {"a.md": 1, "b.md": 2})
    (old,) = (entry for entry in desk.entries() if entry.title == title_of(1))
    report = tell(desk, {"a.md": 3, "b.md": 2})
    assert (report.new, report.alarm) == (1, "")
    assert shown(desk) == {2, 3}
    found = desk.storage.archive.article(str(old.id))
    assert found is not None
    assert (found.withdrawn, found.origins) == (desk.clock.now(), ())
    (note,) = desk.explain(str(old.id), RETRACT).notes
    assert note.startswith("withdrawn 2026-05-01 10:00Z")


def test_it_stays_where_deletions_are_kept(desk: Desk) -> None:
    tell(desk, {"a.md": 1}, KEEP)
    tell(desk, {"a.md": 2}, KEEP)
    assert shown(desk) == {1, 2}


def test_it_comes_back_with_its_file(desk: Desk) -> None:
    for number in (1, 2, 1):
        tell(desk, {"latest.md": number})
        assert shown(desk) == {number}


STAYING = [
    # files before → after, and what is shown then
    ({"a.md": 1, "b.md": 2}, {"a.md": 2, "b.md": 1}, {1, 2}),  # they take each other's places
    ({"a.md": 1, "b.md": 2, "c.md": 3}, {"a.md": 3, "b.md": 1, "c.md": 2}, {1, 2, 3}),
    ({"a.md": 1, "b.md": 2}, {"a.md": 2}, {2}),  # another article moves over it
    ({"a.md": 1}, {"a.md": 2, "b.md": 1}, {1, 2}),  # it makes room
    ({"a.md": 1, "b.md": 1}, {"a.md": 2, "b.md": 1}, {1, 2}),  # there is a copy
    ({"a.md": 1, "b.md": 1}, {"a.md": 2, "b.md": 3}, {2, 3}),  # and another article over that, too
    ({"a.md": 1, "b.md": 1}, {"a.md": 2}, {2}),  # the copy is deleted
]


@pytest.mark.parametrize("batch", [1, 500])
@pytest.mark.parametrize(("before", "after", "left"), STAYING)
def test_what_is_elsewhere_stays(
    desk: Desk,
    before: dict[str, int],
    after: dict[str, int],
    left: set[int],
    batch: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", batch)
    tell(desk, before)
    ids = {entry.title: entry.id for entry in desk.entries()}
    tell(desk, after)
    assert shown(desk) == left
    now = {entry.title: entry.id for entry in desk.entries()}
    assert {title: now[title] for title in now.keys() & ids.keys()} == {
        title: ids[title] for title in now.keys() & ids.keys()
    }


def test_a_rewritten_article_is_not_overwritten(desk: Desk) -> None:
    tell(desk, {"a.md": 1})
    (desk.root / "posts" / "a.md").write_text(post(1, sentences=5), encoding="utf-8")
    desk.clock.move(hours=1)
    assert desk.collect(RETRACT).changed == 1
    assert shown(desk) == {1}


def test_a_file_that_is_no_article_for_a_while(desk: Desk) -> None:
    tell(desk, {"a.md": 1, "b.md": 2})
    (desk.root / "posts" / "a.md").write_text("", encoding="utf-8")
    desk.clock.move(hours=1)
    assert desk.collect(RETRACT).rejected == 1
    assert shown(desk) == {1, 2}
    tell(desk, {"a.md": 3, "b.md": 2})
    assert shown(desk) == {2, 3}


def test_many_at_once_raise_an_alarm_until_they_are_accepted(desk: Desk) -> None:
    before = {f"{number}.md": number for number in range(20)}
    tell(desk, before)
    after = before | {f"{number}.md": number + 30 for number in range(8)}
    for _ in range(2):
        (alarm,) = tell(desk, after).alarms
        assert alarm.code is AlarmCode.MOST_OVERWRITTEN
        assert alarm.detail == "8 of 20 files hold another article than before; nothing was taken as deleted"
        assert desk.state().alarms == (alarm,)
        assert shown(desk) == {*range(20), *range(30, 38)}
    assert tell(desk, after, accept_losses=True).alarms == ()
    assert shown(desk) == {*range(8, 20), *range(30, 38)}
    assert tell(desk, after).alarms == ()


def test_a_visit_that_dies_forgets_no_overwritten_file(desk: Desk) -> None:
    tell(desk, {"a.md": 1, "b.md": 2})
    (desk.root / "posts" / "a.md").write_text(post(3), encoding="utf-8")
    (desk.root / "posts" / "b.md").write_text(post(4), encoding="utf-8")
    desk.clock.move(hours=1)
    desk.begin(RETRACT, 1)
    assert len(desk.entries()) == 3
    desk.clock.move(hours=2)
    desk.collect(RETRACT)
    assert shown(desk) == {3, 4}


def test_in_a_repository(desk: Desk, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    source = desk.source("git", str(repository.path), deletes="retract")
    repository.commit({"a.md": post(1), "b.md": post(2)})
    desk.collect(source)
    repository.commit({"a.md": post(3)})
    desk.collect(source)
    assert shown(desk) == {2, 3}


def test_an_entry_of_a_feed_under_the_guid_of_another_retracts_nothing(desk: Desk, site: Site) -> None:
    source = desk.source("feed", site.url("/feed"), deletes="retract")
    for number in (1, 2):
        entry = item(number, title=title_of(number), text=text_of(number), guid="tag:news.example,2026:latest")
        site.routes["/feed"] = served_rss(entry)
        desk.collect(source)
    assert shown(desk) == {1, 2}
