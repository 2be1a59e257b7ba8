"""What a page says of its article beside the text: meta elements, JSON-LD, headings, ``time`` elements."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from lxml.html import HtmlElement

from aggregator.base.dates.evidence import order_among, order_of_language
from aggregator.base.dates.order import Order
from aggregator.base.links import host_of
from aggregator.base.text import one_line
from aggregator.parse.addresses import page_address
from aggregator.parse.stated_dates import best_date, labelled_date

_ARTICLE_TYPES = re.compile(r"Article|Posting|Report|Page$")
_LONGEST_JSON = 300_000
_MOST_NODES = 300
_LONGEST_HEAD = 20_000
"""Characters of a page's text in which its date is looked for."""
_TITLES = ("articletitle", "og:title", "twitter:title", "dc.title")
_PUBLISHED = ("article:published_time", "og:published_time", "pubdate", "publishdate", "date", "dc.date")
_UPDATED = ("article:modified_time", "og:updated_time", "lastmodified", "dc.date.modified")
_AUTHORS = ("author", "article:author", "dc.creator")
_IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image")
_SEPARATOR = re.compile(
    "\\s+[-\u2013\u2014|·]+\\s+|\\s*[_|]+\\s*|(?<=[\u4e00-\u9fff”》])\\s*[-\u2013\u2014]+\\s*(?=[\u4e00-\u9fff])"
)
_LEAST_TITLE = 6
"""Characters: what stands before the first separator and is shorter is no title."""

Stated = tuple[str, str]
"""What is said, and where."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Fields as stated; empty where the page does not say. Title and author are plain text made HTML."""

    title: str = ""
    published: str = ""
    updated: str = ""
    author: str = ""
    image: str = ""
    canonical: str = ""
    """On the page's own host only: elsewhere it would give the article away to another site."""
    order: Order | None = None
    """Of day and month, by the page's dates or its language."""
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Page:
    root: HtmlElement
    metas: Mapping[str, str]
    """By name or property in small letters; the first that says anything."""
    linked: tuple[Mapping[str, object], ...]
    """JSON-LD objects that describe articles, before those that describe pages."""

    def meta(self, *names: str) -> Iterator[Stated]:
        return ((self.metas[name], f"meta {name}") for name in names if name in self.metas)

    def json(self, key: str, read: Callable[[object], str]) -> Iterator[Stated]:
        found = ((read(node[key]), f"JSON-LD {key}") for node in self.linked if key in node)
        return ((value, where) for value, where in found if value)


def page_facts(root: HtmlElement, url: str, base: str, known: Stated = ("", "")) -> Facts:
    """What the page at ``url`` states. ``known`` is a date of publication stated elsewhere, which goes first."""
    page = _Page(root, _metas(root), _linked_data(root))
    stated: dict[str, Stated] = {
        "title": _title(page),
        "published": best_date([known, *_published(page)]),
        "updated": best_date([*page.meta(*_UPDATED), *page.json("dateModified", _text_of)]),
        "author": next(_authors(page), ("", "")),
        "image": next(_images(page, base), ("", "")),
        "canonical": _canonical(page, url, base),
    }
    values = {name: value for name, (value, _) in stated.items()}
    dates = (stated["published"][0], stated["updated"][0])
    order = order_among(dates) or order_of_language(root.get("lang") or "")
    return Facts(**values, order=order, provenance={name: where for name, (value, where) in stated.items() if value})


