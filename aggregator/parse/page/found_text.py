"""The text of an article whose page nobody described: by trafilatura, and by the page's shape where that loses it.

What is kept of the page's prose decides. Trafilatura's own answer stands unless it has less than half of what the
article's element has; then the other ways are tried in order, and the one with the most prose, less the words of links,
is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from html import escape, unescape
from itertools import islice

from lxml import etree, html
from lxml.html import HtmlElement

from aggregator.base.text import one_line
from aggregator.errors import RejectedError
from aggregator.parse.markup import visible_length, visible_text
from aggregator.parse.page.containers import TextLengths, article_element, cleared, known_elements, words_of
from aggregator.parse.page.full_text import find_text, inner_html
from aggregator.parse.page.linked_data import linked_data

_KEPT = 0.5
"""Share of the prose of the article's element that an answer must have."""
_MORE = 1.2
"""A later way must be better by so much."""
_PART = 3
_MOST_LINKS = 500
_LEAST_LINK = 4
_LEAST = 20
"""Characters: what is shorter is no text, but a word of the page's own."""
_SCRIPTED = ("noscript", "template")
_MOST_HIDDEN = 20

Found = tuple[str, str]
"""A text as HTML, and how it was found."""


def find_article(root: HtmlElement, base: str) -> Found:
    """The article as HTML; two empty strings if there is none.

    Raises RejectedError ``no-extractor``; ``extractor-failed`` where nothing else finds it either.
    """
    words = words_of(root)
    article = article_element(root, words)
    prose = words[article].prose if article is not None else 0
    failure: RejectedError | None = None
    body = ""
    try:
        body = find_text(deepcopy(root), base)
    except RejectedError as error:
        if error.code == "no-extractor":
            raise
        failure = error
    around = _links_around(root, article)
    got = _worth(body, around)
    if got >= max(prose * _KEPT, _LEAST):
        return _or_data((body, "full text (trafilatura)"), root, got)
    best = _best((body, "full text (trafilatura)"), _shapes(root, base, article), around)
    best = _or_data(best, root, _worth(best[0], around))
    if best[0]:
        return best
    if failure is not None:
        raise failure
    return _preview(root)


def _shapes(root: HtmlElement, base: str, article: HtmlElement | None) -> Iterator[Found]:
    # A failure was told by the first pass.
    with suppress(RejectedError):
        yield find_text(deepcopy(root), base, recall=True), "full text (trafilatura, less strict)"
    for element in known_elements(root):
        yield inner_html(cleared(element)), f"full text (element {_told(element)})"
    if article is not None:
        yield inner_html(cleared(article)), "full text (the page's densest element)"
    yield from _hidden(root)


def _best(first: Found, others: Iterator[Found], around: Sequence[str]) -> Found:
    best, most = first, _worth(first[0], around)
    for found in others:
        worth = _worth(found[0], around)
        if worth > most * _MORE or (worth and not most):
            best, most = found, worth
    return best if most > 0 or "<img" in best[0] else ("", "")


def _or_data(found: Found, root: HtmlElement, worth: int) -> Found:
    """The text in JSON-LD instead, where it is over twice as long as what the page shows."""
    for node in linked_data(root).articles:
        written = node.get("articleBody") or node.get("text")
        if isinstance(written, str) and _is_better(written, found[0], worth):
            return _paragraphs(written), "JSON-LD articleBody"
    return found


def _is_better(written: str, body: str, worth: int) -> bool:
    """Whether it is much longer; or the same, which the extractor had from there, without its paragraphs."""
    text, shown = visible_text(written), visible_text(body)
    return len(text) > max(2 * worth, _LEAST) or (text == shown and body.count("</p>") <= 1)


def _hidden(root: HtmlElement) -> Iterator[Found]:
    """What is only there for browsers without scripts, or for scripts."""
    for element in list(root.iter(*_SCRIPTED))[:_MOST_HIDDEN]:
        inside = inner_html(element)
        text = unescape(inside) if "&lt;" in inside and "<" not in inside else inside
        if visible_length(text) > 3 * _LEAST:
            yield _cleared_html(text), f"full text (element {element.tag})"


def _preview(root: HtmlElement) -> Found:
    """What the page says for previews."""
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").strip().lower()
        text = one_line(meta.get("content") or "")
        if name == "og:description" and len(text) >= _LEAST:
            return f"<p>{escape(text, quote=False)}</p>", "meta og:description"
    return "", ""


def _cleared_html(text: str) -> str:
    try:
        return inner_html(cleared(html.fragment_fromstring(text, create_parent="div")))
    except (etree.LxmlError, ValueError):
        return f"<p>{escape(visible_text(text), quote=False)}</p>"


def _worth(body: str, around: Sequence[str]) -> int:
    """Characters that read like prose, a part of those that do not (lists, tables), less those in links, here or
    (``around``) on the page."""
    if not body:
        return 0
    seen = visible_text(body)
    foreign = 2 * sum(len(text) for text in around if text in seen)
    root = html.fragment_fromstring(body, create_parent="div")
    words: TextLengths = words_of(root).get(root, TextLengths())
    return max(words.prose + (words.plain - words.prose) // _PART - words.linked - foreign, 0)


def _links_around(root: HtmlElement, article: HtmlElement | None) -> tuple[str, ...]:
    """Texts of the page's links that stand outside the article's element."""
    inside = set(article.iter("a")) if article is not None and article.tag not in {"body", "html"} else set()
    texts = (one_line(link.text_content()) for link in islice(root.iter("a"), _MOST_LINKS) if link not in inside)
    return tuple(dict.fromkeys(text for text in texts if len(text) >= _LEAST_LINK))


def _paragraphs(written: str) -> str:
    if "</p>" in written or "<br" in written or "</div>" in written:
        return written
    lines: Sequence[str] = [one_line(visible_text(line)) for line in written.splitlines()]
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)


def _told(element: HtmlElement) -> str:
    name = element.get("itemprop") or element.get("id") or (element.get("class") or "").partition(" ")[0]
    return f"{element.tag} '{one_line(name)[:40]}'" if name else str(element.tag)
