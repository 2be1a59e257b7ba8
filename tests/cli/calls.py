"""The operations and what opens their parts, stood in for: they note what they are asked and answer with samples."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from aggregator.model.places import Places
from aggregator.operations.status import StatusRequest

SET_UP = StatusRequest("sqlite:///somewhere", running=False)
"""What `status` is told of the set-up."""


@dataclass
class Calls:
    """What the commands asked for."""

    made: list[tuple[Any, ...]] = field(default_factory=list)
    log_levels: list[int] = field(default_factory=list)


def noting(made: Calls, name: str, answer: object) -> Callable[..., object]:
    def called(*arguments: object) -> object:
        made.made.append((name, *(argument for argument in arguments if not callable(argument))))
        return answer

    return called


def parts(places: Places, *, create: bool = True) -> AbstractContextManager[Places]:
    """Stands in for the parts of a set-up: where it is."""
    return nullcontext(places)


def salvaged(places: Places) -> AbstractContextManager[tuple[Places, StatusRequest]]:
    return nullcontext((places, SET_UP))


def collecting(*_: object) -> AbstractContextManager[Callable[..., object]]:
    return nullcontext(nullcontext)
