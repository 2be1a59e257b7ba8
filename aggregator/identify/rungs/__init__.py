"""Which article a document is: the rungs, tried in order, each with its evidence; the first that can tell decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from itertools import chain
from uuid import UUID

from aggregator.identify.rung import Context, Found, Key, Rung
from aggregator.identify.rungs.address import ADDRESS_RUNG
from aggregator.identify.rungs.content_hash import HASH_RUNG
from aggregator.identify.rungs.copied import COPY_RUNG
from aggregator.identify.rungs.location import LOCATION_RUNG
from aggregator.identify.rungs.moved import MOVED_RUNG
from aggregator.identify.rungs.new import new
from aggregator.model.article import HASH, LOCATION, LOST, Identity, Prepared, Wanted

RUNGS: tuple[Rung, ...] = (LOCATION_RUNG, HASH_RUNG, MOVED_RUNG, ADDRESS_RUNG, COPY_RUNG)
"""In the order in which they are asked. A document that none of them knows is new."""


def keys_of(document: Prepared) -> list[tuple[Key, ...]]:
    """What each rung looks up for a document."""
    return [rung.keys(document) for rung in RUNGS]


def resolve(
    document: Prepared, keys: Sequence[tuple[Key, ...]], look_up: Callable[[Iterable[Key]], Found], context: Context
) -> Identity:
    """The identity of one document; ``look_up`` answers what is known by a rung's keys, of all ``keys_of`` it."""
    for rung, asked in zip(RUNGS, keys, strict=True):
        if identity := rung.decide(document, look_up(asked) if asked else {}, context):
            return identity
    same_words = look_up([(HASH, document.content_hash)])[HASH]
    return new(document, {known.id for known in same_words})


def wanted_keys(batch: Sequence[Prepared], places: Collection[tuple[str, str]], lost: Collection[UUID] = ()) -> Wanted:
    """All that the rungs look up for these documents, by kind of keys.

    ``places``: source and location of those of them that were seen before, in the order of sources; what is
    known to be seen for the first time needs no look-up by its place. ``lost``: articles whose places vanished, which
    one of the documents may go on with.
    """
    wanted: defaultdict[str, dict[Hashable, None]] = defaultdict(dict)
    for kind, key in chain.from_iterable(chain.from_iterable(map(keys_of, batch))):
        wanted[kind][key] = None
    if lost:
        wanted[LOST] = dict.fromkeys(lost)
    return {kind: places if kind == LOCATION else keys for kind, keys in wanted.items()}
