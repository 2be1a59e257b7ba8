"""What a pass brings in at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aggregator.model.article import Prepared, Sighting
from aggregator.model.running import Learned, Pass
from aggregator.visits.intake import Intake


@dataclass(frozen=True, slots=True)
class Haul:
    """Documents of one source, to be stored in one transaction."""

    current: Pass
    intake: Intake
    prepared: Sequence[Prepared]
    aside: Sequence[Sighting]
    """Of documents that gave no article."""
    learned: Learned | None = None
    """What the collector knows at the end of the pass; None: more hauls follow."""
    error: str = ""
    """Why the source as a whole failed (``code: message``); empty if it did not."""

    @property
    def places(self) -> Iterator[tuple[str, str]]:
        """Source and location of its documents that were seen before."""
        name = self.current.source.name
        for document in self.prepared:
            if document.article.location in self.intake.sightings:
                yield name, document.article.location
