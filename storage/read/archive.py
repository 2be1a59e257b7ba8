"""What readers of the store ask. Each call sees one snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Engine, Select, and_, select

import storage.read.counts as counts
import storage.read.lookups as lookups
import storage.read.neighbours as beside
import storage.versions as versions
from aggregator.model.article import Known, Subject, Wanted
from aggregator.model.reading import ArticleMarks, Dossier, Entry, FeedVersion, Neighbours, PathVersion, Query
from aggregator.model.running import Counts
from storage.engine import batches, reading
from storage.read.dossier import dossier, resolve
from storage.read.entries import entries_of
from storage.read.marks import marks
from storage.read.windows import window
from storage.tables import ADMISSION, ARTICLE, META, REVISION, VERDICT
from storage.values import instant, instant_or_none, stored_subject

_A, _R, _V, _P = ARTICLE.c, REVISION.c, VERDICT.c, ADMISSION.c
_VISIBLE = _A.withdrawn.is_(None)


class SqlArchive:
    """Implements `aggregator.ports.Archive`; may be used from several threads at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def entries(self, query: Query) -> tuple[Entry, ...]:
        with reading(self._engine) as connection:
            return entries_of(connection, _chosen(connection, query))

    def article(self, ref: str) -> Dossier | None:
        """Withdrawn articles, too. Of several candidates the newest."""
        with reading(self._engine) as connection:
            key = resolve(connection, ref)
            return None if key is None else dossier(connection, key)

    def known(self, wanted: Wanted) -> Known:
        with reading(self._engine) as connection:
            return lookups.known(connection, wanted)

    def topic_counts(self) -> Mapping[str, Counts]:
        """Topics without articles are left out; ``all`` and ``none`` are always there."""
        with reading(self._engine) as connection:
            found = counts.articles(connection)
            waiting = counts.waiting(connection)
        return {slug: Counts(count, instant_or_none(at), waiting.get(slug, 0)) for slug, (count, at) in found.items()}

    def feed_versions(self) -> Mapping[str, FeedVersion]:
        with reading(self._engine) as connection:
            return versions.all_versions(connection)

    def path_version(self, path: str) -> PathVersion | None:
        with reading(self._engine) as connection:
            return versions.path_version(connection, path)

    def waiting(self) -> Mapping[str, int]:
        """Feeds that nobody waits for are left out."""
        with reading(self._engine) as connection:
            return counts.waiting(connection)

    def dated(self) -> datetime | None:
        with reading(self._engine) as connection:
            return instant_or_none(connection.execute(select(META.c.dated)).scalar_one())

    def installation(self) -> UUID:
        with reading(self._engine) as connection:
            return UUID(connection.execute(select(META.c.installation)).scalar_one())

    def change_number(self) -> str:
        with reading(self._engine) as connection:
            return str(connection.execute(select(META.c.changes)).scalar_one())

    def marks(self) -> ArticleMarks:
        with reading(self._engine) as connection:
            return marks(connection)

    def subjects(self, limit: int, not_routed_by: str) -> Sequence[tuple[UUID, datetime, bool, Subject]]:
        # The narrow table is looked through first, then the texts of those that were found are read.
        query = select(_A.key).where(_A.rules != not_routed_by).order_by(_A.key).limit(limit)
        with reading(self._engine) as connection:
            return [
                (UUID(row.id), instant(row.published), row.late, stored_subject(row))
                for batch in batches(connection.scalars(query).all())
                for row in connection.execute(_SUBJECTS.where(_A.key.in_(batch)))
            ]

    def neighbours(self, article: UUID, topic: str) -> Neighbours:
        with reading(self._engine) as connection:
            return beside.neighbours(connection, article, topic)

    def filed(self, offset: int, limit: int) -> Sequence[tuple[UUID, datetime]]:
        query = select(_A.id, _A.updated).where(_VISIBLE, _A.filed).order_by(_A.key).limit(limit).offset(offset)
        with reading(self._engine) as connection:
            return [(UUID(row.id), instant(row.updated)) for row in connection.execute(query)]


_SUBJECTS = (
    select(
        *(_A.id, _A.published, _A.late),
        *(_R.folded_title, _R.folded_text, _R.folded_labels, _R.folded_author, _R.folded_url),
    )
    .join(REVISION, (_R.article == _A.key) & (_R.number == _A.revision))
    .order_by(_A.key)
)


def _chosen(connection: Connection, query: Query) -> Sequence[int]:
    """The keys in order. Texts are read afterwards: a sort that carried them would be slow."""
    if query.feed is None:
        return connection.scalars(_selection(query)).all()
    first = select(_A.key, _A.source).where(_VISIBLE)
    if query.source is not None:
        first = first.where(_A.source == query.source)
    place = and_(_P.article == _A.key, _P.feed == query.feed, _P.entered.is_not(None), ~_P.gone)
    entered = first.join(ADMISSION, place).order_by(_P.entered.desc(), _P.published.desc(), _A.id)
    piecemeal = entered.offset(query.offset).execution_options(yield_per=query.limit)
    with connection.execute(piecemeal) as rows:
        return window(((row.key, row.source) for row in rows), query.limit, query.share)


def _selection(query: Query) -> Select[int]:
    chosen = select(_A.key).where(_VISIBLE).limit(query.limit).offset(query.offset)
    if query.source is not None:
        chosen = chosen.where(_A.source == query.source)
    if query.topic == "none":
        chosen = chosen.where(~_A.filed)
    elif query.topic == "all":
        chosen = chosen.where(_A.filed)
    elif query.topic is not None:
        verdict = and_(_V.article == _A.key, _V.topic == query.topic, _V.matched)
        return chosen.join(VERDICT, verdict).order_by(_V.published.desc(), _A.id)
    return chosen.order_by(_A.published.desc(), _A.id)
