"""Stage 4 of 8 - identify: Article -> content hash and id.

The hash is over what the article says: title and text, folded, without markup, spaces and
punctuation, and without the source's lead-in, which each outlet writes anew. It is never over the
file, the front matter or a picture's address, because writers re-roll those at each crawl.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import datetime
from typing import NamedTuple

from aggregator.base.lead_in import opening_of
from aggregator.base.text import skeleton
from aggregator.model.article import Subject

FINGERPRINT_VERSION = 1

_IMAGE = re.compile(r"""<img\b[^>]*?\bsrc=["']([^"'?#]+)""")
_LINK = re.compile(r"""<a\b[^>]*?\bhref=["']([^"'?#]+)""")
_ADDRESS = re.compile(r"https?://(?:www\.)?([^#]*[^#/])")
_NAMESPACE = uuid.UUID("6f0a3c1e-58b1-5d0f-9c1b-4b1b3f0f7a10").bytes


class Hashes(NamedTuple):
    """What an article is known by, each ``version:sha256``."""

    content: str
    """Of what it says."""
    former: str
    """Of the same with what stands before its own words, as versions did that knew nothing of it; empty if that
    is nothing. Articles that were stored by them are known by it."""


def hashes(subject: Subject, html: str = "", repeated: str = "") -> Hashes:
    """The hash of what the article says, and the one it had formerly. The source's lead-in does not count.

    ``repeated``: folded, what was taken off the beginning of its text.

    An article without text, or of which the title is all that is said, is known by its pictures and links: their
    addresses without query, for the query is where random numbers and signatures live; and by its own address, for
    the daily news in pictures has one title. That is whole but for what its spellings differ in.
    """
    title = skeleton(subject.title)
    opening = opening_of(subject.text)
    content = _hash(title, skeleton(subject.text[opening:]), subject, html)
    if not opening and not repeated:
        return Hashes(content, "")
    former = _hash(title, skeleton(f"{repeated}\n{subject.text}"), subject, html)
    return Hashes(content, "" if former == content else former)


def _hash(title: str, text: str, subject: Subject, html: str) -> str:
    if text in {"", title}:
        own = _ADDRESS.match(subject.url)
        known_by = (*_IMAGE.findall(html), *_LINK.findall(html), own[1] if own else "")
        text = "\n".join((text, *filter(None, known_by)))
    told = f"{title}\n{text}".encode("utf-8", "surrogatepass")
    return f"{FINGERPRINT_VERSION}:{hashlib.sha256(told).hexdigest()}"


def mint_id(source: str, first_hash: str, stated: datetime | None, number: int = 0) -> uuid.UUID:
    """The article's id for good: UUID version 5 (RFC 9562 section 5.5) of where and what it first was.

    ``number``: of articles that were the same at first, counted from 0.
    """
    date = stated.isoformat() if stated else ""
    name = (f"{source}\n{first_hash}\n{date}" + (f"\n{number}" if number else "")).encode()
    # What `uuid.uuid5` does, which takes the namespace apart at each call: almost twice as fast.
    return uuid.UUID(bytes=hashlib.sha1(_NAMESPACE + name, usedforsecurity=False).digest()[:16], version=5)
