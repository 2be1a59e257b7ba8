"""What a check of a single value raises."""

from __future__ import annotations

from aggregator.settings.mistakes import Mistake


class UnfitError(ValueError):
    """A value that is not written as it must be."""

    def __init__(self, message: str, hint: str = "", *, quote: bool = False) -> None:
        """``quote``: single quotes may be what it lacks."""
        super().__init__(message)
        self.hint = hint
        self.quote = quote


class UnfitPartsError(ValueError):
    """A value with mistakes inside it."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("; ".join(mistake.message for mistake in mistakes))
        self.mistakes = mistakes
