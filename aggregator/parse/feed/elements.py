"""The elements of entries and of feeds' heads: one table, because publishers mix the formats freely."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from aggregator.base.links import web_address
from aggregator.base.text import one_line
from aggregator.parse.feed.constructs import base_of, constructed, held
from aggregator.parse.feed.entry import EntryDraft
from aggregator.parse.feed.media import MEDIA, attach, enclosure, image, keywords, thumbnail
from aggregator.parse.feed.names import RDF_ABOUT, RDF_RESOURCE, XML_BASE, local_name, name_of
from aggregator.parse.feed.people import person

_ORIGINAL, _PAGE, _PERMALINK, _OTHER_TYPE, _OUT_OF_LINE, _ABOUT = range(6)
"""Ranks of links, the best first."""
_NESTED = 10
"""Depth of categories within categories that are read."""


def read_element(
    element: etree._Element, base: str, line: int, *, skip: frozenset[str] = frozenset(), has_base: bool = False
) -> EntryDraft:
    """An entry or a head, without children of the names in ``skip``. ``has_base``: the document states ``base``."""
    draft = EntryDraft(base=base_of(element, base), line=line, has_base=has_base or element.get(XML_BASE) is not None)
    if about := element.get(RDF_ABOUT):
        draft.say("rdf:about", about.strip())
        draft.link(_ABOUT, web_address(about), "rdf:about")
    if local_name(element.tag) in {"item", "channel"}:
        _read_definition(element, draft)
    for child in element:
        name = name_of(child.tag)
        if name in skip:
            continue
        if shown := _PLAIN.get(name):
            draft.say(shown, held(child))
        elif reader := _READERS.get(name):
            reader(child, draft)
    return draft


def _read_definition(element: etree._Element, draft: EntryDraft) -> None:
    """What channel definitions (CDF) state as attributes."""
    said = {local_name(name): str(value) for name, value in element.items()}
    if address := said.get("href"):
        draft.link(_PAGE, web_address(address, draft.base), "href")
    draft.say("updated", said.get("lastmod", "").strip())


def _construct(name: str) -> Callable[[etree._Element, EntryDraft], None]:
    """A text construct of Atom, or its content, as HTML."""

    def read(element: etree._Element, draft: EntryDraft) -> None:
        base = base_of(element, draft.base)
        if (src := element.get("src")) and name == "atom:content":
            _out_of_line(element, draft, web_address(src, base))
        # Where an inner element states another one, it is resolved there.
        draft.say(name, constructed(element, name == "atom:title", base).strip())
        if element.get(XML_BASE):
            draft.bases.setdefault(name, base)

    return read


def _out_of_line(element: etree._Element, draft: EntryDraft, address: str) -> None:
    """Content that is elsewhere (RFC 4287, section 4.1.3.2): a page, or media."""
    kind = (element.get("type") or "").lower()
    if kind.startswith(("audio/", "video/", "image/")):
        attach(draft, address, kind, None, "atom:content src")
    else:
        draft.link(_OUT_OF_LINE, address, "atom:content src")


def _link(element: etree._Element, draft: EntryDraft) -> None:
    """Of RSS; some write the address as Atom or RDF does."""
    written = (element.text or "").strip() or element.get("href") or element.get(RDF_RESOURCE) or ""
    relation = (element.get("rel") or "alternate").strip().lower()
    if relation == "alternate":
        draft.link(_PAGE, web_address(written, base_of(element, draft.base)), "link")


def _atom_link(element: etree._Element, draft: EntryDraft) -> None:
    address = web_address(element.get("href") or element.text or "", base_of(element, draft.base))
    relation = (element.get("rel") or "alternate").strip().rpartition("/")[2].lower()
    kind = (element.get("type") or "").lower()
    if relation == "alternate":
        draft.link(_PAGE if not kind or "html" in kind else _OTHER_TYPE, address, "link rel=alternate")
    elif relation == "enclosure":
        attach(draft, address, element.get("type") or "", element.get("length"), "link rel=enclosure")


def _original_link(element: etree._Element, draft: EntryDraft) -> None:
    draft.link(_ORIGINAL, web_address(element.text or ""), "feedburner:origLink")


def _guid(element: etree._Element, draft: EntryDraft) -> None:
    guid = (element.text or "").strip()
    draft.say("guid", guid)
    if (element.get("isPermaLink") or element.get("ispermalink") or "true").strip().lower() != "false":
        draft.link(_PERMALINK, web_address(guid), "guid")


def _author(name: str) -> Callable[[etree._Element, EntryDraft], None]:
    """The name, else the mail address, else what else is said; in an element of its own or not."""

    def read(element: etree._Element, draft: EntryDraft) -> None:
        said = {local_name(child.tag): (child.text or "").strip() for child in element}
        written = next((said[key] for key in ("name", "email", "uri", "url") if said.get(key)), "")
        draft.say(name, person(written or "".join(map(str, element.itertext()))[:1_000]))

    return read


def _category(element: etree._Element, draft: EntryDraft, depth: int = 0) -> None:
    label = element.get("label") or element.get("term") or (element.text or "").strip() or element.get("text") or ""
    draft.categories.append(label)
    for child in element:
        # Podcasts have them within each other.
        if local_name(child.tag) == "category" and depth < _NESTED:
            _category(child, draft, depth + 1)


def _anchor(element: etree._Element, draft: EntryDraft) -> None:
    """The address of an item in a channel definition (CDF)."""
    draft.link(_PAGE, web_address(element.get("href") or element.get("HREF") or "", draft.base), "a")


def _atom_source(element: etree._Element, draft: EntryDraft) -> None:
    """The feed that the entry was taken from (RFC 4287, section 4.2.11)."""
    inner = read_element(element, draft.base, draft.line or 1)
    links = inner.ordered_links()
    _note_source(draft, {
        "id": inner.first(("atom:id",))[1],
        "title": inner.first(("atom:title",))[1],
        "link": links[0][1] if links else "",
        "updated": inner.first(("atom:updated",))[1],
    })  # fmt: skip
    if "atom:author" in inner.said:
        # An author of the entry's own, if there is one, comes before these (AUTHORS).
        draft.said.setdefault("authors", inner.said["atom:author"])


def _rss_source(element: etree._Element, draft: EntryDraft) -> None:
    _note_source(
        draft, {"title": one_line(element.text or ""), "link": web_address(element.get("url") or "", draft.base)}
    )


def _note_source(draft: EntryDraft, source: dict[str, str]) -> None:
    if stated := {key: value for key, value in source.items() if value}:
        draft.metadata["source"] = stated


_PLAIN = {
    name.lower(): name
    for name in (
        "title", "language", "dc:language", "media:title", "itunes:title", "dc:title", "dcterms:title", "description",
        "content:encoded", "xhtml:body", "xhtml:div", "content", "fulltext", "fullitem", "body", "summary", "abstract",
        "itunes:summary", "itunes:subtitle", "media:description", "dc:description", "dcterms:abstract",
        "pubDate", "atom:published", "atom:issued", "atom:created", "atom:updated", "atom:modified", "dc:date",
        "dcterms:issued", "dcterms:created", "dcterms:modified", "dcterms:date", "prism:publicationDate",
        "prism:modificationDate", "published", "issued", "created", "date", "updated", "modified",
        "atom:id", "dc:identifier",
        "atom:rights", "dc:rights", "copyright", "ttl", "sy:updatePeriod", "sy:updateFrequency",
    )
}  # fmt: skip
"""Elements that say their text. Names in lower case, and as they are shown."""
_READERS: dict[str, Callable[[etree._Element, EntryDraft], None]] = MEDIA | {
    "atom:title": _construct("atom:title"),
    "atom:content": _construct("atom:content"),
    "atom:summary": _construct("atom:summary"),
    "link": _link,
    "a": _anchor,
    "atom:link": _atom_link,
    "feedburner:origlink": _original_link,
    "guid": _guid,
    "atom:author": _author("atom:author"),
    "author": _author("author"),
    "dc:creator": _author("dc:creator"),
    "itunes:author": _author("itunes:author"),
    "managingeditor": _author("managingEditor"),
    "category": _category,
    "atom:category": _category,
    "dc:subject": _category,
    "itunes:category": _category,
    "itunes:keywords": keywords,
    "enclosure": enclosure,
    "image": image,
    "itunes:image": thumbnail,
    "atom:source": _atom_source,
    "source": _rss_source,
}
