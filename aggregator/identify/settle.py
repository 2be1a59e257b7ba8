"""A batch of documents against what the store knows: each becomes a change.

Documents of one batch may be the same article as each other, so what each one decides is added
to what is known before the next is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from itertools import chain
from uuid import UUID

from aggregator.base.canonical import address_key, is_same_address
from aggregator.identify.claims import Claims, Ownership
from aggregator.identify.continued import continued
from aggregator.identify.dating import corrects_date
from aggregator.identify.likeness import Standing
from aggregator.identify.rung import Context, Found, Key, here
from aggregator.identify.rungs import keys_of, resolve
from aggregator.identify.rungs.location import stays
from aggregator.model.article import (
    ADDRESS,
    INSTANT,
    LOCATION,
    LOST,
    TITLE,
    Change,
    Identity,
    Known,
    KnownArticle,
    Prepared,
    Sighting,
    SightingStatus,
)

CHANGES = 5
"""Changes of an article that subscribers hear of, and one more each day that it is known."""


def _in_time(_: Prepared) -> bool:
    return False


class Settler:
    """Settles the documents of one transaction, source by source; what each one decides is known to the next."""

    def __init__(self, known: Known, claims: Claims | None = None) -> None:
        """``claims``: of the configured sources; without, all are equal."""
        self._claims = claims or Claims()
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
        present: Collection[str] | None = None,
        late: Callable[[Prepared], bool] = _in_time,
        zone: tzinfo = UTC,
    ) -> list[Change]:
        """What each document of one source does to the store, in order.

        ``sightings`` are the source's, by location, from before the visit; ``vanished`` those of locations that are
        gone in this visit: such an article turning up elsewhere has moved. ``present``: see `Batch`. ``late``: asked
        once of each document that is a new article, see `Change`. ``zone``: of dates that state none.
        """
        asked = [keys_of(document) for document in batch]
        context = self._context(batch, asked, sightings, vanished, recipe, present)
        return [self._change(*each, context, now, late, zone) for each in zip(batch, asked, strict=True)]

    def _context(
        self,
        batch: Sequence[Prepared],
        asked: Sequence[Sequence[tuple[Key, ...]]],
        sightings: Mapping[str, Sighting],
        vanished: Sequence[Sighting],
        recipe: str,
        present: Collection[str] | None,
    ) -> Context:
        """What is known of a batch as a whole."""
        left = {sighting.location: sighting.article for sighting in vanished if sighting.article}
        by_bytes = {sighting.digest: sighting for sighting in vanished if sighting.article and sighting.digest}
        gone = frozenset(left.values())
        context = Context(sightings, recipe, gone, left, by_bytes, present, self._by_id, claims=self._claims)
        if not any(self._known[kind] for kind in (TITLE, INSTANT, ADDRESS, LOST)):
            return context
        found = {
            id(document): self._look_up(chain.from_iterable(keys)) for document, keys in zip(batch, asked, strict=True)
        }
        wandering = [document for document in batch if not stays(document, found[id(document)], context)]
        displaced = {
            document.article.location: known.id for document in wandering if (known := here(found[id(document)]))
        }
        context = replace(context, left=left | displaced)
        taken = {it.article for document in wandering if (it := by_bytes.get(document.digest)) and it.article}
        return replace(
            context,
            continued=continued(
                wandering,
                lambda document: chain.from_iterable(found[id(document)].values()),
                [known for id_ in sorted(context.gone) if (known := self._by_id.get(id_))],
                context.standing,
                taken,
            ),
        )

    def _change(
        self,
        document: Prepared,
        keys: Sequence[tuple[Key, ...]],
        context: Context,
        now: datetime,
        late: Callable[[Prepared], bool],
        zone: tzinfo,
    ) -> Change:
        article = document.article
        place = (article.source, article.location)
        identity = resolve(document, keys, self._look_up, context)
        held = self._by_id.get(identity.id)
        if self._is_owned(document, identity, context):
            # It is another article's address. Whoever links to it is not to be taken for it.
            document = replace(document, article=replace(article, url=None))
            if held is not None and held.place == place and is_same_address(held.url, article.url):
                held = replace(held, url=None)
                identity = replace(identity, kind="revision")
        in_place = held is not None and identity.significant and _is_restless(held, now)
        if in_place:
            identity = replace(identity, significant=False, why=f"{identity.why}, as at nearly every look")
        redated = held is not None and _redates(document, identity, held, context, zone)
        if redated and held is not None:
            # Its age is known now.
            held = replace(held, published=article.published, date_kind=article.date_kind, late=False)
            if identity.kind == "same":
                identity = replace(identity, kind="revision", why=f"{identity.why}, under another date")
        published = held.published if held else article.published
        url = document.article.url or (held.url if held else None)
        contested = self._contested(document, identity, context)
        replaces = _replaced_place(document, held, context)
        sighting = _sighting(document, identity, context, now, moved=bool(replaces))
        if held is None or identity.kind == "revision":
            held = self._by_id[identity.id] = _as_known(document, identity, held, late, in_place=in_place)
            self._note(held, keys)
        elif sighting.status == "moved" and held.place[0] == article.source:
            held = self._by_id[identity.id] = replace(held, place=place, alive=True)
        # A place shows one article, whatever it was before.
        self._known[LOCATION][place] = (held,)
        replaces = replaces if context.present is not None else ""
        return Change(identity, document, sighting, published, replaces, held.late, redated, url, in_place, contested)

    def _is_owned(self, document: Prepared, identity: Identity, context: Context) -> bool:
        """Whether the document states the address of another article, which the source provides that it belongs to."""
        if context.claim_of(document).ownership is not Ownership.OTHERS:
            return False
        at_it = self._at_address(document.article.url)
        others = (self._by_id.get(known.id, known) for known in at_it if known.id != identity.id)
        return any(context.claim_on(known).ownership is Ownership.OWN for known in others)

    def _contested(self, document: Prepared, identity: Identity, context: Context) -> tuple[UUID, ...]:
        """Articles of others under the address of one that its own source tells from now on; they lose it."""
        if not identity.takes_over and identity.kind != "new":
            return ()
        if context.claim_of(document).ownership is not Ownership.OWN:
            return ()
        at_it = self._at_address(document.article.url)
        others = (self._by_id.get(known.id, known) for known in at_it if known.id != identity.id)
        foreign = [known for known in others if context.claim_on(known).ownership is Ownership.OTHERS]
        self._by_id |= {known.id: replace(known, url=None) for known in foreign}
        return tuple(known.id for known in foreign)

    def _at_address(self, address: str | None) -> tuple[KnownArticle, ...]:
        return self._known[ADDRESS].get(address_key(address), ()) if address else ()

    def _note(self, held: KnownArticle, keys: Iterable[tuple[Key, ...]]) -> None:
        """The documents after it find the article by these keys."""
        for kind, key in chain.from_iterable(keys):
            others = self._known[kind].setdefault(key, (held,))
            if others[0] is not held:
                self._known[kind][key] = (held, *(k for k in others if k.id != held.id))

    def _look_up(self, keys: Iterable[Key]) -> Found:
        found: dict[str, tuple[KnownArticle, ...]] = {}
        for kind, key in keys:
            articles = self._known[kind].get(key, ())
            if articles:
                articles = tuple([self._by_id.get(article.id, article) for article in articles])
            if articles or kind not in found:
                found[kind] = found.get(kind, ()) + articles
        return found


def _is_restless(held: KnownArticle, now: datetime) -> bool:
    """Whether the article changed so often that another change is no news: counters, random parts."""
    known_for = now - (held.first_seen or now)
    return held.revision - 1 >= CHANGES + max(0, known_for.days)


def _as_known(
    document: Prepared,
    identity: Identity,
    held: KnownArticle | None,
    late: Callable[[Prepared], bool],
    *,
    in_place: bool,
) -> KnownArticle:
    """The article as the store will know it after this change."""
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
            revision=held.revision + (not in_place and document.content_hash != held.content_hash),
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
        late=late(document),
    )


def _redates(document: Prepared, identity: Identity, held: KnownArticle, context: Context, zone: tzinfo) -> bool:
    """Whether the article takes the document's date over, with a text from it or with the same words."""
    taken = identity.kind == "revision" or (document.content_hash == held.content_hash and not identity.waits)
    moved = context.before(document) is None and context.standing(held) is Standing.GONE
    return taken and corrects_date(held, document, zone, moved, identity.takes_over)


