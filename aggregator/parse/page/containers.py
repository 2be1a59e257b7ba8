"""The element of a page that holds its article: a known one, or the one where most of what reads like prose stands.

All of it is linear in the page's elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from lxml.html import HtmlElement

from aggregator.base.text import one_line

_INLINE = frozenset(
    str.split(
        "a abbr b bdi bdo big br cite code data del dfn em font i img ins kbd label mark picture q ruby rb rp rt s "
        "samp small source span strike strong sub sup time tt u var wbr"
    )
)
_SILENT = frozenset(
    str.split("script style nav footer button select option iframe dialog noscript template head svg textarea")
)
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|respond|disqus|repl(?:y|ies)|related|recommend(?:ed|ations)?|sidebar|footer|share"
    r"|sharing|cookies?|newsletter|promo|advert(?:isement)?|ads?|copyright|popup|modal|subscribe|nav|navbar|menu"
    r"|breadcrumbs?|toolbar|pagination|pager|social)(?:$|[\s_-])",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"(?:^|\s)(?:trs_editor|trs_paper_preview|trs_word|ucap-content|zoom|js_content|rich_media_content|article-?content"
    r"|article-?body|articletext|article_con|content_text|entry-content|post-content|post-body|story-body|news_?content"
    r"|newscontent|con_text|pages_content|xxgk_content|vsb_content|v_news_content)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。！？；：]|[.!?:](?:\s|$|[\"”’)])")
_ENDED = re.compile(r"[。！？.!?][”’\")）]?\Z")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LONG = 60
"""Characters: what is as long reads like prose, whatever it ends with; half of it in scripts without spaces."""
_SHORT = 8
_MOST = 0.75
"""Share of a page's prose that its article's element has."""
_OF_PAGE = 0.5
"""An element with so much of the prose is the article, whatever it is called."""


@dataclass(frozen=True, slots=True)
class TextLengths:
    """Characters of an element that people see, white space aside."""

    prose: int = 0
    """In runs of text that read like sentences, outside links."""
    plain: int = 0
    """All outside links."""
    linked: int = 0

    def __add__(self, other: TextLengths) -> TextLengths:
        return TextLengths(self.prose + other.prose, self.plain + other.plain, self.linked + other.linked)


def words_of(root: HtmlElement) -> Mapping[HtmlElement, TextLengths]:
    """Of each element with all that is in it, but for what is no text (scripts, navigation)."""
    found: dict[HtmlElement, TextLengths] = {}
    # Children come before their parents.
    for element in reversed(list(_seen(root))):
        words = found.get(element, TextLengths()) + _own_words(element)
        found[element] = words
        parent = element.getparent()
        if parent is not None and element is not root:
            found[parent] = found.get(parent, TextLengths()) + words
    return found


def article_element(root: HtmlElement, words: Mapping[HtmlElement, TextLengths]) -> HtmlElement | None:
    """The innermost element with most of the page's prose, where there is any.

    What is named as standing beside articles (comments, related ones) does not count, unless it has half of it all.
    """
    total = words.get(root, TextLengths()).prose
    if not total:
        return None
    beside = {element for element in words if _is_beside(element) and words[element].prose < total * _OF_PAGE}
    lost = _sums(beside, words)
    wanted = (total - lost.get(root, 0)) * _MOST
    inner = root
    while True:
        larger = [c for c in inner if c in words and words[c].prose - lost.get(c, 0) >= wanted > 0 and c not in beside]
        if not larger:
            return inner
        inner = larger[0]


def known_elements(root: HtmlElement) -> list[HtmlElement]:
    """Elements that are marked as holding an article, the surest first."""
    sure, named, semantic = list[HtmlElement](), list[HtmlElement](), list[HtmlElement]()
    for element in root.iter("div", "section", "article", "main", "td", "span", "ucapcontent"):
        if "articlebody" in (element.get("itemprop") or "").lower().split():
            sure.append(element)
        elif _KNOWN.search(f"{element.get('id') or ''} {element.get('class') or ''}") or element.tag == "ucapcontent":
            named.append(element)
        elif element.tag in {"article", "main"} or element.get("role") in {"main", "article"}:
            semantic.append(element)
    return [*sure[:3], *named[:3], *semantic[:3]]


def cleared(element: HtmlElement) -> HtmlElement:
    """A copy without what is no text of an article, and without what is named as standing beside one."""
    copy = deepcopy(element)
    copy.tail = None
    words = words_of(copy)
    total = words.get(copy, TextLengths()).prose
    for inner in list(copy.iter()):
        if inner is copy or not isinstance(inner.tag, str) or inner.getparent() is None:
            continue
        of_it = words.get(inner, TextLengths())
        is_small = of_it.prose < total * _OF_PAGE
        is_menu = inner.tag in {"ul", "ol", "div", "table"} and of_it.linked > 3 * of_it.plain and of_it.linked > _LONG
        if inner.tag in _SILENT or (is_small and (_is_beside(inner) or (is_menu and inner.find(".//img") is None))):
            inner.drop_tree()
    return copy


def _seen(root: HtmlElement) -> Iterator[HtmlElement]:
    """In the page's order, without what is silent; iterative, for deep pages."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if isinstance(element.tag, str) and (element.tag not in _SILENT or element is root):
            yield element
            waiting += reversed(element)


def _own_words(element: HtmlElement) -> TextLengths:
    """Of the text that stands in it outside inner blocks. An inline element leaves it to the block around it."""
    if element.tag in _INLINE:
        return TextLengths()
    plain, linked = _runs(element)
    text, every = one_line("".join(plain)), one_line("".join((*plain, *linked)))
    length = len(text) - text.count(" ")
    whole = len(every) - every.count(" ")
    is_long = whole >= (_LONG / 2 if _HAN.search(every) else _LONG)
    if whole >= _LONG / 4 and whole > length and _ENDED.search(every):
        # Headlines of other articles hardly end like that: it is a sentence full of links.
        return TextLengths(whole, whole)
    ends = length >= _SHORT and _SENTENCE.search(text) is not None
    is_prose = length * 2 > whole - length and (is_long or ends)
    return TextLengths(length if is_prose else 0, length, whole - length)


def _runs(block: HtmlElement) -> tuple[list[str], list[str]]:
    plain, linked = [block.text or ""], list[str]()
    waiting = [(child, False) for child in reversed(block)]
    while waiting:
        element, in_link = waiting.pop()
        if isinstance(element.tag, str) and element.tag in _INLINE:
            is_link = in_link or element.tag == "a"
            (linked if is_link else plain).append(element.text or "")
            waiting += [(child, is_link) for child in reversed(element)]
        if element.tail:
            (linked if in_link else plain).append(element.tail)
    return plain, linked


def _is_beside(element: HtmlElement) -> bool:
    if element.tag in {"html", "body", "article", "main", "p", "h1", "h2", "h3"}:
        return False
    return (
        element.tag == "aside" or _BESIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None
    )


def _sums(beside: set[HtmlElement], words: Mapping[HtmlElement, TextLengths]) -> dict[HtmlElement, int]:
    """Prose of these, by the elements around them."""
    sums: dict[HtmlElement, int] = {}
    for element in beside:
        around = list(element.iterancestors())
        if beside.isdisjoint(around):
            for outer in around:
                sums[outer] = sums.get(outer, 0) + words[element].prose
    return sums
