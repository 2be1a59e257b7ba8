"""What stands beside an article is what stands beside it in the list; and which articles there are to be found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from aggregator.feeds.assemble import assemble
from aggregator.model.article import Admission, Routing
from aggregator.model.reading import Neighbour, Neighbours, Query
from builders import NOW, PUBLISHED, a_change, a_prepared, a_verdict, an_article
from feed_builders import a_configuration
from storage import Storage

AGES = (5, 3, 3, 3, 1, 0, 0, 2)
"""In days; several of one instant."""
TOPICS = ("centers", "trials")


def stored(storage: Storage) -> Sequence[UUID]:
    """Articles in one topic, in both or in none; the last but one is withdrawn."""
    changes = [
        a_change(a_prepared(an_article(f"{n}.md", f"第{n}篇", published=PUBLISHED - timedelta(days=age))))
        for n, age in enumerate(AGES)
    ]
    routings = []
    for number, change in enumerate(changes):
        matched = [topic for place, topic in enumerate(TOPICS) if number % 4 != place + 1]
        verdicts = [a_verdict(topic, matched=topic in matched and number != 0) for topic in TOPICS]
        routings.append(Routing(change.identity.id, tuple(verdicts), ()))
    with storage.store.write() as unit:
        unit.save(changes, NOW)
        unit.route(routings, "rules", NOW)
        unit.withdraw("seeds", ["6.md"], NOW)
    return [change.identity.id for change in changes]


@pytest.mark.parametrize("topic", [*TOPICS, "all"])
def test_neighbours_are_those_of_the_list(storage: Storage, topic: str) -> None:
    ids = stored(storage)
    listed = storage.archive.entries(Query(topic=topic))
    assert 4 <= len(listed) < len(ids) - 1
    named = [None, *(Neighbour(entry.id, entry.title) for entry in listed), None]
    for place, entry in enumerate(listed):
        assert storage.archive.neighbours(entry.id, topic) == Neighbours(named[place], named[place + 2])


def test_a_feed_shows_articles_of_one_instant_in_the_order_of_its_page(storage: Storage) -> None:
    ids = stored(storage)
    routings = [Routing(id_, (a_verdict("centers"),), (Admission("centers", NOW),)) for id_ in ids]
    with storage.store.write() as unit:
        unit.route(routings, "rules", NOW)
    entered, listed = (storage.archive.entries(query) for query in (Query(feed="centers"), Query(topic="centers")))
    assert len({entry.published for entry in listed}) < len(listed) == len(ids) - 1

    feed = assemble("centers", a_configuration(), entered, NOW, storage.archive.installation())

    assert [entry.id for entry in feed.entries] == [entry.id for entry in listed]


def test_an_article_that_is_not_in_the_list_has_no_neighbours(storage: Storage) -> None:
    ids = stored(storage)
    for topic in (*TOPICS, "all", "unknown"):
        listed = {entry.id for entry in storage.archive.entries(Query(topic=topic))}
        for missing in set(ids) - listed:
            assert storage.archive.neighbours(missing, topic) == Neighbours()


def test_what_is_in_a_topic_in_the_order_in_which_it_came(storage: Storage) -> None:
    ids = stored(storage)
    filed = [ids[number] for number in range(1, len(ids)) if number != 6]
    assert [id_ for id_, _ in storage.archive.filed(0, 99)] == filed
    assert [id_ for id_, _ in storage.archive.filed(2, 3)] == filed[2:5]
    assert storage.archive.filed(len(filed), 9) == []
    updated = {entry.id: entry.updated for entry in storage.archive.entries(Query(topic="all"))}
    assert dict(storage.archive.filed(0, 99)) == updated
