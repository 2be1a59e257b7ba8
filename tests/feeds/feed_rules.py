"""What every feed we publish must hold, as assertions over its bytes.

``check_feed`` gives the violated lines. A number names a line of "So our feeds and server" of the
survey of 25 feed readers (3: dates), ``browser`` what a feed opened in a browser needs, ``outline`` what
people who listen to a text need, ``summary`` that it says something of its own, ``4287`` a section of RFC
4287, ``size`` and ``order`` what no validator notices.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from urllib.parse import urlsplit
from uuid import UUID
from xml.parsers import expat

from lxml import etree

from feeds.content_rules import check_content, is_absolute, looks_like_markup, words_of

ATOM = "http://www.w3.org/2005/Atom"
DCTERMS = "http://purl.org/dc/terms/"
MEDIA = "http://search.yahoo.com/mrss/"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"
MOST_ENTRIES = 100
MOST_REFERENCES = 1000
MOST_BYTES = 5_000_000

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DAY_IN_WORDS = re.compile(r"\d{4}年\d+月\d+日|\d+ [A-Z][a-z]+ \d{4}")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_CDATA = re.compile(rb"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_UNSEEN = re.compile("[\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_LOOSE_JOINER = re.compile("(?:^|[\\s\u4e00-\u9fff])[\u200c\u200d]|[\u200c\u200d](?:$|[\u4e00-\u9fff])")
_CONTROL = re.compile("[\x7f-\x9f]|&#(?:x0*(?:7f|[89][0-9a-f])|0*(?:12[7-9]|1[345][0-9]));", re.IGNORECASE)
_NAME_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
ADDRESSES = frozenset({"href", "url", "uri"})
_SINGLE = ("id", "title", "updated", "published", "summary", "content", "source", "author", "rights")


@dataclass(frozen=True, slots=True)
class View:
    """A parsed feed."""

    body: bytes
    root: etree._Element
    now: datetime

    @property
    def entries(self) -> list[etree._Element]:
        return children(self.root, "entry")


def children(element: etree._Element, name: str) -> list[etree._Element]:
    return element.findall(f"{{{ATOM}}}{name}")


def text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{{{ATOM}}}{name}") or ""


def links(element: etree._Element, rel: str) -> list[etree._Element]:
    return [link for link in children(element, "link") if link.get("rel", "alternate") == rel]


def check_feed(body: bytes, now: datetime | None = None) -> list[str]:
    """The violated lines, each ``number: what``. ``now``: what counts as the future; the present if not given."""
    try:
        root = etree.fromstring(body, etree.XMLParser(recover=False, resolve_entities=False, strip_cdata=False))
        expat.ParserCreate().Parse(body, True)
    except (etree.XMLSyntaxError, expat.ExpatError) as error:
        return [f"7: not well-formed: {error}"]
    view = View(body, root, now or datetime.now(UTC))
    return [f"{number}: {fault}" for number, rule in RULES for fault in rule(view)]


def check_feeds(bodies: Mapping[str, bytes], now: datetime | None = None) -> list[str]:
    """All feeds of a site by name: each by itself, and line 14 between them."""
    faults = [f"{name}: {fault}" for name, body in bodies.items() for fault in check_feed(body, now)]
    seen: dict[str, tuple[str, ...]] = {}
    feed_ids: Counter[str] = Counter()
    for name, body in bodies.items():
        root = etree.fromstring(body)
        feed_ids[text(root, "id")] += 1
        for entry in children(root, "entry"):
            said = tuple(text(entry, part) for part in ("published", "updated", "title", "content"))
            said += tuple(etree.tostring(source, method="c14n").decode() for source in children(entry, "source"))
            if seen.setdefault(text(entry, "id"), said) != said:
                faults.append(f"{name}: 14: {text(entry, 'id')} says something else in another feed")
    return faults + [f"14: {count} feeds have the id {feed}" for feed, count in feed_ids.items() if count > 1]


def ids(view: View) -> Iterator[str]:
    found = [text(element, "id") for element in (view.root, *view.entries)]
    found_sources = [text(source, "id") for entry in view.entries for source in children(entry, "source")]
    for name in (*found, *found_sources):
        try:
            canonical = UUID(name).urn
        except ValueError:
            canonical = ""
        if name != canonical:
            yield f"id {name!r} is no urn:uuid"
    yield from (f"id {name} {count} times" for name, count in Counter(found).items() if count > 1)


def dates(view: View) -> Iterator[str]:
    for element in (view.root, *view.entries, *view.root.iter(f"{{{ATOM}}}source")):
        names = ("updated", "published") if element.tag == f"{{{ATOM}}}entry" else ("updated",)
        for value in (text(element, name) for name in names):
            if not _INSTANT.fullmatch(value):
                yield f"{value!r} is no UTC time in whole seconds with Z"
            elif datetime.fromisoformat(value) > view.now:
                yield f"{value} is in the future"


def updated_is_honest(view: View) -> Iterator[str]:
    for entry in view.entries:
        if text(entry, "updated") < text(entry, "published"):
            yield f"{text(entry, 'id')} was updated before it was published"


def titles(view: View) -> Iterator[str]:
    for element in view.root.iter(f"{{{ATOM}}}title"):
        title = element.text or ""
        if element.get("type", "text") != "text" or len(element):
            yield f"title {title!r} is not plain text"
        if not title or title != " ".join(title.split()):
            yield f"title {title!r} is empty, or no single trimmed line"
        if looks_like_markup(title):
            yield f"title {title!r} shows markup"
        yield from unseen("title", title)


def names(view: View) -> Iterator[str]:
    """Of people, sites and topics: plain text, as it is shown."""
    for element in view.root.iter(f"{{{ATOM}}}name", f"{{{ATOM}}}category"):
        name = element.get("label", element.text or "")
        if not name or name != " ".join(name.split()) or _NAME_TAG.search(name):
            yield f"name {name!r} is empty, no single trimmed line, or holds a tag"
        yield from unseen("name", name)


def unseen(what: str, text: str) -> Iterator[str]:
    """Signs that turn the writing round or have no width, but for joiners within words and pictures."""
    if _UNSEEN.search(text) or _LOOSE_JOINER.search(text):
        yield f"{what} {text!a} holds signs that are not seen"


def controls(view: View) -> Iterator[str]:
    """XML 1.0 allows DEL and C1, and discourages them (section 2.2); a reference to one is one."""
    said = view.body.decode("utf-8", "replace") + "".join(text(entry, "content") for entry in view.entries)
    if found := _CONTROL.search(said):
        yield f"the control character {found[0]!a}"


def content_form(view: View) -> Iterator[str]:
    sections = view.body.count(b'<content type="html"><![CDATA[')
    if sections != len(view.entries):
        yield f"{sections} of {len(view.entries)} entries have html content in CDATA"
    references = _CDATA.sub(b"", view.body).count(b"&")
    if references >= MOST_REFERENCES:
        yield f"{references} entity references"


def summaries(view: View) -> Iterator[str]:
    """Each text has one; what is only a link has none."""
    for entry in view.entries:
        title, summary = text(entry, "title"), text(entry, "summary")
        if not children(entry, "summary"):
            if (words := words_of(text(entry, "content"))) and not words.startswith(title.rstrip("。…")):
                yield f"{text(entry, 'id')} has no summary"
        elif not summary or len(summary) > 300 or children(entry, "summary")[0].get("type", "text") != "text":
            yield f"{text(entry, 'id')} has no short plain summary"
        elif summary == title:
            yield f"{text(entry, 'id')} has a summary that repeats the title"


def addresses(view: View) -> Iterator[str]:
    named = [str(value) for element in view.root.iter() for name, value in element.items() if name in ADDRESSES]
    yield from (f"{address!r} is not absolute" for address in named if not is_absolute(address))
    if any(element.get(f"{{{XML}}}base") for element in view.root.iter(etree.Element)):
        yield "xml:base, which most readers ignore"
    for entry in view.entries:
        alternates = links(entry, "alternate")
        if len(alternates) != 1 or alternates[0].get("rel") is None:
            yield f"{text(entry, 'id')} has {len(alternates)} alternate links, or one without rel"
        yield from (fault for fault in check_content("6", text(entry, "content")))


def encoding(view: View) -> Iterator[str]:
    if not re.match(rb"<\?xml version=['\"]1.0['\"] encoding=['\"]UTF-8['\"]\?>", view.body):
        yield "no XML declaration of UTF-8"
    if b"<!DOCTYPE" in _CDATA.sub(b"", view.body):
        yield "a document type"


def active_content(view: View) -> Iterator[str]:
    for entry in view.entries:
        yield from check_content("8", text(entry, "content"))


def outline(view: View) -> Iterator[str]:
    """Headings go on below the title, and every picture says what it shows, or that it need not."""
    for entry in view.entries:
        yield from check_content("outline", text(entry, "content"))


def pictures(view: View) -> Iterator[str]:
    for entry in view.entries:
        thumbnails = entry.findall(f"{{{MEDIA}}}thumbnail")
        if len(thumbnails) > 1 or entry.find(f"{{{MEDIA}}}group") is not None:
            yield f"{text(entry, 'id')}: several thumbnails, or a media:group"
        for thumbnail in thumbnails:
            yield from check_content("9", text(entry, "content"), thumbnail.get("url", ""))


def enclosures(view: View) -> Iterator[str]:
    """What is known of them is stated soundly; a type or a length that nobody knows is not made up."""
    for entry in view.entries:
        found = links(entry, "enclosure")
        if len({link.get("href") for link in found}) < len(found):
            yield f"{text(entry, 'id')} has one enclosure twice"
        for link in found:
            if not _MEDIA_TYPE.fullmatch(link.get("type", "a/b")) or not link.get("length", "0").isdecimal():
                yield f"enclosure {link.get('href')} of type {link.get('type')!r}, length {link.get('length')!r}"


def rights(view: View) -> Iterator[str]:
    for element in view.root.iter(f"{{{ATOM}}}rights"):
        line = element.text or ""
        if element.get("type", "text") != "text" or not line or line != " ".join(line.split()):
            yield f"rights {line!r} is no single trimmed line of plain text"


def origin(view: View) -> Iterator[str]:
    for entry in view.entries:
        name = text(entry, "id")
        if len(children(entry, "author")) != 1 or not children(entry, "author")[0].findtext(f"{{{ATOM}}}name"):
            yield f"{name} has not one author with a name"
        source = entry.find(f"{{{ATOM}}}source")
        if source is None or not all(text(source, part) for part in ("id", "title", "updated")):
            yield f"{name} has no source with id, title and updated"
        else:
            yield from (f"{name}: its source {fault}" for fault in of_elsewhere(view, source))
        if not children(entry, "category"):
            yield f"{name} has no category"
        for category in children(entry, "category"):
            if not category.get("term") or category.get("term") != category.get("label"):
                yield f"{name}: category {category.get('term')!r} is labelled {category.get('label')!r}"


def of_elsewhere(view: View, source: etree._Element) -> Iterator[str]:
    """The links of a source: to its site and its feed, if any, which are never ours, and hold nobody's key."""
    host = urlsplit(next((link.get("href", "") for link in links(view.root, "self")), "")).netloc
    for relation in ("alternate", "self"):
        if len(links(source, relation)) > 1:
            yield f"has several {relation} links"
    for link in children(source, "link"):
        parts = urlsplit(link.get("href", ""))
        if parts.netloc == host or link.get("rel") not in {"alternate", "self"}:
            yield f"has a link {link.get('rel')} to {parts.geturl()}"
        if "@" in parts.netloc or re.search(r"(?:key|token|secret|auth|password)\w*=", parts.query, re.IGNORECASE):
            yield f"tells the key in {parts.geturl()}"


