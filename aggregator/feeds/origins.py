"""Where articles are from: the name, the site and the feed of their sources, as far as they may be shown.

What operators write goes before what a source was last seen to say of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aggregator.feeds.addresses import is_public
from aggregator.model.config import Source
from aggregator.model.reading import Entry


def titles(entries: Iterable[Entry], sources: Iterable[Source]) -> Mapping[str, str]:
    """Source slug to the name people read; no source without a name is there."""
    stated = {entry.source: entry.origin.title for entry in entries if entry.origin.title}
    return stated | {source.name: source.title or stated.get(source.name, source.name) for source in sources}


def homes(entries: Iterable[Entry], sources: Iterable[Source]) -> Mapping[str, str]:
    """Source slug to its own site; a list page is of its site."""
    stated = {entry.source: entry.origin.home for entry in entries if entry.origin.home}
    told = stated | {source.name: source.home or stated.get(source.name) or _list(source) for source in sources}
    return {name: home for name, home in told.items() if home and is_public(home)}


def feeds(entries: Iterable[Entry], sources: Iterable[Source]) -> Mapping[str, str]:
    """Source slug to its own feed, also where its address is a page; one that asks who reads it is shown to nobody."""
    found = {entry.source: entry.origin.feed for entry in entries if entry.origin.feed}
    told = {s.name: found.get(s.name) or s.url for s in sources if s.kind == "feed" and not s.auth_file}
    return {name: feed for name, feed in told.items() if is_public(feed)}


def _list(source: Source) -> str | None:
    return source.url if source.kind == "page" and not source.auth_file else None
