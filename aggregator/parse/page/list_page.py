"""Stage 2 of 8 - parse: RawDocument -> ParsedIndex

A page that lists articles, read by the operator's CSS selectors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

import soupsieve
from bs4 import BeautifulSoup, Tag

from aggregator.base.text import one_line
from aggregator.codes import AlarmCode, Code
from aggregator.errors import RejectedError
from aggregator.model.alarm import Alarm
from aggregator.model.config import Select, Source
from aggregator.model.document import EntryFault, ParsedArticle, ParsedEntry, ParsedIndex, RawDocument
from aggregator.parse.addresses import LONGEST_LOCATION, page_address
from aggregator.parse.markup import ELLIPSES, guarded_html
from aggregator.parse.page.unlinked import Stated, entry_by_text
from aggregator.parse.stated_dates import date_in

_ANY_LINK = Select("").link
"""What finds links where the operator says nothing of them."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What one element of the list says."""

    link: str
    title: str
    date: str
    summary: str
    provenance: Mapping[str, str]


def parse_list(document: RawDocument, source: Source) -> ParsedIndex:
    """The articles that a page lists, in its order, each address once; at most ``limits.entries``.

    Titles and summaries are HTML; addresses are absolute. An element without an address is an article by its text; a
    fault of its own where ``select.link`` says where addresses are, or there is no text. Where ``follow`` is off the
    summary is the article, and for want of one its title, linked.
    Raises RejectedError: ``nothing-selected`` where ``select.entry`` finds no element, ``bad-selector``,
    ``too-large``, ``too-deep``, ``too-many-attributes``, ``too-many-marks``, and what ``decode_remote`` refuses.
    """
    if source.select is None:
        raise RejectedError(Code.BAD_SELECTOR, "the source has no `select`")
    decoded = guarded_html(document.body, document.media_type, source.limits)
    # lxml reads a list twice as fast as html.parser, which is quadratic in some faulty markup.
    soup = BeautifulSoup(decoded.text, "lxml")
    elements = _select(soup, source.select.entry, "entry")
    if not elements:
        message = f"select.entry '{source.select.entry}' finds nothing in the page; has its layout changed?"
        raise RejectedError(Code.NOTHING_SELECTED, message)
    base = _base(soup, document.url)
    entries: dict[str, ParsedEntry] = {}
    faults: list[EntryFault] = []
    found_all: list[_Found] = []
    for number, element in enumerate(elements[: source.limits.entries], 1):
        found = _found(element, source.select, base)
        found_all.append(found)
        if found.link:
            entries.setdefault(found.link, _entry(found, base, source.follow))
        elif whole := _by_text(element, found, source.select, document.url, base):
            entries.setdefault(whole.location, whole)
        else:
            faults.append(_no_link(number, element, source.select))
    return ParsedIndex(
        entries=tuple(entries.values()),
        faults=tuple(faults),
        title=one_line(soup.title.get_text()) if soup.title else "",
        home=base,
        language=_attribute(soup.html, "lang") if soup.html else "",
        repairs=decoded.repairs,
        alarms=tuple(_alarms(len(elements), found_all, source)),
    )


def _select(element: Tag, selector: str, key: str) -> list[Tag]:
    try:
        return list(element.select(selector))
    except (soupsieve.SelectorSyntaxError, NotImplementedError) as error:
        reason = one_line(str(error).partition("\n")[0])
        raise RejectedError(Code.BAD_SELECTOR, f"select.{key} '{selector}': {reason}") from error


def _base(soup: BeautifulSoup, url: str) -> str:
    """What relative addresses resolve against (HTML, section 4.2.3: the first ``base`` with an ``href``)."""
    stated = soup.select_one("base[href]")
    return (page_address(_attribute(stated, "href"), url) if stated else "") or url


def _attribute(element: Tag, name: str) -> str:
    value = element.get(name)
    return value if isinstance(value, str) else ""


def _found(element: Tag, select: Select, base: str) -> _Found:
    provenance: dict[str, str] = {}
    anchor, link = _link(element, select, base)
    if link:
        provenance["url"] = "the entry itself" if anchor is element else f"select.link '{select.link}'"
    title, where = _title(element, anchor, select)
    if title:
        provenance["title"] = where
    date = summary = ""
    if select.date and (dates := _select(element, select.date, "date")):
        date = _date(dates[0])
        if date:
            provenance["published"] = f"select.date '{select.date}'"
    if select.summary and (summaries := _select(element, select.summary, "summary")):
        summary = summaries[0].decode_contents().strip()
        provenance["body"] = f"select.summary '{select.summary}'"
    return _Found(link, title, date, summary, provenance)


