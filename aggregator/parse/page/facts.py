"""What a page says of its article beside the text: meta elements, JSON-LD, headings, ``time`` elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import islice

from lxml.html import HtmlElement

from aggregator.base.dates.evidence import order_among, order_of_language
from aggregator.base.dates.order import Order
from aggregator.base.links import host_of
from aggregator.base.text import one_line
from aggregator.parse.addresses import page_address
from aggregator.parse.page.linked_data import LinkedData, linked_data, text_of
from aggregator.parse.page.site_names import site_names
from aggregator.parse.page.titles import Stated, best_title
from aggregator.parse.stated_dates import best_date, labelled_date

_LONGEST_HEAD = 20_000
"""Characters of a page's text in which its date is looked for."""
_TITLES = ("articletitle", "og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title")
_PUBLISHED = ("article:published_time", "og:published_time", "pubdate", "publishdate", "date", "dc.date")
_UPDATED = ("article:modified_time", "og:updated_time", "lastmodified", "dc.date.modified")
_AUTHORS = ("author", "article:author", "dc.creator")
_IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image")
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "sitename", "dc.publisher")
_MOST_HEADS = 8


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
    linked: LinkedData

    def meta(self, *names: str) -> Iterator[Stated]:
        return ((self.metas[name], f"meta {name}") for name in names if name in self.metas)

    def json(self, key: str, read: Callable[[object], str]) -> Iterator[Stated]:
        found = ((read(node[key]), f"JSON-LD {key}") for node in self.linked.articles if key in node)
        return ((value, where) for value, where in found if value)


def page_facts(root: HtmlElement, url: str, base: str, known: Stated = ("", ""), called: Sequence[str] = ()) -> Facts:
    """What the page at ``url`` states. ``known`` is a date of publication stated elsewhere, which goes first;
    ``called``: what others call the site."""
    page = _Page(root, _metas(root), linked_data(root))
    stated: dict[str, Stated] = {
        "title": _title(page, url, base, called),
        "published": best_date([known, *_published(page)]),
        "updated": best_date([*page.meta(*_UPDATED), *page.json("dateModified", text_of)]),
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
            # Several names stand in one attribute as RDFa has it.
            for one in name.lower().split()[:5]:
                metas.setdefault(one, content[:2048])
    return metas


def _names_of(value: object) -> str:
    """Of a name, a person, or several of them."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_names_of, value[:20])))
    return text_of(value.get("name")) if isinstance(value, dict) else text_of(value)


def _address_of(value: object) -> str:
    if isinstance(value, list):
        return next(filter(None, map(_address_of, value[:20])), "")
    return text_of(value.get("url")) if isinstance(value, dict) else text_of(value)


def _title(page: _Page, url: str, base: str, called: Sequence[str]) -> Stated:
    """The page's title without the name of its site; ``called``: what others call the site."""
    root = page.root
    heads = [one_line(head.text_content())[:500] for head in islice(root.iter("h1"), _MOST_HEADS)]
    title = next((one_line(one.text_content()) for one in root.iter("title") if _is_of_page(one)), "")
    candidates = (
        *page.meta(*_TITLES),
        *page.json("headline", text_of),
        *_of_microdata(root),
        *page.json("name", text_of),
        (title, "title"),
    )
    stated = [*called, *(name for name, _ in page.meta(*_SITES)), *page.linked.sites]
    sections = [name for name, _ in (*page.meta("article:section"), *page.json("articleSection", _names_of))]
    found, where = best_title(candidates, list(filter(None, heads)), site_names(root, base, stated, sections, url))
    return escape(found, quote=False), where


def _is_of_page(title: HtmlElement) -> bool:
    """Pictures (SVG) have titles, too."""
    return all(parent.tag not in {"svg", "symbol", "g"} for parent in title.iterancestors())


def _of_microdata(root: HtmlElement) -> Iterator[Stated]:
    for element in root.iter():
        if isinstance(element.tag, str) and "headline" in (element.get("itemprop") or "").split():
            yield one_line(element.get("content") or element.text_content())[:500], "itemprop headline"
            return


def _published(page: _Page) -> Iterator[Stated]:
    yield from page.meta(*_PUBLISHED)
    yield from page.json("datePublished", text_of)
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
