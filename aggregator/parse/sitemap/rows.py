"""The rows of a sitemap as they are written, out of whatever bytes it comes in."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.entities import html5
from io import BytesIO
from typing import Literal

from lxml import etree

from aggregator.base.markup import check_xml_attributes, line_of, prolog_of
from aggregator.base.text import one_line
from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.config import Limits
from aggregator.model.document import RawDocument, Repair
from aggregator.parse.encoding.charset import decode_remote

_GZIP = b"\x1f\x8b"
_ROOT = re.compile(r"<(?:[\w.-]{1,99}:)?([\w.-]{1,99})")
_REFERENCE = re.compile(
    r"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+|&(?:([a-zA-Z][a-zA-Z0-9]{1,31};)|#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};)?"
)
"""An ampersand and what it begins; in a CDATA section it begins nothing."""
_XML_NAMES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_KNOWN = {"html": "an HTML page", "rss": "an RSS feed", "feed": "an Atom feed", "rdf": "an RSS feed"}
_LONGEST_FIELD = 1_000
"""Characters of a news field."""
_LONGEST_ADDRESS = 4_096
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Row:
    """A ``url`` or ``sitemap`` element, in its own words."""

    kind: Literal["url", "sitemap"]
    loc: str
    lastmod: str = ""
    news: Mapping[str, str] = field(default_factory=dict)
    """The elements of ``news:news`` by local name, ``name`` and ``language`` of its ``publication`` among them."""
    image: str = ""
    """The first ``image:loc``."""


@dataclass(frozen=True, slots=True)
class Read:
    rows: tuple[Row, ...]
    repairs: tuple[Repair, ...] = ()


def read_rows(document: RawDocument, limits: Limits) -> Read:
    """The rows in the order of the document. What was complete before a fault is kept, with a repair.

    Raises RejectedError: ``not-a-sitemap``, ``xml-entities`` (also for any internal DTD subset),
    ``too-many-attributes``, ``too-large`` (over ``limits.download`` when unpacked), ``empty``,
    and what ``decode_remote`` refuses.
    """
    body, packing = _unpacked(document.body, limits.download)
    decoded = decode_remote(body, document.media_type, "xml")
    text = decoded.text.strip()
    if not text:
        raise RejectedError(Code.EMPTY, "the sitemap is empty", 1)
    repairs = (*packing, *decoded.repairs)
    if text.startswith("<"):
        read = _from_xml(text)
    elif re.match(r"https?://", text, re.IGNORECASE):
        read = Read(tuple(Row("url", line.strip()) for line in text.splitlines() if line.strip()))
    else:
        raise RejectedError(
            Code.NOT_A_SITEMAP, f"this is {'JSON' if text[0] in '{[' else 'plain text'}, not a sitemap", 1
        )
    return Read(read.rows, (*repairs, *read.repairs))


def _unpacked(body: bytes, limit: int) -> tuple[bytes, tuple[Repair, ...]]:
    """The body without its gzip packing (RFC 1952), never more than ``limit`` bytes of it in memory."""
    if not body.startswith(_GZIP):
        return body, ()
    inflate = zlib.decompressobj(wbits=31)
    pieces: list[bytes] = []
    size = 0
    rest = body
    try:
        while rest and not inflate.eof:
            piece = inflate.decompress(rest, _CHUNK)
            rest = inflate.unconsumed_tail
            size += len(piece)
            if size > limit:
                raise RejectedError(Code.TOO_LARGE, f"over {limit} bytes unpacked (limits.download)")
            pieces.append(piece)
    except zlib.error as error:
        return b"".join(pieces), (Repair(RepairCode.GZIP, one_line(str(error))),)
    return b"".join(pieces), (() if inflate.eof else (Repair(RepairCode.GZIP, "it ends too early"),))


def _from_xml(text: str) -> Read:
    prolog = prolog_of(text)
    if prolog.subset:
        message = "the document declares entities of its own"
        raise RejectedError(Code.XML_ENTITIES, message, line_of(text, prolog.subset[0]))
    start = prolog.end
    _check_root(text, start)
    check_xml_attributes(text)
    repaired = _with_references(text[start:])
    repairs = (
        (Repair(RepairCode.XML_REFERENCES, "ampersands that XML does not allow"),)
        if len(repaired) != len(text) - start
        else ()
    )
    return _parsed(repaired, text.count("\n", 0, start), repairs)


def _check_root(text: str, start: int) -> None:
    root = _ROOT.match(text, start)
    name = root[1] if root else ""
    if name.lower() not in {"urlset", "sitemapindex"}:
        kind = _KNOWN.get(name.lower(), f"a document of <{name}>" if name else "no XML")
        raise RejectedError(Code.NOT_A_SITEMAP, f"this is {kind}, not a sitemap", line_of(text, start))


def _with_references(text: str) -> str:
    """The text with bare ampersands escaped and the named characters of HTML resolved."""
    return _REFERENCE.sub(_reference, text) if "&" in text else text


def _reference(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;" if found[0] == "&" else found[0]
    if name in _XML_NAMES:
        return found[0]
    return html5.get(name) or f"&amp;{found[0][1:]}"


def _parsed(xml: str, lines_before: int, repairs: tuple[Repair, ...]) -> Read:
    rows: list[Row] = []
    try:
        for row in _rows(xml.encode()):
            rows.append(row)  # noqa: PERF402 - those before a fault are kept
    except etree.XMLSyntaxError as error:
        line = (error.lineno or 1) + lines_before
        if not rows:
            raise RejectedError(Code.NOT_A_SITEMAP, f"no sound XML: {one_line(error.msg or '')[:200]}", line) from error
        repairs = (
            *repairs,
            Repair(RepairCode.BROKEN_XML, f"read as far as it is sound: {one_line(error.msg or '')[:200]}", line),
        )
    return Read(tuple(rows), repairs)


def _rows(xml: bytes) -> Iterator[Row]:
    """Rows one by one; what was read is let go, so a large sitemap takes little memory."""
    events = etree.iterparse(
        BytesIO(xml),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    for _, element in events:
        row = _row(element)
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
        if row is not None:
            yield row


def _row(element: etree._Element) -> Row | None:
    loc = lastmod = image = ""
    news: dict[str, str] = {}
    for child in element:
        name = _local(child)
        if name == "loc":
            loc = loc or _text(child, _LONGEST_ADDRESS)
        elif name == "lastmod":
            lastmod = lastmod or _text(child, 64)
        elif name == "news":
            news = news or _news(child)
        elif name == "image" and not image:
            image = next((_text(inner, _LONGEST_ADDRESS) for inner in child if _local(inner) == "loc"), "")
    kind: Literal["url", "sitemap"] = "sitemap" if _local(element) == "sitemap" else "url"
    return Row(kind, loc, lastmod, news, image) if loc else None


def _news(element: etree._Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    publications = [child for child in element if _local(child) == "publication"]
    for child in (*element, *(inner for publication in publications for inner in publication)):
        value = _text(child, _LONGEST_FIELD)
        if value and len(fields) < 20:
            fields.setdefault(_local(child)[:40], value)
    return fields


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _text(element: etree._Element, longest: int) -> str:
    """Its text on one line; empty for what is longer than it can be."""
    text = one_line(element.text or "")
    return text if len(text) <= longest else ""
