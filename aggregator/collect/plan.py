"""What a pass has to do, from what is listed and what is remembered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from aggregator.model.article import Lead, Sighting
from aggregator.model.running import Listing, Memory, live, lost_most


@dataclass(frozen=True, slots=True)
class Plan:
    """One pass over one source."""

    unread: tuple[Lead, ...]
    """To be read: new, changed by their stamp, or read by other rules before."""
    unchanged: int
    """Left alone."""
    vanished: tuple[Sighting, ...]
    """Remembered, and no longer there."""
    alarm: str = ""

    @property
    def gone(self) -> frozenset[UUID]:
        """Articles that lost a place; turning up at another one, they have moved."""
        return frozenset(sighting.article for sighting in self.vanished if sighting.article)


NOTHING = Plan((), 0, ())


def plan_pass(listing: Listing, memory: Memory, recipe: str) -> Plan:
    """Compares. ``recipe`` is the digest of the rules that articles are read by now."""
    remembered = memory.sightings
    unread = tuple(lead for lead in listing.leads if not _as_before(remembered.get(lead.location), lead, recipe))
    unchanged = len(listing.leads) - len(unread)
    if not listing.complete:
        return Plan(unread, unchanged, ())
    there = {lead.location for lead in listing.leads}
    before = list(live(memory))
    vanished = tuple(sighting for sighting in before if sighting.location not in there)
    if lost_most(len(before), len(there)):
        return Plan(
            unread, unchanged, (), f"{len(there)} of {len(before)} documents left; nothing was taken as deleted"
        )
    return Plan(unread, unchanged, vanished)


def _as_before(sighting: Sighting | None, lead: Lead, recipe: str) -> bool:
    return (
        sighting is not None
        and lead.stamp != ""
        and sighting.stamp == lead.stamp
        and sighting.recipe == recipe
        and sighting.status not in {"failed", "vanished"}
    )
