"""Why something could not be had, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a source, or with a part of it."""

    code: str
    """Its class: a stable word; empty for a fault of this program."""
    part: str
    """What it is about, a location mostly; empty: the whole."""
    detail: str
    """One line for operators."""
    remedy: str = ""
    """What to do about it, in a line."""

    def __str__(self) -> str:
        """All but the part, in one line: ``code: detail (remedy)``."""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.code}: {self.detail}{remedy}" if self.code else f"{self.detail}{remedy}"
