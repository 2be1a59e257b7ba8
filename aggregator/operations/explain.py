"""Why an article is what and where it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from aggregator.base.text import fold_with_offsets
from aggregator.classify.verdict import in_words
from aggregator.collect.files.collector import read_document, spelled
from aggregator.errors import AggregatorError, RejectedError, UsageError
from aggregator.model.article import Article, Prepared, Reason, Rejection, Subject, Verdict
from aggregator.model.config import Source, Topic
from aggregator.model.document import Lead
from aggregator.model.reading import Dossier
from aggregator.normalize.html import text_of
from aggregator.operations.refusals import refusal_of, refusals_of
from aggregator.operations.reports import ArticleExplanation, ExplainReport, Passage, Refusal, TopicExplanation
from aggregator.ports import Parts

AROUND = 20
"""Characters shown on each side of a match."""


_PAGE = re.compile(r"(?:https?://[^?#]*)?/articles/([0-9a-fA-F-]{36})/?(?:[?#].*)?")


def explain(parts: Parts, ref: str) -> ExplainReport:
    """The article by id, address (its own, or of our page of it) or file path, and every topic's word on it.

    The words are by the rules of now. A file that is not stored is read and judged as if it were.
    Raises UsageError if there is nothing, AggregatorError for a file that gives no article.
    """
    path = Path(ref)
    dossier = _found(ref, path, parts)
    if dossier is not None:
        return _stored(dossier, parts)
    if path.is_file():
        return _file(path.resolve(), parts)
    refusal = _refused(spelled(ref), parts)
    if refusal is not None:
        hint = f"this file gives no article; last looked at {refusal.seen:%Y-%m-%d %H:%MZ}, read again when it changes"
        raise AggregatorError(str(refusal), hint)
    hint = "give its id, its address, or the path of its file; /topics/all lists what is stored"
    raise UsageError(f"there is no article {spelled(ref)!r}", hint)


def _found(ref: str, path: Path, parts: Parts) -> Dossier | None:
    names = [spelled(ref)]
    if page := _PAGE.fullmatch(ref):
        names.append(page[1])
    if path.is_file():
        names.append(spelled(str(path.resolve())))
    return next((dossier for name in names if (dossier := parts.archive.article(name))), None)


def _refused(ref: str, parts: Parts) -> Refusal | None:
    """The stored rejection of the document at ``ref``, a location or the end of one, or a path that ends with one."""
    for source in parts.configuration.sources:
        for refusal in refusals_of(parts.agenda.sightings(source.name)):
            if f"/{refusal.location}".endswith(f"/{ref}") or f"/{ref}".endswith(f"/{refusal.location}"):
                return refusal
    return None


def _stored(dossier: Dossier, parts: Parts) -> ExplainReport:
    entry = dossier.entry
    article = ArticleExplanation(
        id=entry.id,
        title=entry.title,
        url=entry.url,
        content_hash=dossier.content_hash,
        published=entry.published,
        date_kind=dossier.date_kind,
        stored=True,
        updated=entry.updated,
        first_seen=entry.first_seen,
        origins=dossier.origins,
        revisions=dossier.revisions,
        repairs=dossier.repairs,
        identity=_identity(dossier),
    )
    written = {"title": entry.title, "labels": "\n".join((*entry.categories, *entry.tags)), "author": entry.author}
    topics = _topics(dossier.subject, {**written, "text": text_of(entry.html)}, parts, dossier)
    pending = _judged(dossier.verdicts) != _judged(parts.router.classify(dossier.subject))
    return ExplainReport(article, topics, pending, tuple(_notes(dossier, parts)))


def _judged(verdicts: tuple[Verdict, ...]) -> frozenset[tuple[object, ...]]:
    """To be compared as they are told: objections of old may hold several names in one text."""
    return frozenset((verdict.topic, verdict.matched, verdict.score, in_words(verdict.why_not)) for verdict in verdicts)


def _identity(dossier: Dossier) -> str:
    if not dossier.origins:
        return ""
    first, *others = dossier.origins
    also = f", also at {len(others)} other place{'s' if len(others) > 1 else ''}" if others else ""
    return f"first seen as {first.source}/{first.location}{also}"


def _notes(dossier: Dossier, parts: Parts) -> Iterator[str]:
    """What the store says beside the article: that it was withdrawn, that its files cannot be read any more."""
    if dossier.withdrawn:
        yield f"withdrawn {dossier.withdrawn:%Y-%m-%d %H:%MZ}: it is in no feed and on no list"
    for origin in dossier.origins:
        if origin.status in {"rejected", "failed"}:
            sighting = parts.agenda.sightings(origin.source).get(origin.location)
            if sighting is not None:
                yield f"{refusal_of(sighting)}; this is the article as it was last read"


def _file(path: Path, parts: Parts) -> ExplainReport:
    """Read by the rules of the source whose folder it is in."""
    source = next((s for s in parts.configuration.sources if _below(path, s, parts)), None) or Source("file")
    lead = Lead(source.name, spelled(path.name), "")
    try:
        document = read_document(str(path), lead, source.limits.bytes, parts.clock.now())
    except RejectedError as error:
        raise AggregatorError(f"{lead.location}: {error.code}: {error}", "this file gives no article") from error
    except OSError as error:
        raise AggregatorError(f"{path}: {error.strerror}", "may this user read it?") from error
    ((reading,),) = parts.reader.read([document], source)
    if isinstance(reading, Rejection):
        line = f":{reading.line}" if reading.line else ""
        raise AggregatorError(f"{lead.location}{line}: {reading.code}: {reading.message}", "this file gives no article")
    assert isinstance(reading, Prepared)  # noqa: S101 - an article file gives nothing else
    return _unstored(reading, parts)


def _unstored(prepared: Prepared, parts: Parts) -> ExplainReport:
    article = prepared.article
    explanation = ArticleExplanation(
        id=None,
        title=article.title,
        url=article.url,
        content_hash=prepared.content_hash,
        published=article.published,
        date_kind=article.date_kind,
        stored=False,
        repairs=tuple(f"{repair.code}: {repair.detail}".removesuffix(": ") for repair in article.repairs),
    )
    return ExplainReport(explanation, _topics(prepared.subject, _written(article), parts))


def _below(path: Path, source: Source, parts: Parts) -> bool:
    """Whether the file is one that the source would read, were it listed: others have no folder at all."""
    return bool(source.path) and path.is_relative_to((Path(parts.configuration.folder) / source.path).resolve())


def _written(article: Article) -> Mapping[str, str]:
    labels = "\n".join((*article.categories, *article.tags))
    return {"title": article.title, "text": text_of(article.html), "labels": labels, "author": article.author}


def _topics(
    subject: Subject, written: Mapping[str, str], parts: Parts, dossier: Dossier | None = None
) -> tuple[TopicExplanation, ...]:
    verdicts = {verdict.topic: verdict for verdict in parts.router.explain(subject)}
    offsets = {field: fold_with_offsets(text) for field, text in written.items()}
    admissions = dossier.admissions if dossier else {}
    return tuple(
        TopicExplanation(
            slug=topic.slug,
            title=topic.title,
            matched=verdict.matched,
            score=verdict.score,
            threshold=topic.threshold,
            reasons=tuple(_passage(reason, written, offsets) for reason in verdict.reasons),
            why_not=in_words(verdict.why_not),
            entered=admissions.get(topic.slug),
            waits=topic.slug in admissions and admissions[topic.slug] is None,
        )
        for topic, verdict in _paired(parts.configuration.topics, verdicts)
    )


def _paired(topics: tuple[Topic, ...], verdicts: Mapping[str, Verdict]) -> list[tuple[Topic, Verdict]]:
    return [(topic, verdicts[topic.slug]) for topic in topics]


def _passage(reason: Reason, written: Mapping[str, str], offsets: Mapping[str, tuple[str, list[int]]]) -> Passage:
    """The match in the article's own words; folded where the words cannot be told apart."""
    folded, places = offsets.get(reason.field, ("", []))
    end = reason.position + len(reason.matched)
    before = after = ""
    matched = reason.matched
    if folded[reason.position : end] == reason.matched and reason.matched:
        text = written[reason.field]
        start, stop = places[reason.position], places[end - 1] + 1
        matched, before, after = text[start:stop], text[max(0, start - AROUND) : start], text[stop : stop + AROUND]
    return Passage(
        rule=reason.rule,
        field=reason.field,
        matched=matched,
        before=before.replace("\n", " "),
        after=after.replace("\n", " "),
        position=reason.position,
        weight=reason.weight,
    )
