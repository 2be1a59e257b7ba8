"""What a source yields now, and where each article would go. Stores nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from aggregator.base.links import host_of
from aggregator.codes import Code, RepairCode
from aggregator.collect.address.cursor import Cursor
from aggregator.collect.address.kept import KeptCollector
from aggregator.errors import CollectError
from aggregator.identify.rungs import wanted_keys
from aggregator.identify.settle import Settler
from aggregator.model.article import Article, Change, Sighting
from aggregator.model.config import Source
from aggregator.model.running import Batch, Memory, Outcome, Ticket, Visit
from aggregator.operations.collect import chosen
from aggregator.operations.reports import PreviewArticle, PreviewReport
from aggregator.pipeline import visit
from aggregator.ports import Parts
from aggregator.prepare.stages import recipe_of
from aggregator.visits.plan import is_unchanged


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """One source, and how much of it."""

    source: str
    limit: int = 20
    """At most so many documents."""
    offline: bool = False
    """Whether what is kept of the source is read, without a request."""


def preview(parts: Parts, request: PreviewRequest) -> PreviewReport:
    """Reads some documents of a source, those first that a visit would read.

    The network is asked as if for the first time, or, ``offline``, not at all: then what is kept of the source is read.
    Raises UsageError for an unknown source, CollectError if it cannot be listed.
    """
    name, limit = request.source, request.limit
    (source,) = chosen((name,), parts.configuration.sources)
    kept = _kept(source, parts) if request.offline and host_of(source.url) else None
    if kept is not None:
        parts = replace(parts, collector=lambda _: kept)
    recipe, sightings = recipe_of(source), parts.agenda.sightings(source.name)
    now = parts.clock.now()
    # Without sightings and memory nothing counts as known, so everything is read.
    begun = Visit(source, Ticket(name, 0), recipe, Memory(seen=False))
    with closing(
        visit(begun, parts, limit, lambda lead: not is_unchanged(sightings.get(lead.location), lead, recipe, now))
    ) as batches:
        batch = next(batches)
    outcome = batch.outcome or Outcome()
    if outcome.error is not None and not batch.documents and batch.facts is None:
        raise CollectError(outcome.error.code, outcome.error.detail, outcome.error.remedy)
    places = [(name, document.article.location) for document in batch.documents]
    known = parts.archive.known(wanted_keys(batch.documents, places))
    changes = Settler(known).settle(batch.documents, sightings, (), recipe, now, zone=ZoneInfo(source.timezone))
    articles = [_without_article(sighting) for sighting in batch.without_article]
    articles += [_previewed(change) for change in changes]
    return PreviewReport(
        source=source.name,
        found=batch.facts.entries if batch.facts else batch.known,
        articles=tuple(sorted(articles, key=lambda article: article.location)[:limit]),
        facts=batch.facts,
        note="; ".join(_notes(batch, outcome, kept.lacking if kept is not None else 0)),
    )


def _kept(source: Source, parts: Parts) -> KeptCollector:
    """Raises CollectError where there is nothing to begin with."""
    kept = KeptCollector(source, parts.agenda.kept, Cursor(), "")
    if not source.remote:
        raise CollectError(Code.NOT_KEPT, "of a repository no answer is kept", "leave out `--offline`")
    if not kept.holds_source():
        hint = f"run `aggregator collect {source.name}` first, with `storage: {{keep_fetched}}` not turned off"
        raise CollectError(Code.NOT_KEPT, f"nothing is kept of {source.url}", hint)
    return kept


def _notes(batch: Batch, outcome: Outcome, lacking: int) -> Iterator[str]:
    """What else the source's document says, and what kept more from being read."""
    if lacking:
        yield f"left out, because not kept: {lacking} document{'s' if lacking > 1 else ''}"
    if batch.facts and batch.facts.note:
        yield batch.facts.note
    alarms = outcome.alarms or (batch.facts.alarms if batch.facts else ())
    yield from filter(None, (*map(str, alarms), outcome.learned.held))
    if outcome.error is not None:
        yield f"{outcome.error.code}: {outcome.error.detail}"


def _without_article(sighting: Sighting) -> PreviewArticle:
    line = f"line {sighting.line}: " if sighting.line and sighting.status == "rejected" else ""
    return PreviewArticle(sighting.location, sighting.status, f"{line}{sighting.trouble or ''}")


def _previewed(change: Change) -> PreviewArticle:
    article = change.prepared.article
    return PreviewArticle(
        location=article.location,
        fate=change.sighting.status,
        why=change.identity.why,
        title=article.title,
        url=article.url,
        published=article.published,
        date_kind=article.date_kind,
        author=article.author,
        image=article.image,
        summary=article.summary,
        characters=len(change.prepared.subject.text),
        verdicts=change.prepared.verdicts,
        repairs=article.repairs,
        provenance=_provenance(article),
        enclosures=article.enclosures,
    )


def _provenance(article: Article) -> Mapping[str, str]:
    """Where what is shown came from: what the document stated to no avail is left out, what stood in is named."""
    stated = dict(article.provenance)
    if "images" in stated:
        stated["image"] = stated.pop("images")
    if article.date_kind == "path":
        stated["published"] = "path"
    if any(repair.code is RepairCode.EMPTY_TITLE for repair in article.repairs):
        stated["title"] = "first words of the text"
    if article.url:
        stated.setdefault("url", "link rule")
    shown = {name: getattr(article, name) for name in ("published", "author", "url", "image", "categories", "tags")}
    return {name: where for name, where in stated.items() if shown.get(name, True)}
