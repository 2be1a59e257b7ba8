"""What a batch of changes writes: articles and revisions. `plan` decides, `save` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, insert, select, update

import storage.read.lookups as lookups
import storage.versions as versions
import storage.write.places as places
from aggregator.errors import StoreError
from aggregator.model.article import Change
from storage.engine import batches, run_many
from storage.tables import ADMISSION, ARTICLE, REVISION, VERDICT
from storage.values import Values, address_key_of, article_values, revision_values, stored, title_key_of, whole
from storage.write.instants import Instants, free_instants

_A, _R = ARTICLE.c, REVISION.c

SHOWN = ("title", "html", "summary", "author", "image", "categories", "tags", "enclosures", "language")
"""The columns of a revision that entries show."""
_shown = itemgetter(*SHOWN)

_STANDING = select(
    *(
        _A.id,
        _A.key,
        _A.revision,
        _A.content_hash,
        _A.published,
        _A.date_kind,
        _A.updated,
        _A.url,
        _A.title_key,
        _A.late,
    ),
    *(_R.source, _R.location),
    *(REVISION.c[name] for name in SHOWN),
).join(REVISION, (_R.article == _A.key) & (_R.number == _A.revision))
_INSERT_ARTICLE = insert(ARTICLE)
_INSERT_REVISION = insert(REVISION)
_UPDATE_ARTICLE = update(ARTICLE).where(_A.key == bindparam("at"))
_REDATE_VERDICTS = update(VERDICT).where(VERDICT.c.article == bindparam("at"))
_REDATE_WAITING = update(ADMISSION).where(ADMISSION.c.article == bindparam("at"), ADMISSION.c.entered.is_(None))
_REPLACE_REVISION = update(REVISION).where(_R.article == bindparam("at"), _R.number == bindparam("at_number"))


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """What an article is before a change."""

    key: int
    number: int
    """Of its newest revision."""
    content_hash: str
    published: int
    date_kind: str
    updated: int
    url: str | None
    title_key: int
    late: bool
    place: tuple[str, str]
    """Source and location that provide the newest revision."""
    shown: tuple[object, ...]
    """The newest revision's columns named in `SHOWN`."""


@dataclass(slots=True)
class Writes:
    """What `plan` found: rows to insert and to update, and the articles that look different after it."""

    minted: dict[UUID, int] = field(default_factory=dict)
    """The keys of new articles."""
    articles: dict[int, Values] = field(default_factory=dict)
    revisions: list[Values] = field(default_factory=list)
    replaced: list[Values] = field(default_factory=list)
    """Revisions whose texts change in place."""
    moved: dict[int, Values] = field(default_factory=dict)
    """Newest revisions, by article, whose file moved."""
    updates: dict[int, Values] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    redated: dict[int, Values] = field(default_factory=dict)
    """Articles that were published at another time than was thought."""
    rewritten: dict[int, str] = field(default_factory=dict)
    """Articles that say other words now, and the source that provides them."""


def save(connection: Connection, changes: Sequence[Change], now: datetime, rules: str) -> bool:
    """Articles, revisions, sightings; then the versions of the feeds that show one of them.

    Answers whether a page may look different after it.
    """
    named = {change.identity.id for change in changes} | {c.sighting.article for c in changes if c.sighting.article}
    named |= {article for change in changes for article in change.contested}
    revised = [c.identity.id for c in changes if c.identity.kind == "revision" or c.sighting.status == "moved"]
    # The writer lock is held: nobody else gives out keys.
    last = connection.scalar(select(func.max(_A.key))) or 0
    made = free_instants(connection, changes, now)
    writes = plan(changes, _stored_articles(connection, revised), last + 1, now, made, rules)
    run_many(connection, _INSERT_ARTICLE, list(writes.articles.values()))
    run_many(connection, _INSERT_REVISION, writes.revisions)
    run_many(connection, _REPLACE_REVISION, writes.replaced)
    run_many(connection, _REPLACE_REVISION, list(writes.moved.values()))
    run_many(connection, _UPDATE_ARTICLE, list(writes.updates.values()))
    for dated in (_REDATE_VERDICTS, _REDATE_WAITING):
        run_many(connection, dated, list(writes.redated.values()))
    keys = writes.minted | lookups.keys(connection, named - writes.minted.keys())
    changed = writes.changed | places.write(connection, [change.sighting for change in changes], keys)
    replaced = [(c.sighting.source, c.replaces, keys[c.identity.id]) for c in changes if c.replaces]
    places.drop(connection, replaced)
    places.read_again(connection, writes.rewritten)
    contested = {keys[article]: change.url for change in changes for article in change.contested}
    places.disown(connection, contested)
    changed |= contested.keys()
    versions.raise_showing(connection, changed - writes.articles.keys(), now)
    return bool(changed or writes.articles or writes.revisions or writes.replaced)


