"""What is still to be fetched in a visit, in which order, and which lists have to be read again for it. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count

from aggregator.model.document import INDEXES, Lead

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Before any visit: a list that is to be read again from then on is read again at the next visit."""
DEEPEST = 3
"""Documents of many articles that lead to each other: a sitemap's index may have indexes in it."""
MOST_INDEXES = 500
"""Documents of many articles in one visit."""


class WorkList:
    """Articles of a list come before further lists; what could not be had before comes after all others.

    A list that has not changed is not read, and so its articles are not heard of. It must be read again where one
    of them is still wanted. An article may stand in several lists, so all that point to it are remembered.
    """

    def __init__(self, leads: Iterable[Lead] = (), asked: Sequence[str] = ()) -> None:
        """``asked``: locations of lists that were asked for in earlier visits, the longest ago first."""
        self._next: deque[Lead] = deque(leads)
        self._tried: list[tuple[datetime, int, Lead]] = []
        """A heap: when it was tried, its number, so that leads are not compared, and the lead."""
        self._numbers = count()
        self._rank: Mapping[str, int] = {location: number for number, location in enumerate(asked)}
        self._pointing: dict[tuple[bool, str], tuple[str, ...]] = {}
        """Lists that point to a place; the place is told by whether it is a list, and its location."""
        self._wanted: dict[tuple[bool, str], datetime] = {}
        self._again: dict[str, datetime] = {}
        self._lists = 0

    def __len__(self) -> int:
        return len(self._next) + len(self._tried)

    @property
    def crowded(self) -> bool:
        """Whether there were more lists than one visit follows."""
        return self._lists > MOST_INDEXES

    @property
    def waiting(self) -> int:
        """How many there are that were not tried in vain in an earlier visit."""
        return len(self._next)

    def prefer(self, wanted: Callable[[Lead], bool]) -> None:
        """Puts these before the others."""
        self._next = deque(sorted(self._next, key=wanted, reverse=True))

    def note(self, lead: Lead) -> bool:
        """Remembers who points to it; answers whether nobody did before."""
        place = _place(lead)
        lists = self._pointing.get(place)
        self._pointing[place] = (*(lists or ()), lead.via)
        if lead.kind in INDEXES:
            # The further list may change while the one that points to it does not.
            self.read_again(lead.via, ALWAYS)
        return lists is None

    def first(self, leads: Sequence[Lead]) -> None:
        """To be fetched before all that waits, in this order."""
        self._next.extendleft(reversed(leads))

    def last(self, lists: Iterable[Lead]) -> list[Lead]:
        """To be fetched after what waits; answers those that lead too far.

        Those come first that were never asked for, then those that were the longest ago.
        """
        too_far = []
        for lead in sorted(lists, key=lambda lead: self._rank.get(lead.location, -1)):
            self._lists += 1
            if lead.depth <= DEEPEST and not self.crowded:
                self._next.append(lead)
            else:
                too_far.append(lead)
        return too_far

    def guess(self, leads: Sequence[Lead]) -> None:
        """One of these places may hold a feed: they are tried in this order, that one first which did before."""
        self._next.extend(sorted(leads, key=lambda lead: lead.location not in self._rank))

    def knows(self, lead: Lead) -> bool:
        """Whether it was asked for, and had, in an earlier visit."""
        return lead.location in self._rank

    @property
    def guesses(self) -> int:
        """How many places wait where a feed may be."""
        return sum(lead.guess for lead in self._next)

    def drop_guesses(self) -> None:
        """One of them was right."""
        self._next = deque(lead for lead in self._next if not lead.guess)

    def retry(self, lead: Lead, tried: datetime) -> None:
        """To be fetched once nothing else waits, those first that were tried the longest ago."""
        heappush(self._tried, (tried, next(self._numbers), lead))

    def take(self) -> Lead:
        """The next one. Raises IndexError."""
        return self._next.popleft() if self._next else heappop(self._tried)[2]

    def want(self, lead: Lead, since: datetime) -> None:
        """What is there is wanted from that instant on."""
        place = _place(lead)
        self._wanted[place] = min(since, self._wanted.get(place, since))

    def read_again(self, location: str, since: datetime) -> None:
        """The list is to be read from that instant on, also where it has not changed."""
        self._again[location] = min(since, self._again.get(location, since))

    def again(self) -> Mapping[str, datetime]:
        """Lists that are to be read again, and from when on."""
        again = dict(self._again)
        left = [*self._next, *(lead for *_, lead in self._tried)]
        for place, since in (*self._wanted.items(), *((_place(lead), ALWAYS) for lead in left)):
            for location in self._pointing.get(place, ()):
                again[location] = min(since, again.get(location, since))
        return again


def _place(lead: Lead) -> tuple[bool, str]:
    return lead.kind in INDEXES, lead.location
