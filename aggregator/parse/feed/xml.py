"""The first reader of feeds in XML: Atom 1.0 and 0.3, RSS 0.9x to 2.0, RSS 1.0 (RDF), with their extensions.

What their elements say is in ``elements``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from aggregator.base.links import host_of
from aggregator.codes import Code
from aggregator.errors import RejectedError
from aggregator.model.document import EntryFault, Pace
from aggregator.parse.feed.constructs import base_of
from aggregator.parse.feed.elements import read_element
from aggregator.parse.feed.entry import EntryDraft
from aggregator.parse.feed.names import ATOM, XML_BASE, local_name, name_of
from aggregator.parse.feed.pace import pace_of


@dataclass(frozen=True, slots=True)
class FeedDraft:
    """What a feed holds, entries still as drafts."""

    head: EntryDraft
    drafts: tuple[EntryDraft, ...] = ()
    faults: tuple[EntryFault, ...] = ()
    deleted: tuple[str, ...] = ()
    pace: Pace = field(default_factory=Pace)
    left_out: int = 0
    """Entries over the limit."""
    served_by: str = ""
    """As ``FeedSite.served_by``."""


@dataclass(frozen=True, slots=True)
class FeedSite:
    """Where a feed belongs."""

    base: str
    """What relative addresses of its entries resolve against, if nothing else is stated."""
    served_by: str = ""
    """The host that serves the feed, where its site is another's, or not told; else empty."""


def site_of(head: EntryDraft, url: str) -> FeedSite:
    """The site of a feed at ``url``."""
    links, host = head.ordered_links(), host_of(url)
    home = links[0][1] if links else ""
    if home and host_of(home).removeprefix("www.") == host.removeprefix("www."):
        return FeedSite(url)
    return FeedSite(home or url, host)


def read_tree(root: etree._Element, url: str, limit: int, first_line: int) -> FeedDraft:
    """Reads a parsed feed of any format: its first ``limit`` entries, in the order of the document.

    ``url`` is the feed's own address, ``first_line`` the line its root is on.
    """
    _without_odd_namespace(root)
    base = base_of(root, url)
    channels = [root] if local_name(root.tag) == "channel" else [c for c in root if local_name(c.tag) == "channel"]
    head = read_element(channels[0] if channels else root, base, first_line, skip=_NOT_OF_HEAD)
    head.say("xml:lang", (root.get(_XML_LANG) or "").strip())
    site = site_of(head, url)
    if site.served_by and base == url:
        base = site.base
    lists = [child for channel in channels for child in channel if local_name(child.tag) == "items"]
    elements: list[Any] = [root] if local_name(root.tag) == "entry" else [*_entries([root, *channels, *lists])]
    drafts, faults = [], []
    for number, element in enumerate(elements[:limit], 1):
        line = (element.sourceline or 1) + first_line - 1
        outer = element.getparent()
        try:
            drafts.append(read_element(element, base_of(outer, base), line, has_base=_states_base(outer, root)))
        except (RejectedError, ValueError) as error:
            code = error.code if isinstance(error, RejectedError) else Code.UNREADABLE
            faults.append(EntryFault(f"entry {number}", code, str(error), line))
    return FeedDraft(
        head,
        tuple(drafts),
        tuple(faults),
        tuple(dict.fromkeys(ref.strip() for one in root.iter(_DELETED) if (ref := one.get("ref")) and ref.strip())),
        _pace(channels[0], head) if channels else Pace(),
        max(len(elements) - limit, 0),
        site.served_by,
    )


_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
_NOT_OF_HEAD = frozenset({"item", "atom:entry", "image", "textinput", "items", "guid"})


def _entries(parents: Iterable[etree._Element]) -> Iterator[etree._Element]:
    """Each once, though an only root is its own channel."""
    each = dict.fromkeys(parents)
    return (child for parent in each for child in parent if name_of(child.tag) in {"item", "atom:entry"})


def _states_base(outer: etree._Element | None, root: etree._Element) -> bool:
    return root.get(XML_BASE) is not None or (outer is not None and outer.get(XML_BASE) is not None)


def _without_odd_namespace(root: etree._Element) -> None:
    """Names of Atom without its namespace, or RSS in some namespace, are taken for what they say."""
    local = local_name(root.tag)
    known = name_of(root.tag)
    odd = [root]
    if local in {"feed", "entry"} and known != f"atom:{local}":
        target = f"{{{ATOM}}}"
    elif local in {"rss", "channel"} and known != local:
        target = ""
    elif local == "rdf":
        odd = [child for child in root if local_name(child.tag) in {"channel", "item"} and ":" in name_of(child.tag)]
        target = ""
    else:
        return
    for namespace in {etree.QName(element).namespace for element in odd}:
        for element in root.iter(f"{{{namespace}}}*" if namespace else "{}*"):
            element.tag = target + etree.QName(element).localname


def _pace(channel: etree._Element, head: EntryDraft) -> Pace:
    hours = [child.text or "" for outer in channel if name_of(outer.tag) == "skiphours" for child in outer]
    days = [child.text or "" for outer in channel if name_of(outer.tag) == "skipdays" for child in outer]
    return pace_of(head.said, hours, days)
