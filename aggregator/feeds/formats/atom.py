"""Feed → Atom bytes (RFC 4287): feedgen writes, and what it writes wrong or not at all is completed here.

feedgen 1.0 drops every attribute of an entry's links but ``href``, writes no id and no date in
``source``, escapes content instead of giving it as CDATA, knows no xhtml subtitle and ends times in
``+00:00``. An entry it refuses would take the whole feed along, so each is made by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import islice

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from aggregator import __version__
from aggregator.base.calendar import day_in_words, is_midnight, moment_in_words
from aggregator.base.language import primary
from aggregator.base.text import xml_line
from aggregator.base.unseen import without_controls
from aggregator.feeds.addresses import is_web_address
from aggregator.feeds.formats.format import Format, Rendered
from aggregator.feeds.formats.read_back import xml
from aggregator.feeds.limits import ENTRY_BYTES, ORIGIN_REFERENCES, REFERENCES, VIA_LINKS, weight
from aggregator.model.reading import Entry, Feed, LeftOut

DCTERMS = "http://purl.org/dc/terms/"
MEDIA = "http://search.yahoo.com/mrss/"
XML = "http://www.w3.org/XML/1998/namespace"
XHTML = "http://www.w3.org/1999/xhtml"
_ENTRY = "{http://www.w3.org/2005/Atom}entry"
GENERATOR = "topic-feed-aggregator"

_UNFIT = (ValueError, TypeError, LookupError, etree.LxmlError)
_TEXT_MARKUP = "&<>"
_ATTRIBUTE_MARKUP = '&<>"'
_SECTIONS = etree.XMLParser(strip_cdata=False, resolve_entities=False, no_network=True)


def render_atom(feed: Feed) -> Rendered:
    """The feed as UTF-8 XML; same value, same bytes.

    What XML cannot carry is dropped from texts. Entries that cannot be written all the same are left
    out with the reason. Raises ValueError if the feed itself cannot be written.
    """
    allowance = REFERENCES // max(1, len(feed.entries))
    elements, left_out = [], []
    for entry in feed.entries:
        try:
            elements.append(_entry_element(feed, entry, allowance))
        except _UNFIT as error:
            left_out.append(LeftOut(entry.id, f"{type(error).__name__}: {error}"))
    return Rendered(_document(feed, elements), tuple(left_out))


def _document(feed: Feed, entries: Sequence[etree._Element]) -> bytes:
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(xml_line(feed.title))
    generator.updated(feed.updated)
    generator.author(name=xml_line(feed.author))
    generator.language(feed.language)
    generator.generator(GENERATOR, version=__version__)
    if feed.icon:
        generator.icon(feed.icon)
    if feed.logo:
        generator.logo(feed.logo)
    for link in feed.links:
        fields = {"rel": link.rel, "type": link.type, "title": xml_line(link.title), "hreflang": link.hreflang}
        generator.link(href=link.href, **{name: value for name, value in fields.items() if value})
    generator.register_extension("completion", lambda: _Completion(feed, entries), atom=True, rss=False)
    body: bytes = generator.atom_str()
    return body


class _Completion:
    """feedgen's hook on a feed: it is given the element after feedgen's own children were made."""

    def __init__(self, feed: Feed, entries: Sequence[etree._Element]) -> None:
        self._feed = feed
        self._entries = entries

    def extend_ns(self) -> dict[str, str]:
        return {"media": MEDIA, "dcterms": DCTERMS}

    def extend_atom(self, element: etree._Element) -> None:
        _replace(element, "updated", _instant(self._feed.updated))
        _as_cdata(element.iterchildren())
        element.insert(2, _subtitle(self._feed))
        for child in element:
            child.tail = "\n"
        element.extend(self._entries)
        if self._feed.style:
            style = etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{self._feed.style}"')
            element.addprevious(style)


def _subtitle(feed: Feed) -> etree._Element:
    """What it is and what to do, with links to the page and to help, which browsers show above the entries."""
    subtitle = etree.Element("subtitle", type="xhtml")
    division = etree.fromstring(f'<div xmlns="{XHTML}"/>')
    subtitle.append(division)
    division.text = "".join(f"{line} " for line in (xml_line(feed.subtitle), xml_line(feed.invitation)) if line)
    page = next((xml_line(link.title) for link in feed.links if link.href == feed.page and link.title), feed.page)
    _anchor(division, feed.page, page)
    if feed.how:
        division[-1].tail = " · "
        _anchor(division, feed.how.href, xml_line(feed.how.title))
    return subtitle


def _anchor(parent: etree._Element, href: str, text: str) -> None:
    etree.SubElement(parent, f"{{{XHTML}}}a", href=href).text = text


def _entry_element(feed: Feed, entry: Entry, allowance: int) -> etree._Element:
    if (size := weight(entry)) > ENTRY_BYTES:
        raise ValueError(f"{size} bytes are too many for a feed")
    labels = [feed.topic_titles[slug] for slug in entry.topics if slug in feed.topic_titles]
    spare = allowance - 2 * sum(map(_references, labels))
    places = {origin.url: _source_title(feed, origin.source) for origin in entry.also if origin.url != entry.url}
    also = dict(islice(places.items(), VIA_LINKS))
    source = _source(feed, entry)
    spare -= sum(_references(link.get("href", "")) for link in source.iterchildren("link"))
    attached = [(enclosure.url, "") for enclosure in entry.enclosures]
    kept = _affordable([(entry.url, ""), (entry.image, ""), *attached, *also.items()], spare)

    element = _written(feed, entry, kept, labels)
    element.append(source)
    if rights := xml_line(feed.rights.get(entry.source, "")):
        element.append(_rights(rights))
    element.extend(_enclosures(entry, kept))
    for url, title in also.items():
        if url in kept:
            etree.SubElement(element, "link", rel="via", type="text/html", title=title, href=kept[url])
    if entry.image in kept:
        etree.SubElement(element, f"{{{MEDIA}}}thumbnail", nsmap={"media": MEDIA}, url=kept[entry.image])
    element.append(_date_in_words(feed, entry))
    if entry.language and entry.language != primary(feed.language):
        element.set(f"{{{XML}}}lang", entry.language)
        element[-1].set(f"{{{XML}}}lang", feed.language)
    element.tail = "\n"
    return element


def _written(feed: Feed, entry: Entry, kept: Mapping[str | None, str], labels: Iterable[str]) -> etree._Element:
    """What feedgen can write of an entry, corrected where it does it badly."""
    title, summary = _title(feed, entry), xml_line(entry.summary)
    html = without_controls(entry.html).replace("\r\n", "\n").replace("\r", "\n")
    href = kept.get(entry.url, feed.articles.replace("{id}", str(entry.id)))

    writer = FeedEntry()
    writer.id(entry.id.urn)
    writer.title(title)
    writer.author(name=xml_line(entry.author) or _source_title(feed, entry.source))
    writer.published(entry.published)
    writer.updated(entry.updated)
    writer.link(href=href)
    writer.category([{"term": xml_line(label), "label": xml_line(label)} for label in labels])
    if summary not in {"", title}:
        writer.summary(summary)
    writer.content(html or escape(title), type="html")
    element: etree._Element = writer.atom_entry()

    for name, instant in (("published", entry.published), ("updated", entry.updated)):
        _replace(element, name, _instant(instant))
    _child(element, "link").attrib.update({"rel": "alternate", "type": "text/html"})
    _as_cdata(element.iterchildren())
    return element


def _source(feed: Feed, entry: Entry) -> etree._Element:
    """Where the article is from (RFC 4287, section 4.2.11): the same in each feed that holds the entry."""
    source = etree.Element("source")
    etree.SubElement(source, "id").text = feed.source_ids[entry.source]
    etree.SubElement(source, "title").text = _source_title(feed, entry.source)
    etree.SubElement(source, "updated").text = _instant(entry.updated)
    home, own = feed.source_homes.get(entry.source, ""), feed.source_feeds.get(entry.source, "")
    if home and _references(home) <= ORIGIN_REFERENCES:
        etree.SubElement(source, "link", rel="alternate", type="text/html", href=home)
    if own and _references(own) <= ORIGIN_REFERENCES:
        etree.SubElement(source, "link", rel="self", href=own)
    _as_cdata(source.iterchildren())
    return source


def _date_in_words(feed: Feed, entry: Entry) -> etree._Element:
    """For browsers, which show the feed by its style sheet: that cannot write a date in another form.

    Of all that validators know and readers leave alone, ``dcterms:available`` says it truly.
    """
    element = etree.Element(f"{{{DCTERMS}}}available", nsmap={"dcterms": DCTERMS})
    written = day_in_words if is_midnight(entry.published, feed.timezone) else moment_in_words
    element.text = written(entry.published, feed.timezone, english=primary(feed.language) == "en")
    return element


def _rights(line: str) -> etree._Element:
    """Whose text it is (RFC 4287, section 4.2.10)."""
    wrapper = etree.Element("entry")
    etree.SubElement(wrapper, "rights").text = line
    _as_cdata(wrapper)
    return wrapper[0]


def _enclosures(entry: Entry, kept: Mapping[str | None, str]) -> Iterator[etree._Element]:
    """Media (RFC 4287, section 4.2.7); what is not known of one is not stated."""
    for enclosure in {each.url: each for each in entry.enclosures if each.url in kept}.values():
        link = etree.Element("link", rel="enclosure")
        if enclosure.type:
            link.set("type", enclosure.type)
        if enclosure.length is not None:
            link.set("length", str(enclosure.length))
        link.set("href", kept[enclosure.url])
        yield link


def _title(feed: Feed, entry: Entry) -> str:
    """Never empty: readers drop an entry without a title."""
    candidates = (entry.title, entry.summary[:60], _source_title(feed, entry.source))
    return next(filter(None, map(xml_line, candidates)), entry.id.urn)


def _source_title(feed: Feed, source: str) -> str:
    return xml_line(feed.source_titles.get(source, source))


def _affordable(links: Iterable[tuple[str | None, str]], allowance: int) -> Mapping[str | None, str]:
    """Of addresses with their titles, best first, those that cost no more entity references than allowed."""
    kept: dict[str | None, str] = {}
    for address, title in links:
        if address is None or not is_web_address(address):
            continue
        cost = _references(address) + _references(title)
        if cost <= allowance:
            allowance -= cost
            kept[address] = address
    return kept


def _references(value: str) -> int:
    """How many an attribute's value takes."""
    return sum(map(value.count, _ATTRIBUTE_MARKUP))


