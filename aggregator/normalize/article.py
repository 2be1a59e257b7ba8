"""Stage 3 of 8 - normalize: ParsedArticle -> Article

Markdown is rendered (HTML stays as it is), then the source's boilerplate is taken out, then what is left is sanitized;
dates become instants, addresses absolute, titles plain text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from aggregator.base.language import language_of
from aggregator.base.links import absolute
from aggregator.base.markup import check_body
from aggregator.base.text import xml_line
from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.article import Article
from aggregator.model.config import Clean, Source
from aggregator.model.document import ParsedArticle, RawDocument, Repair
from aggregator.normalize.clean import compile_line, compile_lines, compile_rules
from aggregator.normalize.dates import Dated, date_article
from aggregator.normalize.enclosures import publishable
from aggregator.normalize.html import CleanBody, Markup, clean_html, sanitized
from aggregator.normalize.links import OwnAddress, take_own_address
from aggregator.normalize.markdown import to_html
from aggregator.normalize.placeholders import is_placeholder
from aggregator.normalize.site_pages import sign_of_page
from aggregator.normalize.words import clipped, first_words, plain_name, plain_title, shown_address, summarize

NORMALIZE_VERSION = 4
"""Raised whenever the same ParsedArticle gives another Article."""


TITLE_LENGTH = 300
AUTHOR_LENGTH = 200
LABEL_LENGTH = 100
_TELLING = 60
"""Characters of a text whose language is told without its title."""
MOST_LABELS = 50
"""Of categories, and of tags."""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """What can be told of an article before its text is cleaned, and the text as HTML."""

    parsed: ParsedArticle
    document: RawDocument
    title: str
    url: str | None
    image: str | None
    dated: Dated
    html: str


class Normalizer:
    """Normalizes the articles of one source, whose rules it compiles once."""

    def __init__(self, source: Source) -> None:
        """Raises ValueError for the first faulty rule, with a message for the operator."""
        self._source = source
        self._rules = compile_rules(source.clean)
        self._plain = compile_rules(Clean())
        self._link = compile_lines([source.link] if source.link else [])
        self._crawl_dates = compile_line(source.crawl_dates) if source.crawl_dates else None
        self._zone = ZoneInfo(source.timezone)

    def normalize(self, parsed: ParsedArticle, document: RawDocument) -> Article:
        """The article that ``document`` holds; ``document.seen`` is the present instant.

        Raises RejectedError: ``empty`` where neither text nor image is left, ``not-news``, ``too-deep``, ``too-large``,
        ``too-many-attributes``, ``too-many-marks``.
        """
        draft = self.draft(parsed, document)
        return self.article(draft, sanitized(self.markup(draft)))

    def draft(self, parsed: ParsedArticle, document: RawDocument) -> ArticleDraft:
        """The first of four steps (the third is ``sanitized``): groups take each of them together, see ``prepare``.

        Raises RejectedError ``not-news`` for a page of the site's own, and what ``check_body`` refuses.
        """
        check_body(parsed.body, self._source.limits.nesting)
        dated = self._date(parsed, document)
        if _is_undated_file(parsed, document, dated) and (sign := sign_of_page(parsed, document.location)):
            raise RejectedError(Code.NOT_NEWS, f"it has no date, and is a page of its site: {sign}")
        # The line with the address is a custom of article files.
        is_html = parsed.markup == "html"
        found = OwnAddress(None, parsed.body) if is_html else take_own_address(parsed.body, self._link)
        url = found.url or _first_absolute(parsed.links, parsed.base or None)
        if found.url and "url" in parsed.provenance:
            parsed = replace(parsed, provenance={**parsed.provenance, "url": "link rule"})
        return ArticleDraft(
            parsed=parsed,
            document=document,
            title=clipped(plain_title(parsed.title), TITLE_LENGTH),
            url=url,
            image=self._head_image(parsed, self._base(parsed, url)),
            dated=dated,
            html=parsed.body if is_html else _rendered(found.body),
        )

    def markup(self, draft: ArticleDraft) -> Markup:
        """The second step: the text, cleaned by the source's rules."""
        base, nesting = self._base(draft.parsed, draft.url), self._source.limits.nesting
        try:
            markup = clean_html(draft.html, self._rules, base, nesting, draft.title, draft.image)
        except RecursionError as error:
            raise RejectedError(Code.TOO_DEEP, "the text is nested too deep") from error
        if not (markup.lines or markup.has_images or markup.has_embeds):
            if draft.parsed.markup == "html" and (draft.title or draft.url):
                stand_in = _told_alone(draft.parsed, draft.title, draft.url)
                return clean_html(stand_in, self._plain, base, nesting, "", draft.image)
            raise RejectedError(Code.EMPTY, "nothing is left of the text when boilerplate is taken out")
        return markup

    def article(self, draft: ArticleDraft, content: CleanBody) -> Article:
        """The fourth step: all of it put together."""
        parsed, document, title, dated = draft.parsed, draft.document, draft.title, draft.dated
        text = "\n".join(content.lines)
        return Article(
            source=document.source,
            location=document.location,
            title=title or first_words(content.lines) or xml_line(_named(draft)) or document.source,
            html=content.html,
            text=text,
            summary=summarize(content.lines),
            published=dated.published,
            date_kind=dated.kind,
            updated=dated.updated,
            url=draft.url,
            author=clipped(_name(parsed.author), AUTHOR_LENGTH),
            image=draft.image,
            categories=_labels(parsed.categories),
            tags=_labels(parsed.tags),
            metadata=parsed.metadata,
            repairs=(*parsed.repairs, *_title_repair(title), *dated.repairs, *content.repairs),
            enclosures=publishable(parsed.enclosures, self._base(parsed, draft.url)) if parsed.enclosures else (),
            provenance=parsed.provenance,
            language=language_of(text if len(text) >= _TELLING else f"{title}\n{text}"),
            repeated=content.repeated,
        )

    def _base(self, parsed: ParsedArticle, url: str | None) -> str | None:
        """What relative addresses resolve against."""
        return parsed.base or url or self._source.home

    def _head_image(self, parsed: ParsedArticle, base: str | None) -> str | None:
        images = (absolute(image, base) for image in parsed.images)
        own = (image for image in images if image and not self._rules.ignores(image))
        return next((image for image in own if not is_placeholder(image)), None)

    def _date(self, parsed: ParsedArticle, document: RawDocument) -> Dated:
        dated = date_article(
            parsed.published, parsed.updated, document.location, self._zone, document.seen, parsed.order
        )
        if dated.kind == "stated" and self._crawl_dates and self._crawl_dates.fullmatch(parsed.published.encode()):
            return Dated(dated.published, "crawl", dated.updated, dated.repairs)
        return dated


