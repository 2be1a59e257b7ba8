"""Finding the terms of all topics in one pass over each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

Span = tuple[int, int]
"""Start and end in the folded field, in characters."""


@dataclass(frozen=True, slots=True)
class View:
    """One folded field, and where in it which term stands."""

    text: str
    hits: Mapping[str, Sequence[Span]]
    """By folded term, in order; terms that do not occur are absent."""
    start: int = 0
    """Where in the field that is shown this text begins, in characters."""

    def without(self, names: Sequence[Span]) -> View:
        """The same field with the text of these names gone: offsets stay, nothing overlaps a name.

        Newlines take their place, which no ``.`` and few words match.
        """
        chars = list(self.text)
        for start, end in names:
            chars[start:end] = "\n" * (end - start)
        hits = {term: [span for span in spans if not touches(span, names)] for term, spans in self.hits.items()}
        return View("".join(chars), {term: spans for term, spans in hits.items() if spans}, self.start)


class TermSearch:
    """An Aho-Corasick automaton over folded terms; compiled once, searched for every field."""

    def __init__(self, terms: Sequence[str]) -> None:
        self._terms = tuple(dict.fromkeys(terms))
        self._automaton = AhoCorasick(self._terms)

    def view(self, text: str, start: int = 0) -> View:
        """All occurrences of all terms, overlapping ones too; ``start`` as in `View`."""
        hits: dict[str, list[Span]] = {}
        for index, first, last in self._automaton.find_matches_as_indexes(text, overlapping=True):
            hits.setdefault(self._terms[index], []).append((first, last))
        return View(text, hits, start)


def touches(span: Span, others: Sequence[Span]) -> bool:
    """Whether the span shares a character with one of the others."""
    return any(start < span[1] and span[0] < end for start, end in others)
