"""Feeds, list pages and sitemaps: one address that holds, or points to, many articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from aggregator.base.links import host_of
from aggregator.codes import Code
from aggregator.collect.address.cursor import FURTHEST, Cursor, Taken, read_cursor, validator, write_cursor
from aggregator.collect.address.kept import KeptCollector, Load, own_lead
from aggregator.collect.address.manner import manner_of
from aggregator.errors import CollectError, RejectedError
from aggregator.model.config import Source
from aggregator.model.document import INDEXES, DocumentKind, Lead, RawDocument
from aggregator.model.edits import differ
from aggregator.model.fetching import Answer, Ask, Manner, Reply
from aggregator.model.running import Learned, Listing, Memory
from aggregator.model.trouble import Trouble
from aggregator.network.answers import answer_of
from aggregator.network.holds import held
from aggregator.network.hosts import HostBook
from aggregator.ports import Fetcher

if TYPE_CHECKING:
    from aggregator.collect.collectors import Means

_ACCEPT: Mapping[DocumentKind, str] = {
    "feed": "application/atom+xml,application/rss+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.9,"
    "application/json;q=0.8,text/html;q=0.5,*/*;q=0.3",
    "list-page": "text/html,application/xhtml+xml,*/*;q=0.5",
    "sitemap": "application/xml,text/xml,text/plain;q=0.5,*/*;q=0.3",
    "article-page": "text/html,application/xhtml+xml,*/*;q=0.5",
}
_PAGES = ("text/", "application/xhtml", "application/xml", "")
"""Beginnings of media types that may be an article's page."""
_PAGE_HEAD = 200
_PAGE_BEGINNINGS = (b"<!doctype html", b"<html")
"""Of what many sites answer at addresses where there is nothing."""
_BUSY = frozenset({429, 503})
_REFUSED = frozenset({Code.BAD_ADDRESS, Code.PRIVATE_ADDRESS, Code.REDIRECTS, Code.TOO_LARGE, Code.BAD_ENCODING})
"""Codes of errors of an article's page that asking again soon does not change."""
MOST_FAULTS = 3
"""Pages of one host in a row that cannot be had: then it is asked for no more in this pass."""
_LASTING = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 414, 451})
"""Statuses of an article's page that asking again soon does not change."""


def collect_address(source: Source, means: Means) -> AddressCollector:
    """Raises CollectError ``auth-file``."""
    fetcher, hosts = means.network()
    manner = manner_of(source, means.folder)
    return AddressCollector(source, manner, means.recipe_of(source), fetcher, hosts, means.kept, means.clock.now())


