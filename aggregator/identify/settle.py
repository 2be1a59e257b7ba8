"""A batch of documents against what the store knows: each becomes a change.

Documents of one batch may be the same article as each other, so what each one decides is added
to what is known before the next is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from uuid import UUID

from aggregator.identify.fingerprint import mint_id
from aggregator.identify.rung import Context, Found, Key
from aggregator.identify.rungs import keys_of, resolve
from aggregator.model.article import (
    LOCATION,
    Change,
    Identity,
    Known,
    KnownArticle,
    Prepared,
    Sighting,
    SightingStatus,
)


class Settler:
    """Settles the documents of one transaction, source by source; what each one decides is known to the next."""

    def __init__(self, known: Known) -> None:
        self._known = defaultdict(dict, {kind: dict(found) for kind, found in known.items()})
        self._by_id: dict[UUID, KnownArticle] = {}
        for article in chain.from_iterable(chain.from_iterable(found.values() for found in known.values())):
            # What was found by a hash has no texts: it must not hide what was found otherwise.
            if article.place[0] or article.id not in self._by_id:
                self._by_id[article.id] = article

    def settle(
        self,
        batch: Sequence[Prepared],
        sightings: Mapping[str, Sighting],
        vanished: Sequence[Sighting],
        recipe: str,
        now: datetime,
    ) -> list[Change]:
        """What each document of one source does to the store, in order.

        ``sightings`` are the source's, by location, from before the visit; ``vanished`` those of
        locations that are gone in this visit: such an article turning up elsewhere has moved.
        """
        gone = {sighting.article for sighting in vanished if sighting.article}
        left = {sighting.digest: sighting for sighting in vanished if sighting.article and sighting.digest}
        context = Context(sightings, recipe, gone)
        return [self._change(document, context, left, now) for document in batch]

    def _change(self, document: Prepared, context: Context, left: Mapping[str, Sighting], now: datetime) -> Change:
        article = document.article
        keys = keys_of(document)
        identity = resolve(document, keys, self._look_up, context)
        if identity.kind == "new" and document.digest in left:
            identity = _moved(document, identity, left[document.digest])
        held = self._by_id.get(identity.id)
        published = held.published if held else article.published
        sighting = _sighting(document, identity, context, now)
        if held is None or identity.kind == "revision":
            held = self._by_id[identity.id] = _as_known(document, identity, held)
            for kind, key in chain.from_iterable(keys):
                others = self._known[kind].get(key)
                if others and others[0] is held:
                    continue
                self._known[kind][key] = (held, *(k for k in others if k.id != held.id)) if others else (held,)
        # A place shows one article, whatever it was before.
        self._known[LOCATION][article.source, article.location] = (held,)
        return Change(identity, document, sighting, published)

    def _look_up(self, keys: Iterable[Key]) -> Found:
        found: dict[str, tuple[KnownArticle, ...]] = {}
        for kind, key in keys:
            articles = self._known[kind].get(key, ())
            if articles and kind == LOCATION:
                articles = tuple([self._by_id.get(article.id, article) for article in articles])
            found[kind] = found[kind] + articles if kind in found else articles
        return found


def _moved(document: Prepared, identity: Identity, left: Sighting) -> Identity:
    """The same file at another place, with other words because new cleaning rules read it.

    Only the article that was minted from this very source and these words is cleaned anew; a file that
    was a copy of another source's article stays one.
    """
    article = document.article
    stated = article.published if article.date_kind == "stated" else None
    if left.article is None:
        return identity
    own = left.article == mint_id(article.source, left.content_hash, stated)
    why = "the same file at another place, read by new cleaning rules"
    return Identity("revision" if own else "same", left.article, "hash", False, why)


def _as_known(document: Prepared, identity: Identity, held: KnownArticle | None) -> KnownArticle:
    """The article as the store will know it after this change; its date stays what it was."""
    article, subject = document.article, document.subject
    if held is not None:
        url = article.url or held.url
        return replace(
            held,
            content_hash=document.content_hash,
            url=url,
            title=subject.title,
            text=subject.text,
            place=(article.source, article.location),
            alive=True,
            html=article.html,
            author=article.author,
            labels=subject.labels,
            enclosures=article.enclosures,
        )
    return KnownArticle(
        id=identity.id,
        content_hash=document.content_hash,
        published=article.published,
        date_kind=article.date_kind,
        url=article.url,
        title=subject.title,
        text=subject.text,
        place=(article.source, article.location),
        html=article.html,
        author=article.author,
        labels=subject.labels,
        enclosures=article.enclosures,
    )


def _status(identity: Identity, before: Sighting | None, gone: Collection[UUID]) -> SightingStatus:
    if identity.kind == "new":
        return "new"
    if identity.significant:
        return "changed"
    if before is not None and before.article == identity.id and before.status != "vanished":
        return "unchanged"
    return "moved" if identity.id in gone else "duplicate"


def _sighting(document: Prepared, identity: Identity, context: Context, now: datetime) -> Sighting:
    article, before = document.article, context.before(document)
    sighting = Sighting(
        source=article.source,
        location=article.location,
        stamp=document.stamp,
        digest=document.digest,
        recipe=context.recipe,
        status=_status(identity, before, context.gone),
        seen=now,
        article=identity.id,
        content_hash=document.content_hash,
        url=article.url,
        trouble=document.lacking,
    )
    return _waiting(sighting, before) if identity.waits else sighting


def _waiting(sighting: Sighting, before: Sighting | None) -> Sighting:
    """What was read here last is what we hold; without a stamp, the page is asked for again at the next visit."""
    if before is None or before.status in {"rejected", "failed"}:
        return replace(sighting, stamp="", digest="", trouble=None)
    return replace(before, stamp="", status=sighting.status, seen=sighting.seen, article=sighting.article, trouble=None)
