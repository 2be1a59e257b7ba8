"""Topics of articles, and their places in feeds. `decide` decides, `route` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

import storage.read.lookups as lookups
import storage.versions as versions
from aggregator.model.article import Routing
from storage.engine import KEYS, batches, rows_of, run_many
from storage.tables import ADMISSION, ARTICLE, VERDICT
from storage.values import Values, stored, verdict_values

_A, _V, _P = ARTICLE.c, VERDICT.c, ADMISSION.c
_THIS_PLACE = (_P.article == bindparam("at"), _P.feed == bindparam("at_feed"))
_INSERT_VERDICT = insert(VERDICT)
_INSERT_PLACE = insert(ADMISSION)
_CHANGE_PLACE = update(ADMISSION).where(*_THIS_PLACE)
_MARK = update(ARTICLE).where(_A.key == bindparam("at"))
_DATES = select(_A.key, _A.published).where(_A.key.in_(KEYS))
_PLACES = select(_P.article, _P.feed, _P.entered, _P.gone).where(_P.article.in_(KEYS))
_TOPICS = select(_V.article, _V.topic, _V.matched).where(_V.article.in_(KEYS))


@dataclass(slots=True)
class Membership:
    """Which feeds an article is in before it is routed."""

    key: int
    published: int
    feeds: dict[str, int | None] = field(default_factory=dict)
    """Feed to the instant it entered; None: it waits."""
    left: dict[str, int | None] = field(default_factory=dict)
    """The same of feeds that it left."""
    judged: bool = False
    """Whether there are verdicts on it."""
    topics: set[str] = field(default_factory=set)
    """Those it is in."""


@dataclass(slots=True)
class Moves:
    """What `decide` found."""

    gained: list[Values] = field(default_factory=list)
    entering: list[Values] = field(default_factory=list)
    """Places that waited and now enter."""
    back: list[Values] = field(default_factory=list)
    """Places that were left."""
    lost: list[Values] = field(default_factory=list)
    raised: set[str] = field(default_factory=set)
    """Feeds that show something else after it."""


def route(connection: Connection, routings: Sequence[Routing], rules: str, now: datetime) -> None:
    """Replaces verdicts and places, and marks the articles. Raises StoreError for an unknown article."""
    raised: set[str] = set()
    # Of two routings of one article the later counts.
    for batch in batches({routing.article: routing for routing in routings}.values()):
        memberships = _memberships(connection, [routing.article for routing in batch])
        moves = Moves()
        for routing in batch:
            decide(moves, routing, memberships[routing.article])
        _move(connection, moves)
        _judge(connection, batch, memberships)
        _mark(connection, batch, memberships, rules)
        raised |= moves.raised
    versions.raise_feeds(connection, raised, now)


def decide(moves: Moves, routing: Routing, membership: Membership) -> None:
    """Adds one article's moves. Pure but for `moves`."""
    wanted = {admission.feed: admission.entered for admission in routing.admissions}
    for feed, entered in wanted.items():
        if feed in membership.feeds:
            _keep(moves, routing, membership, feed, entered)
        elif feed in membership.left:
            _come_back(moves, membership, feed, entered)
        else:
            moves.gained.append(_place(membership, feed, entered))
            if entered is not None:
                moves.raised.add(feed)
    for feed in membership.feeds.keys() - wanted.keys():
        moves.lost.append({"at": membership.key, "at_feed": feed, "gone": True})
        if membership.feeds[feed] is not None:
            moves.raised.add(feed)


def _keep(moves: Moves, routing: Routing, membership: Membership, feed: str, entered: datetime | None) -> None:
    """A place that is there already: the first instant stays; a waiting article may enter now."""
    if membership.feeds[feed] is None:
        if entered is not None:
            moves.entering.append({"at": membership.key, "at_feed": feed, "entered": stored(entered)})
            moves.raised.add(feed)
    elif membership.topics != {verdict.topic for verdict in routing.verdicts if verdict.matched}:
        # An entry names its topics, in every feed that shows it.
        moves.raised.add(feed)


def _come_back(moves: Moves, membership: Membership, feed: str, entered: datetime | None) -> None:
    """A place that was left: the first instant counts again; who waited may enter now, or waits again."""
    instant = membership.left[feed]
    if instant is None and entered is not None:
        instant = stored(entered)
    moves.back.append({"at": membership.key, "at_feed": feed, "entered": instant, "gone": False})
    if instant is not None:
        moves.raised.add(feed)


def _place(membership: Membership, feed: str, entered: datetime | None) -> Values:
    return {
        "article": membership.key,
        "feed": feed,
        "entered": None if entered is None else stored(entered),
        "published": membership.published,
        "late": entered is None,
        "gone": False,
    }


def _move(connection: Connection, moves: Moves) -> None:
    run_many(connection, _INSERT_PLACE, moves.gained)
    for moved in (moves.entering, moves.back, moves.lost):
        run_many(connection, _CHANGE_PLACE, moved)


def _judge(connection: Connection, routings: Iterable[Routing], memberships: Mapping[UUID, Membership]) -> None:
    judged = [each.key for each in memberships.values() if each.judged]
    if judged:
        connection.execute(delete(VERDICT).where(_V.article.in_(judged)))
    rows = [
        verdict_values(memberships[routing.article].key, memberships[routing.article].published, verdict)
        for routing in routings
        for verdict in routing.verdicts
    ]
    run_many(connection, _INSERT_VERDICT, rows)


def _mark(
    connection: Connection, routings: Iterable[Routing], memberships: Mapping[UUID, Membership], rules: str
) -> None:
    rows = [
        {"at": memberships[r.article].key, "rules": rules, "filed": any(verdict.matched for verdict in r.verdicts)}
        for r in routings
    ]
    run_many(connection, _MARK, rows)


def _memberships(connection: Connection, articles: Sequence[UUID]) -> Mapping[UUID, Membership]:
    """Raises StoreError if one of the articles, at most a batch, is not stored."""
    keys = lookups.keys(connection, articles)
    by_key = {row.key: Membership(row.key, row.published) for row in rows_of(connection, _DATES, keys.values())}
    for row in rows_of(connection, _PLACES, by_key):
        each = by_key[row.article]
        (each.left if row.gone else each.feeds)[row.feed] = row.entered
    for verdict in rows_of(connection, _TOPICS, by_key):
        by_key[verdict.article].judged = True
        if verdict.matched:
            by_key[verdict.article].topics.add(verdict.topic)
    return {article: by_key[key] for article, key in keys.items()}


def admit(connection: Connection, feed: str, limit: int, now: datetime) -> int:
    """Lets the newest waiting articles enter; withdrawn ones go on waiting."""
    waiting = (
        select(_P.article)
        .join(ARTICLE, _A.key == _P.article)
        .where(_P.feed == feed, _P.entered.is_(None), ~_P.gone, _A.withdrawn.is_(None))
        .order_by(_P.published.desc(), _A.id)
        .limit(limit)
    )
    chosen = connection.scalars(waiting).all()
    if chosen:
        rows = [{"at": article, "at_feed": feed, "entered": stored(now)} for article in chosen]
        run_many(connection, _CHANGE_PLACE, rows)
        versions.raise_feeds(connection, [feed], now)
    return len(chosen)


def admitted_late(connection: Connection, feed: str, since: datetime) -> int:
    query = select(func.count()).select_from(ADMISSION)
    query = query.where(_P.feed == feed, _P.late, ~_P.gone, _P.entered > stored(since))
    return connection.execute(query).scalar_one()
