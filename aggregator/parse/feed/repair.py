"""Feeds that are not well-formed XML, repaired where it is plain what was meant; each kind of fault is a repair."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from html.entities import html5
from types import MappingProxyType

from aggregator.base.text import xml_safe
from aggregator.codes import RepairCode
from aggregator.model.document import Repair
from aggregator.parse.feed.names import COMMON

NONE: Mapping[str, str] = MappingProxyType({})
_KEPT = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z))", re.DOTALL)
"""What is no markup inside."""
_REFERENCE = re.compile(r"&(?:#([0-9]{1,8});|#[xX]([0-9a-fA-F]{1,8});|([A-Za-z][A-Za-z0-9]{0,31});)?|<(?=[\s\d=<])")
_OF_WINDOWS = re.compile(r"&#(?:1(?:2[89]|[345][0-9])|[xX][89][0-9a-fA-F]);")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DETAILS = {
    RepairCode.UNDEFINED_ENTITIES: "entities of HTML, which XML does not know",
    RepairCode.OWN_ENTITIES: "entities that the document declares",
    RepairCode.BARE_AMPERSAND: "ampersands that begin no entity",
    RepairCode.BARE_BRACKET: "< that begin no tag",
    RepairCode.CONTROL_CHARS: "references to characters that XML forbids",
}
_TAG = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<(/?)([^\s<>/!?]+)([^<>]*+)>", re.DOTALL
)
_ROOT = re.compile(r"<[^\s<>/!?]{1,200}")
_PREFIX = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]{0,40}):[A-Za-z_][\w.-]{0,80}(?=[\s=/>])")
_DECLARED = re.compile(r"\sxmlns:([\w.-]{1,41})\s*=")
_MOST_PREFIXES = 50
_END = re.compile(r"</([^\s<>]+)\s*>\s*\Z")
_LAST_ENTRY = re.compile(r"</((?:[\w-]+:)?(?:item|entry))\s*>", re.IGNORECASE)


@dataclass(slots=True)
class _Repairing:
    line: int
    """Of the text that is being repaired."""
    entities: Mapping[str, str]
    """That the document declares: name to plain text."""
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
        if name in self.entities:
            self.note(RepairCode.OWN_ENTITIES, match)
            return escape(self.entities[name])
        if name and f"{name};" in html5:
            self.note(RepairCode.UNDEFINED_ENTITIES, match)
            return html5[f"{name};"].replace("&", "&amp;").replace("<", "&lt;")
        self.note(RepairCode.BARE_AMPERSAND, match)
        return f"&amp;{match[0][1:]}"


def repaired(text: str, line: int, entities: Mapping[str, str] = NONE) -> tuple[str, tuple[Repair, ...]]:
    """The text, that begins on ``line``, with references and lone marks put right outside CDATA and comments."""
    repairing = _Repairing(line, entities)
    parts = _KEPT.split(text)
    for number, part in enumerate(parts):
        if number % 2 == 0:
            parts[number] = _REFERENCE.sub(repairing.replacement, part)
        repairing.line += part.count("\n")
    repairs = tuple(Repair(fault, f"{n} {_DETAILS[fault]}", first) for fault, (n, first) in repairing.found.items())
    return "".join(parts), repairs


def of_windows(text: str) -> str:
    """References to C1 controls, which nobody means, as browsers read them: to what windows-1252 has there
    (WHATWG HTML, section 13.2.5.80)."""
    return _OF_WINDOWS.sub(lambda found: unescape(found[0]), text) if "&#" in text else text


def declared(text: str, line: int) -> tuple[str, tuple[Repair, ...]] | None:
    """The text with the prefixes declared that it uses without; common ones as what they always mean.

    None if it declares all.
    """
    bare = _KEPT.sub("", text)
    missing = dict.fromkeys(_PREFIX.findall(bare)).keys() - set(_DECLARED.findall(bare)) - {"xml", "xmlns"}
    root = _ROOT.match(text)
    if not missing or root is None:
        return None
    names = sorted(missing)[:_MOST_PREFIXES]
    added = "".join(f' xmlns:{name}="{COMMON.get(name.lower(), f"urn:undeclared:{name}")}"' for name in names)
    repair = Repair(RepairCode.UNDECLARED_PREFIXES, ", ".join(names)[:100], line)
    return f"{root[0]}{added}{text[root.end() :]}", (repair,)


def trimmed(text: str, line: int) -> tuple[str, tuple[Repair, ...]] | None:
    """The text up to the end of its root, where something else follows; None if nothing does."""
    root = _ROOT.match(text)
    end = text.rfind(f"</{root[0][1:]}") if root else -1
    close = text.find(">", end) + 1 if end >= 0 else 0
    if not close or not text[close:].strip():
        return None
    junk = f"{len(text) - close} characters after the feed"
    return text[:close], (Repair(RepairCode.TRAILING_JUNK, junk, line + text.count("\n", 0, close)),)


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