def window(view: View) -> Iterator[str]:
    if len(view.entries) > MOST_ENTRIES:
        yield f"{len(view.entries)} entries"


def address_of_its_own(view: View) -> Iterator[str]:
    own = [link for link in links(view.root, "self") if link.get("type") == "application/atom+xml"]
    pages = [link for link in links(view.root, "alternate") if link.get("type") == "text/html"]
    if len(own) != 1 or len(pages) != 1:
        yield f"{len(own)} self links and {len(pages)} pages"


def in_a_browser(view: View) -> Iterator[str]:
    styles = [str(node) for node in view.root.itersiblings(etree.ProcessingInstruction, preceding=True)]
    if len(styles) != 1 or not re.search(r'type="text/css" href="/[^"]*static/feed\.css"', styles[0]):
        yield f"style sheets {styles}"
    subtitles = children(view.root, "subtitle")
    if len(subtitles) != 1 or subtitles[0].get("type") != "xhtml" or len(subtitles[0]) != 1:
        yield "no xhtml subtitle of one div"
        return
    division = subtitles[0][0]
    linked = [link.get("href") or "" for link in division.iter(f"{{{XHTML}}}a") if link.text]
    if division.tag != f"{{{XHTML}}}div" or not (division.text or "").strip():
        yield "the subtitle has no sentence"
    if linked[:1] != [link.get("href") for link in links(view.root, "alternate")]:
        yield f"the subtitle links to {linked}, not to the page"
    if len(linked) != 2 or "/subscribe/" not in linked[1]:
        yield f"the subtitle links to {linked}, not to help"
    for name in ("icon", "logo"):
        if not re.fullmatch(r"https?://\S+\.png", text(view.root, name)):
            yield f"{name} {text(view.root, name)!r}"
    if any(
        not re.search(r"\d{4}年|[A-Z][a-z]+ \d{4}", entry.findtext(f"{{{DCTERMS}}}available", ""))
        for entry in view.entries
    ):
        yield "an entry has no date in words"