def _as_cdata(elements: Iterable[etree._Element]) -> None:
    """Gives content, and every other text that had to be escaped, as CDATA: no entity references."""
    for element in list(elements):
        text, parent = element.text, element.getparent()
        if not text or not (element.tag == "content" or any(sign in text for sign in _TEXT_MARKUP)):
            continue
        if "]]>" in text and parent is not None:
            parent.replace(element, _in_sections(element, text))
        else:
            element.text = etree.CDATA(text)


def _in_sections(element: etree._Element, text: str) -> etree._Element:
    """A copy of the element that holds the text in several sections: none may contain ``]]>``."""
    sections = text.replace("]]>", "]]]]><![CDATA[>")
    copy = etree.fromstring(f"<{element.tag}><![CDATA[{sections}]]></{element.tag}>", _SECTIONS)
    copy.attrib.update(element.attrib)
    return copy


def _replace(parent: etree._Element, name: str, text: str) -> None:
    _child(parent, name).text = text


def _child(parent: etree._Element, name: str) -> etree._Element:
    child = parent.find(name)
    if child is None:
        raise LookupError(f"no element {name}")
    return child


def _instant(instant: datetime) -> str:
    """RFC 3339 in UTC with ``Z``, whole seconds: some readers misread every other form."""
    return instant.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _check(feed: Feed, rendered: Rendered) -> None:
    """Raises ValueError if the bytes are not well-formed or lack an entry that was written."""
    entries = len(xml(rendered.body).findall(_ENTRY))
    written = len(feed.entries) - len(rendered.left_out)
    if entries != written:
        raise ValueError(f"{written} entries were written, {entries} can be read")


ATOM = Format(
    ".atom",
    "application/atom+xml; charset=utf-8",
    render_atom,
    reads=Feed,
    check=_check,
    browser_type="application/xml; charset=utf-8",
    name="Atom",
)
