"""What is wrong with a value, told by its path within the document; becomes a Fault once located."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from aggregator.errors import Fault
from aggregator.settings.document import Node, Step, locate


@dataclass(frozen=True, slots=True)
class Mistake:
    """``key``: the key at the end of ``path`` is wrong, not its value."""

    path: tuple[Step, ...]
    message: str
    hint: str = ""
    key: bool = False

    def below(self, path: tuple[Step, ...]) -> Mistake:
        """The same, seen from further up."""
        return replace(self, path=path + self.path)


def faults(mistakes: Iterable[Mistake], root: Node, file: str) -> list[Fault]:
    """Located, in the order of the file, each once (what an alias repeats is wrong once)."""
    found: set[Fault] = set()
    for mistake in mistakes:
        node = locate(root, mistake.path, key=mistake.key)
        found.add(Fault(file, node.line, node.column, mistake.message, mistake.hint))
    return sorted(found, key=lambda fault: (fault.line, fault.column, fault.message))


def guess(written: str, known: Sequence[str]) -> str:
    """A hint for a word that is not one of ``known``."""
    close = difflib.get_close_matches(written, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"one of {', '.join(known)}"
