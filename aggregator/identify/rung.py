"""What a rung of identity is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

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
