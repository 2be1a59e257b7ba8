"""A document of many articles, taken apart: feed, list page or sitemap. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from aggregator.base.dates.evidence import has_order, order_among, order_of_language
from aggregator.base.references import load
from aggregator.model.article import Further, IndexFacts, Reading, Rejection, Retracted, Unread
from aggregator.model.config import Source
from aggregator.model.document import DocumentKind, Lead, ParsedEntry, ParsedIndex, RawDocument, Repair
from aggregator.normalize.words import clipped, plain_name

INDEX_VERSION = 2
"""Raised whenever the same bytes of a feed, list or sitemap give other entries."""
SITE_TITLE_LENGTH = 200
EXTRACT_VERSION = 2
"""Raised whenever the same page gives another text."""


def read_index(document: RawDocument, source: Source) -> ParsedIndex:
    """What the document says. Raises RejectedError."""
    parse: Callable[[RawDocument, Source], ParsedIndex] = load(source.traits.parsers[document.kind])
    return parse(document, source)


def unfolded(index: ParsedIndex, document: RawDocument, source: Source) -> tuple[list[Reading], Sequence[ParsedEntry]]:
    """All that is to be said of the document, and the entries that are articles as they stand."""
    fresh = _in_order([entry for entry in index.entries if entry.digest not in document.known], index)
    followed = [entry for entry in fresh if _is_followed(entry, document.kind, source)]
    left = {entry.location for entry in followed}
    leads = [
        *(_index_lead(document, kind, url, stamp) for kind, url, stamp in index.further),
        *(replace(_index_lead(document, "feed", url, ""), guess=True) for url in index.guesses),
        *(_page_lead(document, entry, index.title) for entry in followed),
    ]
    told: list[Reading] = [_facts(index, document)]
    told += [Unread(entry.location) for entry in index.entries if entry.digest in document.known]
    told += [Rejection(f.location, f.code, f.message, f.line, "", "") for f in index.faults]
    told += [Retracted(location) for location in index.deleted]
    if leads:
        told.append(Further(tuple(leads)))
    whole = [entry for entry in fresh if entry.location not in left]
    # What had to be repaired to read the document was repaired in each of them.
    return told, [_with_repairs(entry, index.repairs) for entry in whole] if index.repairs else whole


def _in_order(fresh: list[ParsedEntry], index: ParsedIndex) -> list[ParsedEntry]:
    """The entries, told what all dates of the document, else its language, say of the order of day and month."""
    if not any(map(_has_order, fresh)):
        return fresh
    dates = (date for entry in index.entries for date in (entry.article.published, entry.article.updated))
    order = order_among(dates) or order_of_language(index.language)
    return [replace(entry, article=replace(entry.article, order=order)) for entry in fresh] if order else fresh


def _has_order(entry: ParsedEntry) -> bool:
    return has_order(entry.article.published) or has_order(entry.article.updated)


def document_of(entry: ParsedEntry, document: RawDocument) -> RawDocument:
    """The entry as if it were a document of its own."""
    return replace(
        document,
        location=entry.location,
        stamp=entry.digest,
        digest=entry.digest,
        body=b"",
        kind="post",
        known=frozenset(),
    )


def _with_repairs(entry: ParsedEntry, repairs: tuple[Repair, ...]) -> ParsedEntry:
    return replace(entry, article=replace(entry.article, repairs=(*repairs, *entry.article.repairs)))


def _is_followed(entry: ParsedEntry, kind: DocumentKind, source: Source) -> bool:
    """Whether its article is read at its own address."""
    if not entry.link:
        return False
    if kind == "list-page":
        return source.follow
    return kind == "sitemap" or source.extraction != "off"


def _index_lead(document: RawDocument, kind: DocumentKind, url: str, stamp: str) -> Lead:
    return Lead(document.source, url, stamp, kind=kind, url=url, depth=document.depth + 1, via=document.location)


def _page_lead(document: RawDocument, entry: ParsedEntry, site: str) -> Lead:
    depth = document.depth + 1
    stamp, via = entry.digest, document.location
    return Lead(document.source, entry.location, stamp, "article-page", entry.link, entry.article, depth, via, site)


def _facts(index: ParsedIndex, document: RawDocument) -> IndexFacts:
    return IndexFacts(
        location=document.location,
        entries=len(index.entries),
        pace=index.pace,
        title=clipped(plain_name(index.title), SITE_TITLE_LENGTH),
        home=index.home,
        repairs=index.repairs,
        note=index.note,
        alarms=index.alarms,
        remarks=index.remarks,
        feeds=index.feeds,
    )