def _link(element: Tag, select: Select, base: str) -> tuple[Tag | None, str]:
    """The first match that leads anywhere; the element itself may be one."""
    own = [element] if element.name == "a" else []
    for anchor in (*_select(element, select.link, "link"), *own):
        if link := page_address(_attribute(anchor, "href"), base):
            return anchor, link
    return None, ""


def _title(element: Tag, anchor: Tag | None, select: Select) -> tuple[str, str]:
    """The title as HTML, and where it stands."""
    if select.title:
        for tag in _select(element, select.title, "title")[:1]:
            if text := _uncut(tag, anchor):
                return escape(text, quote=False), f"select.title '{select.title}'"
    if anchor is None:
        return "", ""
    if text := _uncut(anchor, anchor):
        return escape(text, quote=False), "text of the link"
    return escape(one_line(_attribute(anchor, "title")), quote=False), "title attribute of the link"


def _uncut(tag: Tag, anchor: Tag | None) -> str:
    """The text of ``tag``. Lists that cut it short often give all of it in a ``title`` attribute."""
    text = one_line(tag.get_text(" "))
    begin = next((text.removesuffix(end).rstrip() for end in ELLIPSES if text.endswith(end)), None)
    if begin is None:
        return text
    hints = [one_line(_attribute(one, "title")) for one in (tag, anchor) if one]
    return next((hint for hint in hints if len(hint) > len(text) and hint.startswith(begin)), text)


def _date(tag: Tag) -> str:
    stated = _attribute(tag, "datetime") or _attribute(tag, "content")
    return one_line(stated) if stated.strip() else date_in(tag.get_text(" "))


def _entry(found: _Found, base: str, follow: bool) -> ParsedEntry:
    said = json.dumps([found.link, found.title, found.date, found.summary], ensure_ascii=False)
    body, provenance = found.summary, dict(found.provenance)
    if not body and not follow:
        body = f'<p><a href="{escape(found.link)}">{found.title}</a></p>' if found.title else ""
        provenance["body"] = provenance.get("title", "")
    long = len(found.link) > LONGEST_LOCATION
    return ParsedEntry(
        location=f"sha256:{sha256(found.link.encode()).hexdigest()}" if long else found.link,
        article=ParsedArticle(
            title=found.title,
            body=body,
            published=found.date,
            links=(found.link,),
            markup="html",
            base=base,
            provenance=provenance,
        ),
        digest=sha256(said.encode()).hexdigest(),
        link=found.link,
    )


def _by_text(element: Tag, found: _Found, select: Select, url: str, base: str) -> ParsedEntry | None:
    """The entry as an article of its own; None where the operator has told where links are, and there is none."""
    if select.link != _ANY_LINK:
        return None
    where = found.provenance
    named = Stated(
        title=found.title,
        title_from=where.get("title", ""),
        date=found.date,
        date_from=where.get("published", ""),
        body=found.summary,
        body_from=where.get("body", ""),
    )
    return entry_by_text(element, named, url, base)


def _no_link(number: int, element: Tag, select: Select) -> EntryFault:
    text = one_line(element.get_text(" "))[:80]
    message = f"select.link '{select.link}' finds no http or https address in it: {text}"
    return EntryFault(f"entry {number}", Code.NO_LINK, message)


def _alarms(elements: int, found: Sequence[_Found], source: Source) -> Iterator[Alarm]:
    """What an operator should correct: entries over the limit, and selectors that no longer find anything."""
    limit = source.limits.entries
    if elements > limit:
        detail = f"{elements - limit} of {elements} entries were left out (limits.entries)"
        yield Alarm(AlarmCode.ENTRIES_LEFT_OUT, detail)
    for key, field in (("title", "title"), ("date", "published"), ("summary", "body")):
        selector = getattr(source.select, key)
        if selector and not any(f"select.{key}" in one.provenance.get(field, "") for one in found):
            detail = f"select.{key} '{selector}' finds nothing in any of {len(found)} entries; has the layout changed?"
            yield Alarm(AlarmCode.SELECTOR, detail)
