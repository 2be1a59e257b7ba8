"""One article with all that is known of it, and how people name it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, or_, select

from aggregator.base.canonical import address_key
from aggregator.model.reading import Dossier
from storage.engine import storable
from storage.read.entries import entries_of, places_of
from storage.tables import ADMISSION, ARTICLE, FEED_VERSION, REVISION, SIGHTING, VERDICT
from storage.values import instant, instant_or_none, names, origin_of, revision_of, stored_subject, verdict_of

_A, _R, _S, _V, _P = ARTICLE.c, REVISION.c, SIGHTING.c, VERDICT.c, ADMISSION.c


def resolve(connection: Connection, ref: str) -> int | None:
    """The key of the article that `ref` names: an id, an address, a location or a path that ends with one.

    Part of a location counts from a slash on. Of several articles the newest.
    """
    ref = storable(ref)
    article = _as_id(ref)
    if article is not None:
        return connection.scalar(select(_A.key).where(_A.id == article))
    found = _by_address(connection, ref) or _by_location(connection, ref)
    return _newest(connection, found)


def _as_id(ref: str) -> str | None:
    try:
        return UUID(ref).hex
    except ValueError:
        return None


def _by_address(connection: Connection, ref: str) -> set[int]:
    own = select(_A.key).where(_A.address_key == address_key(ref))
    elsewhere = select(_S.article).where(_S.url == ref, _S.article.is_not(None))
    return {*connection.scalars(own), *(article for article in connection.scalars(elsewhere) if article)}


def _by_location(connection: Connection, ref: str) -> set[int]:
    ends = [ref[start:] for start in _starts(ref)]
    like = ref.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    query = select(_S.location, _S.article).where(
        _S.article.is_not(None), or_(_S.location.in_(ends), _S.location.like(f"%/{like}", escape="\\"))
    )
    # LIKE takes ASCII capitals and small letters for the same; file names do not.
    found = connection.execute(query).all()
    return {row.article for row in found if row.location in ends or row.location.endswith(f"/{ref}")}


def _starts(path: str) -> Iterable[int]:
    """Where `path` and its parts after each slash begin."""
    return (0, *(place + 1 for place, character in enumerate(path) if character == "/"))


def _newest(connection: Connection, keys: set[int]) -> int | None:
    # A wildly ambiguous name (``index.md``) may fit thousands; any of the first few hundred will do.
    some = sorted(keys)[:500]
    return connection.scalar(select(_A.key).where(_A.key.in_(some)).order_by(_A.published.desc(), _A.id).limit(1))


def dossier(connection: Connection, key: int) -> Dossier:
    article = connection.execute(select(ARTICLE).where(_A.key == key)).one()
    revisions = connection.execute(_REVISIONS.where(_R.article == key)).all()
    verdicts = connection.execute(select(VERDICT).where(_V.article == key).order_by(_V.topic))
    admissions = connection.execute(_ADMISSIONS.where(_P.article == key)).all()
    return Dossier(
        entry=entries_of(connection, [key])[0],
        content_hash=article.content_hash,
        date_kind=article.date_kind,
        origins=tuple(origin_of(row) for row in places_of(connection, [key])[key]),
        revisions=tuple(revision_of(row) for row in revisions),
        verdicts=tuple(verdict_of(row) for row in verdicts),
        admissions={row.feed: instant_or_none(row.entered) for row in admissions},
        feeds_since={row.feed: instant(row.created) for row in admissions if row.created is not None},
        repairs=names(revisions[-1].repairs),
        subject=stored_subject(revisions[-1]),
        withdrawn=instant_or_none(article.withdrawn),
    )


_ADMISSIONS = (
    select(_P.feed, _P.entered, FEED_VERSION.c.created)
    .outerjoin(FEED_VERSION, FEED_VERSION.c.feed == _P.feed)
    .where(~_P.gone)
    .order_by(_P.feed)
)
_FOLDED = (_R.folded_title, _R.folded_text, _R.folded_labels, _R.folded_author, _R.folded_url)
_REVISIONS = select(_R.number, _R.content_hash, _R.title, _R.seen, _R.significant, _R.repairs, *_FOLDED).order_by(
    _R.number
)
