"""The window of a feed that several sources fill."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.article import Admission, Routing
from aggregator.model.reading import Query
from builders import NOW, a_change, a_prepared, a_verdict, an_article
from storage import Storage
from storage.read.windows import window

# A letter is an article of that source, the last entered first; what is shown of ten places and half of them.
WINDOWS = [
    ("one source fills what nobody else wants", "aaaaaaaaaaaa", 0.5, "1111111111.."),
    ("a loud one leaves others half of the places", "aaaaaaaaaaaabbbbbbb", 0.5, "11111.......11111.."),
    ("it has more where others want less", "aaaaaaaaaaaabb", 0.5, "11111111....11"),
    ("two loud ones leave a third its own", "abababababababababccc", 0.4, "11111111..........11."),
    ("a share of three", "aaaaaaaabbbbbbbbccccc", 0.3, "1111....111.....111.."),
    ("one place at least", "aaaaaaaaaaabc", 0.01, "11111111...11"),
    ("the whole", "aaaaaaaaaaabc", 1.0, "1111111111..."),
    ("few", "ab", 0.5, "11"),
    ("none", "", 0.5, ""),
]


@pytest.mark.parametrize(("entered", "share", "shown"), [case[1:] for case in WINDOWS], ids=[c[0] for c in WINDOWS])
def test_what_is_shown_of_each_source(storage: Storage, entered: str, share: float, shown: str) -> None:
    changes = [
        a_change(a_prepared(an_article(f"{number}.md", f"第{number}篇", source=source)))
        for number, source in enumerate(entered)
    ]
    with storage.store.write() as unit:
        unit.save(changes, NOW)
        for number, change in enumerate(changes):
            place = Admission("bridges", NOW - timedelta(minutes=number))
            unit.route([Routing(change.identity.id, (a_verdict("bridges"),), (place,))], "rules", NOW)
    ids = [entry.id for entry in storage.archive.entries(Query(feed="bridges", limit=10, share=share))]
    assert "".join("1" if change.identity.id in ids else "." for change in changes) == shown
    assert ids == [change.identity.id for change in changes if change.identity.id in ids]


@given(st.lists(st.sampled_from("aaab"), max_size=30), st.integers(1, 12), st.sampled_from([0.01, 0.25, 0.5, 1.0]))
def test_none_has_more_than_its_share_while_others_wait(entered: list[str], most: int, share: float) -> None:
    shown = window(enumerate(entered), most, share)
    assert list(shown) == sorted(set(shown))
    assert len(shown) == min(most, len(entered))
    each, have = max(1, int(most * share)), Counter(entered[key] for key in shown)
    for source in "ab":
        mine = [key for key in shown if entered[key] == source]
        assert mine == [key for key, told in enumerate(entered) if told == source][: len(mine)]
    waiting = {source for key, source in enumerate(entered) if key not in shown}
    if any(have[source] < each for source in waiting):
        assert max(have.values()) <= each


def test_no_more_is_read_than_is_needed() -> None:
    endless = ((key, "ab"[key % 2]) for key in iter(range(10**9)))
    assert list(window(endless, 4, 0.5)) == [0, 1, 2, 3]
