"""A rung of identity is a `Rung` and its line in the order; a kind of keys that is new is a line in the storage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.identify import rungs
from aggregator.identify.rungs import wanted_keys
from aggregator.identify.settle import Settler
from aggregator.model.config import Source
from builders import NOW, a_prepared, an_article
from desk import BRIDGES, Desk
from joints.rungs_of_our_own import BY_TITLE, SAME_TITLE, SMALL_SCREEN, TITLE
from plain_reader import PlainReader
from storage.read.lookups import LOOK_UPS

PAGE = ("大桥合龙", "大桥今天合龙，全长三公里。", "https://news.example/1")
SMALL_PAGE = ("图集", "点击查看更多精彩内容。", "https://small.news.example/1")
SECOND_TEXT = ("大桥合龙", "各界人士出席了仪式。", "https://news.example/2")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, PlainReader([BRIDGES]))
    (tmp_path / "posts").mkdir()
    yield desk
    desk.close()


@pytest.fixture
def small_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    location, content_hash, *others = rungs.RUNGS
    monkeypatch.setattr(rungs, "RUNGS", (location, content_hash, SMALL_SCREEN, *others))


@pytest.fixture
def same_title(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rungs, "RUNGS", (*rungs.RUNGS, SAME_TITLE))


def posts(desk: Desk) -> Source:
    return desk.source("files", path="posts", allow_private=False)


def post(desk: Desk, name: str, page: tuple[str, str, str]) -> None:
    title, text, url = page
    told = f"---\ntitle: {title}\ndate: 2026-01-01 08:00:00\nurl: {url}\n---\n<p>{text}</p>\n"
    (desk.root / "posts" / name).write_text(told, encoding="utf-8")


def test_without_it_each_page_is_an_article(desk: Desk) -> None:
    post(desk, "a.md", PAGE)
    post(desk, "b.md", SMALL_PAGE)
    assert desk.collect(posts(desk)).new == 2


def test_it_decides_in_one_pass(desk: Desk, small_screen: None) -> None:
    post(desk, "a.md", PAGE)
    post(desk, "b.md", SMALL_PAGE)
    report = desk.collect(posts(desk))
    assert (report.new, report.duplicate, desk.titles()) == (1, 1, ["大桥合龙"])
    assert desk.feed().count(b"<entry>") == 1


def test_it_decides_by_what_is_stored_and_is_shown_where_identity_is(desk: Desk, small_screen: None) -> None:
    post(desk, "a.md", PAGE)
    desk.collect(posts(desk))
    post(desk, "b.md", SMALL_PAGE)
    shown = {article.location: article for article in desk.preview(posts(desk)).articles}
    assert (shown["b.md"].fate, shown["b.md"].why) == ("duplicate", "the page for small screens of it")
    assert desk.collect(posts(desk)).duplicate == 1
    explained = desk.explain("b.md", posts(desk)).article
    assert explained.identity == "first seen as news/a.md, also at 1 other place"
    assert [origin.status for origin in explained.origins] == ["new", "duplicate"]


def test_an_identity_carries_its_name(small_screen: None) -> None:
    page = a_prepared(an_article("a.md", *PAGE[:2], url=PAGE[2]))
    small = a_prepared(an_article("b.md", *SMALL_PAGE[:2], url=SMALL_PAGE[2]))
    first, second = Settler({}).settle([page, small], {}, (), "r", NOW)
    assert [first.identity.rung, second.identity.rung] == ["none", "small-screen"]
    assert second.identity.id == first.identity.id


def test_rungs_are_asked_in_their_order(small_screen: None, monkeypatch: pytest.MonkeyPatch) -> None:
    small = a_prepared(an_article("a.md", *SMALL_PAGE[:2], url=SMALL_PAGE[2]))
    copy = a_prepared(an_article("b.md", *SMALL_PAGE[:2], url=SMALL_PAGE[2]))
    _, after_the_hash = Settler({}).settle([small, copy], {}, (), "r", NOW)
    monkeypatch.setattr(rungs, "RUNGS", (SMALL_SCREEN, *rungs.RUNGS))
    _, at_once = Settler({}).settle([small, copy], {}, (), "r", NOW)
    assert [after_the_hash.identity.rung, at_once.identity.rung] == ["hash", "small-screen"]


def test_a_kind_of_keys_of_its_own_is_one_line_in_the_storage(
    desk: Desk, same_title: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LOOK_UPS, TITLE, BY_TITLE)
    post(desk, "a.md", PAGE)
    assert desk.collect(posts(desk)).new == 1
    post(desk, "b.md", SECOND_TEXT)
    assert desk.collect(posts(desk)).changed == 1
    (entry,) = desk.entries()
    assert entry.html == "<p>各界人士出席了仪式。</p>"


def test_keys_that_nothing_looks_up_are_refused(desk: Desk, same_title: None) -> None:
    with desk.storage.store.write() as unit, pytest.raises(StoreError, match="keys of kind whole-title"):
        unit.known(wanted_keys([a_prepared()], []))
