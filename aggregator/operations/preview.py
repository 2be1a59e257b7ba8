"""What a source yields now, and where each article would go. Stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from aggregator.errors import CollectError
from aggregator.identify.rungs import wanted_keys
from aggregator.identify.settle import Settler
from aggregator.model.article import Article, Change, Prepared, Rejection, Sighting
from aggregator.model.config import Source
from aggregator.model.running import Pass, Ticket
from aggregator.operations.collect import chosen
from aggregator.operations.reports import PreviewArticle, PreviewReport
from aggregator.ports import Collector, Parts
from aggregator.prepare.stages import recipe_of
from aggregator.visits.intake import Intake
from aggregator.visits.plan import as_before


def preview(name: str, limit: int, parts: Parts) -> PreviewReport:
    """Reads up to ``limit`` documents of a source, those first that a pass would read.

    The network is asked as if for the first time. Raises UsageError for an unknown source, CollectError if it
    cannot be listed.
    """
    (source,) = chosen((name,), parts.configuration.sources)
    recipe, sightings = recipe_of(source), parts.agenda.sightings(source.name)
    # Without sightings and memory nothing counts as known, so everything is read.
    intake = Intake(Pass(source, Ticket(name, 0), recipe), dict, parts.clock, parts.configuration.schedule.longest)
    with closing(parts.collector(source)) as collector:
        intake.begin(collector)
        now = parts.clock.now()
        intake.prefer(lambda lead: not as_before(sightings.get(lead.location), lead, recipe, now))
        readings, fault = _read(intake, collector, source, limit, parts)
    prepared = [reading for reading in readings if isinstance(reading, Prepared)]
    with parts.store.write() as unit:
        known = unit.known(wanted_keys(prepared, [(name, reading.article.location) for reading in prepared]))
    changes = Settler(known).settle(prepared, sightings, (), recipe, parts.clock.now())
    articles = [_rejected(reading) for reading in readings if isinstance(reading, Rejection)]
    articles += [_unread(sighting) for sighting in intake.leftover()]
    articles += [_previewed(change) for change in changes]
    return PreviewReport(
        source=source.name,
        found=intake.facts.entries if intake.facts else len(intake.plan.unread),
        articles=tuple(sorted(articles, key=lambda article: article.location)[:limit]),
        facts=intake.facts,
        note="; ".join(filter(None, (_note(intake), intake.alarm, collector.learned(False, {}).held, fault))),
    )


def _note(intake: Intake) -> str:
    return intake.facts.note if intake.facts else ""


def _read(
    intake: Intake, collector: Collector, source: Source, limit: int, parts: Parts
) -> tuple[list[Prepared | Rejection], str]:
    """What the first documents give, and the fault that kept others from being read.

    Raises CollectError if nothing could be read.
    """
    readings: list[Prepared | Rejection] = []
    try:
        for reading in intake.follow(parts.reader.read(intake.documents(collector), source)):
            readings.append(reading)
            if len(readings) >= limit:
                break
    except CollectError as error:
        if not readings and intake.facts is None:
            raise
        return readings, f"{error.code}: {error}"
    return readings, ""


def _unread(sighting: Sighting) -> PreviewArticle:
    return PreviewArticle(sighting.location, sighting.status, sighting.reason)


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
    if any(repair.code == "empty-title" for repair in article.repairs):
        stated["title"] = "first words of the text"
    if article.url:
        stated.setdefault("url", "link rule")
    shown = {name: getattr(article, name) for name in ("published", "author", "url", "image", "categories", "tags")}
    return {name: where for name, where in stated.items() if shown.get(name, True)}
