"""What a visit has to do, from what is listed and what is remembered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.codes import AlarmCode, Code
from aggregator.model.alarm import Alarm
from aggregator.model.article import UNCERTAIN, Rejection, Sighting, SightingStatus
from aggregator.model.document import Lead, RawDocument
from aggregator.model.running import Listing, Reread, Visit, live, lost_most
from aggregator.model.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Plan:
    """What one visit has to read."""

    unread: tuple[Lead, ...]
    """To be read: new, changed by their stamp, or read by other rules before."""
    unchanged: int
    """Left alone."""
    vanished: tuple[Sighting, ...]
    """Remembered, and no longer there."""
    alarm: Alarm | None = None
    troubles: tuple[Trouble, ...] = ()
    """Parts of the source that could not be looked at."""


RECHECK_AFTER = timedelta(days=1)
"""After so long, what may not have lasted is looked at again."""


def plan_visit(
    listing: Listing, remembered: Mapping[str, Sighting], recipe: str, now: datetime, accept_losses: bool = False
) -> Plan:
    """Compares with the source's sightings. ``recipe`` is the digest of the rules that articles are read by now.

    A complete listing that lost most of what was there deletes nothing, unless losses are accepted.
    """
    unread = tuple(lead for lead in listing.leads if not is_unchanged(remembered.get(lead.location), lead, recipe, now))
    unchanged = len(listing.leads) - len(unread)
    if not listing.complete:
        return Plan(unread, unchanged, (), troubles=listing.troubles)
    there = {lead.location for lead in listing.leads}
    before = list(live(remembered))
    vanished = tuple(s for s in before if s.location not in there and not _is_below(s.location, listing.unseen))
    if lost_most(len(before), len(there)) and not accept_losses:
        detail = f"{len(there)} of {len(before)} documents are left; nothing was taken as deleted"
        alarm = Alarm(AlarmCode.MOST_GONE, detail)
        return Plan(unread, unchanged, (), alarm, listing.troubles)
    return Plan(unread, unchanged, vanished, troubles=listing.troubles)


def _is_below(location: str, unseen: tuple[str, ...]) -> bool:
    """Whether a location is in a part of the source that could not be looked at: it may still be there."""
    return any(location == part or location.startswith(part if part.endswith("/") else f"{part}/") for part in unseen)


def is_current(sighting: Sighting, recipe: str, now: datetime, remote: bool = False) -> bool:
    """Whether what was made of a document still holds while its bytes are the same.

    ``remote``: they are a page's, which may be another one tomorrow (a notice of maintenance) although nobody
    says that it changed.
    """
    if sighting.status in {"failed", "vanished"} or sighting.recipe != recipe:
        return False
    until = recheck_at(sighting, remote)
    # What was seen later than now was seen by a clock that has been set back.
    return until is None or sighting.seen <= now < until


def recheck_at(sighting: Sighting, remote: bool) -> datetime | None:
    """When to look again at what gave no article, or an article without its page; None for all else."""
    trouble = sighting.trouble
    if sighting.status == "rejected":
        uncertain = remote or (trouble is not None and trouble.code in UNCERTAIN)
    else:
        uncertain = remote and trouble is not None and trouble.code is Code.FULL_TEXT and trouble.cause in UNCERTAIN
    return sighting.seen + RECHECK_AFTER if uncertain else None


def is_unchanged(sighting: Sighting | None, lead: Lead, recipe: str, now: datetime, remote: bool = False) -> bool:
    """Whether what a lead points to was read before and cannot have changed since."""
    if sighting is None or lead.stamp == "" or sighting.stamp != lead.stamp:
        return False
    return is_current(sighting, recipe, now, remote)


def is_outdated(before: Sighting | None, kept: RawDocument) -> bool:
    """Whether something newer than the kept page was read at its place since. A kept page has the stamp it was asked
    for with."""
    return before is not None and before.stamp != kept.stamp


def is_in_step(before: Sighting | None, lead: Lead, kept: RawDocument, trusted: Reread) -> bool:
    """Whether the kept page is the one that its list speaks of.

    Other rules give a lead another stamp, too. That is all there is to it where the list was done with, and the place
    was read by the rules just before.
    """
    if kept.stamp == lead.stamp:
        return True
    read = before is not None and before.status != "failed" and before.recipe == trusted.recipe
    return read and lead.via in trusted.done


def without_article(
    rejection: Rejection, status: SightingStatus, before: Sighting | None, visit: Visit, now: datetime
) -> Sighting:
    """The sighting of a place that gave no article; ``before``: what was remembered of it."""
    return Sighting(
        source=visit.source.name,
        location=rejection.location,
        stamp=rejection.stamp,
        digest=rejection.digest,
        recipe=visit.recipe,
        status=status,
        seen=now,
        # The article of this place lives on with the text it had; a mended file finds it again.
        article=before.article if before else None,
        content_hash=before.content_hash if before else "",
        url=before.url if before else None,
        trouble=Trouble(rejection.code, "", rejection.message),
        line=rejection.line,
    )
