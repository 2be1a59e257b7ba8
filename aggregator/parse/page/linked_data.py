"""JSON-LD of a page: the objects that describe its article, and what they call the site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from aggregator.base.text import one_line

Node = Mapping[str, object]

_ARTICLES = re.compile(r"Article|Posting|Report|Recipe|Page$")
_SITES = re.compile(r"WebSite|Organization")
_WITHIN = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")
_LONGEST = 300_000
"""Characters of one script."""
_MOST_NODES = 300
_MOST_SCRIPTS = 50
_FENCE = re.compile(r"\A[\s;]*(?://\s*)?(?:<!\[CDATA\[|<!--)?\s*|[\s;]*(?://\s*)?(?:\]\]>|-->)?[\s;]*\Z")
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")


@dataclass(frozen=True, slots=True)
class LinkedData:
    """Nothing is in it where nothing is stated, or nothing can be read."""

    articles: tuple[Node, ...] = ()
    """Those that describe articles come before those that describe pages."""
    sites: tuple[str, ...] = ()
    """Names of the site and of its publisher."""


def linked_data(root: HtmlElement) -> LinkedData:
    """Looked for in all scripts, in lists and graphs as far as is sensible."""
    articles: list[Node] = []
    sites: list[str] = []
    for node in _nodes(root):
        types = _types(node)
        if any(_ARTICLES.search(name) for name in types):
            articles.append(node)
            publisher = node.get("publisher")
            sites += [_name(one) for one in (publisher if isinstance(publisher, list) else [publisher])[:5]]
        elif any(_SITES.search(name) for name in types):
            sites += [_name(node), text_of(node.get("alternateName"))]
    articles.sort(key=lambda node: all(name.endswith("Page") for name in _types(node) if _ARTICLES.search(name)))
    return LinkedData(tuple(articles), tuple(filter(None, sites)))


def text_of(value: object) -> str:
    """A string on one line; empty for whatever else."""
    return one_line(value)[:2048] if isinstance(value, str) else ""


def _name(value: object) -> str:
    return text_of(value.get("name")) if isinstance(value, dict) else ""


def _types(node: Node) -> tuple[str, ...]:
    types = node.get("@type")
    return tuple(str(name) for name in (types if isinstance(types, list) else [types]))


def _nodes(root: HtmlElement) -> Iterator[Node]:
    for script in islice(root.iter("script"), _MOST_SCRIPTS * 4):
        kind = (script.get("type") or "").partition(";")[0].strip().lower()
        written = script.text or ""
        if kind == "application/ld+json" and len(written) <= _LONGEST:
            yield from _within(_read(written))


def _read(written: str) -> list[object]:
    """The values of one script; of a broken one those before the fault."""
    written = _FENCE.sub("", written)
    for text in (written, _LAST_COMMA.sub("", written)):
        try:
            return [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
    try:
        return [json.JSONDecoder(strict=False).raw_decode(written)[0]]
    except (ValueError, RecursionError):
        # One broken script says nothing; the others may.
        return []


def _within(waiting: list[object]) -> Iterator[Node]:
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting += node[:_MOST_NODES]
        elif isinstance(node, dict):
            waiting += [node[key] for key in _WITHIN if key in node]
            yield node
