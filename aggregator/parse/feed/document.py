"""Stage 2 of 8 - parse: RawDocument -> ParsedIndex

A feed: Atom, RSS, RDF or JSON Feed. Well-formed XML is read by ``xml``; what is not is repaired where it is plain
what was meant (``repair``), else read by feedparser (``second_opinion``). One broken entry never costs another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from aggregator.base.markup import check_xml_attributes, check_xml_depth
from aggregator.base.text import one_line
from aggregator.codes import AlarmCode, Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.alarm import Alarm
from aggregator.model.config import Source
from aggregator.model.document import EntryFault, ParsedEntry, ParsedIndex, RawDocument, Repair
from aggregator.parse.encoding.charset import decode_remote
from aggregator.parse.encoding.decode import Decoded
from aggregator.parse.feed.discovery import feeds_of_page, usual_feeds
from aggregator.parse.feed.entry import LANGUAGES, TITLES, finish
from aggregator.parse.feed.json_feed import read_json
from aggregator.parse.feed.places import habits, placed
from aggregator.parse.feed.repair import closed, declared, of_windows, repaired, trimmed
from aggregator.parse.feed.root import Outside, outside
from aggregator.parse.feed.second_opinion import read_loosely
from aggregator.parse.feed.xml import FeedDraft, read_tree

_NESTING = 256
"""Depth at which libxml2 gives up."""
_TOO_LARGE = (etree.ErrorTypes.ERR_NAME_TOO_LONG, etree.ErrorTypes.ERR_RESOURCE_LIMIT)
_LINE = re.compile(r",? line [0-9]+(?:, column [0-9]+)?")
_MOST_TOLD = 10
"""Feeds of a page."""
_MOST_FAULTS = 100
"""Of one feed that are told one by one."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A feed as one of the readers gave it."""

    found: FeedDraft
    repairs: tuple[Repair, ...] = ()


def parse_feed(document: RawDocument, source: Source) -> ParsedIndex:
    """The entries of a feed, in its order, each once; at most ``limits.entries``, an alarm counts the others.

    A page that names a feed gives that feed's address in ``further``; one that names none gives ``guesses``.
    Titles and texts are HTML, not cleaned.
    Raises RejectedError: ``not-a-feed``, ``empty``, ``too-large``, ``too-deep``, ``too-many-attributes``,
    ``xml-entities``, ``mojibake``, ``not-text``; the first line that is at fault where it is known.
    """
    limits = source.limits
    if len(document.body) > limits.download:
        raise RejectedError(Code.TOO_LARGE, f"{len(document.body)} bytes, over {limits.download} (limits.download)")
    if not document.body.strip():
        raise RejectedError(Code.EMPTY, "the document is empty")
    decoded = decode_remote(document.body, document.media_type, "xml")
    text = decoded.text.lstrip("\ufeff \t\n")
    if text.startswith(("{", "[")):
        return _index(_Read(read_json(decoded.text, document.url, limits.entries)), decoded)
    if not text:
        raise RejectedError(Code.EMPTY, "the document is empty")
    found = outside(decoded.text)
    if found.is_page:
        return _page(found.text, document)
    check_xml_attributes(found.text, sections=False)
    found = replace(found, text=of_windows(found.text))
    return _index(_read_xml(found, document.url, limits.entries), decoded, found.repairs)


def _read_xml(document: Outside, base: str, limit: int) -> _Read:
    """By the first reader, as it stands or repaired; else by the second."""
    complaint, line = "", document.line
    for text, made in _attempts(document):
        try:
            root = _parsed(text)
        except etree.XMLSyntaxError as error:
            _refuse(error, document.line)
            if not complaint:
                complaint, line = _told(error), document.line + (error.lineno or 1) - 1
            continue
        return _Read(read_tree(root, base, limit, document.line), made)
    text, repairs = repaired(document.text, document.line, document.entities)
    check_xml_depth(text, _NESTING)
    check_xml_attributes(text)
    return _Read(read_loosely(text, base, limit), (Repair(RepairCode.SECOND_OPINION, complaint, line), *repairs))


