"""Stages 2 to 5 of a group of documents, as one pure call: parse, normalize, fingerprint, classify.

It needs no store and no network, so it can run anywhere; it runs in a process that may be killed
(``sandbox``), because documents come from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from aggregator.base.references import load
from aggregator.base.text import FOLD_VERSION, fold
from aggregator.classify.compile import Classifier
from aggregator.codes import Code
from aggregator.errors import RejectedError
from aggregator.identify.fingerprint import FINGERPRINT_VERSION, Hashes, hashes
from aggregator.model.article import Article, Prepared, Reading, Rejection, Subject, Verdict
from aggregator.model.config import Source
from aggregator.model.document import INDEXES, ParsedArticle, RawDocument
from aggregator.model.edits import READ, digest
from aggregator.normalize.article import NORMALIZE_VERSION, Normalizer
from aggregator.normalize.html import sanitized
from aggregator.parse.post.document import PARSE_VERSION
from aggregator.prepare.unfold import EXTRACT_VERSION, INDEX_VERSION, document_of, read_index, unfolded

T = TypeVar("T")
Parser = Callable[[RawDocument, Source], ParsedArticle]


def preparer(source: Source, classifier: Classifier) -> Callable[[Sequence[RawDocument]], list[list[Reading]]]:
    """The source's rules compiled once, as a function over groups of its documents, all of one kind, to the
    readings of each.

    It never raises for a bad document. A group goes through stage by stage, not document by document:
    code that stays in the processor's cache runs almost twice as fast.
    """
    normalizer = Normalizer(source)

    def prepare(documents: Sequence[RawDocument]) -> list[list[Reading]]:
        if documents[0].kind in INDEXES:
            return [unfold(document) for document in documents]
        group = _Group(documents)
        parse: Parser = load(source.traits.parsers[documents[0].kind])
        parsed = group.each(lambda document: parse(document, source), documents)
        return [[reading] for reading in articles(group, parsed)]

    def articles(group: _Group, parsed: Sequence[ParsedArticle]) -> list[Reading]:
        documents = group.documents
        drafts = group.each(normalizer.draft, parsed, documents)
        markups = group.each(normalizer.markup, drafts)
        contents = group.each(sanitized, markups)
        prepared = group.each(normalizer.article, drafts, contents)
        subjects = group.each(subject_of, prepared)
        known_by = group.each(hashes_of, subjects, prepared)
        verdicts = group.each(classifier.classify, subjects)
        return group.readings(prepared, subjects, known_by, verdicts)

    def unfold(document: RawDocument) -> list[Reading]:
        try:
            index = read_index(document, source)
        except Exception as error:  # noqa: BLE001 - one bad document never stops a run; it is recorded and shown
            return [_why(document, error)]
        told, entries = unfolded(index, document, source)
        group = _Group([document_of(entry, document) for entry in entries])
        return [*told, *articles(group, [entry.article for entry in entries])]

    return prepare


class _Group:
    """Documents on their way through the stages; those that fall out are rejected with the reason."""

    def __init__(self, documents: Sequence[RawDocument]) -> None:
        self.documents = documents
        self._rejected: list[Rejection | None] = [None] * len(documents)

    def each(self, stage: Callable[..., T], *columns: Sequence[object]) -> list[T]:
        """The stage's answer for each document, from what earlier stages answered."""
        answers: list[Any] = [None] * len(self.documents)
        for number, values in enumerate(zip(*columns, strict=True)):
            if self._rejected[number] is None:
                try:
                    answers[number] = stage(*values)
                except Exception as error:  # noqa: BLE001 - one bad document never stops a run; it is recorded and shown
                    self._rejected[number] = _why(self.documents[number], error)
        return answers

    def readings(
        self,
        articles: Sequence[Article],
        subjects: Sequence[Subject],
        known_by: Sequence[Hashes],
        verdicts: Sequence[tuple[Verdict, ...]],
    ) -> list[Reading]:
        columns = zip(self.documents, self._rejected, articles, subjects, known_by, verdicts, strict=True)
        return [
            rejected
            or Prepared(article, subject, it.content, found, document.stamp, document.digest, former_hash=it.former)
            for document, rejected, article, subject, it, found in columns
        ]


def _why(document: RawDocument, error: Exception) -> Rejection:
    if isinstance(error, RejectedError):
        return rejection(document, error.code, str(error), error.line)
    if isinstance(error, MemoryError):
        return rejection(document, Code.MEMORY, "needs more memory than an article may")
    message = f"{type(error).__name__}: {error} (a fault of this program; please report the file)"
    return rejection(document, Code.INTERNAL, message)


def rejection(document: RawDocument, code: Code, message: str, line: int | None = None) -> Rejection:
    return Rejection(document.location, code, message, line, document.stamp, document.digest)


def subject_of(article: Article) -> Subject:
    """The folded fields, made once: rules, fingerprints and later re-routing all read these."""
    return Subject(
        title=fold(article.title),
        text=fold(article.text),
        labels=_folded_again("\n".join((*article.categories, *article.tags))),
        author=_folded_again(article.author),
        url=article.url or "",
    )


def hashes_of(subject: Subject, article: Article) -> Hashes:
    return hashes(subject, article.html, fold(article.repeated) if article.repeated else "")


@lru_cache(maxsize=1024)
def _folded_again(label: str) -> str:
    """A source has few authors and labels."""
    return fold(label)


def recipe_of(source: Source) -> str:
    """Digest of all that decides what a document of this source becomes, the document aside.

    When it changes, unchanged files are read again; what changes in their articles by that is
    our doing, so subscribers do not hear of it.
    """
    versions = (PARSE_VERSION, NORMALIZE_VERSION, FOLD_VERSION, FINGERPRINT_VERSION)
    return digest(source, READ, *versions, *((INDEX_VERSION, EXTRACT_VERSION) if source.remote else ()))
