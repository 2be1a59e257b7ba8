"""Rows of articles, places and feeds to values and back. Nothing here touches a database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from aggregator.base.canonical import address_key
from aggregator.base.titles import title_key
from aggregator.codes import Code
from aggregator.model.article import (
    Change,
    KnownArticle,
    Objection,
    ObjectionCode,
    Prepared,
    Reason,
    Sighting,
    StatedSite,
    Subject,
    Verdict,
)
from aggregator.model.document import Enclosure, Repair
from aggregator.model.reading import Entry, FeedVersion, Origin, PathVersion, Revision
from aggregator.model.trouble import Trouble

Values = dict[str, Any]
"""Column name to what the driver takes."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

# Front matter and reports quote documents, which may hold what UTF-8 cannot carry: those are escaped.
escaped = json.JSONEncoder(separators=(",", ":"), default=str).encode
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def plain(value: object) -> str:
    """JSON of what pages show: an escape would give the lone surrogate back, so a question mark stands for it."""
    return _written(value).encode("utf-8", "replace").decode()


def stored(instant: datetime) -> int:
    """Microseconds since 1970; exact. Raises TypeError for an instant without a zone."""
    return (instant - _EPOCH) // MICROSECOND


def instant(microseconds: int) -> datetime:
    """Aware, UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def instant_or_none(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else instant(microseconds)


def whole(moment: datetime) -> datetime:
    """The second it lies in: what feeds show has whole seconds."""
    return moment.replace(microsecond=0)


def article_values(key: int, change: Change, now: datetime, made: int) -> Values:
    """A new article, as minted.

    Neither date may lie in the future, and none may be missing: `made` stands in for the publication.
    """
    article = change.prepared.article
    seen = whole(now)
    published = min(article.published or instant(made), seen)
    stated = article.updated
    updated = stated if stated and published <= stated <= now else published
    return {
        "key": key,
        "id": change.identity.id.hex,
        "source": article.source,
        "location": article.location,
        "published": stored(published),
        "date_kind": article.date_kind,
        "updated": stored(updated),
        "first_seen": stored(seen),
        "url": article.url,
        "content_hash": change.prepared.content_hash,
        "revision": 1,
        "rules": "",
        "filed": False,
        "withdrawn": None,
        "title_key": title_key_of(change.prepared),
        "late": change.late,
        "address_key": address_key_of(article.url),
    }


def address_key_of(url: str | None) -> int:
    return address_key(url) if url else 0


def title_key_of(document: Prepared) -> int:
    """By what its article is found until another document rewrites it."""
    article = document.article
    stated = article.published if article.date_kind == "stated" else None
    return title_key(article.source, document.subject.title, stated)


def revision_values(article_key: int, change: Change, number: int, now: datetime) -> Values:
    article, subject = change.prepared.article, change.prepared.subject
    return {
        "article": article_key,
        "number": number,
        "content_hash": change.prepared.content_hash,
        "seen": stored(now),
        "significant": change.identity.significant,
        "source": article.source,
        "location": article.location,
        "title": article.title,
        "summary": article.summary,
        "author": article.author,
        "image": article.image,
        "categories": _labels(article.categories),
        "tags": _labels(article.tags),
        "enclosures": _enclosures(article.enclosures) if article.enclosures else "[]",
        "language": article.language,
        "front_matter": escaped(dict(article.metadata)) if article.metadata else "{}",
        "repairs": plain([_repair_line(r) for r in article.repairs]) if article.repairs else "[]",
        "folded_title": subject.title,
        "folded_labels": subject.labels,
        "folded_author": subject.author,
        "folded_url": subject.url,
        "folded_text": subject.text,
        "html": article.html,
    }


@lru_cache(maxsize=1024)
def _labels(labels: tuple[str, ...]) -> str:
    """A source has few, and repeats them."""
    return plain(labels)


def _enclosures_of(text: str) -> tuple[Enclosure, ...]:
    return tuple(Enclosure(*values) for values in json.loads(text)) if text != "[]" else ()


def _enclosures(enclosures: tuple[Enclosure, ...]) -> str:
    return plain([[e.url, e.type, e.length] for e in enclosures])


def _repair_line(repair: Repair) -> str:
    detail = f": {repair.detail}" if repair.detail else ""
    line = f" (line {repair.line})" if repair.line is not None else ""
    return f"{repair.code}{detail}{line}"


def trouble_of(code: str | None, cause: str | None, detail: str, remedy: str = "") -> Trouble | None:
    """None without a code. One that this version does not know is of no class, and reads the same."""
    if code is None:
        return None
    known = _code(code)
    if known is None:
        return Trouble(Code.NONE, "", f"{code}: {detail}", remedy)
    return Trouble(known, "", detail, remedy, None if cause is None else _code(cause))


def _code(word: str) -> Code | None:
    try:
        return Code(word)
    except ValueError:
        return None


def sighting_values(sighting: Sighting, article: int | None) -> Values:
    trouble = sighting.trouble
    return {
        "source": sighting.source,
        "location": sighting.location,
        "stamp": sighting.stamp,
        "digest": sighting.digest,
        "recipe": sighting.recipe,
        "status": sighting.status,
        "seen": stored(sighting.seen),
        "article": article,
        "content_hash": sighting.content_hash,
        "url": sighting.url,
        "code": trouble.code if trouble else None,
        "cause": trouble.cause if trouble else None,
        "reason": trouble.detail if trouble else "",
        "line": sighting.line,
    }


def sightings_of(source: str, rows: Iterable[Any]) -> Iterator[Sighting]:
    """From location, stamp, digest, recipe, status, seen, article, content_hash, url, code, cause, reason,
    line.

    Unpacked, because an unchanged pass over 10,000 files reads 10,000 of these.
    """
    for location, stamp, digest, recipe, status, seen, article, content_hash, url, code, cause, reason, line in rows:
        yield Sighting(
            source=source,
            location=location,
            stamp=stamp,
            digest=digest,
            recipe=recipe,
            status=status,
            seen=_EPOCH + timedelta(microseconds=seen),
            article=None if article is None else UUID(article),
            content_hash=content_hash,
            url=url,
            trouble=trouble_of(code, cause, reason),
            line=line,
        )


def verdict_values(article: int, published: int, verdict: Verdict) -> Values:
    reasons = [[r.rule, r.matched, r.field, r.position, r.weight] for r in verdict.reasons]
    return {
        "article": article,
        "topic": verdict.topic,
        "matched": verdict.matched,
        "score": verdict.score,
        "published": published,
        "reasons": plain(reasons),
        "why_not": plain([[it.code, it.names, it.score, it.threshold] for it in verdict.why_not]),
    }


def verdict_of(row: Any) -> Verdict:
    """From topic, matched, score, reasons, why_not."""
    return Verdict(
        topic=row.topic,
        matched=bool(row.matched),
        score=row.score,
        reasons=tuple(
            Reason(rule=rule, matched=matched, field=field, position=position, weight=weight)
            for rule, matched, field, position, weight in json.loads(row.reasons)
        ),
        why_not=tuple(
            Objection(ObjectionCode(code), tuple(names), score, threshold)
            for code, names, score, threshold in json.loads(row.why_not)
        ),
    )


def known_article(row: Any) -> KnownArticle:
    """From what `lookups` reads of the article, and of its newest revision."""
    return KnownArticle(
        id=UUID(row.id),
        content_hash=row.content_hash,
        published=instant(row.published),
        date_kind=row.date_kind,
        url=row.url,
        title=row.folded_title,
        text=row.folded_text,
        place=(row.source, row.location),
        alive=row.alive is not None,
        html=row.html,
        author=row.author,
        labels=row.folded_labels,
        enclosures=_enclosures_of(row.enclosures) if row.enclosures else (),
        late=bool(row.late),
        first_seen=instant(row.first_seen),
        revision=row.revision,
    )


def stored_subject(row: Any) -> Subject:
    return Subject(
        title=row.folded_title,
        text=row.folded_text,
        labels=row.folded_labels,
        author=row.folded_author,
        url=row.folded_url,
    )


def origin_of(row: Any) -> Origin:
    return Origin(source=row.source, location=row.location, url=row.url, status=row.status, seen=instant(row.seen))


def revision_of(row: Any) -> Revision:
    return Revision(
        number=row.number,
        content_hash=row.content_hash,
        title=row.title,
        seen=instant(row.seen),
        significant=bool(row.significant),
    )


def names(text: str) -> tuple[str, ...]:
    """A JSON list of words."""
    return tuple(json.loads(text)) if text != "[]" else ()


def entry_of(row: Any, topics: Iterable[str], also: Iterable[Origin]) -> Entry:
    """From an article's row joined with its newest revision."""
    return Entry(
        id=UUID(row.id),
        title=row.title,
        html=row.html,
        summary=row.summary,
        published=instant(row.published),
        # A date corrected forward: what was published later than that cannot have been updated before.
        updated=instant(max(row.updated, row.published)),
        first_seen=instant(row.first_seen),
        source=row.source,
        url=row.url,
        author=row.author,
        image=row.image,
        categories=names(row.categories),
        tags=names(row.tags),
        enclosures=_enclosures_of(row.enclosures),
        publish=row.publish or "full",
        rights=row.rights or "",
        language=row.language,
        origin=site_of(row),
        topics=tuple(topics),
        also=tuple(also),
    )


SITE = ("site_title", "site_home", "site_feed")
"""Columns of a source: what it says of its site."""


def site_of(row: Any) -> StatedSite:
    return StatedSite(row.site_title or "", row.site_home, row.site_feed)


def site_values(site: StatedSite) -> Values:
    return dict(zip(SITE, (site.title, site.home, site.feed), strict=True))


def feed_version_of(row: Any) -> FeedVersion:
    return FeedVersion(row.feed, row.wanted, instant(row.created), entered_once=bool(row.entered_once))


def path_version_of(row: Any) -> PathVersion:
    return PathVersion(row.path, row.built, row.recipe, row.etag, instant(row.modified))
