"""Feeds that are not well-formed XML, repaired where it is plain what was meant; each kind of fault is a repair."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.entities import html5

from aggregator.base.text import xml_safe
from aggregator.codes import RepairCode
from aggregator.model.document import Repair

_KEPT = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z))", re.DOTALL)
"""What is no markup inside."""
_REFERENCE = re.compile(r"&(?:#([0-9]{1,8});|#[xX]([0-9a-fA-F]{1,8});|([A-Za-z][A-Za-z0-9]{0,31});)?|<(?=[\s\d=<])")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DETAILS = {
    RepairCode.UNDEFINED_ENTITIES: "entities of HTML, which XML does not know",
    RepairCode.BARE_AMPERSAND: "ampersands that begin no entity",
    RepairCode.BARE_BRACKET: "< that begin no tag",
    RepairCode.CONTROL_CHARS: "references to characters that XML forbids",
}
_TAG = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|<(/?)([^\s<>/!?]+)([^<>]*+)>", re.DOTALL)
_END = re.compile(r"</([^\s<>]+)\s*>\s*\Z")
_LAST_ENTRY = re.compile(r"</((?:[\w-]+:)?(?:item|entry))\s*>", re.IGNORECASE)


@dataclass(slots=True)
class _Repairing:
    line: int
    """Of the text that is being repaired."""
    found: dict[RepairCode, tuple[int, int]] = field(default_factory=dict)
    """Fault to how often, and the line of the first."""

    def note(self, fault: RepairCode, match: re.Match[str]) -> None:
        count, line = self.found.get(fault, (0, 0))
        self.found[fault] = (count + 1, line or self.line + match.string.count("\n", 0, match.start()))

    def replacement(self, match: re.Match[str]) -> str:
        """What stands for a reference, or for a bare ampersand or bracket."""
        decimal, hexadecimal, name = match.groups()
        if match[0] == "<":
            self.note(RepairCode.BARE_BRACKET, match)
            return "&lt;"
        if decimal or hexadecimal:
            number = int(decimal) if decimal else int(hexadecimal, 16)
            if number < 0x110000 and xml_safe(chr(number)):
                return match[0]
            self.note(RepairCode.CONTROL_CHARS, match)
            return ""
        if name in _OF_XML:
            return match[0]
        if name and f"{name};" in html5:
            self.note(RepairCode.UNDEFINED_ENTITIES, match)
            return html5[f"{name};"].replace("&", "&amp;").replace("<", "&lt;")
        self.note(RepairCode.BARE_AMPERSAND, match)
        return f"&amp;{match[0][1:]}"


def repaired(text: str, line: int) -> tuple[str, tuple[Repair, ...]]:
    """The text, that begins on ``line``, with references and lone marks put right outside CDATA and comments."""
    repairing = _Repairing(line)
    parts = _KEPT.split(text)
    for number, part in enumerate(parts):
        if number % 2 == 0:
            parts[number] = _REFERENCE.sub(repairing.replacement, part)
        repairing.line += part.count("\n")
    repairs = tuple(Repair(fault, f"{n} {_DETAILS[fault]}", first) for fault, (n, first) in repairing.found.items())
    return "".join(parts), repairs


def closed(text: str, line: int) -> tuple[str, tuple[Repair, ...]] | None:
    """A document that ends too early, up to its last complete entry, with what was open closed.

    None if it has no complete entry, or is not cut off.
    """
    end_of_last = max((entry.end() for entry in _LAST_ENTRY.finditer(text)), default=0)
    root, end = _TAG.match(text), _END.search(text, max(len(text) - 1_000, 0))
    if not end_of_last or root is None or (end and end[1] == root[2]):
        return None
    kept = text[:end_of_last]
    opened: list[str] = []
    for tag in _TAG.finditer(kept):
        closing, name, rest = tag.groups()
        if name is None or rest.endswith("/"):
            continue
        if not closing:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return None
    if not opened:
        return None
    repair = Repair(
        RepairCode.TRUNCATED, "the document ends too early; what is complete was kept", line + text.count("\n")
    )
    return kept + "".join(f"</{name}>" for name in reversed(opened)), (repair,)
