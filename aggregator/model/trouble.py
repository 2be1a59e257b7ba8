"""Why something could not be had, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.codes import Code


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a source, or with a part of it. Its code decides; all else is for people."""

    code: Code
    part: str
    """What it is about, a location mostly; empty: the whole."""
    detail: str
    """One line for operators."""
    remedy: str = ""
    """What to do about it, in a line, where more can be said than the code's own."""
    cause: Code | None = None
    """Of an article that was read without its page: the class of the fault that kept it from us."""

    def __str__(self) -> str:
        """All but the part, in one line: ``code: detail (remedy)``."""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.code}: {self.detail}{remedy}" if self.code else f"{self.detail}{remedy}"
