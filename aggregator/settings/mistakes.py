"""What is wrong with a value, told by its path within the document; becomes a Fault once located."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from aggregator.errors import Fault
from aggregator.settings.document import Node, Scalar, Step, locate


@dataclass(frozen=True, slots=True)
class Mistake:
    """``key``: the key at the end of ``path`` is wrong, not its value.

    ``quote``: single quotes may be what the value lacks; said only where it has none.
    """

    path: tuple[Step, ...]
    message: str
    hint: str = ""
    key: bool = False
    quote: bool = False

    def below(self, path: tuple[Step, ...]) -> Mistake:
        """The same, seen from further up."""
        return replace(self, path=path + self.path)


def faults(mistakes: Iterable[Mistake], root: Node, file: str) -> list[Fault]:
    """Located, in the order of the file, each once (what an alias repeats is wrong once)."""
    found: set[Fault] = set()
    for mistake in mistakes:
        node = locate(root, mistake.path, key=mistake.key)
        found.add(Fault(file, node.line, node.column, mistake.message, _hint(mistake, node)))
    return sorted(found, key=lambda fault: (fault.line, fault.column, fault.message))


def _hint(mistake: Mistake, node: Node) -> str:
    if not mistake.quote or (isinstance(node, Scalar) and node.quoted):
        return mistake.hint
    return "; ".join(filter(None, (mistake.hint, "put it in single quotes")))


def guess(written: str, known: Sequence[str]) -> str:
    """A hint for a word that is not one of ``known``."""
    close = difflib.get_close_matches(written, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"one of {', '.join(known)}"
