"""Stage 3 of 8 - normalize: ParsedArticle -> Article

Markdown is rendered, then the source's boilerplate is taken out, then what is left is sanitized;
dates become instants, addresses absolute, titles plain text.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from aggregator.errors import RejectedError
from aggregator.model.article import Article, ParsedArticle, RawDocument, Repair
from aggregator.model.config import Source
from aggregator.normalize.clean import compile_line, compile_rules
from aggregator.normalize.dates import Dated, date_article
from aggregator.normalize.guard import check_body
from aggregator.normalize.html import Content, clean_html
from aggregator.normalize.links import absolute, take_own_address
from aggregator.normalize.markdown import to_html
from aggregator.normalize.words import first_words, plain_title, summarize
from aggregator.text import one_line

NORMALIZE_VERSION = 1
"""Raised whenever the same ParsedArticle gives another Article."""


class Normalizer:
    """Normalizes the articles of one source, whose rules it compiles once."""

    def __init__(self, source: Source) -> None:
        """Raises ValueError for the first faulty rule, with a message for the operator."""
        self._source = source
        self._rules = compile_rules(source.clean)
        self._link = compile_line(source.link) if source.link else None
        self._crawl_dates = compile_line(source.crawl_dates) if source.crawl_dates else None
        self._zone = ZoneInfo(source.timezone)

    def normalize(self, parsed: ParsedArticle, document: RawDocument) -> Article:
        """The article that ``document`` holds; ``document.seen`` is the present instant.

        Raises RejectedError: ``empty`` where neither text nor image is left, ``too-deep``,
        ``too-many-attributes``, ``too-many-marks``.
        """
        found = take_own_address(parsed.body, self._link)
        url = found.url or _first_absolute(parsed.links, None)
        title = plain_title(parsed.title)
        base = url or self._source.home
        image = self._head_image(parsed, base)
        content = self._content(found.body, base, title, image)
        if not content.lines and not content.has_images:
            raise RejectedError("empty", "nothing is left of the text when boilerplate is taken out")
        dated = self._date(parsed, document)
        return Article(
            source=document.source,
            location=document.location,
            title=title or first_words(content.lines) or PurePosixPath(document.location).stem,
            html=content.html,
            text="\n".join(content.lines),
            summary=summarize(content.lines),
            published=dated.published,
            date_kind=dated.kind,
            updated=dated.updated,
            url=url,
            author=one_line(parsed.author),
            image=image,
            categories=parsed.categories,
            tags=parsed.tags,
            metadata=parsed.metadata,
            repairs=(*parsed.repairs, *_title_repair(title), *dated.repairs, *content.repairs),
        )

    def _content(self, body: str, base: str | None, title: str, image: str | None) -> Content:
        nesting = self._source.limits.nesting
        check_body(body, nesting)
        try:
            return clean_html(to_html(body), self._rules, base, nesting, title, image)
        except RecursionError as error:
            raise RejectedError("too-deep", "the text is nested too deep") from error

    def _head_image(self, parsed: ParsedArticle, base: str | None) -> str | None:
        images = (absolute(image, base) for image in parsed.images)
        return next((image for image in images if image and not self._rules.ignores(image)), None)

    def _date(self, parsed: ParsedArticle, document: RawDocument) -> Dated:
        dated = date_article(parsed.published, parsed.updated, document.location, self._zone, document.seen)
        if dated.kind == "stated" and self._crawl_dates and self._crawl_dates.fullmatch(parsed.published.encode()):
            return Dated(dated.published, "crawl", dated.updated, dated.repairs)
        return dated


def _first_absolute(addresses: tuple[str, ...], base: str | None) -> str | None:
    return next((url for address in addresses if (url := absolute(address, base))), None)


def _title_repair(title: str) -> tuple[Repair, ...]:
    return () if title else (Repair("empty-title", "the first words of the text stand in for it"),)
