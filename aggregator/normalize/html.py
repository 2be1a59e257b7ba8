"""A body's HTML, made the content of an article: cleaned by the source's rules, absolute, sanitized, and as lines."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape

from lxml import etree

from aggregator.base.depth import whole_body
from aggregator.base.markup import check_depth
from aggregator.base.text import xml_safe
from aggregator.base.unseen import without_controls
from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.config import Clean
from aggregator.model.document import Repair
from aggregator.normalize.boilerplate import without_boilerplate
from aggregator.normalize.clean import Rules, compile_rules
from aggregator.normalize.repeated import without_repeated
from aggregator.normalize.sanitize import sanitize
from aggregator.normalize.walk import HEADINGS, Walk, vanish

_HANDLER = re.compile(r"<[^<>]*\son[a-z]+\s*=", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:x0*([0-9a-f]{1,8})|0*([0-9]{1,8}));?", re.IGNORECASE)
_HAN = re.compile("[\u4e00-\u9fff]")
_BLANK_LINES = re.compile(r"\n[ \t\n]+")
_MOST_GROWTH = 2
_GROWTH_OF_SMALL = 100_000
_PARSER = etree.HTMLParser(
    encoding="utf-8",
    remove_comments=True,
    remove_pis=True,
    no_network=True,
    # Size and depth were checked; without this libxml2 would drop what is over 256 deep without a word.
    huge_tree=True,
)


@dataclass(frozen=True, slots=True)
class Markup:
    """A body cleaned by rules, but not yet sanitized: never to be published."""

    html: str
    longest: int
    """More characters than this are more than cleaning can explain."""
    lines: tuple[str, ...]
    has_images: bool
    has_embeds: bool
    """Links to what was embedded."""
    repairs: tuple[Repair, ...] = ()
    repeated: str = ""
    """What was taken off the beginning, because the title or the text says it."""


@dataclass(frozen=True, slots=True)
class CleanBody:
    """What is left of a body."""

    html: str
    lines: tuple[str, ...]
    """Its text, a block (or what stands between two ``<br>``) a line; white space as ``one_line``."""
    has_images: bool
    repairs: tuple[Repair, ...] = ()
    repeated: str = ""
    """As of `Markup`."""


def clean_html(html: str, rules: Rules, base: str | None, nesting: int, title: str, head_image: str | None) -> Markup:
    """Cleans and makes absolute (against ``base``); ``head_image``, if not in it yet, comes first.

    A title or a digest that opens the text and is said again goes, the headings continue the page's. Raises
    RejectedError ``too-deep`` for what is nested deeper than ``nesting``, before it is parsed, and ``too-large`` for
    what grew much by cleaning.
    """
    check_depth(html, nesting)
    root = etree.fromstring(_parsable(html), _PARSER)
    for element in rules.removed(root, html):
        vanish(element)
    walk = Walk(rules, base, is_chinese=bool(_HAN.search(html)))
    walk.visit(root, root)
    lines, repeated = without_repeated(without_boilerplate(walk.lines, rules), title, bool(walk.images))
    _continue_page(walk.headings)
    longest = _MOST_GROWTH * len(html) + _GROWTH_OF_SMALL
    cleaned = _checked(_serialized(root), longest)
    if head_image and head_image not in walk.images:
        cleaned = f'<p><img src="{escape(head_image)}" alt=""></p>{cleaned}'
    return Markup(
        html=cleaned,
        longest=longest,
        lines=tuple([line.text for line in lines]),
        has_images=bool(walk.images or head_image),
        has_embeds=bool(walk.embeds),
        repairs=_active_repair(walk.active, html),
        repeated=repeated,
    )


def sanitized(markup: Markup) -> CleanBody:
    """The content, safe to publish. Raises RejectedError ``too-large`` for what grew much by it."""
    html = _checked(sanitize(markup.html), markup.longest).strip()
    return CleanBody(html, markup.lines, markup.has_images, markup.repairs, markup.repeated)


def text_of(html: str) -> str:
    """The plain text of content that ``clean_html`` gave: again one line a block."""
    walk = Walk(compile_rules(Clean()), None)
    root = etree.fromstring(_parsable(html), _PARSER)
    walk.visit(root, root)
    return "\n".join(line.text for line in walk.lines)


def _checked(html: str, longest: int) -> str:
    """Parsers open misnested elements again in each later block, so a small text may become a huge one."""
    if len(html) > longest:
        raise RejectedError(Code.TOO_LARGE, f"the text grew to {len(html)} characters when it was cleaned")
    return html


def _parsable(html: str) -> bytes:
    """The whole of it as one body, without references to characters that XML forbids.

    Those to C1 controls are to what windows-1252 has there (WHATWG HTML, section 13.2.5.80).
    """
    if "&#" in html:
        html = _REFERENCE.sub(_allowed, html)
    return f"<body>{whole_body(html)}".encode()


def _allowed(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    if 0x7F <= number < 0xA0:
        return without_controls(unescape(f"&#{number};"))
    return reference[0] if number <= sys.maxunicode and xml_safe(chr(number)) else ""


def _serialized(root: etree._Element) -> str:
    html: str = etree.tostring(root, encoding="unicode", method="html")
    html = html.replace("<span></span>", "")
    return html if "<pre" in html else _BLANK_LINES.sub("\n", html)


def _active_repair(found: Sequence[str], html: str) -> tuple[Repair, ...]:
    names = dict.fromkeys(found)
    if " on" in html and _HANDLER.search(html):
        names["event handler"] = None
    return (Repair(RepairCode.ACTIVE_CONTENT, ", ".join(names)),) if names else ()


def _continue_page(headings: Sequence[etree._Element]) -> None:
    """Headings go on below the title, which is the first one of its page: from the second level, none left out.

    Which of two is the higher one stays as it was. A page with another first heading, or with gaps, is hard to find
    one's way in by a screen reader.
    """
    standing = [heading for heading in headings if heading.tag in HEADINGS]
    levels = {tag: f"h{min(level, 6)}" for level, tag in enumerate(sorted({str(h.tag) for h in standing}), 2)}
    for heading in standing:
        heading.tag = levels[str(heading.tag)]