def _replaced_place(document: Prepared, held: KnownArticle | None, context: Context) -> str:
    """The place that the article's text came from, if it is gone and the document is found at one that is new."""
    if held is None or held.place[0] != document.article.source or context.before(document) is not None:
        return ""
    return "" if context.standing(held) is Standing.THERE else held.place[1]


def _status(identity: Identity, before: Sighting | None, moved: bool) -> SightingStatus:
    if identity.kind == "new":
        return "new"
    if identity.significant:
        return "changed"
    if before is not None and before.article == identity.id and before.status != "vanished":
        return "unchanged"
    return "moved" if moved else "duplicate"


def _sighting(document: Prepared, identity: Identity, context: Context, now: datetime, *, moved: bool) -> Sighting:
    article, before = document.article, context.before(document)
    sighting = Sighting(
        source=article.source,
        location=article.location,
        stamp=document.stamp,
        digest=document.digest,
        recipe=context.recipe,
        status=_status(identity, before, moved or identity.id in context.gone),
        seen=now,
        article=identity.id,
        content_hash=document.content_hash,
        url=article.url,
        trouble=document.trouble,
    )
    return _waiting(sighting, before) if identity.waits else sighting


def _waiting(sighting: Sighting, before: Sighting | None) -> Sighting:
    """What was read here last is what we hold; without a stamp, the page is asked for again at the next visit."""
    if before is None or before.status in {"rejected", "failed"}:
        return replace(sighting, stamp="", digest="", trouble=None)
    return replace(before, stamp="", status=sighting.status, seen=sighting.seen, article=sighting.article, trouble=None)
