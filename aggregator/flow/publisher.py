"""The publisher: soon after a commit the feeds that are behind are built, whatever else is going on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from aggregator.pipeline import publish, reroute
from aggregator.ports import Parts

PAUSE = 0.8
"""Seconds between a commit and the check of the feeds: several commits are one change for readers."""
AGAIN = 60.0
"""Seconds after which a feed that could not be published is tried again."""
FIRST_WINDOW = 120.0
"""Seconds that a feed which nobody has seen yet waits at most for what is still coming, for whatever enters it later
is late, if it is old. As long as a visit may take where nothing else is configured."""


@dataclass(frozen=True, slots=True)
class PublishTally:
    """What became of feeds so far."""

    rerouted: int = 0
    """Articles whose topics were decided anew because the rules had changed."""
    feeds: tuple[str, ...] = ()
    """Those whose bytes changed, each once."""
    left_out: tuple[str, ...] = ()
    """At the last publishing: entries that could not be published, a line each."""
    problems: tuple[str, ...] = ()
    """At the last publishing: feeds that could not be published, a line each."""


class PublishLoop:
    """Re-routes what other rules decided, and publishes what is behind, in a thread of its own."""

    def __init__(
        self,
        parts: Parts,
        quiet: Callable[[], bool],
        rerouted: Callable[[int], None],
        lock: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """``quiet``: whether everything that is coming has come; ``rerouted``: told how many articles there were;
        ``lock``: held while files are replaced, against other processes."""
        self._parts = parts
        self._lock = lock
        self._quiet = quiet
        self._rerouted = rerouted
        self._changed = threading.Event()
        self._closing = threading.Event()
        self._turn = threading.Lock()
        self._all_routed = False
        self._unseen_since: float | None = None
        self._since: float | None = None
        self.published = PublishTally()
        self.error: BaseException | None = None
        """Why it can publish nothing more."""
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something was stored: feeds may be behind."""
        self._changed.set()

    def finish(self) -> PublishTally:
        """Publishes all that is behind, now, in the caller's thread. Raises what the store raises."""
        with self._turn:
            while not self._all_routed:
                self._route()
            self._publish(unseen=True)
            return self.published

    @property
    def busy(self) -> bool:
        """Whether anything is left to do, or being done."""
        return self._changed.is_set() or self._turn.locked()

    @property
    def busy_for(self) -> float:
        """Seconds since the publication under way began, its wait for others among them; 0 without one."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    def close(self) -> None:
        """A publication under way is waited for."""
        self._closing.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            while True:
                # What could not be published is tried again without a change, too.
                self._changed.wait(AGAIN if self.published.problems else None)
                if self._closing.wait(PAUSE):
                    return
                self._changed.clear()
                with self._turn:
                    self._since = time.monotonic()
                    self._work()
                    self._since = None
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the flow
            self.error = error

    def _work(self) -> None:
        """Articles of other rules for a while, then the feeds that are behind; whatever is left is done next."""
        until = time.monotonic() + PAUSE
        while not self._all_routed and time.monotonic() < until and not self._closing.is_set():
            self._route()
        now = time.monotonic()
        if self._unseen_since is None:
            self._unseen_since = now
        unseen = self._all_routed and (self._quiet() or now - self._unseen_since > FIRST_WINDOW)
        self._publish(unseen)
        if unseen:
            self._unseen_since = None
        else:
            self._changed.set()

    def _route(self) -> None:
        number = reroute(self._parts)
        self._all_routed = not number
        self.published = PublishTally(self.published.rerouted + number, self.published.feeds)
        self._rerouted(self.published.rerouted)

    def _publish(self, unseen: bool) -> None:
        with self._lock():
            outcomes = publish(self._parts, unseen)
        changed = (key for key, outcome in outcomes.items() if outcome.changed)
        self.published = PublishTally(
            self.published.rerouted,
            tuple(dict.fromkeys((*self.published.feeds, *changed))),
            tuple(line for outcome in outcomes.values() for line in outcome.left_out),
            tuple(outcome.problem for outcome in outcomes.values() if outcome.problem),
        )
