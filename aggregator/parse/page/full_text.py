"""The text of an article, taken out of its page: by the operator's CSS selector, or by trafilatura."""

from __future__ import annotations

import logging
import re
from copy import deepcopy
from html import escape
from typing import cast

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from aggregator.base.text import one_line
from aggregator.codes import Code
from aggregator.errors import RejectedError
from aggregator.parse.addresses import page_address
from aggregator.parse.markup import visible_text
from aggregator.parse.stated_dates import is_dated

_INLINE = frozenset(
    str.split(
        "a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark picture q ruby rb rp rt s samp "
        "small source span strike strong sub sup time tt u var wbr"
    )
)
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-original-src", "data-actualsrc", "data-echo")
"""Attributes that hold an image's address until a script shows it."""
_PLACEHOLDER = re.compile(
    r"data:|about:|$|.*(?:blank|loading|placeholder|spacer|grey|lazy)[\w.-]*\.(?:gif|png|svg|jpg)"
)
_FURNITURE = ("nav", "footer", "aside", "button", "select", "noscript", "iframe", "template", "dialog")
_FURNITURE_NAMES = frozenset(str.split("breadcrumb copyright footer menu nav navbar sidebar"))
"""Classes and ids of the same."""
_BYLINE = re.compile(
    r"(?:来源|來源|字号|字號|字体|浏览(?:次数|量)?|阅读(?:次数|量)?|发布(?:时间|日期|机构)|發[布佈]時間)\s*[:：]"
    r"|\b(?:Published|Posted|Updated|Source)\s*(?:on\b|:)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[。！？]|[.!?](?:\s|$)")
_LONGEST_BYLINE = 150
_WALL = re.compile(
    r"(?:enable|activate|requires?|turn on) (?:java ?script|cookies)"
    r"|(?:java ?script|cookies) (?:is|are) (?:disabled|required)"
    r"|(?:启用|开启|打开|啟用).{0,8}(?:java ?script|cookie)|(?:java ?script|cookie).{0,12}(?:启用|开启|打开|禁用)"
    r"|checking your browser|verify (?:that )?you are (?:a )?human|安全验证|访问验证",
    re.IGNORECASE,
)
_LONGEST_WALL = 250
"""Characters of a page that only says what a browser should do."""


def show_lazy_images(root: HtmlElement) -> None:
    """Gives images that a script would load the address they will have."""
    for image in root.iter("img"):
        if _PLACEHOLDER.match((image.get("src") or "").strip().lower()):
            address = next((image.get(name) for name in _LAZY if image.get(name)), None)
            if address:
                image.set("src", address)


def select_text(root: HtmlElement, selector: str) -> str:
    """The HTML of all elements that the selector finds, in the page's order.

    Raises RejectedError: ``bad-selector``, ``nothing-selected``.
    """
    try:
        found = cast("list[HtmlElement]", CSSSelector(selector, translator="html")(root))
    except (SelectorError, etree.XPathError) as error:
        raise RejectedError(Code.BAD_SELECTOR, f"full_text '{selector}': {one_line(str(error))}") from error
    chosen = set(found)
    outer = [element for element in found if chosen.isdisjoint(element.iterancestors())]
    if not outer:
        message = f"full_text '{selector}' finds nothing in the page; has its layout changed?"
        raise RejectedError(Code.NOTHING_SELECTED, message)
    return "".join(_written(element) for element in outer)