def plan(
    changes: Iterable[Change],
    before: Mapping[UUID, StoredArticle],
    next_key: int,
    now: datetime,
    made: Instants,
    rules: str = "",
) -> Writes:
    """Pure. Changes of one article count in their order, also when the first of them mints it.

    New articles get keys from `next_key` on, and what no document dates gets an instant of `made`; those that no rule
    spoke of are routed by `rules` with that.
    Raises StoreError for a revision of an article that is not there, and for an article minted twice.
    """
    writes, current = Writes(), dict(before)
    for change in changes:
        article = change.identity.id
        if change.identity.kind == "new":
            if article in writes.minted:
                raise StoreError(f"article {article} is minted twice in one batch")
            current[article] = _mint(writes, change, next_key + len(writes.minted), now, made)
            if not change.prepared.verdicts:
                writes.articles[current[article].key]["rules"] = rules
        elif change.identity.kind == "revision":
            if article not in current:
                raise StoreError(f"article {article} is not stored")
            current[article] = _revise(writes, change, current[article], now, made)
        elif change.sighting.status == "moved" and article in current:
            current[article] = _move(writes, change, current[article])
    return writes


def _mint(writes: Writes, change: Change, key: int, now: datetime, made: Instants) -> StoredArticle:
    dated = change.prepared.article.published is not None
    article = article_values(key, change, now, 0 if dated else made.of_undated())
    text = revision_values(key, change, 1, now)
    writes.minted[change.identity.id] = key
    writes.articles[key] = article
    writes.revisions.append(text)
    return StoredArticle(
        key=key,
        number=1,
        content_hash=article["content_hash"],
        published=article["published"],
        date_kind=article["date_kind"],
        updated=article["updated"],
        url=article["url"],
        title_key=article["title_key"],
        late=article["late"],
        place=_place(change),
        shown=_shown(text),
    )


def _revise(writes: Writes, change: Change, old: StoredArticle, now: datetime, made: Instants) -> StoredArticle:
    """A text that only other cleaning rules changed takes the place of the newest one; else it is added.

    So does one of an article that changes at every look.
    """
    in_place = change.in_place or change.prepared.content_hash == old.content_hash
    text = revision_values(old.key, change, old.number if in_place else old.number + 1, now)
    updated = made.of_revision(old.updated) if change.identity.significant else old.updated
    published, date_kind = _dated(change, old, now)
    new = StoredArticle(
        key=old.key,
        number=text["number"],
        content_hash=text["content_hash"],
        published=published,
        date_kind=date_kind,
        updated=updated,
        url=change.url,
        title_key=title_key_of(change.prepared),
        # The age of what is dated anew is known now.
        late=old.late and not change.redated,
        place=_place(change),
        shown=_shown(text),
    )
    # The present place is written with the text.
    writes.moved.pop(old.key, None)
    if not in_place or new.place[0] != old.place[0]:
        writes.rewritten[old.key] = new.place[0]
    if in_place:
        writes.replaced.append(_replacement(text))
    else:
        writes.revisions.append(text)
    if _looks(new) != _looks(old):
        writes.changed.add(old.key)
    if new.published != old.published:
        writes.redated[old.key] = {"at": old.key, "published": new.published}
    if new != old:
        _update(writes, new)
    return new


def _dated(change: Change, old: StoredArticle, now: datetime) -> tuple[int, str]:
    """When it was published, never in the future, and who says so."""
    if not change.redated or change.published is None:
        return old.published, old.date_kind
    return stored(min(change.published, whole(now))), change.prepared.article.date_kind


def _looks(article: StoredArticle) -> tuple[object, ...]:
    """What pages and entries show of it."""
    return article.published, article.date_kind, article.updated, article.url, article.place[0], article.shown


def _move(writes: Writes, change: Change, old: StoredArticle) -> StoredArticle:
    """The text's file has another path now. A move within another source moves only a copy."""
    place = _place(change)
    if place[0] != old.place[0]:
        return old
    writes.moved[old.key] = {"at": old.key, "at_number": old.number, "location": place[1]}
    return replace(old, place=place)


def _replacement(text: Values) -> Values:
    kept = ("article", "number", "seen", "significant")
    values = {name: value for name, value in text.items() if name not in kept}
    return {"at": text["article"], "at_number": text["number"], **values}


def _update(writes: Writes, new: StoredArticle) -> None:
    names = ("content_hash", "published", "date_kind", "updated", "url", "title_key", "late")
    source, location = new.place
    values = {"revision": new.number, "source": source, "location": location}
    values |= {name: getattr(new, name) for name in names} | {"address_key": address_key_of(new.url)}
    if new.key in writes.articles:
        writes.articles[new.key] |= values
    else:
        writes.updates[new.key] = {"at": new.key, **values}


def _place(change: Change) -> tuple[str, str]:
    return change.prepared.article.source, change.prepared.article.location


def _stored_articles(connection: Connection, articles: Iterable[UUID]) -> Mapping[UUID, StoredArticle]:
    return {
        UUID(row.id): _stored_article(row)
        for batch in batches(dict.fromkeys(article.hex for article in articles))
        for row in connection.execute(_STANDING.where(_A.id.in_(batch)))
    }


def _stored_article(row: Any) -> StoredArticle:
    return StoredArticle(
        key=row.key,
        number=row.revision,
        content_hash=row.content_hash,
        published=row.published,
        date_kind=row.date_kind,
        updated=row.updated,
        url=row.url,
        title_key=row.title_key,
        late=row.late,
        place=(row.source, row.location),
        shown=tuple(getattr(row, name) for name in SHOWN),
    )
