"""What the source's rules cut of an article's lines, cut out of its elements too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from aggregator.base.text import one_line
from aggregator.normalize.clean import Cut, Rules
from aggregator.normalize.walk import KEPT_EMPTY, Line, vanish


def without_boilerplate(lines: list[Line], rules: Rules) -> list[Line]:
    """The lines that are left when the rules have cut theirs, in the tree too."""
    cuts: dict[int, list[Cut]] = {}
    for cut in rules.cuts([line.text for line in lines]):
        cuts.setdefault(cut.line, []).append(cut)
    if not cuts:
        return lines
    for number, parts in cuts.items():
        _cut(lines[number], parts)
    _prune({holder for number in cuts for holder in _holders(lines[number])})
    return [line for line in lines if line.text]


def drop(lines: Sequence[Line]) -> None:
    """Takes whole lines out of the tree, and the breaks that parted them from what follows in their block."""
    for line in lines:
        _cut(line, [Cut(0, 0, len(line.text))])
    _prune({holder for line in lines for holder in _holders(line)})
    for line in lines:
        _without_first_breaks(line.block)


def _without_first_breaks(block: etree._Element) -> None:
    if (block.text or "").strip():
        return
    for child in block:
        if child.tag == "br":
            vanish(child)
        elif _holds_something(child):
            return
        if (child.tail or "").strip():
            return


def _cut(line: Line, cuts: list[Cut]) -> None:
    """Takes the characters of ``cuts`` out of the line and out of the elements that hold it."""
    if cuts[0].end - cuts[0].start == len(line.text):
        line.text = ""
        for element, behind in line.runs:
            _write("", element, behind)
        return
    doomed = bytearray(len(line.text))
    for cut in cuts:
        doomed[cut.start : cut.end] = b"\1" * (cut.end - cut.start)
    # White space is counted differently in the tree, so only other characters are; it goes with the one before it.
    goes = iter([gone for gone, char in zip(doomed, line.text, strict=True) if char != " "])
    last = 0
    for element, behind in line.runs:
        kept = []
        for char in (element.tail if behind else element.text) or "":
            last = last if char.isspace() else next(goes)
            if not last:
                kept.append(char)
        _write("".join(kept), element, behind)
    line.text = one_line("".join(char for gone, char in zip(doomed, line.text, strict=True) if not gone))


def _write(text: str, element: etree._Element, behind: bool) -> None:
    if behind:
        element.tail = text
    else:
        element.text = text


def _holders(line: Line) -> Iterator[etree._Element]:
    """The elements that the line's text stands right in."""
    for element, behind in line.runs:
        holder = element.getparent() if behind else element
        if holder is not None:
            yield holder


def _prune(elements: set[etree._Element]) -> None:
    """Lets the elements vanish that hold nothing any more, and those round them likewise."""
    while elements:
        empty = [element for element in elements if element.tag not in KEPT_EMPTY and not _holds_something(element)]
        for element in empty:
            vanish(element)
        elements = {parent for element in empty if (parent := element.getparent()) is not None}


def _holds_something(element: etree._Element) -> bool:
    if any(text.strip() for text in element.itertext()):
        return True
    return next(element.iter("img", "hr"), None) is not None
