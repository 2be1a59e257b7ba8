"""Which documents give no article now, and why: from what the store remembers of a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aggregator.model.article import Sighting
from aggregator.operations.reports import Refusal


def refusals_of(sightings: Mapping[str, Sighting]) -> Iterator[Refusal]:
    """All of one source, by location."""
    refused = (sighting for sighting in sightings.values() if sighting.status in {"rejected", "failed"})
    return map(refusal_of, sorted(refused, key=lambda sighting: sighting.location))


def refusal_of(sighting: Sighting) -> Refusal:
    """What a sighting says of its document, which was rejected or could not be read."""
    reason = str(sighting.trouble or "")
    return Refusal(sighting.source, sighting.location, sighting.line, sighting.status, reason, sighting.seen)
