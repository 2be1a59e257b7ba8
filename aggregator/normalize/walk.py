"""The one walk over an article's elements: made absolute, rid of what is never text, read as lines.

Nothing is taken out of the tree, which would move the text behind it: what goes is emptied and
becomes a ``span``, an element that the sanitizer does not let through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from aggregator.base.links import absolute
from aggregator.base.text import one_line
from aggregator.normalize.clean import Rules
from aggregator.normalize.embeds import EMBEDS, address_of, label_of, poster_of

_ACTIVE = frozenset(str.split("applet frame script"))
_REPLACED = EMBEDS | {"noscript"}
_ACTIVE_EMBEDS = frozenset(str.split("embed iframe object"))
_DROPPED = _ACTIVE | frozenset(
    str.split(
        "area base button canvas command datalist dialog input keygen link map math meta meter noembed noframes "
        "optgroup option output param plaintext progress select style svg template textarea title xmp"
    )
)
"""They go with what they hold."""
HEADINGS = frozenset(str.split("h1 h2 h3 h4 h5 h6"))
_RENAMED = frozenset(str.split("address article aside fieldset footer form header main nav section"))
"""Blocks that the sanitizer does not know; without a block in their place, what they hold would run together."""
_BLOCKS = (
    HEADINGS
    | _RENAMED
    | frozenset(
        str.split(
            "blockquote body caption center dd details div dl dt figcaption figure html legend li ol p pre summary"
        )
    )
    | frozenset(str.split("table tbody td tfoot th thead tr ul"))
)
_BREAKS = frozenset({"br", "hr"})
_FORMATTING = frozenset(str.split("b big code em font i nobr s small strike strong tt u"))
"""A misnested one is opened again in each later block, but of equal ones only three: so they are made equal."""
KEPT_EMPTY = frozenset(str.split("td th tr tbody thead tfoot"))
"""Cells hold a table's columns apart."""
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-actualsrc")
"""Where pages that load images late keep their addresses."""
_LONGEST_EXCUSE = 300
_EXCUSE = re.compile(
    "javascript|not support|doesn.t support|unsupported|upgrade your browser|HTML5|flash player|不支持|浏览器|瀏覽器",
    re.IGNORECASE,
)
"""What stands in for players and scripts and says no more than that they are missing."""
_TINY = frozenset({"0", "1", "0px", "1px"})
_SCRIPT_SCHEME = re.compile("(?:java|vb)script:", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    text: str
    block: etree._Element
    runs: list[tuple[etree._Element, bool]]
    """Where the text stands: in an element, or (True) behind it."""


@dataclass(slots=True)
class Walk:
    rules: Rules
    base: str | None
    lines: list[Line] = field(default_factory=list)
    runs: list[tuple[etree._Element, bool]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    images: set[str] = field(default_factory=set)
    headings: list[etree._Element] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    embeds: set[str] = field(default_factory=set)
    """Where people see what was embedded."""
    is_chinese: bool = True
    """The language of words that are put in."""
    blocks: int = 0
    """How many were entered. A link round several would be opened again in each of them, so it is none."""

    def visit(self, element: etree._Element, block: etree._Element) -> bool:
        """Cleans an element and what it holds; whether anything to see is left. ``block`` is the one it is in."""
        tag = element.tag
        if tag in _BLOCKS:
            return self._block(element, tag, block)
        if tag == "img":
            return self._image(element)
        if tag in _BREAKS:
            self._end_line(block)
            return tag == "hr"
        if tag in _REPLACED:
            return self._embed(element, block) if tag in EMBEDS else self._fallback(element, block)
        if tag in _DROPPED:
            if tag in _ACTIVE:
                self.active.append(tag)
            vanish(element)
            return False
        before = self.blocks
        holds = self._inside(element, block)
        if tag == "a":
            if self.blocks - before > 1:
                element.tag = "span"
            else:
                self._link(element, holds)
        elif tag in _FORMATTING and element.keys():
            element.attrib.clear()
        return holds

    def _block(self, element: etree._Element, tag: str, outer: etree._Element) -> bool:
        self.blocks += 1
        self._end_line(outer)
        if len(element):
            holds = self._inside(element, element)
            self._end_line(element)
        else:
            # Most blocks are paragraphs of text alone.
            text = one_line(element.text or "")
            holds = bool(text)
            if holds:
                self.lines.append(Line(text, element, [(element, False)]))
        if not holds and tag not in KEPT_EMPTY:
            vanish(element)
        elif tag in _RENAMED:
            element.tag = "div"
        elif tag in HEADINGS:
            self.headings.append(element)
        return holds

    def _inside(self, element: etree._Element, block: etree._Element) -> bool:
        holds = False
        if text := element.text:
            holds = self._text(text, element, False)
        for child in element:
            if self.visit(child, block):
                holds = True
            if (text := child.tail) and self._text(text, child, True):
                holds = True
        return holds

    def _text(self, text: str, element: etree._Element, behind: bool) -> bool:
        """Takes a text of the line; white space alone is none, but parts words."""
        self.runs.append((element, behind))
        self.pieces.append(text)
        return not text.isspace()

    def _end_line(self, block: etree._Element) -> None:
        if self.pieces:
            if text := one_line("".join(self.pieces)):
                self.lines.append(Line(text, block, self.runs))
                self.runs = []
            else:
                self.runs.clear()
            self.pieces.clear()

    def _link(self, element: etree._Element, holds: bool) -> None:
        written = element.get("href")
        if written is None:
            return
        if written[:7].lower() == "mailto:" and holds:
            return
        address = absolute(written, self.base) if holds else None
        if address is None:
            if _SCRIPT_SCHEME.match("".join(written.split())):
                self.active.append("script address")
            element.tag = "span"
        elif address != written:
            element.set("href", address)

    def _image(self, element: etree._Element) -> bool:
        address = self._image_address(element)
        if address is None or self.rules.ignores(address) or _is_pixel(element):
            vanish(element)
            return False
        self.images.add(address)
        if address != element.get("src"):
            element.set("src", address)
        if element.get("alt") is None:
            # Without one, screen readers read the address out.
            element.set("alt", "")
        return True

    def _image_address(self, element: etree._Element) -> str | None:
        written = element.get("src") or ""
        if not written or written.startswith("data:"):
            written = next((late for name in _LAZY if (late := element.get(name))), "")
        return absolute(written, self.base)

    def _embed(self, element: etree._Element, block: etree._Element) -> bool:
        """A player becomes a link to what it shows, with its poster; words of that link are none of the text."""
        tag = str(element.tag)
        if tag in _ACTIVE_EMBEDS:
            self.active.append(tag)
        address = address_of(element, self.base)
        poster, label = poster_of(element, self.base), label_of(element, address or "", self.is_chinese)
        is_known = address is None or address in self.embeds or self.rules.ignores(address)
        if not is_known and address:
            self.embeds.add(address)
        holds = self._fallback(element, block)
        element.attrib.clear()
        if is_known or address is None:
            return holds
        link = etree.Element("a" if not any(outer.tag == "a" for outer in element.iterancestors()) else "span")
        if link.tag == "a":
            link.set("href", address)
        if poster and not self.rules.ignores(poster):
            self.images.add(poster)
            etree.SubElement(link, "img", src=poster, alt="").tail = label
        else:
            link.text = label
        element.append(link)
        return True

    def _fallback(self, element: etree._Element, block: etree._Element) -> bool:
        """What stands in for what cannot be shown, unless it only says so."""
        said = ""
        for text in element.itertext():
            said += str(text)
            if len(said) >= _LONGEST_EXCUSE:
                break
        is_plain = element.tag in {"iframe", "embed"}
        if is_plain or (len(said) < _LONGEST_EXCUSE and _EXCUSE.search(said)):
            vanish(element)
            return False
        if element.tag == "noscript":
            # The picture that is loaded late stands before it.
            for image in list(element.iter("img")):
                if self._image_address(image) in self.images:
                    vanish(image)
        element.tag = "span"
        return self._inside(element, block)


def vanish(element: etree._Element) -> None:
    element.clear(keep_tail=True)  # type: ignore[call-arg] # the stubs are older than the argument
    element.tag = "span"


def _is_pixel(element: etree._Element) -> bool:
    return element.get("width") in _TINY and element.get("height") in _TINY
