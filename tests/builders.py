"""Short ways to make values for tests: every field has a sensible default, every argument is a field.

Nothing here reads a clock or a file, so equal arguments give equal values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from aggregator.codes import Code
from aggregator.model.article import (
    Article,
    Change,
    DateKind,
    Identity,
    IdentityKind,
    Objection,
    Prepared,
    Reason,
    Sighting,
    SightingStatus,
    Subject,
    Verdict,
)
from aggregator.model.document import Repair
from aggregator.model.trouble import Trouble

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
"""Where `fakes.StoppedClock` stands, too."""
PUBLISHED = datetime(2026, 4, 27, 1, 15, 48, tzinfo=UTC)


def an_article(
    location: str = "2026/a.md",
    title: str = "国家区域医疗中心开工",
    text: str = "第一段。\n第二段。",
    *,
    source: str = "seeds",
    html: str | None = None,
    summary: str | None = None,
    published: datetime | None = PUBLISHED,
    date_kind: DateKind = "stated",
    updated: datetime | None = None,
    url: str | None = "https://news.example/a",
    author: str = "张三",
    image: str | None = None,
    categories: tuple[str, ...] = ("医疗",),
    tags: tuple[str, ...] = (),
    metadata: Mapping[str, object] | None = None,
    repairs: tuple[Repair, ...] = (),
) -> Article:
    """A cleaned article; `html` is made from `text` and `summary` is its start where not given."""
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return Article(
        source=source,
        location=location,
        title=title,
        html=paragraphs if html is None else html,
        text=text,
        summary=text[:200] if summary is None else summary,
        published=published,
        date_kind=date_kind,
        updated=updated,
        url=url,
        author=author,
        image=image,
        categories=categories,
        tags=tags,
        metadata=dict(metadata or {}),
        repairs=repairs,
    )


def a_verdict(
    topic: str = "centers", *, matched: bool = True, score: float = 1.0, why_not: tuple[Objection, ...] = ()
) -> Verdict:
    """A topic's word, with one reason: the term 医疗中心 in the title."""
    reason = Reason(rule="医疗中心", matched="医疗中心", field="title", position=4, weight=score)
    return Verdict(topic=topic, matched=matched, score=score, reasons=(reason,), why_not=why_not)


def a_hash(*parts: str) -> str:
    """A content hash in the stored form ``version:hex``; not the one that `identify` makes."""
    return "1:" + sha256("\n".join(parts).encode()).hexdigest()


def a_prepared(
    article: Article | None = None,
    *,
    verdicts: tuple[Verdict, ...] = (),
    content_hash: str | None = None,
    stamp: str = "1",
    digest: str | None = None,
) -> Prepared:
    """A document before identity. The hash is over title and text; nothing is folded."""
    article = article or an_article()
    subject = Subject(
        title=article.title,
        text=article.text,
        labels="\n".join((*article.categories, *article.tags)),
        author=article.author,
        url=article.url or "",
    )
    return Prepared(
        article=article,
        subject=subject,
        content_hash=content_hash or a_hash(article.title, article.text),
        verdicts=verdicts,
        stamp=stamp,
        digest=digest or sha256(article.html.encode()).hexdigest(),
    )


def a_sighting(
    location: str = "2026/a.md",
    status: SightingStatus = "unchanged",
    *,
    source: str = "seeds",
    article: UUID | None = None,
    stamp: str = "1",
    digest: str = "d",
    recipe: str = "r",
    seen: datetime = NOW,
    content_hash: str = "",
    url: str | None = None,
    trouble: Trouble | None = None,
    line: int | None = None,
) -> Sighting:
    """A place as last seen; of no article unless one is named."""
    return Sighting(
        source=source,
        location=location,
        stamp=stamp,
        digest=digest,
        recipe=recipe,
        status=status,
        seen=seen,
        article=article,
        content_hash=content_hash,
        url=url,
        trouble=trouble,
        line=line,
    )


def a_trouble(sentence: str) -> Trouble:
    """From what operators read: ``code: detail``; of an article without its page ``full-text: cause: detail``."""
    code, colon, detail = sentence.partition(": ")
    if not colon:
        return Trouble(Code.NONE, "", sentence)
    cause, colon, _ = detail.partition(": ")
    return Trouble(Code(code), "", detail, cause=Code(cause) if code == Code.FULL_TEXT and colon else None)


_STATUS: Mapping[IdentityKind, SightingStatus] = {"new": "new", "revision": "changed", "same": "duplicate"}


def a_change(
    prepared: Prepared | None = None,
    kind: IdentityKind = "new",
    *,
    id: UUID | None = None,  # noqa: A002 - the field's name
    significant: bool | None = None,
    status: SightingStatus | None = None,
    seen: datetime = NOW,
) -> Change:
    """What a document does. The id is made from source and content hash where not given."""
    prepared = prepared or a_prepared()
    article = prepared.article
    identity = Identity(
        kind=kind,
        id=id or uuid5(NAMESPACE_URL, f"{article.source} {prepared.content_hash}"),
        rung="none" if kind == "new" else "location",
        significant=kind != "same" if significant is None else significant,
        why="made for a test",
    )
    sighting = a_sighting(
        article.location,
        status or _STATUS[kind],
        source=article.source,
        article=identity.id,
        stamp=prepared.stamp,
        digest=prepared.digest,
        seen=seen,
        content_hash=prepared.content_hash,
        url=article.url,
    )
    return Change(identity=identity, prepared=prepared, sighting=sighting, url=article.url)


def again(change: Change, location: str, **fields: object) -> Change:
    """The same article seen at another location: a duplicate. `fields` are those of the sighting."""
    identity = replace(change.identity, kind="same", rung="hash", significant=False)
    sighting = replace(change.sighting, location=location, status="duplicate")
    prepared = replace(change.prepared, article=replace(change.prepared.article, location=location))
    return Change(identity=identity, prepared=prepared, sighting=replace(sighting, **fields))  # type: ignore[arg-type]