def required_elements(view: View) -> Iterator[str]:
    if view.root.tag != f"{{{ATOM}}}feed":
        yield f"the root is {view.root.tag}"
    for element in (view.root, *view.entries):
        name = etree.QName(element).localname
        need = {"id", "title", "updated", "author"} | ({"generator"} if name == "feed" else {"published", "content"})
        found = Counter(etree.QName(child).localname for child in element.iterchildren(f"{{{ATOM}}}*"))
        yield from (f"{name} {text(element, 'id')} has no {part}" for part in sorted(need) if not found[part])
        yield from (f"{name} has {found[part]} times {part}" for part in _SINGLE if found[part] > 1)
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", view.root.get(f"{{{XML}}}lang", "")):
        yield f"xml:lang {view.root.get(f'{{{XML}}}lang')!r}"


def order(view: View) -> Iterator[str]:
    published = [text(entry, "published") for entry in view.entries]
    if published != sorted(published, reverse=True):
        yield "entries are not newest first"
    for date, entries in groupby(view.entries, lambda entry: text(entry, "published")):
        ids = [text(entry, "id") for entry in entries]
        if ids != sorted(ids):
            yield f"entries of {date} are not in the order of their ids, as pages list them"
    if any(text(entry, "updated") > text(view.root, "updated") for entry in view.entries):
        yield "an entry was updated after the feed"


def size(view: View) -> Iterator[str]:
    if len(view.body) > MOST_BYTES:
        yield f"{len(view.body)} bytes"


RULES: tuple[tuple[str, Callable[[View], Iterator[str]]], ...] = (
    ("1", ids),
    ("2", updated_is_honest),
    ("3", dates),
    ("4", titles),
    ("4", names),
    ("5", content_form),
    ("summary", summaries),
    ("6", addresses),
    ("7", encoding),
    ("7", controls),
    ("8", active_content),
    ("outline", outline),
    ("9", pictures),
    ("9", enclosures),
    ("10", origin),
    ("11", window),
    ("13", address_of_its_own),
    ("browser", in_a_browser),
    ("4287", required_elements),
    ("4287", rights),
    ("order", order),
    ("size", size),
)
