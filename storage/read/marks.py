"""Marks of all articles: digests of the rows that pages show, without the wide columns.

A revision is known by its number, hash and instant: one that is replaced in place has another instant. 5,000 articles
take about 0.2 seconds.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from aggregator.model.reading import ArticleMarks
from storage.tables import ADMISSION, ARTICLE, FEED_VERSION, REVISION, SIGHTING, SOURCE, VERDICT
from storage.values import SITE

_A, _R, _S, _V, _P = ARTICLE.c, REVISION.c, SIGHTING.c, VERDICT.c, ADMISSION.c
# All columns but what only the writing side needs.
_ARTICLES = (
    select(
        *(_A.key, _A.id, _A.source, _A.location, _A.published, _A.date_kind, _A.updated, _A.first_seen, _A.url),
        *(_A.content_hash, _A.revision, _A.filed),
        *(SOURCE.c.publish, SOURCE.c.rights, *(SOURCE.c[name] for name in SITE)),
    )
    .outerjoin(SOURCE, SOURCE.c.name == _A.source)
    .where(_A.withdrawn.is_(None))
    .order_by(_A.key)
)
_BESIDE = (
    select(_R.article, _R.number, _R.content_hash, _R.seen, _R.significant, _R.title).order_by(_R.article, _R.number),
    select(_S.article, _S.source, _S.location, _S.url, _S.status, _S.seen)
    .where(_S.article.is_not(None))
    .order_by(_S.source, _S.location),
    select(_V.article, _V.topic, _V.matched, _V.score, _V.reasons, _V.why_not).order_by(_V.article, _V.topic),
    select(_P.article, _P.feed, _P.entered, FEED_VERSION.c.created)
    .outerjoin(FEED_VERSION, FEED_VERSION.c.feed == _P.feed)
    .where(~_P.gone)
    .order_by(_P.article, _P.feed),
)
_LISTED = select(_V.topic, _V.published, _A.id).join(ARTICLE, _A.key == _V.article)
_LISTED = _LISTED.where(_V.matched, _A.withdrawn.is_(None))


def marks(connection: Connection) -> ArticleMarks:
    """In one transaction, so that marks and lists belong together."""
    articles = connection.execute(_ARTICLES).all()
    digests = {row.key: hashlib.sha256(_told(row)) for row in articles}
    for query in _BESIDE:
        for row in connection.execute(query):
            if row[0] in digests:
                digests[row[0]].update(_told(row))
    lists: dict[str, list[tuple[int, str]]] = {"all": [], "none": []}
    for row in articles:
        lists["all" if row.filed else "none"].append((-row.published, row.id))
    for topic, published, id_ in connection.execute(_LISTED):
        lists.setdefault(topic, []).append((-published, id_))
    ids = {row.id: UUID(row.id) for row in articles}
    return ArticleMarks(
        {ids[row.id]: digests[row.key].hexdigest()[:16] for row in articles},
        {key: [ids[id_] for _, id_ in sorted(listed)] for key, listed in lists.items()},
    )


def _told(row: Any) -> bytes:
    return repr(tuple(row)).encode("utf-8", "backslashreplace")
