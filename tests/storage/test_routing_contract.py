"""What `route`, `admit` and the feed versions promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from aggregator.errors import StoreError
from aggregator.model.article import Admission, Objection, ObjectionCode, Routing, Verdict
from aggregator.model.reading import FeedVersion, PathVersion, Query
from builders import NOW, PUBLISHED, a_change, a_prepared, a_verdict, an_article
from storage import Storage

LATER = NOW + timedelta(hours=1)
LATEST = NOW + timedelta(hours=2)


@pytest.fixture
def articles(storage: Storage) -> list[UUID]:
    """Three articles, the newest first."""
    dates = [PUBLISHED - timedelta(days=day) for day in range(3)]
    made = [an_article(f"{n}.md", f"第{n}篇", published=date) for n, date in enumerate(dates)]
    changes = [a_change(a_prepared(article)) for article in made]
    with storage.store.write() as unit:
        unit.save(changes, NOW)
    return [change.identity.id for change in changes]


def route(
    storage: Storage,
    article: UUID,
    feeds: dict[str, datetime | None],
    *verdicts: Verdict,
    rules: str = "rules",
    now: datetime = NOW,
) -> None:
    admissions = tuple(Admission(feed, entered) for feed, entered in feeds.items())
    with storage.store.write() as unit:
        unit.route([Routing(article, verdicts, admissions)], rules, now)


def places(storage: Storage, article: UUID) -> dict[str, datetime | None]:
    dossier = storage.archive.article(str(article))
    assert dossier is not None
    return dict(dossier.admissions)


def wanted(storage: Storage) -> dict[str, int]:
    return {feed: version.wanted for feed, version in storage.archive.feed_versions().items()}


# What a feed held of an article → what the next routing says → what it holds then, and whether it shows it.
PLACES: list[tuple[dict[str, datetime | None], dict[str, datetime | None], dict[str, datetime | None], bool]] = [
    ({}, {"a": LATER}, {"a": LATER}, True),
    ({}, {"a": None}, {"a": None}, False),
    ({"a": NOW}, {"a": LATER}, {"a": NOW}, False),
    ({"a": NOW}, {"a": None}, {"a": NOW}, False),
    ({"a": None}, {"a": LATER}, {"a": LATER}, True),
    ({"a": None}, {"a": None}, {"a": None}, False),
    ({"a": NOW}, {}, {}, True),
    ({"a": None}, {}, {}, False),
]


@pytest.mark.parametrize(("before", "routing", "after", "shown"), PLACES)
def test_a_place_in_a_feed(
    storage: Storage,
    articles: list[UUID],
    before: dict[str, datetime | None],
    routing: dict[str, datetime | None],
    after: dict[str, datetime | None],
    shown: bool,
) -> None:
    route(storage, articles[0], before)
    old = wanted(storage).get("a", 0)
    route(storage, articles[0], routing, now=LATER)
    assert places(storage, articles[0]) == after
    assert wanted(storage).get("a", 0) == old + shown


# What a feed held of an article that then left it → what the routing says when it comes back → what holds then.
BACK: list[tuple[datetime | None, datetime | None, datetime | None]] = [
    (NOW, None, NOW),  # an old article, which would have to wait
    (NOW, LATEST, NOW),
    (None, None, None),
    (None, LATEST, LATEST),
]


@pytest.mark.parametrize(("before", "entered", "after"), BACK)
def test_an_article_that_comes_back_stands_where_it_stood(
    storage: Storage, articles: list[UUID], before: datetime | None, entered: datetime | None, after: datetime | None
) -> None:
    route(storage, articles[0], {"a": before}, a_verdict("a"))
    route(storage, articles[0], {})
    raised = wanted(storage).get("a", 0)
    assert places(storage, articles[0]) == {}
    assert storage.archive.entries(Query(feed="a")) == ()
    assert storage.archive.waiting() == {}
    with storage.store.write() as unit:
        assert unit.admit("a", 5, LATER) == 0
    route(storage, articles[0], {}, a_verdict("b"))
    assert wanted(storage).get("a", 0) == raised
    route(storage, articles[0], {"a": entered}, a_verdict("a"), now=LATEST)
    assert places(storage, articles[0]) == {"a": after}
    assert len(storage.archive.entries(Query(feed="a"))) == (after is not None)
    assert wanted(storage).get("a", 0) == raised + (after is not None)
    assert storage.archive.waiting() == ({} if after else {"a": 1})


def test_a_new_text_raises_no_feed_that_the_article_left(storage: Storage, articles: list[UUID]) -> None:
    route(storage, articles[0], {"a": NOW})
    route(storage, articles[0], {})
    revision = a_change(a_prepared(an_article("0.md", "第0篇", "新")), "revision", id=articles[0])
    with storage.store.write() as unit:
        unit.save([revision], LATER)
    assert wanted(storage) == {"a": 2}


def test_who_left_does_not_use_up_the_days_room(storage: Storage, articles: list[UUID]) -> None:
    route(storage, articles[0], {"a": None})
    with storage.store.write() as unit:
        unit.admit("a", 1, LATER)
        assert unit.admitted_late("a", NOW) == 1
    route(storage, articles[0], {})
    with storage.store.write() as unit:
        assert unit.admitted_late("a", NOW) == 0
    route(storage, articles[0], {"a": None})
    with storage.store.write() as unit:
        assert unit.admitted_late("a", NOW) == 1


def test_verdicts_are_replaced_and_come_back_as_they_were(storage: Storage, articles: list[UUID]) -> None:
    objections = (
        Objection(ObjectionCode.SCORE, score=0.5, threshold=1.0),
        Objection(ObjectionCode.NOT_COUNTED_IN_IGNORED_NAMES, ("甲, 乙; 丙", "丁")),
    )
    vain = a_verdict("trials", matched=False, score=0.5, why_not=objections)
    route(storage, articles[0], {}, a_verdict("centers"), a_verdict("old"))
    route(storage, articles[0], {}, vain, a_verdict("centers", score=2.5))
    dossier = storage.archive.article(str(articles[0]))
    assert dossier is not None
    assert dossier.verdicts == (a_verdict("centers", score=2.5), vain)
    assert dossier.entry.topics == ("centers",)


def test_another_topic_raises_every_feed_that_shows_the_article(storage: Storage, articles: list[UUID]) -> None:
    feeds: dict[str, datetime | None] = {"all": NOW, "late": None}
    route(storage, articles[0], feeds, a_verdict("centers"))
    route(storage, articles[0], feeds, a_verdict("centers", score=3.0))
    assert wanted(storage) == {"all": 1}
    route(storage, articles[0], feeds, a_verdict("centers"), a_verdict("trials"))
    assert wanted(storage) == {"all": 2}


def test_of_two_routings_of_one_article_the_later_counts(storage: Storage, articles: list[UUID]) -> None:
    twice = [Routing(articles[0], (), (Admission(feed, NOW),)) for feed in ("a", "b")]
    with storage.store.write() as unit:
        unit.route(twice, "rules", NOW)
    assert places(storage, articles[0]) == {"b": NOW}


def test_a_routing_of_an_unknown_article_is_refused(storage: Storage) -> None:
    with pytest.raises(StoreError, match="is not stored"):
        route(storage, uuid4(), {})


def test_subjects_are_those_routed_by_other_rules(storage: Storage, articles: list[UUID]) -> None:
    subjects = storage.archive.subjects(10, "rules")
    assert [(article, published, late) for article, published, late, _ in subjects] == [
        (article, PUBLISHED - timedelta(days=day), False) for day, article in enumerate(articles)
    ]
    assert subjects[0][3] == a_prepared(an_article("0.md", "第0篇")).subject
    route(storage, articles[0], {})
    assert [article for article, *_ in storage.archive.subjects(1, "rules")] == articles[1:2]
    assert len(storage.archive.subjects(10, "other rules")) == 3


# --- waiting ----------------------------------------------------------------------------------------


def test_waiting_articles_enter_newest_first(storage: Storage, articles: list[UUID]) -> None:
    for article in articles:
        route(storage, article, {"a": None, "b": None})
    assert storage.archive.waiting() == {"a": 3, "b": 3}
    with storage.store.write() as unit:
        assert unit.admit("a", 2, LATER) == 2
    assert [places(storage, article)["a"] for article in articles] == [LATER, LATER, None]
    assert storage.archive.waiting() == {"a": 1, "b": 3}
    assert wanted(storage) == {"a": 1}
    with storage.store.write() as unit:
        assert unit.admit("a", 2, LATEST) == 1
        assert unit.admit("a", 2, LATEST) == 0
        assert unit.admitted_late("a", NOW) == 3
        assert unit.admitted_late("a", LATER) == 1
        assert unit.admitted_late("a", LATEST) == 0
        assert unit.admitted_late("b", NOW) == 0


def test_who_never_waited_is_not_late(storage: Storage, articles: list[UUID]) -> None:
    route(storage, articles[0], {"a": LATER})
    with storage.store.write() as unit:
        assert unit.admitted_late("a", NOW) == 0


def test_a_withdrawn_article_waits_on_and_is_not_counted(storage: Storage, articles: list[UUID]) -> None:
    route(storage, articles[0], {"a": None})
    with storage.store.write() as unit:
        unit.withdraw("seeds", ["0.md"], NOW)
        assert unit.admit("a", 5, LATER) == 0
    assert storage.archive.waiting() == {}


# --- versions ---------------------------------------------------------------------------------------

ATOM, OTHER = "/feeds/a.atom", "/feeds/a.other"


def feed_version(storage: Storage) -> FeedVersion:
    return storage.archive.feed_versions()["a"]


def built(storage: Storage, path: str = ATOM) -> int:
    version = storage.archive.path_version(path)
    assert version is not None
    return version.built


def test_a_feed_is_behind_until_its_bytes_are_out(storage: Storage, articles: list[UUID]) -> None:
    route(storage, articles[0], {"a": NOW}, now=LATER)
    new = FeedVersion("a", 1, LATER, entered_once=False)
    assert feed_version(storage) == new
    assert storage.archive.path_version(ATOM) is None
    with storage.store.write() as unit:
        unit.record_feed("a", LATEST, 1)
        unit.record_path(ATOM, "recipe", "etag", LATEST)
        assert unit.feed_versions() == {"a": replace(new, entered_once=True)}
    assert storage.archive.path_version(ATOM) == PathVersion(ATOM, -1, "recipe", "etag", LATEST)
    with storage.store.write() as unit:
        unit.built(ATOM, 1)
    assert (feed_version(storage).wanted, built(storage)) == (1, 1)
    route(storage, articles[1], {"a": NOW})
    assert (feed_version(storage).wanted, built(storage)) == (2, 1)


def test_each_path_of_a_feed_is_behind_by_itself(storage: Storage, articles: list[UUID]) -> None:
    route(storage, articles[0], {"a": NOW})
    with storage.store.write() as unit:
        unit.record_path(ATOM, "recipe", "etag", NOW)
        unit.record_path(OTHER, "another", "etag 2", LATER)
        unit.built(ATOM, 1)
    assert (built(storage, ATOM), built(storage, OTHER)) == (1, -1)
    with storage.store.write() as unit:
        unit.built(OTHER, 1)
    route(storage, articles[1], {"a": NOW})
    assert feed_version(storage).wanted > max(built(storage, ATOM), built(storage, OTHER))
    assert storage.archive.path_version(ATOM) == PathVersion(ATOM, 1, "recipe", "etag", NOW)
    assert storage.archive.path_version(OTHER) == PathVersion(OTHER, 1, "another", "etag 2", LATER)


def test_a_path_recorded_with_another_recipe_is_behind_if_the_process_dies_then(storage: Storage) -> None:
    with storage.store.write() as unit:
        unit.record_path(ATOM, "recipe", "etag", NOW)
    assert built(storage) == -1
    with storage.store.write() as unit:
        unit.built(ATOM, 0)
        unit.record_path(ATOM, "recipe", "etag", NOW)
    assert built(storage) == 0
    with storage.store.write() as unit:
        unit.record_path(ATOM, "another", "etag 2", LATER)
    assert storage.archive.path_version(ATOM) == PathVersion(ATOM, -1, "another", "etag 2", LATER)


def test_a_feed_is_created_once_and_one_that_had_an_entry_stays_one_that_had(storage: Storage) -> None:
    for created, entries in ((NOW, 0), (LATER, 1), (LATEST, 0)):
        with storage.store.write() as unit:
            unit.record_feed("a", created, entries)
    assert feed_version(storage) == FeedVersion("a", 0, NOW, entered_once=True)


def test_reading_the_archive_moves_no_change_number_and_writing_does(storage: Storage, articles: list[UUID]) -> None:
    before = storage.archive.change_number()
    storage.archive.entries(Query())
    with storage.store.write() as unit:
        unit.feed_versions()
        unit.admit("a", 1, NOW)
    assert storage.archive.change_number() == before
    route(storage, articles[0], {"a": None})
    after = storage.archive.change_number()
    assert after != before
    with storage.store.write() as unit:
        unit.admit("a", 1, NOW)
    assert storage.archive.change_number() not in {before, after}
