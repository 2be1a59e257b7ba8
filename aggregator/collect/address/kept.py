"""Documents as they were fetched: made fit to be kept, and read again without asking anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from aggregator.base.packing import pack, unpack
from aggregator.collect.address.cursor import Cursor, write_cursor
from aggregator.model.config import Source
from aggregator.model.document import INDEXES, DocumentKind, Fetched, Lead, RawDocument
from aggregator.model.running import Learned, Listing, Memory, Reread

Load = Callable[[str, DocumentKind, str], Fetched | None]
"""What is kept of a source's document of that kind and location."""
_ALWAYS = datetime.min.replace(tzinfo=UTC)


def to_keep(document: RawDocument) -> Fetched:
    """Packed: a batch may hold many, of some megabytes each."""
    return Fetched(
        source=document.source,
        location=document.location,
        kind=document.kind,
        url=document.url,
        media_type=document.media_type,
        stamp=document.stamp,
        # Of a page it is that of the entry which led there.
        digest=document.digest if document.kind in INDEXES else sha256(document.body).hexdigest(),
        taken=document.seen,
        body=pack(document.body),
    )


def own_lead(source: Source) -> Lead:
    """Where a source begins: the document at its address."""
    return Lead(source.name, source.url, "", source.traits.document, source.url)


class KeptCollector:
    """Collector of what is kept of a source; it has no way to the network.

    What is not kept counts as unchanged. The lists that lead there lose their validators, so that the next visit
    that asks hears of it.
    """

    def __init__(self, source: Source, load: Load, cursor: Cursor, recipe: str) -> None:
        """``cursor``: of the last visit; ``recipe``: the rules of now."""
        self._source = source
        self._load = load
        self._cursor = cursor
        self._recipe = recipe
        self._incomplete: set[str] = set()
        """Addresses of lists that are not kept, or lead to what is not."""
        self.lacking = 0
        """Documents that were led to and are not kept."""

    def holds_source(self) -> bool:
        """Whether there is anything to begin with."""
        return self._document(own_lead(self._source)) is not None

    def leads(self, memory: Memory) -> Listing:  # noqa: ARG002 - as all collectors have it
        taken = self._cursor.taken
        done = frozenset(url for url, one in taken.items() if one.again is None or one.again > _ALWAYS)
        reread = Reread(self._cursor.recipe, done)
        return Listing((own_lead(self._source),), complete=False, asked=tuple(taken), reread=reread)

    def fetch(self, lead: Lead, now: datetime) -> RawDocument | None:  # noqa: ARG002
        """A page is found by its location alone, and has the stamp it was asked for with."""
        document = self._document(lead)
        if document is None:
            self.lacking += 1
            self._incomplete.add(lead.url if lead.kind in INDEXES else lead.via)
        return document

    def learned(self, complete: bool, again: Mapping[str, datetime]) -> Learned:  # noqa: ARG002
        """All validators stay: nothing was asked, so nothing is known to have changed."""
        wanted = {**again, **dict.fromkeys(self._incomplete, _ALWAYS)}
        taken = {
            url: replace(taken, again=min(filter(None, (taken.again, wanted.get(url))), default=None))
            for url, taken in self._cursor.taken.items()
        }
        return Learned(write_cursor(Cursor(self._recipe, taken)))

    def close(self) -> None:
        """It holds nothing open."""

    def _document(self, lead: Lead) -> RawDocument | None:
        fetched = self._load(lead.source, lead.kind, lead.location)
        if fetched is None:
            return None
        try:
            body = unpack(fetched.body)
        except ValueError:
            return None
        return RawDocument(
            source=lead.source,
            location=lead.location,
            stamp=lead.stamp if lead.kind in INDEXES else fetched.stamp,
            body=body,
            digest=fetched.digest if lead.kind in INDEXES else lead.stamp,
            seen=fetched.taken,
            kind=lead.kind,
            url=fetched.url,
            media_type=fetched.media_type,
            hint=lead.hint,
            depth=lead.depth,
            site=lead.site,
        )
