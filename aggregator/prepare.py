"""Stages 2 to 5 of one document, as one pure call: parse, normalize, fingerprint, classify.

It needs no store and no network, so it can run anywhere; it runs in a process that may be killed
(``sandbox``), because documents come from outside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from aggregator.classify.compile import Classifier
from aggregator.errors import RejectedError
from aggregator.identify.fingerprint import FINGERPRINT_VERSION, content_hash
from aggregator.model.article import Article, Prepared, RawDocument, Reading, Rejection, Subject
from aggregator.model.config import Source
from aggregator.normalize.article import NORMALIZE_VERSION, Normalizer
from aggregator.parse.post import PARSE_VERSION, parse_post
from aggregator.text import FOLD_VERSION, fold


def preparer(source: Source, classifier: Classifier) -> Callable[[RawDocument], Reading]:
    """The source's rules compiled once, as a function over its documents. It never raises for a bad document."""
    normalizer = Normalizer(source)

    def prepare(document: RawDocument) -> Reading:
        try:
            parsed = parse_post(document, source.limits)
            article = normalizer.normalize(parsed, document)
            subject = subject_of(article)
            return Prepared(
                article=article,
                subject=subject,
                content_hash=content_hash(subject, article.html),
                verdicts=classifier.classify(subject),
                stamp=document.stamp,
                digest=document.digest,
            )
        except RejectedError as error:
            return rejection(document, error.code, str(error), error.line)
        except MemoryError:
            return rejection(document, "memory", "needs more memory than an article may")
        except Exception as error:  # noqa: BLE001 - one bad article never stops a run; it is recorded and shown
            # Our fault, not the document's: without stamp and digest it is tried again at every pass.
            message = f"{type(error).__name__}: {error} (a fault of this program; please report the file)"
            return Rejection(document.location, "internal", message, None, stamp="", digest="")

    return prepare


def rejection(document: RawDocument, code: str, message: str, line: int | None = None) -> Rejection:
    return Rejection(document.location, code, message, line, document.stamp, document.digest)


def subject_of(article: Article) -> Subject:
    """The folded fields, made once: rules, fingerprints and later re-routing all read these."""
    return Subject(
        title=fold(article.title),
        text=fold(article.text),
        labels=fold("\n".join((*article.categories, *article.tags))),
        author=fold(article.author),
        url=article.url or "",
    )


def recipe_of(source: Source) -> str:
    """Digest of all that decides what a document of this source becomes, the document aside.

    When it changes, unchanged files are read again; what changes in their articles by that is
    our doing, so subscribers do not hear of it.
    """
    versions = (PARSE_VERSION, NORMALIZE_VERSION, FOLD_VERSION, FINGERPRINT_VERSION)
    rules = (source.clean, source.link, source.home, source.crawl_dates, source.timezone, source.limits)
    return hashlib.sha256(repr((versions, rules)).encode()).hexdigest()[:16]