class AddressCollector:
    """Collector of ``kind: feed``, ``page`` and ``sitemap``. One instance serves one pass over one source."""

    def __init__(
        self,
        source: Source,
        manner: Manner,
        recipe: str,
        fetcher: Fetcher,
        hosts: HostBook,
        kept: Load,
        now: datetime,
    ) -> None:
        """``recipe``: digest of the rules documents are read by; what was taken by others is read again, from what is
        kept of it where it can be."""
        self._source = source
        self._manner = manner
        self._recipe = recipe
        self._fetcher = fetcher
        self._hosts = hosts
        self._kept = kept
        self._now = now
        self._again: KeptCollector | None = None
        """In a pass that asks nothing."""
        self._before: Mapping[str, Taken] = {}
        self._taken: dict[str, Taken] = {}
        """In the order in which they were asked for."""
        self._answer: Answer | None = None
        self._faults: Counter[str] = Counter()
        """By host: its pages in a row that could not be had."""
        self._given_up: dict[str, CollectError] = {}
        """Hosts whose pages are not asked for any more in this pass, and why."""
        self._held: tuple[datetime, str] | None = None

    def leads(self, memory: Memory) -> Listing:
        """The source's own address; nothing while its host wants to be left alone."""
        cursor = read_cursor(memory.cursor)
        if differ(cursor.recipe, self._recipe):
            again = KeptCollector(self._source, self._kept, cursor, self._recipe)
            if again.holds_source():
                self._again = again
                return again.leads(memory)
            cursor = Cursor()
        host = self._hosts.memory(self._source.url)
        if reason := held(host, self._now):
            self._held = (host.held_until or self._now, reason)
            return Listing((), complete=False)
        self._before = cursor.taken
        return Listing((own_lead(self._source),), complete=False, asked=tuple(self._before))

    def fetch(self, lead: Lead, now: datetime) -> RawDocument | None:
        """A feed, list or sitemap, or the page of an article.

        Of a page that cannot be had although a feed brought its digest, the digest is what is given, with no
        stamp where asking again at the next pass may help. Raises CollectError, RejectedError.
        """
        if self._again is not None:
            return self._again.fetch(lead, now)
        return self._index(lead, now) if lead.kind in INDEXES else self._page(lead, now)

    def learned(self, complete: bool, again: Mapping[str, datetime]) -> Learned:
        """Validators of what was taken in. They are in the order in which they were asked for, so that those whose
        turn did not come, which are as they were, come first in the next pass."""
        if self._again is not None:
            return self._again.learned(complete, again)
        left = {} if complete else {url: taken for url, taken in self._before.items() if url not in self._taken}
        kept = {url: replace(taken, again=again.get(url, taken.again)) for url, taken in self._taken.items()}
        cursor = write_cursor(Cursor(self._recipe, left | kept))
        until, reason = self._held or (None, "")
        return Learned(cursor, self._answer, self._hosts.changed(self._source.url), until, reason)

    def close(self) -> None:
        """The connections are the fetcher's."""

    def _index(self, lead: Lead, now: datetime) -> RawDocument | None:
        # What was taken in stays so where it cannot be had now.
        before = self._taken[lead.url] = self._before.get(lead.url, Taken())
        if before.again is not None and not now < before.again <= now + FURTHEST:
            before = Taken()
        if lead.stamp and before.stamp == lead.stamp:
            return None
        manner = self._allowed_list(lead, now) if lead.kind == "list-page" else self._manner
        reply = self._asked(lead, now, before, manner)
        if reply.status == 304:
            self._taken[lead.url] = replace(before, stamp=lead.stamp)
            return None
        digest = sha256(reply.body).hexdigest()
        etag, last_modified = (validator(reply.headers.get(name, "")) for name in ("etag", "last-modified"))
        same = digest == before.digest
        again = before.again if same else None
        self._taken[lead.url] = Taken(etag, last_modified, digest, lead.stamp, reply.url, again)
        if same:
            return None
        return self._document(lead, reply, digest, now)

    def _asked(self, lead: Lead, now: datetime, before: Taken, manner: Manner) -> Reply:
        """An answer that holds something new, or says that there is nothing. Raises CollectError for all others."""
        try:
            reply = self._get(lead, now, before, manner)
            if reply.status not in {200, 203, 304}:
                raise _no_answer(lead, reply.status)
            if lead.guess and reply.body[:_PAGE_HEAD].lstrip().lower().startswith(_PAGE_BEGINNINGS):
                raise CollectError(Code.NOT_A_FEED, f"{lead.url} is a page")
        except CollectError:
            if lead.guess and not before.digest:
                # It was only a guess: nothing is remembered of it.
                del self._taken[lead.url]
            raise
        return reply

    def _page(self, lead: Lead, now: datetime) -> RawDocument:
        host = host_of(lead.url)
        try:
            reply = self._asked_page(lead, host, now)
        except RejectedError as error:
            if not _digest_of(lead):
                raise
            return self._digest(lead, now, lead.stamp, error)
        except CollectError as error:
            self._faults[host] += 1
            if self._faults[host] >= MOST_FAULTS:
                self._given_up.setdefault(host, error)
            if not _digest_of(lead):
                raise
            return self._digest(lead, now, "", error)
        self._faults[host] = 0
        return self._document(lead, reply, lead.stamp, now)

    def _asked_page(self, lead: Lead, host: str, now: datetime) -> Reply:
        """Raises RejectedError for what will not change soon, CollectError for what may."""
        if host in self._given_up:
            raise self._given_up[host]
        if reason := held(self._hosts.memory(lead.url), now):
            raise CollectError(Code.HELD, reason)
        try:
            reply = self._get(lead, now, Taken(), self._obey(lead.url, now))
        except CollectError as error:
            if error.code in _REFUSED:
                raise RejectedError(error.code, str(error)) from error
            raise
        return self._taken_page(lead, host, reply, now)

    def _taken_page(self, lead: Lead, host: str, reply: Reply, now: datetime) -> Reply:
        status = reply.status
        if status in _BUSY:
            raise self._busy(lead, host, answer_of(reply, now))
        if status in _LASTING:
            raise RejectedError(Code.http(status), f"{lead.url} answers {status}")
        if status not in {200, 203}:
            raise _no_answer(lead, status)
        media_type = reply.headers.get("content-type", "").strip().lower()
        if not media_type.startswith(_PAGES[:-1]) and media_type:
            raise RejectedError(Code.NOT_HTML, f"{lead.url} is no page: {media_type:.80}")
        return reply

    def _busy(self, lead: Lead, host: str, answer: Answer) -> CollectError:
        """The page's host wants to be asked later. The source's own host means the source by that."""
        code, reason = Code.http(answer.status), f"{lead.url} answers {answer.status}"
        if host == host_of(self._source.url):
            self._answer = answer
            code, reason = Code.BUSY, f"{reason}: the host wants to be asked later"
        return self._given_up.setdefault(host, CollectError(code, reason))

    def _get(self, lead: Lead, now: datetime, before: Taken, manner: Manner) -> Reply:
        ask = Ask(
            url=lead.url,
            manner=manner,
            etag=before.etag,
            last_modified=before.last_modified,
            answered_by=before.answered_by,
            accept=_ACCEPT[lead.kind],
            limit=self._source.limits.download,
            seconds=self._source.limits.download_seconds,
        )
        try:
            reply = self._fetcher.get(ask)
        except CollectError as error:
            self._hear(lead, answer_of(error, now))
            raise
        answer = answer_of(reply, now)
        self._hear(lead, answer)
        # Whoever redirects may not speak for the host that was asked.
        self._hosts.hear(reply.url, answer, now)
        return reply

    def _hear(self, lead: Lead, answer: Answer) -> None:
        """The answer of the source's own document: its address, and then the feed that a page there names."""
        if not lead.depth:
            self._answer = answer
        elif lead.kind == "feed":
            self._answer = replace(answer, moved=self._answer.moved if self._answer else None)

    def _allowed_list(self, lead: Lead, now: datetime) -> Manner:
        try:
            return self._obey(lead.url, now)
        except RejectedError as error:
            raise CollectError(error.code, str(error), "ask its publisher, or read another address") from error

    def _obey(self, url: str, now: datetime) -> Manner:
        """How to ask for the address: with the pause that robots.txt wants.

        Raises RejectedError for what robots.txt asks us to leave alone, CollectError where it cannot be had.
        """
        ruling = self._hosts.ruling(url, self._manner, now)
        if not ruling.allowed:
            raise (
                RejectedError(Code.ROBOTS, ruling.reason)
                if ruling.lasting
                else CollectError(Code.ROBOTS, ruling.reason)
            )
        return replace(self._manner, gap=max(self._manner.gap, ruling.delay)) if ruling.delay else self._manner

    def _digest(self, lead: Lead, now: datetime, digest: str, error: CollectError | RejectedError) -> RawDocument:
        return RawDocument(
            source=lead.source,
            location=lead.location,
            stamp=digest,
            body=b"",
            digest=digest,
            seen=now,
            kind=lead.kind,
            url=lead.url,
            hint=lead.hint,
            depth=lead.depth,
            site=lead.site,
            missing=Trouble(error.code, "", str(error)),
        )

    def _document(self, lead: Lead, reply: Reply, digest: str, now: datetime) -> RawDocument:
        return RawDocument(
            source=lead.source,
            location=lead.location,
            stamp=lead.stamp,
            body=reply.body,
            digest=digest,
            seen=now,
            kind=lead.kind,
            url=reply.url,
            media_type=reply.headers.get("content-type", ""),
            hint=lead.hint,
            depth=lead.depth,
            site=lead.site,
        )


def _digest_of(lead: Lead) -> bool:
    """Whether the entry that led there brought text of its own."""
    return lead.hint is not None and bool(lead.hint.body.strip())


def _no_answer(lead: Lead, status: int) -> CollectError:
    code = Code.http(status)
    return CollectError(code, f"{lead.url} answers {status}", code.remedy)
