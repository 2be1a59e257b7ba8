"""The operations, stood in for: they note what they are asked and answer with samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


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
