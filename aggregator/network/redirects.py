"""Where a chain of redirects leads (RFC 9110, section 15.4)."""

from __future__ import annotations

from aggregator.codes import Code
from aggregator.errors import CollectError
from aggregator.network.address import Address, join

MOST = 10
_PERMANENT = frozenset({301, 308})
_KEEPING = frozenset({307, 308})
"""The method and body stay what they were."""
FOLLOWED = frozenset({301, 302, 303, 307, 308})


class Chain:
    """The way from the address that was asked to the one that answers."""

    def __init__(self, start: Address, method: str) -> None:
        self.at = start
        self.moved: str | None = None
        """The end of the unbroken chain of permanent redirects from the start; None without one."""
        self._followed = FOLLOWED if method == "GET" else _KEEPING
        self._lasting = True
        self._seen = {start.url}

    @property
    def begun(self) -> bool:
        """Whether anything has been followed yet."""
        return len(self._seen) > 1

    def onward(self, status: int, location: str) -> bool:
        """Moves to where an answer points; False if it is the last one.

        A request that is no GET is only repeated where the status promises to keep its method. Without a Location
        the answer is the last. Raises CollectError ``redirects`` for a circle or more than MOST, ``bad-address``.
        """
        if status not in self._followed or not location:
            return False
        to = join(self.at, location)
        if to.url in self._seen:
            raise _endless(self.at, f"redirects in a circle, back to {to.shown}")
        if len(self._seen) > MOST:
            raise _endless(self.at, f"is redirect number {MOST}, and redirects again")
        self._lasting = self._lasting and status in _PERMANENT
        if self._lasting:
            self.moved = to.url
        self._seen.add(to.url)
        self.at = to
        return True


def _endless(at: Address, reason: str) -> CollectError:
    return CollectError(
        Code.REDIRECTS, f"{at.shown} {reason}", "open the address in a browser, and configure where it ends"
    )