def _metas(root: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = one_line(meta.get("content") or "")
        if name and content:
            metas.setdefault(name.strip().lower(), content[:2048])
    return metas


def _linked_data(root: HtmlElement) -> tuple[Mapping[str, object], ...]:
    nodes: list[Mapping[str, object]] = []
    for script in root.iter("script"):
        written = script.text or ""
        if (script.get("type") or "").strip().lower() == "application/ld+json" and len(written) <= _LONGEST_JSON:
            try:
                nodes += _described(json.loads(written, strict=False))
            except (ValueError, RecursionError):
                # One broken script says nothing; the others may.
                continue
    return tuple(sorted(nodes, key=lambda node: str(node.get("@type", "")).endswith("Page")))


def _described(value: object) -> list[Mapping[str, object]]:
    """The objects that stand for articles and pages, looked for in lists and ``@graph`` as far as is sensible."""
    found: list[Mapping[str, object]] = []
    waiting = [value]
    for _ in range(_MOST_NODES):
        if not waiting:
            break
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting += node[:_MOST_NODES]
        elif isinstance(node, dict):
            waiting += [node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node]
            types = node.get("@type")
            if any(_ARTICLE_TYPES.search(str(name)) for name in (types if isinstance(types, list) else [types])):
                found.append(node)
    return found


def _text_of(value: object) -> str:
    return one_line(value)[:2048] if isinstance(value, str) else ""


def _names_of(value: object) -> str:
    """Of a name, a person, or several of them."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_names_of, value[:20])))
    return _text_of(value.get("name")) if isinstance(value, dict) else _text_of(value)


def _address_of(value: object) -> str:
    if isinstance(value, list):
        return next(filter(None, map(_address_of, value[:20])), "")
    return _text_of(value.get("url")) if isinstance(value, dict) else _text_of(value)


def _title(page: _Page) -> Stated:
    """The page's title without the name of its site."""
    heads = list(filter(None, (one_line(element.text_content()) for element in page.root.iter("h1"))))[:5]
    whole = one_line(next((element.text_content() for element in page.root.iter("title")), ""))
    heading = [(heads[0], "h1")] if len(heads) == 1 else []
    candidates = (*page.meta(*_TITLES), *page.json("headline", _text_of), *heading, (whole, "title"))
    for title, where in candidates:
        if cut := _without_site(title, heads, page.metas.get("og:site_name", "")):
            return escape(cut, quote=False), where
    return "", ""


def _without_site(title: str, heads: list[str], site: str) -> str:
    if title in heads:
        return title
    parts = _SEPARATOR.split(title)
    if len(parts) == 1:
        return title
    same = next((head for head in heads if head in parts or (title.startswith(head) and len(head) >= _LEAST_TITLE)), "")
    if same:
        return same
    if site and parts[-1] == site:
        return title[: title.rindex(site)].rstrip(" _|-\u2013\u2014·")
    return parts[0] if len(parts[0]) >= _LEAST_TITLE else title


def _published(page: _Page) -> Iterator[Stated]:
    yield from page.meta(*_PUBLISHED)
    yield from page.json("datePublished", _text_of)
    for element in page.root.iter("time"):
        if stamp := element.get("datetime"):
            yield stamp, "time datetime"
            break
    body = page.root.find("body")
    text = "" if body is None else _seen_text(body)
    if date := labelled_date(text):
        yield date, "a date in the text, by its label"


def _seen_text(body: HtmlElement) -> str:
    pieces: list[str] = []
    length = 0
    for element in body.iter():
        own = element.text if isinstance(element.tag, str) and element.tag not in {"script", "style"} else ""
        for piece in (own, element.tail):
            if piece:
                pieces.append(piece)
                length += len(piece)
        if length > _LONGEST_HEAD:
            break
    return " ".join(pieces)


def _authors(page: _Page) -> Iterator[Stated]:
    found = [*page.json("author", _names_of), *page.meta(*_AUTHORS)]
    for name, where in found:
        if not name.startswith(("http://", "https://")):
            yield escape(name, quote=False), where


def _images(page: _Page, base: str) -> Iterator[Stated]:
    for image, where in (*page.meta(*_IMAGES), *page.json("image", _address_of)):
        if address := page_address(image, base):
            yield address, where


def _canonical(page: _Page, url: str, base: str) -> Stated:
    for link in page.root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            address = page_address(link.get("href") or "", base)
            if address and host_of(address) == host_of(url):
                return address, "link rel=canonical"
    return "", ""
