"""When an article enters feeds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from aggregator.feeds.choose import admissions, allowance
from aggregator.model.article import Admission
from aggregator.model.config import FeedPolicy
from aggregator.model.reading import FeedVersion
from feed_builders import NOON, a_version

POLICY = FeedPolicy(late_after=timedelta(days=14), late_per_day=10)
DAY = timedelta(days=1)
FOLLOWED = a_version(entered_once=True)
EMPTY = a_version(entered_once=False)

CASES = [
    ("an unknown feed takes an old article at its date", None, NOON - 900 * DAY, NOON - 900 * DAY),
    ("an empty feed takes an old article at its date", EMPTY, NOON - 900 * DAY, NOON - 900 * DAY),
    ("an empty feed takes nothing before its time", EMPTY, NOON + DAY, NOON),
    ("a followed feed takes a new article now", FOLLOWED, NOON - DAY, NOON),
    ("fourteen days to the second are not late", FOLLOWED, NOON - 14 * DAY, NOON),
    ("a second more is late", FOLLOWED, NOON - 14 * DAY - timedelta(seconds=1), None),
    ("an article of the future is new", FOLLOWED, NOON + DAY, NOON),
]


@pytest.mark.parametrize(("version", "published", "entered"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_the_instant_of_entry(version: FeedVersion | None, published: datetime, entered: datetime | None) -> None:
    versions = {"centres": version} if version else {}
    assert admissions(["centres"], published, versions, POLICY, NOON)[0] == Admission("centres", entered)


@pytest.mark.parametrize(
    ("version", "entered"),
    [(None, NOON - DAY), (EMPTY, NOON - DAY), (FOLLOWED, None)],
    ids=["unknown", "empty", "followed"],
)
def test_what_counts_as_late_waits_however_new_it_looks(version: FeedVersion | None, entered: datetime | None) -> None:
    versions = {"centres": version} if version else {}
    (first, _) = admissions(["centres"], NOON - DAY, versions, POLICY, NOON, late=True)
    assert first == Admission("centres", entered)


def test_every_topic_and_all_each_by_its_own_state() -> None:
    old = NOON - 900 * DAY
    versions = {"b": FOLLOWED, "all": FOLLOWED}
    assert admissions({"b", "a"}, old, versions, POLICY, NOON) == (
        Admission("a", old),
        Admission("b", None),
        Admission("all", None),
    )


def test_an_article_without_topic_enters_nothing() -> None:
    assert admissions((), NOON, {}, POLICY, NOON) == ()


@pytest.mark.parametrize(("admitted", "left"), [(0, 10), (3, 7), (10, 0), (25, 0)])
def test_late_articles_a_day(admitted: int, left: int) -> None:
    assert allowance(POLICY, admitted) == left
