"""What a rung of identity is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from aggregator.base.canonical import is_same_address
from aggregator.identify.claims import Claim, Claims, Ownership
from aggregator.identify.continued import Continued
from aggregator.identify.likeness import Standing
from aggregator.model.article import LOCATION, Identity, KnownArticle, Prepared, Sighting

Key = tuple[str, Hashable]
"""A kind of keys, and a key of that kind."""
Found = Mapping[str, Sequence[KnownArticle]]
"""Of each kind that a rung looks up, the articles known by its keys; one kind's in the order in which they count."""


@dataclass(frozen=True, slots=True)
class Context:
    """What else is known of the documents of one source, settled together."""

    sightings: Mapping[str, Sighting]
    """By location, from before the visit."""
    recipe: str
    """Digest of the rules that documents are read by now."""
    gone: Collection[UUID]
    """Articles that lost a place in this visit."""
    left: Mapping[str, UUID] = field(default_factory=dict)
    """Places that are gone in this visit, or that show another article now, and the articles that were there."""
    by_bytes: Mapping[str, Sighting] = field(default_factory=dict)
    """By digest, places that are gone in this visit."""
    present: Collection[str] | None = None
    """Places that a feed or list, which names the newest articles only, does name in this visit; None where all that
    is there is listed."""
    articles: Mapping[UUID, KnownArticle] = field(default_factory=dict)
    """As they are after the documents before."""
    continued: Mapping[str, Continued] = field(default_factory=dict)
    """By location, which articles that have lost their places the documents go on with."""
    claims: Claims = field(default_factory=Claims)

    def standing(self, known: KnownArticle) -> Standing:
        """What has become of the place that the text of an article of the documents' source came from."""
        _, location = known.place
        if not known.alive or self.left.get(location) == known.id:
            return Standing.GONE
        absent = self.present is not None and location not in self.present
        return Standing.ABSENT if absent else Standing.THERE

    def is_of_others(self, known: KnownArticle, document: Prepared) -> bool:
        """Whether an article is another source's to change: of one that tells it, or that it belongs to."""
        if known.place[0] == document.article.source:
            return False
        return known.alive or self.claim_on(known) > self.claim_of(document)

    def outranks(self, document: Prepared, known: KnownArticle) -> bool:
        """Whether the document is of the source that shall provide the article, in place of the one that does."""
        return known.place[0] not in {"", document.article.source} and self.claim_of(document) > self.claim_on(known)

    def are_both_own(self, document: Prepared, known: KnownArticle) -> bool:
        """Whether two sources tell an article each at an address of its own: neither may speak for the other."""
        own = self.claim_of(document).ownership is self.claim_on(known).ownership is Ownership.OWN
        return (
            own and known.place[0] != document.article.source and not is_same_address(known.url, document.article.url)
        )

    def is_address_owned(self, document: Prepared, known: KnownArticle) -> bool:
        """Whether both state one address, and it is the one's and not the other's."""
        owners = {self.claim_of(document).ownership, self.claim_on(known).ownership}
        return is_same_address(known.url, document.article.url) and owners == {Ownership.OWN, Ownership.OTHERS}

    def claim_of(self, document: Prepared) -> Claim:
        return self.claims.of(document.article.source, document.article.url)

    def claim_on(self, known: KnownArticle) -> Claim:
        """Of the source that provides an article."""
        return self.claims.of(known.place[0], known.url)

    def before(self, document: Prepared) -> Sighting | None:
        """The document's place as last seen."""
        return self.sightings.get(document.article.location)


@dataclass(frozen=True, slots=True)
class Rung:
    """One question of identity: by what a document may be recognised, and what it takes.

    To add one: a file in `identify.rungs` with a `Rung`, and a line in `RUNGS` there at its place in the order. A
    kind of keys that no rung used before needs a line in `storage.read.lookups.LOOK_UPS`, too: what answers it.
    """

    name: str
    """`Identity.rung` of what it decides."""
    keys: Callable[[Prepared], tuple[Key, ...]]
    """What it looks up for a document. The article that the document becomes is known by these keys, too, to the
    documents after it in the same transaction."""
    decide: Callable[[Prepared, Found, Context], Identity | None]
    """Which article the document is; None if this rung cannot tell. What it found are all kinds it has keys of."""


def here(found: Found) -> KnownArticle | None:
    """The article last seen at the document's place."""
    at_its_place = found[LOCATION]
    return at_its_place[0] if at_its_place else None
