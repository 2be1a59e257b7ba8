"""What one entry of a feed says, whatever the format: collected by the readers, then made a ParsedEntry.

Readers keep what each element says under the element's name; which of several names counts is decided here,
for all formats alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from hashlib import sha256
from html import escape

from aggregator.base.dates.formats import read_date
from aggregator.base.links import host_of
from aggregator.base.text import one_line
from aggregator.codes import Code
from aggregator.errors import RejectedError
from aggregator.model.document import Enclosure, ParsedArticle, ParsedEntry, Repair
from aggregator.parse.encoding.plausible import garbled
from aggregator.parse.markup import visible_length

LONGEST_LOCATION = 500
MOST_ATTACHED = 50
"""Of enclosures, and of images, of one entry."""

TITLES = ("title", "atom:title", "media:title", "itunes:title", "dc:title", "dcterms:title")
CONTENTS = (
    "content:encoded", "atom:content", "xhtml:body", "xhtml:div", "content_html", "content_text", "content", "fulltext",
    "fullitem", "body",
)  # fmt: skip
SUMMARIES = (
    "description", "atom:summary", "summary", "itunes:summary", "media:description", "dc:description", "abstract",
    "itunes:subtitle", "dcterms:abstract",
)  # fmt: skip
OF_MEDIA = frozenset({"media:description", "itunes:summary", "itunes:subtitle"})
"""They may describe a picture or a recording, not the article."""
PUBLISHED = (
    "pubDate", "atom:published", "atom:issued", "dcterms:issued", "dc:date", "date_published", "published", "issued",
    "dcterms:created", "atom:created", "dcterms:date", "prism:publicationDate", "created", "date",
)  # fmt: skip
UPDATED = (
    "atom:updated", "atom:modified", "dcterms:modified", "date_modified", "updated", "modified",
    "prism:modificationDate",
)  # fmt: skip
AUTHORS = ("atom:author", "dc:creator", "author", "itunes:author", "authors", "managingEditor")
IDS = ("guid", "atom:id", "id", "rdf:about", "dc:identifier")
LANGUAGES = ("xml:lang", "language", "dc:language")
RIGHTS = ("atom:rights", "dc:rights", "copyright")

_WORTH_OF_PICTURE = 10
"""Characters."""
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


@dataclass(slots=True)
class EntryDraft:
    """An entry, or a feed's own head, while it is read."""

    base: str = ""
    has_base: bool = False
    """Whether the document states it."""
    line: int | None = None
    said: dict[str, list[str]] = field(default_factory=dict)
    """What the elements of a name say, in their order; texts as HTML."""
    bases: dict[str, str] = field(default_factory=dict)
    """Base address of the text of a name, where it is not the entry's."""
    links: list[tuple[int, str, str]] = field(default_factory=list)
    """Rank (the least is best), absolute address, where it was."""
    enclosures: list[Enclosure] = field(default_factory=list)
    images: list[tuple[str, str, int]] = field(default_factory=list)
    """Absolute address, where it was, width in pixels (0: not stated)."""
    categories: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    metadata: dict[str, object] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)

    def say(self, name: str, text: str) -> None:
        if text:
            self.said.setdefault(name, []).append(text)

    def link(self, rank: int, address: str, where: str) -> None:
        if address:
            self.links.append((rank, address, where))

    def image(self, address: str, where: str, width: int = 0) -> None:
        if address and len(self.images) < MOST_ATTACHED:
            self.images.append((address, where, width))

    def enclose(self, address: str, media_type: str, length: object) -> None:
        if address and len(self.enclosures) < MOST_ATTACHED and all(known.url != address for known in self.enclosures):
            self.enclosures.append(Enclosure(address, one_line(media_type)[:100], _as_length(length)))

    def first(self, names: Sequence[str]) -> tuple[str, str]:
        """The first of these names that says something, and what; two empty strings if none does."""
        for name in names:
            if name in self.said:
                return name, self.said[name][0]
        return "", ""

    def each(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """All that these names say, in the names' order."""
        return [(name, text) for name in names if name in self.said for text in self.said[name]]

    def ordered_links(self) -> list[tuple[int, str, str]]:
        return sorted(self.links, key=lambda link: link[0]) if len(self.links) > 1 else self.links

    def authors(self) -> tuple[str, str]:
        """Whose name the elements are that count, and the authors, each once."""
        name, _ = self.first(AUTHORS)
        return name, ", ".join(dict.fromkeys(map(one_line, self.said[name]))) if name else ""


def _as_length(written: object) -> int | None:
    """Bytes, as written; None for what is no sensible number."""
    text = str(written).strip()
    length = int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
    return length or None


def paragraphs(text: str) -> str:
    """Plain text as HTML: paragraphs between blank lines, line breaks within them."""
    parts = [part.strip() for part in _PARAGRAPHS.split(text.strip())]
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in parts if part)


def plain_as_html(text: str) -> str:
    """Plain text on one line, as HTML."""
    return escape(text, quote=False) if "<" in text or "&" in text else text


