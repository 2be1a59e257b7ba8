"""What `known` promises: all that a batch of documents may be."""

from __future__ import annotations

from dataclasses import replace

from aggregator.base.canonical import address_key
from aggregator.identify.rungs import wanted_keys
from aggregator.model.article import ADDRESS, HASH, INSTANT, LOCATION, LOST, TITLE, Change
from builders import NOW, PUBLISHED, a_change, a_prepared, again, an_article
from storage import Storage
from store_steps import known_of, revised, save


def test_known_finds_by_place_by_any_hash_and_by_address(storage: Storage) -> None:
    first = a_change()
    second = revised(first, "全文。")
    other = a_change(a_prepared(an_article("b.md", "另一篇", url=first.sighting.url)))
    save(storage, first, second, other)
    with storage.store.write() as unit:
        known = known_of(unit, first.prepared)
        elsewhere = known_of(unit, a_prepared(an_article(source="other", url=None)))
        assert known_of(unit) == {}
    [here] = known[LOCATION]["seeds", "2026/a.md"]
    assert (here.id, here.content_hash) == (first.identity.id, second.prepared.content_hash)
    assert (here.title, here.text) == ("国家区域医疗中心开工", "全文。")
    assert (here.html, here.author, here.labels) == ("<p>全文。</p>", "张三", "医疗")
    assert here.place == ("seeds", "2026/a.md")
    [by_hash] = known[HASH][first.prepared.content_hash]
    assert (by_hash.place, by_hash.html, by_hash.author, by_hash.labels) == (("", ""), "", "", "")
    assert (here.published, here.date_kind, here.url) == (PUBLISHED, "stated", first.sighting.url)
    assert [(a.id, a.title, a.text) for a in known[HASH][first.prepared.content_hash]] == [(first.identity.id, "", "")]
    assert {a.id: a.text for a in known[ADDRESS][address_key("https://news.example/a")]} == {
        first.identity.id: "全文。",
        other.identity.id: "第一段。\n第二段。",
    }
    assert elsewhere[LOCATION] == {}
    assert ADDRESS not in elsewhere
    assert [a.id for a in elsewhere[HASH][first.prepared.content_hash]] == [first.identity.id]


def place(storage: Storage, change: Change) -> tuple[str, str]:
    """The place that provides the newest text."""
    with storage.store.write() as unit:
        [known] = known_of(unit, change.prepared)[ADDRESS][address_key("https://news.example/a")]
    return known.place


def test_the_place_of_a_text_moves_with_its_file_and_with_its_provider(storage: Storage) -> None:
    first = a_change()
    fuller = revised(again(first, "b.md"), "全文。")
    steps: list[tuple[list[Change], tuple[str, str]]] = [
        ([first], ("seeds", "2026/a.md")),
        ([again(first, "copy.md")], ("seeds", "2026/a.md")),
        ([again(first, "2025/a.md", status="moved")], ("seeds", "2025/a.md")),
        ([moved_elsewhere(first)], ("seeds", "2025/a.md")),
        ([fuller], ("seeds", "b.md")),
        ([again(first, "c.md", status="moved"), revised(again(first, "d.md"), "三")], ("seeds", "d.md")),
        ([revised(again(first, "e.md"), "四"), again(first, "f.md", status="moved")], ("seeds", "f.md")),
    ]
    for changes, expected in steps:
        save(storage, *changes)
        assert place(storage, first) == expected


def moved_elsewhere(change: Change) -> Change:
    article = replace(change.prepared.article, source="other", location="x.md")
    return a_change(a_prepared(article), "same", id=change.identity.id, status="moved")


def test_known_takes_more_than_one_statement_can_hold(storage: Storage) -> None:
    changes = [
        a_change(a_prepared(an_article(f"{n}.md", f"第{n}篇", url=f"https://news.example/{n}"))) for n in range(1201)
    ]
    with storage.store.write() as unit:
        unit.save(changes, NOW)
        known = known_of(unit, *(change.prepared for change in changes))
    assert len(known[LOCATION]) == len(known[HASH]) == len(known[ADDRESS]) == 1201


def test_known_finds_by_title_by_exact_date_and_by_what_lost_its_place(storage: Storage) -> None:
    first = a_change(a_prepared(an_article("a.md", "大桥合龙", "一。", url=None)))
    retitled = a_change(a_prepared(an_article("a.md", "大桥通车", "二。", url=None)), "revision", id=first.identity.id)
    save(storage, first)
    asked = a_prepared(an_article("b.md", "大桥通车", "三。", url=None))
    with storage.store.write() as unit:
        assert known_of(unit, asked)[TITLE] == {}
    save(storage, retitled)
    with storage.store.write() as unit:
        known = known_of(unit, asked)
        lost = unit.known(wanted_keys([], [], [first.identity.id]))[LOST]
    assert [[(a.id, a.text) for a in articles] for articles in known[TITLE].values()] == [[(first.identity.id, "二。")]]
    assert [a.id for a in known[INSTANT][PUBLISHED]] == [first.identity.id]
    assert [a.id for a in lost[first.identity.id]] == [first.identity.id]


def test_of_articles_that_share_a_key_the_newest_fifty_are_known(storage: Storage) -> None:
    changes = [a_change(a_prepared(an_article(f"{n}.md", f"第{n}篇", f"第{n}段。"))) for n in range(60)]
    save(storage, *changes)
    with storage.store.write() as unit:
        known = known_of(unit, changes[0].prepared)[ADDRESS][address_key("https://news.example/a")]
    assert {a.id for a in known} == {change.identity.id for change in changes[10:]}