def _attempts(document: Outside) -> Iterator[tuple[str, tuple[Repair, ...]]]:
    """The text as it is, then repaired, trimmed, with its prefixes declared, then also closed where it was cut off."""
    yield document.text, ()
    text, repairs = repaired(document.text, document.line, document.entities)
    if repairs:
        yield text, repairs
    for mend in (trimmed, declared):
        if better := mend(text, document.line):
            text, repairs = better[0], (*repairs, *better[1])
            yield text, repairs
    if whole := closed(text, document.line):
        yield whole[0], (*repairs, *whole[1])


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(text.encode(), parser)


def _refuse(error: etree.XMLSyntaxError, first_line: int) -> None:
    """What no second reader is to look at. Both have one code in libxml2, so its words must tell them apart."""
    line = first_line + (error.lineno or 1) - 1
    if "xcessive depth" in error.msg:
        raise RejectedError(Code.TOO_DEEP, f"elements are nested over {_NESTING} deep", line) from error
    if _code(error) in _TOO_LARGE or "too long" in error.msg:
        raise RejectedError(Code.TOO_LARGE, _told(error), line) from error


def _code(error: etree.XMLSyntaxError) -> int:
    code: int = getattr(error, "code", 0)
    return code


def _told(error: etree.XMLSyntaxError) -> str:
    """The complaint without its lines, which count from the root."""
    return one_line(_LINE.sub("", error.msg))[:100]


def _page(text: str, document: RawDocument) -> ParsedIndex:
    feeds = feeds_of_page(text, document.url)
    if feeds:
        others = f"; it also names {', '.join(feeds[1:_MOST_TOLD])}" if feeds[1:] else ""
        note = f"this address is a page; its feed is {feeds[0]}{others}"
        return ParsedIndex(further=(("feed", feeds[0], ""),), note=note, feeds=feeds[:_MOST_TOLD])
    usual = () if document.depth else usual_feeds(document.url)
    if not usual:
        raise RejectedError(Code.NOT_A_FEED, "it is an HTML page, and it names no feed", 1)
    return ParsedIndex(guesses=usual, note="this address is a page that names no feed")


def _index(read: _Read, decoded: Decoded, repairs: tuple[Repair, ...] = ()) -> ParsedIndex:
    found = read.found
    told, faults = _finished(found)
    entries, repeated = placed(told)
    garbled = sum(fault.code is Code.MOJIBAKE for fault in faults)
    if garbled * 2 > len(found.drafts):
        raise RejectedError(Code.MOJIBAKE, f"{garbled} of {len(found.drafts)} entries are garbled")
    links = found.head.ordered_links()
    # An entry that is there came back after its tombstone was set (RFC 6721, section 3).
    there = {entry.location for entry in entries} | {fault.location for fault in faults}
    left_out = Alarm(AlarmCode.ENTRIES_LEFT_OUT, f"{found.left_out} entries left out (limits.entries)")
    return ParsedIndex(
        entries=tuple(entries),
        faults=(*found.faults, *faults, *repeated)[:_MOST_FAULTS],
        deleted=tuple(location for location in found.deleted if location not in there),
        pace=found.pace,
        title=one_line(found.head.first(TITLES)[1]),
        language=one_line(found.head.first(LANGUAGES)[1])[:100],
        home=links[0][1] if links else "",
        repairs=(*decoded.repairs, *repairs, *read.repairs),
        remarks=habits(entry for *_, entry in told),
        alarms=(left_out,) if found.left_out else (),
    )


def _finished(found: FeedDraft) -> tuple[list[tuple[int, int | None, ParsedEntry]], list[EntryFault]]:
    """Entries with their numbers and lines, as they stand; those that say nothing, or garbled words, are faults."""
    feed_author = found.head.authors()
    entries: list[tuple[int, int | None, ParsedEntry]] = []
    faults: list[EntryFault] = []
    for number, draft in enumerate(found.drafts, 1):
        try:
            entries.append((number, draft.line, finish(draft, feed_author, found.served_by)))
        except RejectedError as error:
            location = draft.first(("guid", "atom:id", "id"))[1][:500] or f"entry {number}"
            faults.append(EntryFault(location, error.code, str(error), error.line))
    return entries, faults
