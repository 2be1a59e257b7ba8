"""What the store remembers of articles whose places show others, and how they leave."""

from __future__ import annotations

from dataclasses import replace

from aggregator.model.article import Change
from aggregator.model.running import Overwritten
from builders import NOW, a_change, a_prepared, again, an_article
from storage import Storage
from store_steps import LATER, dossier, enter, save, sight, wanted

OLD = a_change(a_prepared(an_article("a.md", "第一座大桥")))
NEW = a_change(a_prepared(an_article("a.md", "第二座大桥")))


def overwrite(storage: Storage, old: Change = OLD, new: Change = NEW) -> None:
    save(storage, old)
    save(storage, new, now=LATER)
    with storage.store.write() as unit:
        unit.note_overwritten("seeds", [old.identity.id])


def left(storage: Storage, source: str = "seeds") -> Overwritten:
    with storage.store.write() as unit:
        return unit.overwritten(source)


def test_an_article_that_lost_its_only_place(storage: Storage) -> None:
    assert left(storage) == Overwritten()
    overwrite(storage)
    for _ in range(2):
        assert left(storage) == Overwritten((OLD.identity.id,), 1)
    assert left(storage, "others") == Overwritten()


def test_noted_twice_it_is_one(storage: Storage) -> None:
    overwrite(storage)
    with storage.store.write() as unit:
        unit.note_overwritten("seeds", [OLD.identity.id, OLD.identity.id])
        unit.note_overwritten("seeds", [])
    assert left(storage).articles == (OLD.identity.id,)


def test_what_is_seen_elsewhere_is_forgotten(storage: Storage) -> None:
    overwrite(storage)
    save(storage, again(OLD, "b.md"))
    assert left(storage) == Overwritten()
    sight(storage, replace(again(OLD, "b.md").sighting, status="vanished"))
    assert left(storage) == Overwritten()


def test_another_source_may_have_it(storage: Storage) -> None:
    overwrite(storage)
    save(storage, again(OLD, "a.md", source="others"))
    assert left(storage) == Overwritten()


def test_a_place_that_is_gone_is_none(storage: Storage) -> None:
    overwrite(storage)
    sight(storage, replace(again(OLD, "b.md").sighting, status="vanished"))
    assert left(storage) == Overwritten((OLD.identity.id,), 1)


def test_it_leaves_feeds_and_pages(storage: Storage) -> None:
    save(storage, OLD)
    enter(storage, OLD.identity.id)
    save(storage, NEW, now=LATER)
    before, number = wanted(storage), storage.archive.change_number()
    with storage.store.write() as unit:
        unit.note_overwritten("seeds", [OLD.identity.id])
        unit.withdraw_articles(unit.overwritten("seeds").articles, LATER)
    assert dossier(storage, OLD.identity.id).withdrawn == LATER
    assert list(storage.archive.marks().articles) == [NEW.identity.id]
    assert wanted(storage) == before + 1
    assert storage.archive.change_number() != number
    assert left(storage) == Overwritten()


def test_it_comes_back_where_it_is_seen_again(storage: Storage) -> None:
    overwrite(storage)
    with storage.store.write() as unit:
        unit.withdraw_articles([OLD.identity.id], NOW)
    save(storage, again(OLD, "b.md"), now=LATER)
    assert dossier(storage, OLD.identity.id).withdrawn is None