def finish(draft: EntryDraft, feed_author: tuple[str, str], served_by: str = "") -> ParsedEntry:
    """The entry. ``feed_author``: the element and the names that stand in where the entry has no author.
    ``served_by``: the host that serves the feed, where that is not its site's; relative addresses then are the
    entry's own page's.

    Raises RejectedError ``empty-entry`` for one that says nothing, ``mojibake`` for one that is garbled.
    """
    where: dict[str, str] = {}
    title = _noted(where, "title", draft.first(TITLES))
    body, base = _body(draft, where)
    published, updated = _dates(draft, where)
    author = draft.authors()
    author_names = _noted(where, "author", author if author[1] else feed_author)
    links = draft.ordered_links()
    if links:
        where["url"] = links[0][2]
    if not (title or body or links or draft.enclosures or draft.images):
        raise RejectedError(Code.EMPTY_ENTRY, "the entry has neither title nor text nor link nor media", draft.line)
    if reason := garbled(title) or garbled(body):
        raise RejectedError(Code.MOJIBAKE, f"the text is garbled: {reason}", draft.line)
    if served_by and links and base == draft.base and not draft.has_base and host_of(links[0][1]) != served_by:
        base = links[0][1]
    _rest(draft, where)
    article = ParsedArticle(
        title=title,
        body=body,
        published=published,
        updated=updated,
        author=author_names,
        links=tuple(dict.fromkeys(address for _, address, _ in links)),
        images=_pictures(draft, where),
        categories=_each_once(draft.categories),
        tags=_each_once(draft.tags),
        metadata=draft.metadata,
        repairs=tuple(draft.repairs),
        markup="html",
        base=base,
        enclosures=tuple(draft.enclosures),
        provenance=where,
    )
    location = _location(draft, where, article)
    return ParsedEntry(location, article, digest_of(location, article), article.links[0] if links else "")


def _noted(where: dict[str, str], field_name: str, found: tuple[str, str]) -> str:
    if found[1]:
        where[field_name] = found[0]
    return found[1]


def _body(draft: EntryDraft, where: dict[str, str]) -> tuple[str, str]:
    """Of several texts the one with the most words, the content before a summary, and its base. The first of the
    other kind is kept beside it."""
    told = draft.each((*CONTENTS, *SUMMARIES))
    own = [one for one in told if one[0] not in OF_MEDIA and _weight(one[1])] or told
    best = (max(own, key=lambda one: _weight(one[1])) if len(own) > 1 else own[0]) if own else ("", "")
    others = CONTENTS if best[0] in SUMMARIES else SUMMARIES
    other = draft.first(others)
    if other[1] and other[1] != best[1]:
        draft.metadata["summary"] = other[1]
        where["summary"] = other[0]
    return _noted(where, "body", best), draft.bases.get(best[0], draft.base)


def _weight(html: str) -> int:
    """How much a text says: its characters; a picture says a few words."""
    return visible_length(html) + _WORTH_OF_PICTURE * html.count("<img")


def _dates(draft: EntryDraft, where: dict[str, str]) -> tuple[str, str]:
    """As written. Where only the last change is dated, it is the publication as far as anybody knows."""
    published, updated = _readable(draft.each(PUBLISHED)), _readable(draft.each(UPDATED))
    return (
        one_line(_noted(where, "published", published if published[1] else updated)),
        one_line(_noted(where, "updated", updated)),
    )


def _readable(dates: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The first date that can be read, else the first."""
    if len(dates) < 2:
        return dates[0] if dates else ("", "")
    return next((date for date in dates if read_date(date[1], UTC)), dates[0])


def _pictures(draft: EntryDraft, where: dict[str, str]) -> tuple[str, ...]:
    """In their order; of those that stand in elements of one name the widest first."""
    images = draft.images
    if not images:
        return ()
    if len(images) > 1 and any(width for *_, width in images):
        order = {name: number for number, (_, name, _) in reversed([*enumerate(images)])}
        images = sorted(images, key=lambda image: (order[image[1]], -image[2]))
    where["images"] = images[0][1]
    return tuple(dict.fromkeys(address for address, *_ in images))


def _rest(draft: EntryDraft, where: dict[str, str]) -> None:
    if rights := _noted(where, "rights", draft.first(RIGHTS)):
        draft.metadata["rights"] = one_line(rights)[:LONGEST_LOCATION]


def _each_once(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([label for written in labels if (label := one_line(written))]))


def _location(draft: EntryDraft, where: dict[str, str], article: ParsedArticle) -> str:
    """The entry's id, else its address, else that of its media, else a digest of its title and date."""
    name, stated = draft.first(IDS)
    location = stated.strip()
    if location:
        where["id"] = name
    elif article.links:
        location = article.links[0]
        where["id"] = where["url"]
    elif article.enclosures:
        location = article.enclosures[0].url
        where["id"] = "enclosure"
    else:
        location = digest_of_parts((article.title, article.published or article.body))
        where["id"] = "title and date"
    return location if len(location) <= LONGEST_LOCATION else digest_of_parts((location,))


def digest_of(location: str, article: ParsedArticle) -> str:
    """SHA-256 of all that the entry says and that matters; the other entries have no part in it."""
    parts = [location, article.title, article.body, article.published, article.updated, article.author, article.base]
    parts += map("\x1e".join, (article.links, article.categories, article.tags, article.images))
    parts += [f"{media.url}\x1e{media.type}\x1e{media.length}" for media in article.enclosures]
    parts.append(str(article.metadata.get("summary", "")))
    return sha256("\x1f".join(parts).encode()).hexdigest()


def digest_of_parts(parts: Sequence[str]) -> str:
    return "sha256:" + sha256("\x1f".join(parts).encode()).hexdigest()
