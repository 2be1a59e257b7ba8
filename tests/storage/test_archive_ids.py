"""All articles by id, a batch at a time."""

from __future__ import annotations

from uuid import UUID

from builders import NOW, a_change, a_prepared, an_article
from storage import Storage


def test_ids_follow_each_other_without_the_withdrawn(storage: Storage) -> None:
    changes = [a_change(a_prepared(an_article(f"{number}.md", f"第{number}篇"))) for number in range(6)]
    ids = [change.identity.id for change in changes]
    for change in changes:
        with storage.store.write() as unit:
            unit.save([change], NOW)
    with storage.store.write() as unit:
        unit.withdraw("seeds", ["2.md", "5.md"], NOW)
    archive = storage.archive
    assert archive.ids(None, 2) == ids[:2]
    assert archive.ids(ids[1], 2) == [ids[3], ids[4]]
    assert archive.ids(ids[2], 9) == [ids[3], ids[4]]
    assert archive.ids(ids[4], 9) == []
    assert archive.ids(UUID(int=0), 9) == []
