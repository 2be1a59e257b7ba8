"""Entries of a list page that have no page of their own: articles by their text, at a place within the list."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from urllib.parse import quote

from bs4 import Tag

from aggregator.base.text import one_line
from aggregator.model.document import ParsedArticle, ParsedEntry
from aggregator.parse.addresses import LONGEST_LOCATION

_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6", "dt", "strong", "b"]
_LONGEST_TITLE = 80
_LEAST_CUT = 20
_SENTENCE = re.compile(r".+?(?:[。！？!?]|\.(?=\s|$)|$)")
LEAST = 20
"""Characters: an entry with less text is no article, but a faulty link."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the operator's selectors found in it; empty where they found nothing. The title is HTML."""

    title: str
    title_from: str
    date: str
    date_from: str
    body: str
    """Of ``select.summary``."""
    body_from: str


def entry_by_text(element: Tag, stated: Stated, page: str, base: str) -> ParsedEntry | None:
    """The article that the element itself is; None where it has hardly any text.

    Its location is the page with the fragment that leads to it, where it has one (``id``, a named anchor); else a
    digest of title and date. ``page``: the address of the list; ``base``: what relative ones resolve against.
    """
    text = one_line(element.get_text(" "))
    if len(text) < LEAST:
        return None
    title, where = (stated.title, stated.title_from) if stated.title else _title(element, text)
    fragment = _fragment(element)
    address = page.partition("#")[0] + (f"#{fragment}" if fragment else "")
    body = stated.body or element.decode_contents().strip()
    named = json.dumps([title, stated.date], ensure_ascii=False)
    location = address if fragment else f"sha256:{sha256(named.encode()).hexdigest()}"
    if len(location) > LONGEST_LOCATION:
        location = f"sha256:{sha256(location.encode()).hexdigest()}"
    provenance = {
        "url": "the entry's place in the list" if fragment else "the list",
        "title": where,
        "published": stated.date_from,
        "body": stated.body_from or "text of the entry",
    }
    said = json.dumps([location, title, stated.date, body], ensure_ascii=False)
    article = ParsedArticle(
        title=title,
        body=body,
        published=stated.date,
        links=(address,),
        markup="html",
        base=base,
        provenance={name: where for name, where in provenance.items() if where},
    )
    return ParsedEntry(location, article, sha256(said.encode()).hexdigest())


def _title(element: Tag, text: str) -> tuple[str, str]:
    """Its first heading; else its first sentence, cut at a word where it is long."""
    heading = element.find(_HEADINGS)
    told = one_line(heading.get_text(" ")) if heading is not None else ""
    if told and len(told) <= 2 * _LONGEST_TITLE:
        return escape(told, quote=False), f"heading <{heading.name}>" if isinstance(heading, Tag) else "heading"
    found = _SENTENCE.match(text)
    words = found[0] if found else text
    if len(words) > _LONGEST_TITLE:
        begin = words[:_LONGEST_TITLE]
        head, _, _ = begin.rpartition(" ")
        words = f"{head if len(head) > _LEAST_CUT else begin}…"
    return escape(words, quote=False), "first words of the text"


def _fragment(element: Tag) -> str:
    """Leads browsers to the element: its own id, or that of an anchor or heading at its beginning."""
    inner = element.find(["a", *_HEADINGS])
    for tag in (element, inner):
        if isinstance(tag, Tag):
            name = tag.get("id") or (tag.get("name") if tag.name == "a" else "")
            if isinstance(name, str) and name.strip():
                return quote(name.strip(), safe="-._~!$&'()*+,;=:@/?%")
    return ""
