"""The same message again and again: told once, then counted. So nobody fills the disk by way of the log."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import structlog

Event = MutableMapping[str, Any]
WINDOW_SECONDS = 60.0
MOST = 1_000
"""Messages that are remembered: where there are more, the oldest is told of and forgotten before its time."""
COUNT = "repeated"
"""The field that says how often, and that a line is a count itself."""
COUNTED = frozenset({"warning", "error", "critical"})
"""What is less than that is told of what we do ourselves, not of what happens to us."""
_PASSING = frozenset({"timestamp", "exc_info", "template"})


@dataclass(slots=True)
class _Told:
    since: float
    event: Event
    again: int = 0


class Repeats:
    """A processor of structlog. ``now``: seconds; ``tell`` is given the event to be logged with its count.

    The first of equal messages passes. Further ones are counted until the window has passed; ``flush`` then tells how
    many there were, and the next window begins. Messages are equal if all their fields are; of an exception its type
    and the place where it was raised count, not its words, in which strangers may have a part.
    """

    def __init__(self, now: Callable[[], float], tell: Callable[[Event], None]) -> None:
        self._now = now
        self._tell = tell
        self._told: OrderedDict[object, _Told] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        """Raises structlog.DropEvent for what was told of already."""
        if COUNT in event or event.get("level") not in COUNTED:
            event.pop("template", None)
            return event
        key = _key_of(event)
        event.pop("template", None)
        forgotten = None
        with self._lock:
            known = self._told.get(key)
            if known is not None:
                known.again += 1
                raise structlog.DropEvent
            self._told[key] = _Told(self._now(), _without_exception(event))
            if len(self._told) > MOST:
                _, forgotten = self._told.popitem(last=False)
        if forgotten is not None:
            self._count(forgotten)
        return event

    def flush(self, *, all_of_them: bool = False) -> None:
        """Tells the counts of the windows that have passed, or of all."""
        now, over = self._now(), []
        with self._lock:
            for key, known in list(self._told.items()):
                if not all_of_them and now - known.since < WINDOW_SECONDS:
                    break
                del self._told[key]
                over.append(known)
                if known.again and not all_of_them:
                    self._told[key] = _Told(now, known.event)
        for known in over:
            self._count(known)

    def _count(self, known: _Told) -> None:
        if known.again:
            self._tell({**known.event, COUNT: known.again})


def _key_of(event: Event) -> object:
    """What makes two events the same message."""
    told = event.get("template", event.get("event"))
    fields = sorted((name, repr(value)) for name, value in event.items() if name not in {*_PASSING, "event"})
    return told, hash(tuple(fields)), _cause_of(event.get("exc_info"))


def _cause_of(exc_info: object) -> object:
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if not isinstance(error, BaseException):
        return None
    place: TracebackType | None = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return type(error), place and (place.tb_frame.f_code.co_filename, place.tb_lineno)


def _without_exception(event: Event) -> Event:
    return {name: value for name, value in event.items() if name not in {"exc_info", "timestamp"}}
