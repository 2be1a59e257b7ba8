"""Which earlier texts of an article are kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import NOW, a_change, a_prepared, an_article
from storage import Storage
from store_steps import dossier, revised, save

# A letter a text, the first one first: S was news to subscribers, s was not. The digits are the numbers kept.
CASES = [
    ("few", "SS", 5, "1 2"),
    ("as many as may be", "SSSS", 2, "1 2 3 4"),
    ("the newer ones", "SSSSSS", 2, "1 4 5 6"),
    ("those that were news before the rest", "SSsSsss", 2, "1 2 4 7"),
    ("the rest where there is room", "SsssS", 2, "1 3 4 5"),
    ("first and newest alone", "SSSSs", 0, "1 5"),
]


@pytest.mark.parametrize(("texts", "most", "kept"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_kept(storage: Storage, texts: str, most: int, kept: str) -> None:
    first = a_change()
    other = a_change(a_prepared(an_article("b.md", "另一篇")))
    save(storage, first, other)
    for number, letter in enumerate(texts[1:], 2):
        save(storage, revised(first, f"第{number}版", significant=letter == "S"), revised(other, f"另{number}版"))
    with storage.store.write() as unit:
        unit.forget_texts([first.identity.id], most)
    assert " ".join(str(it.number) for it in dossier(storage, first.identity.id).revisions) == kept
    assert len(dossier(storage, other.identity.id).revisions) == len(texts)
    save(storage, revised(first, "以后"))
    assert dossier(storage, first.identity.id).revisions[-1].number == len(texts) + 1


def test_a_text_that_changes_in_place_leaves_no_trace(storage: Storage) -> None:
    first = a_change()
    save(storage, first)
    second = revised(first, "第二版", significant=False)
    save(storage, replace(second, in_place=True), now=NOW)
    found = dossier(storage, first.identity.id)
    assert [it.number for it in found.revisions] == [1]
    assert "第二版" in found.entry.html
    assert found.entry.updated == found.entry.published
