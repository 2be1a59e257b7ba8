"""What a source yields now, and where each article would go. Stores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from aggregator.collect.plan import plan_pass
from aggregator.errors import CollectError, RejectedError
from aggregator.identify.settle import settle
from aggregator.model.article import Change, Lead, Prepared, RawDocument, Rejection
from aggregator.operations.collect import chosen
from aggregator.operations.reports import PreviewArticle, PreviewReport
from aggregator.ports import Collector, Parts
from aggregator.prepare import recipe_of


def preview(name: str, limit: int, parts: Parts) -> PreviewReport:
    """Reads up to ``limit`` documents of a source, those first that a pass would read.

    Raises UsageError for an unknown source, CollectError if it cannot be listed.
    """
    (source,) = chosen((name,), parts.configuration.sources)
    memory = parts.agenda.memory(source.name)
    collector = parts.collector(source)
    listing = collector.leads(memory)
    recipe = recipe_of(source)
    plan = plan_pass(listing, memory, recipe, parts.clock.now())
    unread = {lead.location for lead in plan.unread}
    leads = [*plan.unread, *(lead for lead in listing.leads if lead.location not in unread)]
    articles, documents = _fetched(collector, list(islice(leads, limit)), parts)
    readings = list(parts.reader.read(documents, source))
    prepared = [reading for reading in readings if isinstance(reading, Prepared)]
    with parts.store.write() as unit:
        known = unit.known(prepared)
    changes = settle(prepared, memory.sightings, known, plan.vanished, recipe, parts.clock.now())
    articles += [_rejected(reading) for reading in readings if isinstance(reading, Rejection)]
    articles += [_previewed(change) for change in changes]
    return PreviewReport(source.name, len(listing.leads), tuple(sorted(articles, key=lambda a: a.location)))


def _fetched(
    collector: Collector, leads: Sequence[Lead], parts: Parts
) -> tuple[list[PreviewArticle], list[RawDocument]]:
    """The documents, and what is to be said of those that cannot be had."""
    articles, documents = [], []
    for lead in leads:
        try:
            documents.append(collector.fetch(lead, parts.clock.now()))
        except RejectedError as error:
            articles.append(PreviewArticle(lead.location, "rejected", f"{error.code}: {error}"))
        except CollectError as error:
            articles.append(PreviewArticle(lead.location, "failed", str(error)))
    return articles, documents


def _rejected(rejection: Rejection) -> PreviewArticle:
    line = f"line {rejection.line}: " if rejection.line else ""
    return PreviewArticle(rejection.location, "rejected", f"{line}{rejection.code}: {rejection.message}")


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
    )
