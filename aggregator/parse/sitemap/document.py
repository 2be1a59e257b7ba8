"""Stage 2 of 8 - parse: RawDocument -> ParsedIndex

Sitemaps, sitemap indexes, news and image sitemaps and lists of addresses (sitemaps.org, version 0.9), packed by
gzip or not. How their bytes are read is in ``sitemap_rows.py``; here is what becomes of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import escape
from urllib.parse import unquote, urlsplit

from aggregator.base.dates.formats import EARLIEST_YEAR, read_date
from aggregator.base.globs import matcher
from aggregator.base.links import host_of
from aggregator.base.text import one_line
from aggregator.codes import AlarmCode
from aggregator.model.alarm import Alarm
from aggregator.model.config import Source
from aggregator.model.document import ParsedArticle, ParsedEntry, ParsedIndex, RawDocument
from aggregator.parse.addresses import LONGEST_LOCATION, page_address, related_hosts
from aggregator.parse.sitemap.rows import Row, read_rows

_NEVER = datetime.min.replace(tzinfo=UTC)
_CLOCK_ERROR = timedelta(days=1)
"""How far a sitemap's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A row whose address may be used."""

    address: str
    changed: datetime
    """``_NEVER`` where the sitemap does not say."""
    row: Row

    @property
    def lastmod(self) -> str:
        return self.row.lastmod if self.changed > _NEVER else ""


@dataclass(slots=True)
class _Tally:
    """What is left out, and why."""

    elsewhere: int = 0
    unusable: int = 0
    unwanted: int = 0
    over_limit: int = 0

    def note(self) -> str:
        parts = (
            (self.elsewhere, "on other hosts, which a sitemap may not speak for"),
            (self.unusable, "no http or https addresses"),
            (self.unwanted, "not wanted by include and exclude"),
            (self.over_limit, "left out as the oldest (limits.entries)"),
        )
        return "; ".join(f"{count} {reason}" for count, reason in parts if count)


def parse_sitemap(document: RawDocument, source: Source) -> ParsedIndex:
    """The articles, or the further sitemaps, that a sitemap lists: the newest by ``lastmod`` first.

    Those that state no usable ``lastmod`` come last, in the order of the document. At most ``limits.entries``;
    ``note`` counts what was left out. Only addresses of the sitemap's own host count, its sub-domains and the domains
    above it (sitemaps.org, "Sitemap file location"). Titles are HTML. Raises RejectedError: ``not-a-sitemap``,
    ``xml-entities``, ``too-large``, ``empty``, and what ``decode_remote`` refuses.
    """
    read = read_rows(document, source.limits)
    tally = _Tally()
    hosts = {host_of(document.url), host_of(source.url)}
    places = _newest_first(_places(read.rows, hosts, document.seen, tally))
    sitemaps = [place for place in places if place.row.kind == "sitemap"]
    pages = _wanted([place for place in places if place.row.kind == "url"], source, tally)
    limit = source.limits.entries
    tally.over_limit = max(len(pages) - limit, 0) + max(len(sitemaps) - limit, 0)
    lost = Alarm(AlarmCode.NO_ADDRESS, f"no address is left: {tally.note()}")
    return ParsedIndex(
        entries=tuple(map(_entry, pages[:limit])),
        further=tuple(("sitemap", place.address, place.row.lastmod) for place in sitemaps[:limit]),
        repairs=read.repairs,
        note=tally.note(),
        alarms=() if pages or sitemaps or not read.rows else (lost,),
    )


def _places(rows: Iterable[Row], hosts: set[str], seen: datetime, tally: _Tally) -> list[_Place]:
    places: list[_Place] = []
    own: dict[str, bool] = {}
    for row in rows:
        address = page_address(row.loc)
        if not address:
            tally.unusable += 1
            continue
        host = host_of(address)
        if host not in own:
            own[host] = any(related_hosts(host, ours) for ours in hosts)
        if own[host]:
            places.append(_Place(address, _changed(row.lastmod, seen), row))
        else:
            tally.elsewhere += 1
    return places


def _changed(written: str, seen: datetime) -> datetime:
    """A date of the W3C profile of ISO 8601 as an instant. One that is absurd, or lies ahead, is none."""
    if not written:
        return _NEVER
    instant = _whole_instant(written) or read_date(written, UTC)
    return instant if instant and instant.year >= EARLIEST_YEAR and instant <= seen + _CLOCK_ERROR else _NEVER


def _whole_instant(written: str) -> datetime | None:
    """What states day, time and zone, as most do: read in few steps, for there may be 50,000."""
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _newest_first(places: Iterable[_Place]) -> list[_Place]:
    """Each address once, as its newest row has it."""
    ordered = sorted(places, key=lambda place: place.changed, reverse=True)
    return list({(place.row.kind, place.address): place for place in reversed(ordered)}.values())[::-1]


def _wanted(pages: Sequence[_Place], source: Source, tally: _Tally) -> list[_Place]:
    """Those whose path, decoded and without its first slash, the globs take."""
    if not source.include and not source.exclude:
        return list(pages)
    include, exclude = ([glob.removeprefix("/") for glob in globs] for globs in (source.include, source.exclude))
    takes = matcher(include or ["**"], exclude)
    wanted = [page for page in pages if takes(unquote(urlsplit(page.address).path).removeprefix("/"))]
    tally.unwanted = len(pages) - len(wanted)
    return wanted


def _entry(place: _Place) -> ParsedEntry:
    row, address, news = place.row, place.address, dict(place.row.news)
    said = json.dumps([address, row.lastmod, sorted(news.items())], ensure_ascii=False)
    long = len(address) > LONGEST_LOCATION
    title, published = one_line(news.pop("title", "")), news.pop("publication_date", "")
    tags = tuple(dict.fromkeys(filter(None, map(one_line, news.pop("keywords", "").split(",")))))
    image = page_address(row.image, address)
    stated = {
        "url": "loc",
        "title": "news:title" if title else "",
        "published": "news:publication_date" if published else "",
        "updated": "lastmod" if place.lastmod else "",
        "images": "image:loc" if image else "",
        "tags": "news:keywords" if tags else "",
    }
    return ParsedEntry(
        location=f"sha256:{sha256(address.encode()).hexdigest()}" if long else address,
        article=ParsedArticle(
            title=escape(title, quote=False),
            body="",
            published=published,
            updated=place.lastmod,
            links=(address,),
            images=(image,) if image else (),
            tags=tags,
            metadata={f"news:{name}": value for name, value in news.items()},
            markup="html",
            base=address,
            provenance={field: where for field, where in stated.items() if where},
        ),
        digest=sha256(said.encode()).hexdigest(),
        link=address,
    )
