"""What readers of the archive are promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from aggregator.model.article import Admission, Routing
from aggregator.model.reading import Query
from aggregator.model.running import Counts
from builders import NOW, PUBLISHED, a_change, a_prepared, a_sighting, a_verdict, again, an_article
from storage import Storage, open_store

DAY = timedelta(days=1)

# name: source, age in days, matched topics, topics that spoke in vain, feeds and when each was entered
ARTICLES: Mapping[str, tuple[str, int, tuple[str, ...], tuple[str, ...], Mapping[str, datetime | None]]] = {
    "new": ("seeds", 0, ("centers",), (), {"centers": NOW, "all": NOW}),
    "old": ("seeds", 9, ("centers", "trials"), (), {"centers": NOW + DAY, "all": NOW}),
    "mid": ("other", 5, ("trials",), ("centers",), {"all": NOW, "trials": None}),
    "odd": ("other", 2, (), ("trials",), {}),
    "off": ("other", 1, ("centers",), (), {"centers": NOW, "all": NOW, "trials": None}),
}


@pytest.fixture
def ids(storage: Storage) -> Mapping[str, UUID]:
    """The articles above; `off` is withdrawn, `new` is seen at two more places and gone from a third."""
    changes = {}
    for name, (source, age, _, _, _) in ARTICLES.items():
        url = f"https://news.example/{name}"
        article = an_article(f"2026/{name}.md", name, source=source, url=url, published=PUBLISHED - age * DAY)
        changes[name] = a_change(a_prepared(article))
    new = changes["new"]
    copies = [
        again(new, "copy.md", source="other", url="https://copy.example/1"),
        again(new, "2026/new again.md"),
        again(new, "gone.md"),
    ]
    with storage.store.write() as unit:
        unit.save([*changes.values(), *copies], NOW)
        unit.sight([replace(copies[2].sighting, status="vanished")])
        routings = []
        for name, (_, _, topics, vain, feeds) in ARTICLES.items():
            verdicts = [a_verdict(topic) for topic in topics] + [a_verdict(topic, matched=False) for topic in vain]
            admissions = tuple(Admission(feed, entered) for feed, entered in feeds.items())
            routings.append(Routing(changes[name].identity.id, tuple(verdicts), admissions))
        unit.route(routings, "rules", NOW)
        unit.withdraw("other", ["2026/off.md"], NOW)
    return {name: change.identity.id for name, change in changes.items()}


QUERIES = [
    (Query(), ["new", "odd", "mid", "old"]),
    (Query(topic="centers"), ["new", "old"]),
    (Query(topic="trials"), ["mid", "old"]),
    (Query(topic="all"), ["new", "mid", "old"]),
    (Query(topic="none"), ["odd"]),
    (Query(topic="unheard-of"), []),
    (Query(feed="centers"), ["old", "new"]),
    (Query(feed="all"), ["new", "mid", "old"]),
    (Query(feed="trials"), []),
    (Query(source="seeds"), ["new", "old"]),
    (Query(topic="trials", source="seeds"), ["old"]),
    (Query(feed="all", source="other"), ["mid"]),
    (Query(limit=2), ["new", "odd"]),
    (Query(limit=2, offset=1), ["odd", "mid"]),
    (Query(topic="all", limit=1, offset=2), ["old"]),
    (Query(feed="all", limit=1, offset=1), ["mid"]),
]


@pytest.mark.parametrize(("query", "titles"), QUERIES)
def test_entries_in_their_order(storage: Storage, ids: Mapping[str, UUID], query: Query, titles: list[str]) -> None:
    assert [entry.title for entry in storage.archive.entries(query)] == titles


def test_entries_of_one_instant_stand_in_the_order_of_their_ids(storage: Storage) -> None:
    changes = [a_change(a_prepared(an_article(f"{n}.md", f"第{n}篇"))) for n in range(9)]
    ids = sorted(change.identity.id for change in changes)
    with storage.store.write() as unit:
        unit.save(changes, NOW)
        places = (Admission("a", NOW),)
        unit.route([Routing(article, (a_verdict("t"),), places) for article in reversed(ids)], "rules", NOW)
    for query in (Query(), Query(topic="t"), Query(topic="all"), Query(feed="a")):
        assert [entry.id for entry in storage.archive.entries(query)] == ids


def test_an_entry_names_its_topics_and_the_other_places_that_carry_it(
    storage: Storage, ids: Mapping[str, UUID]
) -> None:
    entries = {entry.title: entry for entry in storage.archive.entries(Query())}
    assert entries["old"].topics == ("centers", "trials")
    assert entries["odd"].topics == ()
    assert entries["new"].source == "seeds"
    assert [(o.source, o.location, o.url, o.status) for o in entries["new"].also] == [
        ("other", "copy.md", "https://copy.example/1", "duplicate"),
    ]
    assert entries["old"].also == ()


A = "https://news.example/a"
"""The address of the article that stands at seeds, 2026/a.md."""
PLACES: list[tuple[list[tuple[str, str, str | None]], bool, list[tuple[str, str]]]] = [
    # further places (source, location, address), whether the first one is gone, what is told of
    ([], False, []),
    ([("other", "b.md", "https://other.example/b")], False, [("other", "b.md")]),
    ([("other", "b.md", "https://other.example/b")], True, [("other", "b.md")]),
    ([("other", "b.md", A), ("other", "c.md", None)], True, [("other", "b.md"), ("other", "c.md")]),
    ([("seeds", "b.md", A)], False, []),
    ([("seeds", "b.md", A)], True, []),
    ([("seeds", "b.md", None)], True, []),
    ([("seeds", "b.md", "https://news.example/b")], False, [("seeds", "b.md")]),
    ([("seeds", "b.md", "https://news.example/b")], True, [("seeds", "b.md")]),
]


@pytest.mark.parametrize(("places", "gone", "told"), PLACES)
def test_also_are_other_sources_and_other_addresses(
    storage: Storage, places: list[tuple[str, str, str | None]], gone: bool, told: list[tuple[str, str]]
) -> None:
    change = a_change()
    with storage.store.write() as unit:
        unit.save([change, *(again(change, at, source=source, url=url) for source, at, url in places)], NOW)
        if gone:
            unit.sight([replace(change.sighting, status="vanished")])
    assert [(o.source, o.location) for o in storage.archive.entries(Query())[0].also] == told


def test_counts(storage: Storage, ids: Mapping[str, UUID]) -> None:
    assert storage.archive.topic_counts() == {
        "centers": Counts(2, PUBLISHED),
        "trials": Counts(2, PUBLISHED - 5 * DAY, waiting=1),
        "all": Counts(3, PUBLISHED),
        "none": Counts(1, PUBLISHED - 2 * DAY),
    }
    assert storage.archive.waiting() == {"trials": 1}


def test_counts_of_topics_that_lost_their_newest_or_their_only_article(
    storage: Storage, ids: Mapping[str, UUID]
) -> None:
    with storage.store.write() as unit:
        unit.route([Routing(ids["odd"], (a_verdict("rare"),), ())], "rules", NOW)
        unit.sight([a_sighting(at, "vanished", article=ids["new"]) for at in ("2026/new.md", "2026/new again.md")])
        unit.sight([a_sighting("copy.md", "vanished", source="other", article=ids["new"])])
        unit.withdraw("seeds", ["2026/new.md"], NOW)
        unit.withdraw("other", ["2026/odd.md"], NOW)
    assert storage.archive.topic_counts() == {
        "centers": Counts(1, PUBLISHED - 9 * DAY),
        "trials": Counts(2, PUBLISHED - 5 * DAY, waiting=1),
        "all": Counts(2, PUBLISHED - 5 * DAY),
        "none": Counts(0, None),
    }


def test_an_empty_store_answers_everything(storage: Storage) -> None:
    archive = storage.archive
    assert archive.entries(Query()) == ()
    assert archive.article("anything") is None
    assert archive.topic_counts() == {"all": Counts(0, None), "none": Counts(0, None)}
    assert archive.feed_versions() == {}
    assert archive.waiting() == {}
    assert archive.subjects(10, "rules") == []


def test_the_installation_is_one_for_good_and_another_elsewhere(storage: Storage, url: str) -> None:
    again_opened = open_store(url)
    elsewhere = open_store(url.replace("aggregator.", "another."))
    try:
        assert again_opened.archive.installation() == storage.archive.installation()
        assert elsewhere.archive.installation() != storage.archive.installation()
    finally:
        again_opened.close()
        elsewhere.close()


# --- one article ------------------------------------------------------------------------------------

REFS = [
    ("{id}", "mid"),
    ("{id.hex}", "mid"),
    ("urn:uuid:{id}", "mid"),
    ("https://news.example/mid", "mid"),
    ("https://copy.example/1", "new"),  # an address stated by a copy
    ("2026/mid.md", "mid"),
    ("mid.md", "mid"),
    ("\udcff.md", None),  # a name that UTF-8 cannot carry
    ("/home/somebody/config/2026/mid.md", "mid"),
    ("gone.md", "new"),  # a place that it has left
    ("2026/off.md", "off"),  # withdrawn
    ("id.md", None),  # only part of a file's name
    ("MID.md", None),
    ("2026_mid.md", None),
    ("%.md", None),
    ("00000000-0000-0000-0000-000000000000", None),
    ("", None),
]


@pytest.mark.parametrize(("ref", "name"), REFS)
def test_an_article_by_what_people_call_it(
    storage: Storage, ids: Mapping[str, UUID], ref: str, name: str | None
) -> None:
    found = storage.archive.article(ref.format(id=ids["mid"]))
    assert (found and found.entry.title) == name


def test_of_several_articles_of_one_name_the_newest(storage: Storage) -> None:
    changes = [
        a_change(a_prepared(an_article(f"{year}/index.md", f"{year}", published=PUBLISHED.replace(year=year))))
        for year in (2024, 2026, 2025)
    ]
    with storage.store.write() as unit:
        unit.save(changes, NOW)
    found = storage.archive.article("index.md")
    assert found is not None
    assert found.entry.title == "2026"


def test_a_dossier_shows_all_places_the_first_one_first(storage: Storage, ids: Mapping[str, UUID]) -> None:
    found = storage.archive.article(str(ids["new"]))
    assert found is not None
    assert [(o.source, o.location, o.status) for o in found.origins] == [
        ("seeds", "2026/new.md", "new"),
        ("seeds", "2026/new again.md", "duplicate"),
        ("seeds", "gone.md", "vanished"),
        ("other", "copy.md", "duplicate"),
    ]
    assert found.admissions == {"all": NOW, "centers": NOW}
    assert found.feeds_since == {"all": NOW, "centers": NOW}


def test_a_moved_file_is_not_carried_elsewhere(storage: Storage) -> None:
    change = a_change()
    with storage.store.write() as unit:
        unit.save([change], NOW)
    with storage.store.write() as unit:
        unit.save([again(change, "new place.md", status="moved")], NOW)
        unit.sight([a_sighting("2026/a.md", "vanished", article=change.identity.id)])
    assert storage.archive.entries(Query())[0].also == ()
