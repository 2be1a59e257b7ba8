"""What one entry of a feed says, whatever the format: collected by the readers, then made a ParsedEntry.

Readers keep what each element says under the element's name; which of several names counts is decided here,
for all formats alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape

from aggregator.base.text import one_line
from aggregator.codes import Code
from aggregator.errors import RejectedError
from aggregator.model.document import Enclosure, ParsedArticle, ParsedEntry, Repair
from aggregator.parse.encoding.plausible import garbled

LONGEST_LOCATION = 500
MOST_ATTACHED = 50
"""Of enclosures, and of images, of one entry."""

TITLES = ("title", "atom:title", "media:title", "itunes:title", "dc:title")
CONTENTS = (
    "content:encoded", "atom:content", "xhtml:body", "xhtml:div", "content_html", "content_text", "content", "fulltext",
)  # fmt: skip
SUMMARIES = ("description", "atom:summary", "summary", "itunes:summary", "media:description", "dc:description")
PUBLISHED = (
    "pubDate", "atom:published", "atom:issued", "dcterms:issued", "dc:date", "date_published", "published",
    "dcterms:created", "atom:created", "dcterms:date",
)  # fmt: skip
UPDATED = ("atom:updated", "atom:modified", "dcterms:modified", "date_modified", "updated")
AUTHORS = ("atom:author", "dc:creator", "author", "itunes:author", "authors", "managingEditor")
IDS = ("guid", "atom:id", "id", "rdf:about", "dc:identifier")
RIGHTS = ("atom:rights", "dc:rights", "copyright")

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


@dataclass(slots=True)
class EntryDraft:
    """An entry, or a feed's own head, while it is read."""

    base: str = ""
    line: int | None = None
    said: dict[str, list[str]] = field(default_factory=dict)
    """What the elements of a name say, in their order; texts as HTML."""
    bases: dict[str, str] = field(default_factory=dict)
    """Base address of the text of a name, where it is not the entry's."""
    links: list[tuple[int, str, str]] = field(default_factory=list)
    """Rank (the least is best), absolute address, where it was."""
    enclosures: list[Enclosure] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)
    """Absolute address, where it was."""
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

    def image(self, address: str, where: str) -> None:
        if address and len(self.images) < MOST_ATTACHED:
            self.images.append((address, where))

    def enclose(self, address: str, media_type: str, length: object, where: str) -> None:
        """Attaches media; a picture is also an image."""
        if address and len(self.enclosures) < MOST_ATTACHED and all(known.url != address for known in self.enclosures):
            self.enclosures.append(Enclosure(address, one_line(media_type)[:100], _as_length(length)))
        if media_type.startswith("image/"):
            self.image(address, where)

    def first(self, names: Sequence[str]) -> tuple[str, str]:
        """The first of these names that says something, and what; two empty strings if none does."""
        for name in names:
            if name in self.said:
                return name, self.said[name][0]
        return "", ""

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


def finish(draft: EntryDraft, feed_author: tuple[str, str]) -> ParsedEntry:
    """The entry. ``feed_author``: the element and the names that stand in where the entry has no author.

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
    if not (title or body or links):
        raise RejectedError(Code.EMPTY_ENTRY, "the entry has neither title nor text nor link", draft.line)
    if reason := garbled(title) or garbled(body):
        raise RejectedError(Code.MOJIBAKE, f"the text is garbled: {reason}", draft.line)
    _rest(draft, where)
    article = ParsedArticle(
        title=title,
        body=body,
        published=published,
        updated=updated,
        author=author_names,
        links=tuple(dict.fromkeys(address for _, address, _ in links)),
        images=tuple(dict.fromkeys(address for address, _ in draft.images)),
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
    """Content or summary, the longer of them, and its base; the other is kept beside it."""
    content, summary = draft.first(CONTENTS), draft.first(SUMMARIES)
    longer, shorter = (content, summary) if len(content[1]) >= len(summary[1]) else (summary, content)
    if shorter[1] and shorter[1] != longer[1]:
        draft.metadata["summary"] = shorter[1]
        where["summary"] = shorter[0]
    return _noted(where, "body", longer), draft.bases.get(longer[0], draft.base)


def _dates(draft: EntryDraft, where: dict[str, str]) -> tuple[str, str]:
    """As written. Where only the last change is dated, it is the publication as far as anybody knows."""
    published, updated = draft.first(PUBLISHED), draft.first(UPDATED)
    return (
        one_line(_noted(where, "published", published if published[1] else updated)),
        one_line(_noted(where, "updated", updated)),
    )


def _rest(draft: EntryDraft, where: dict[str, str]) -> None:
    if draft.images:
        where["images"] = draft.images[0][1]
    if rights := _noted(where, "rights", draft.first(RIGHTS)):
        draft.metadata["rights"] = one_line(rights)[:LONGEST_LOCATION]


def _each_once(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([label for written in labels if (label := one_line(written))]))


def _location(draft: EntryDraft, where: dict[str, str], article: ParsedArticle) -> str:
    """The entry's id, else its address, else a digest of its title and date."""
    name, stated = draft.first(IDS)
    location = stated.strip()
    if location:
        where["id"] = name
    elif article.links:
        location = article.links[0]
        where["id"] = where["url"]
    else:
        location = _digest((article.title, article.published or article.body))
        where["id"] = "title and date"
    return location if len(location) <= LONGEST_LOCATION else _digest((location,))


def digest_of(location: str, article: ParsedArticle) -> str:
    """SHA-256 of all that the entry says and that matters; the other entries have no part in it."""
    parts = [location, article.title, article.body, article.published, article.updated, article.author, article.base]
    parts += map("\x1e".join, (article.links, article.categories, article.tags, article.images))
    parts += [f"{media.url}\x1e{media.type}\x1e{media.length}" for media in article.enclosures]
    parts.append(str(article.metadata.get("summary", "")))
    return sha256("\x1f".join(parts).encode()).hexdigest()


def _digest(parts: Sequence[str]) -> str:
    return "sha256:" + sha256("\x1f".join(parts).encode()).hexdigest()