def find_text(root: HtmlElement, base: str, *, recall: bool = False) -> str:
    """The article as trafilatura finds it, as HTML with absolute addresses; empty if it finds none.

    ``root`` is changed. ``recall``: where it is unsure it takes too much, not too little.
    Raises RejectedError: ``no-extractor`` where trafilatura is not installed, ``extractor-failed`` where it breaks on
    the page.
    """
    try:
        import trafilatura  # noqa: PLC0415 - costs 0.15 s and 20 MB, and most sources need none of it
        from trafilatura.htmlprocessing import convert_to_html  # noqa: PLC0415
    except ImportError as error:
        message = "full text needs an extra: install topic-feed-aggregator[fulltext]"
        raise RejectedError(Code.NO_EXTRACTOR, message) from error
    # What it finds or not is told by our own repairs.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    _make_absolute(root, base)
    _prepare(root)
    try:
        found = trafilatura.bare_extraction(
            root,
            url=base or None,
            output_format="html",
            # Otherwise it falls back on all text of the page, menus and all, where it is not sure.
            favor_precision=not recall,
            favor_recall=recall,
            include_comments=False,
            include_formatting=True,
            include_images=True,
            include_links=True,
            include_tables=True,
        )
        body = getattr(found, "body", None)
        # Not through its own writer, which puts white space between inline elements.
        return "" if body is None else _body_html(convert_to_html(body))
    except MemoryError:
        raise
    except Exception as error:  # a fault of its own on one page must not cost the text that a feed gave
        message = f"trafilatura fails on the page: {type(error).__name__}: {one_line(str(error))[:200]}"
        raise RejectedError(Code.EXTRACTOR_FAILED, message) from error


def inner_html(element: HtmlElement) -> str:
    """What stands in it."""
    return (escape(element.text or "", quote=False) + "".join(map(_written_with_tail, element))).strip()


def _written_with_tail(part: etree._Element) -> str:
    return _written(part) + escape(part.tail or "", quote=False)


def _body_html(root: HtmlElement) -> str:
    return "".join(map(inner_html, root.iter("body")))


def _written(element: etree._Element) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def find_date(root: HtmlElement, url: str, seen: str) -> str:
    """The day that htmldate, which trafilatura brings along, finds; never later than ``seen`` (YYYY-MM-DD)."""
    try:
        import htmldate  # noqa: PLC0415
    except ImportError:
        return ""
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    # It takes elements out of what it searches.
    tree = deepcopy(root)
    found = htmldate.find_date(tree, extensive_search=False, original_date=True, url=url or None, max_date=seen)
    return found or ""


def is_wall(html: str) -> bool:
    """Whether it only asks for scripts, cookies or proof of a human reader."""
    text = visible_text(html)
    return len(text) <= _LONGEST_WALL and _WALL.search(text) is not None


def _make_absolute(root: HtmlElement, base: str) -> None:
    """Addresses of links and images; trafilatura itself resolves ``./a`` against the root of the site."""
    for tag, name in (("a", "href"), ("img", "src")):
        for element in root.iter(tag):
            written = element.get(name) or ""
            if address := page_address(written, base):
                _, hash_, fragment = written.partition("#")
                element.set(name, address + hash_ + fragment.strip())


def _prepare(root: HtmlElement) -> None:
    """Puts the page into the shape that trafilatura knows: paragraphs as ``p``, without a site's furniture.

    Pages whose paragraphs are ``div`` or ``section`` elements lose most of them otherwise.
    """
    named = (element for element in root.iter("div", "section", "ul") if _is_named_furniture(element))
    for element in [*root.iter(*_FURNITURE), *named]:
        if element.getparent() is not None:
            element.drop_tree()
    for element in list(root.iter("figcaption", "figure")):
        element.tag = "p" if element.tag == "figcaption" else "div"
    for element in list(root.iter("div", "section", "p")):
        if not _has_blocks(element):
            text = one_line(element.text_content())
            if _is_byline(text) and element.getparent() is not None:
                element.drop_tree()
            elif text or next(element.iter("img"), None) is not None:
                element.tag = "p"


def _is_named_furniture(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()
    return not _FURNITURE_NAMES.isdisjoint(names) and next(element.iter("h1", "article"), None) is None


def _has_blocks(element: HtmlElement) -> bool:
    return any(isinstance(child.tag, str) and child.tag not in _INLINE for child in element.iterdescendants())


def _is_byline(text: str) -> bool:
    """Whether it tells when and where the article was published, and nothing of it."""
    if len(text) > _LONGEST_BYLINE or _SENTENCE_END.search(text):
        return False
    return is_dated(text) and _BYLINE.search(text) is not None
