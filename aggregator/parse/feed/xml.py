"""The first reader of feeds in XML: Atom 1.0 and 0.3, RSS 0.9x to 2.0, RSS 1.0 (RDF), with their extensions.

One table for all of them, because publishers mix the formats freely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from lxml import etree

from aggregator.base.links import web_address
from aggregator.base.text import one_line
from aggregator.codes import Code
from aggregator.errors import RejectedError
from aggregator.model.document import EntryFault, Pace
from aggregator.parse.feed.entry import EntryDraft, paragraphs, plain_as_html
from aggregator.parse.feed.names import ATOM, RDF_ABOUT, XHTML, XML_BASE, local_name, name_of
from aggregator.parse.feed.pace import pace_of

MAIL = re.compile(r"\s*\S+@\S+\s*\((.+)\)\s*")
"""RSS 2.0: ``mail (Name)``."""
_XHTML_TAG = f"{{{XHTML}}}"
_ORIGINAL, _PAGE, _PERMALINK, _OTHER_TYPE, _OUT_OF_LINE, _ABOUT = range(6)
"""Ranks of links, the best first."""


@dataclass(frozen=True, slots=True)
class FeedDraft:
    """What a feed holds, entries still as drafts."""

    head: EntryDraft
    drafts: tuple[EntryDraft, ...] = ()
    faults: tuple[EntryFault, ...] = ()
    deleted: tuple[str, ...] = ()
    pace: Pace = field(default_factory=Pace)
    left_out: int = 0
    """Entries over the limit."""


def read_tree(root: etree._Element, base: str, limit: int, first_line: int) -> FeedDraft:
    """Reads a parsed feed of any format: its first ``limit`` entries, in the order of the document.

    ``base`` is the feed's own address, ``first_line`` the line its root is on.
    """
    _without_odd_namespace(root)
    base = _base(root, base)
    channels = [child for child in root if local_name(child.tag) == "channel"]
    parents = [root, *channels]
    if local_name(root.tag) == "channel":
        channels = [root]
    elements: list[Any] = [root] if local_name(root.tag) == "entry" else [*_entries(parents)]
    drafts, faults = [], []
    for number, element in enumerate(elements[:limit], 1):
        line = (element.sourceline or 1) + first_line - 1
        try:
            drafts.append(_read(element, _base(element.getparent(), base), line))
        except (RejectedError, ValueError) as error:
            code = error.code if isinstance(error, RejectedError) else Code.UNREADABLE
            faults.append(EntryFault(f"entry {number}", code, str(error), line))
    head = _read(channels[0] if channels else root, base, first_line, skip=_NOT_OF_HEAD)
    deleted = [ref.strip() for one in root.iter(_DELETED) if (ref := one.get("ref"))]
    pace = _pace(channels[0], head) if channels else Pace()
    left_out = max(len(elements) - limit, 0)
    return FeedDraft(head, tuple(drafts), tuple(faults), tuple(dict.fromkeys(filter(None, deleted))), pace, left_out)


_DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
_NOT_OF_HEAD = frozenset({"item", "atom:entry", "image", "textinput", "items", "guid"})


def _entries(parents: Iterable[etree._Element]) -> Iterator[etree._Element]:
    return (child for parent in parents for child in parent if name_of(child.tag) in {"item", "atom:entry"})


def _without_odd_namespace(root: etree._Element) -> None:
    """Names of Atom without its namespace, or RSS in some namespace, are taken for what they say."""
    local = local_name(root.tag)
    known = name_of(root.tag)
    if local in {"feed", "entry"} and known != f"atom:{local}":
        target = f"{{{ATOM}}}"
    elif local in {"rss", "channel"} and known != local:
        target = ""
    else:
        return
    namespace = etree.QName(root).namespace
    for element in root.iter(f"{{{namespace}}}*" if namespace else "{}*"):
        element.tag = target + etree.QName(element).localname


def _base(element: etree._Element | None, outer: str) -> str:
    stated = element.get(XML_BASE) if element is not None else None
    return (web_address(stated, outer) or outer) if stated else outer


def _pace(channel: etree._Element, head: EntryDraft) -> Pace:
    hours = [child.text or "" for outer in channel if name_of(outer.tag) == "skiphours" for child in outer]
    days = [child.text or "" for outer in channel if name_of(outer.tag) == "skipdays" for child in outer]
    return pace_of(head.said, hours, days)


def _read(element: etree._Element, base: str, line: int, skip: frozenset[str] = frozenset()) -> EntryDraft:
    draft = EntryDraft(base=_base(element, base), line=line)
    if about := element.get(RDF_ABOUT):
        draft.say("rdf:about", about.strip())
        draft.link(_ABOUT, web_address(about), "rdf:about")
    _read_children(element, draft, skip)
    return draft


def _read_children(element: etree._Element, draft: EntryDraft, skip: frozenset[str] = frozenset()) -> None:
    for child in element:
        name = name_of(child.tag)
        if name in skip:
            continue
        if shown := _PLAIN.get(name):
            draft.say(shown, (_markup(child) if len(child) else child.text or "").strip())
        elif reader := _READERS.get(name):
            reader(child, draft)


def _markup(element: etree._Element) -> str:
    """What an element holds, as HTML, where its text was not escaped."""
    parts = [escape(element.text or "", quote=False)]
    for child in list(element):
        for inner in child.iter(f"{_XHTML_TAG}*"):
            inner.tag = inner.tag[len(_XHTML_TAG) :]
        # On its own, it declares none of the feed's namespaces.
        element.remove(child)
        etree.cleanup_namespaces(child)
        parts.append(etree.tostring(child, encoding="unicode", method="html"))
    return "".join(parts)


def _construct(name: str) -> Callable[[etree._Element, EntryDraft], None]:
    """A text construct of Atom (RFC 4287, section 3.1), or its content (section 4.1.3), as HTML."""

    def read(element: etree._Element, draft: EntryDraft) -> None:
        if (src := element.get("src")) and name == "atom:content":
            draft.link(_OUT_OF_LINE, web_address(src, draft.base), "atom:content src")
        draft.say(name, _constructed(element, name == "atom:title").strip())
        if stated := element.get(XML_BASE):
            draft.bases.setdefault(name, web_address(stated, draft.base) or draft.base)

    return read


def _constructed(element: etree._Element, is_title: bool) -> str:
    kind = (element.get("type") or "text").strip().lower()
    if element.get("mode") == "base64":
        return ""
    if len(element):
        return _markup(element)
    text = element.text or ""
    if "html" in kind:
        return text
    if kind not in {"text", "xhtml"} and not kind.startswith("text/"):
        # Media in base64 (RFC 4287, section 4.1.3.3): nothing to read.
        return ""
    return plain_as_html(text) if is_title else paragraphs(text)


def _link(element: etree._Element, draft: EntryDraft) -> None:
    """Of RSS; some write the address as Atom does."""
    draft.link(_PAGE, web_address(element.text or element.get("href") or "", draft.base), "link")


def _atom_link(element: etree._Element, draft: EntryDraft) -> None:
    address = web_address(element.get("href") or "", draft.base)
    relation = (element.get("rel") or "alternate").strip().rpartition("/")[2].lower()
    kind = element.get("type") or ""
    if relation == "alternate":
        draft.link(_PAGE if not kind or "html" in kind else _OTHER_TYPE, address, "link rel=alternate")
    elif relation == "enclosure":
        draft.enclose(address, kind, element.get("length"), "link rel=enclosure")


def _original_link(element: etree._Element, draft: EntryDraft) -> None:
    draft.link(_ORIGINAL, web_address(element.text or ""), "feedburner:origLink")


def _guid(element: etree._Element, draft: EntryDraft) -> None:
    guid = (element.text or "").strip()
    draft.say("guid", guid)
    if (element.get("isPermaLink") or "true").strip().lower() != "false":
        draft.link(_PERMALINK, web_address(guid), "guid")


def _person(element: etree._Element, draft: EntryDraft) -> None:
    """An author of Atom: the name, else the mail address."""
    said = {local_name(child.tag): (child.text or "").strip() for child in element}
    draft.say("atom:author", said.get("name") or said.get("email") or (element.text or "").strip())


def _author(name: str) -> Callable[[etree._Element, EntryDraft], None]:
    def read(element: etree._Element, draft: EntryDraft) -> None:
        written = "".join(map(str, element.itertext())).strip()
        named = MAIL.fullmatch(written[:1000])
        draft.say(name, one_line(named[1] if named else written))

    return read


def _category(element: etree._Element, draft: EntryDraft) -> None:
    draft.categories.append(element.get("label") or element.get("term") or element.text or element.get("text") or "")


def _enclosure(element: etree._Element, draft: EntryDraft) -> None:
    address = web_address(element.get("url") or "", draft.base)
    draft.enclose(address, element.get("type") or "", element.get("length"), "enclosure")


def _media_content(element: etree._Element, draft: EntryDraft) -> None:
    """Media RSS: sound and films are enclosures, pictures are images."""
    address = web_address(element.get("url") or "", draft.base)
    kind, medium = element.get("type") or "", element.get("medium") or ""
    if medium in {"audio", "video"} or kind.startswith(("audio/", "video/")):
        draft.enclose(address, kind, element.get("fileSize"), "media:content")
    elif medium == "image" or kind.startswith("image/"):
        draft.image(address, "media:content")
    _media_group(element, draft)


def _media_group(element: etree._Element, draft: EntryDraft) -> None:
    for child in element:
        if reader := _MEDIA.get(name_of(child.tag)):
            reader(child, draft)


def _thumbnail(element: etree._Element, draft: EntryDraft) -> None:
    where = "itunes:image" if element.get("href") else "media:thumbnail"
    draft.image(web_address(element.get("url") or element.get("href") or element.text or "", draft.base), where)


def _atom_source(element: etree._Element, draft: EntryDraft) -> None:
    """The feed that the entry was taken from (RFC 4287, section 4.2.11)."""
    inner = _read(element, draft.base, draft.line or 1)
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
        "title", "media:title", "itunes:title", "dc:title", "description", "content:encoded", "xhtml:body", "xhtml:div",
        "content", "fulltext", "summary", "itunes:summary", "media:description", "dc:description",
        "pubDate", "atom:published", "atom:issued", "atom:created", "atom:updated", "atom:modified", "dc:date",
        "dcterms:issued", "dcterms:created", "dcterms:modified", "dcterms:date", "atom:id", "dc:identifier",
        "atom:rights", "dc:rights", "copyright", "ttl", "sy:updatePeriod", "sy:updateFrequency",
    )
}  # fmt: skip
"""Elements that say their text. Names in lower case, and as they are shown."""
_MEDIA: dict[str, Callable[[etree._Element, EntryDraft], None]] = {
    "media:content": _media_content,
    "media:group": _media_group,
    "media:thumbnail": _thumbnail,
}
_READERS: dict[str, Callable[[etree._Element, EntryDraft], None]] = _MEDIA | {
    "atom:title": _construct("atom:title"),
    "atom:content": _construct("atom:content"),
    "atom:summary": _construct("atom:summary"),
    "link": _link,
    "atom:link": _atom_link,
    "feedburner:origlink": _original_link,
    "guid": _guid,
    "atom:author": _person,
    "author": _author("author"),
    "dc:creator": _author("dc:creator"),
    "itunes:author": _author("itunes:author"),
    "managingeditor": _author("managingEditor"),
    "category": _category,
    "atom:category": _category,
    "dc:subject": _category,
    "itunes:category": _category,
    "enclosure": _enclosure,
    "itunes:image": _thumbnail,
    "atom:source": _atom_source,
    "source": _rss_source,
}
