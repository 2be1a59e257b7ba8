"""The second opinion on feeds that are no well-formed XML: feedparser, which reads nearly anything.

It is given bytes that were decoded and cut to the root element before, never an address. Its own sanitizer is
off: what it gives is cleaned like all else. It is slow, so only what the first reader refuses comes here.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from aggregator.base.links import web_address
from aggregator.base.text import one_line
from aggregator.codes import Code
from aggregator.errors import RejectedError
from aggregator.model.document import EntryFault
from aggregator.parse.feed.entry import EntryDraft, paragraphs, plain_as_html
from aggregator.parse.feed.media import attach
from aggregator.parse.feed.pace import pace_of
from aggregator.parse.feed.people import person
from aggregator.parse.feed.xml import FeedDraft, site_of

LARGEST = 1_000_000
"""Characters that it is given: of the worst it reads a third of a megabyte a second."""


def read_loosely(text: str, base: str, limit: int) -> FeedDraft:
    """What feedparser makes of ``text``, which begins with the root element.

    Raises RejectedError ``not-a-feed`` where it finds neither an entry nor a title, ``too-large``.
    """
    if len(text) > LARGEST:
        raise RejectedError(
            Code.TOO_LARGE, f"{len(text)} characters that are no XML; at most {LARGEST} are looked through"
        )
    # Half a second that only faulty feeds pay for.
    import feedparser  # noqa: PLC0415

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": base}
    stream = io.BytesIO(text.encode())
    try:
        told = feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except MemoryError:
        raise
    except Exception as error:
        # What its many parsers raise for broken text is nowhere said.
        message = f"neither reader can make it out ({type(error).__name__}: {one_line(str(error))[:100]})"
        raise RejectedError(Code.NOT_A_FEED, message, 1) from error
    is_atom = str(told.get("version", "")).startswith("atom")
    head = _draft(told["feed"], base, is_atom)
    site = site_of(head, base)
    drafts, faults = [], []
    for entry in told["entries"][:limit]:
        try:
            drafts.append(_draft(entry, site.base, is_atom))
        except ValueError as error:
            faults.append(EntryFault("", Code.UNREADABLE, str(error)))
    if not drafts and not head.said:
        raise RejectedError(Code.NOT_A_FEED, "nothing in it can be made out as a feed", 1)
    said = {"ttl": [_text(told["feed"], "ttl")], "sy:updatePeriod": [_text(told["feed"], "sy_updateperiod")]}
    pace = pace_of({name: values for name, values in said.items() if values[0]}, (), ())
    left_out = max(len(told["entries"]) - limit, 0)
    return FeedDraft(head, tuple(drafts), tuple(faults), pace=pace, left_out=left_out, served_by=site.served_by)


def _draft(entry: Mapping[str, Any], base: str, is_atom: bool) -> EntryDraft:
    draft = EntryDraft(base=base)
    draft.say("id", _text(entry, "id"))
    detail = entry.get("title_detail") or {}
    is_plain = is_atom and "html" not in str(detail.get("type", ""))
    draft.say("title", plain_as_html(_text(entry, "title")) if is_plain else _text(entry, "title"))
    for content in _listed(entry, "content"):
        draft.say("content", _html(content, is_atom))
        if content.get("base"):
            draft.bases.setdefault("content", web_address(str(content["base"]), base) or base)
    draft.say("summary", _html(entry.get("summary_detail") or {"value": _text(entry, "summary")}, is_atom))
    draft.say("published", _text(entry, "published") or _text(entry, "created"))
    draft.say("updated", _text(entry, "updated") if "updated" in entry else "")
    authors = _listed(entry, "authors")
    if len(authors) > 1:
        for author in authors:
            draft.say("authors", one_line(_text(author, "name")))
    else:
        # Of ``mail (Name)`` feedparser keeps only a part in its list.
        draft.say("authors", person(_text(entry, "author")))
    draft.categories += [_text(tag, "label") or _text(tag, "term") for tag in _listed(entry, "tags")]
    _attach(entry, draft)
    return draft


def _attach(entry: Mapping[str, Any], draft: EntryDraft) -> None:
    draft.link(0, web_address(_text(entry, "feedburner_origlink")), "feedburner:origLink")
    for link in _listed(entry, "links"):
        address = web_address(_text(link, "href"), draft.base)
        if link.get("rel") == "enclosure":
            attach(draft, address, _text(link, "type"), link.get("length"), "enclosure")
        elif link.get("rel") == "alternate":
            draft.link(1, address, "link")
    for media in (*_listed(entry, "media_thumbnail"), *_listed(entry, "media_content")):
        address, kind = web_address(_text(media, "url"), draft.base), _text(media, "type")
        if kind.startswith(("audio/", "video/")):
            draft.enclose(address, kind, media.get("filesize"))
        else:
            draft.image(address, "media")


def _html(detail: Mapping[str, Any], is_atom: bool) -> str:
    """Descriptions of RSS are HTML, whatever feedparser takes them for."""
    text = _text(detail, "value")
    return paragraphs(text) if is_atom and detail.get("type") == "text/plain" else text


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _listed(entry: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    value = entry.get(key)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