def _is_undated_file(parsed: ParsedArticle, document: RawDocument, dated: Dated) -> bool:
    """Of a folder or a repository; entries of feeds are news, with or without a date."""
    return dated.kind == "missing" and not parsed.published and bool(document.body) and document.kind == "post"


def _told_alone(parsed: ParsedArticle, title: str, url: str | None) -> str:
    """The text of an entry that has none: its title, as a link to where the rest is."""
    address = url or next((media.url for media in parsed.enclosures), None)
    words = escape(title or shown_address(address or ""))
    return f'<p><a href="{escape(address)}">{words}</a></p>' if address else f"<p>{words}</p>"


def _named(draft: ArticleDraft) -> str:
    """A title for an article that says no word."""
    return shown_address(draft.url) if draft.url else PurePosixPath(draft.document.location).stem


def _rendered(body: str) -> str:
    try:
        return to_html(body)
    except RecursionError as error:
        raise RejectedError(Code.TOO_DEEP, "the text is nested too deep") from error


def _labels(written: Iterable[str]) -> tuple[str, ...]:
    labels = [clipped(label, LABEL_LENGTH) for label in map(_name, written) if label]
    return tuple(dict.fromkeys(labels))[:MOST_LABELS]


_name = lru_cache(maxsize=1024)(plain_name)
"""A source has few labels and authors, and repeats them."""


def _first_absolute(addresses: tuple[str, ...], base: str | None) -> str | None:
    return next((url for address in addresses if (url := absolute(address, base))), None)


def _title_repair(title: str) -> tuple[Repair, ...]:
    return () if title else (Repair(RepairCode.EMPTY_TITLE, "the first words of the text stand in for it"),)
