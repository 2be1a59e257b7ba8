"""Stage 2 of 8 - parse: RawDocument -> ParsedArticle

The page of one article, and what the feed, list or sitemap that led to it said of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml import etree, html

from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.config import Source
from aggregator.model.document import ParsedArticle, RawDocument, Repair
from aggregator.parse.addresses import page_address
from aggregator.parse.markup import ELLIPSES, guarded_html, visible_length
from aggregator.parse.page.facts import Facts, page_facts
from aggregator.parse.page.found_text import find_article
from aggregator.parse.page.full_text import find_date, is_wall, select_text, show_lazy_images
from aggregator.parse.page.titles import is_of_a_link, names_in
from aggregator.parse.stated_dates import best_date

_NOTHING = ParsedArticle(title="", body="", markup="html")


@dataclass(frozen=True, slots=True)
class _Page:
    """What was read out of the page."""

    body: str
    """HTML; empty if there is no article in it."""
    how: str
    base: str
    facts: Facts = field(default_factory=Facts)
    repairs: tuple[Repair, ...] = ()
    fault: str = ""
    """Why there is no article in it."""
    cause: Code | None = None
    """The class of that."""


def extract(document: RawDocument, source: Source) -> ParsedArticle:
    """The article of a page, by ``source.extraction``.

    Title, dates, author and images are those of ``document.hint`` where it has them, else the page's. Of the hint's
    text and the page's the longer one is the body; the other is kept in ``metadata`` as ``digest`` or
    ``extraction``. A page that was not fetched (an empty body), cannot be read or holds no article leaves the hint's
    text, with a ``full-text`` repair. Where the hint has none, raises RejectedError: ``empty``,
    ``no-extractor``, ``nothing-selected``, ``bad-selector``, and what ``guarded_html`` refuses.
    """
    hint = document.hint or _NOTHING
    told = visible_length(hint.body)
    if source.extraction == "off":
        return _unextracted(hint, told)
    try:
        page = _read(document, source, hint)
    except RejectedError as error:
        if not told:
            raise
        page = _Page("", "", document.url, fault=str(error), cause=error.code)
    if page.body or told:
        return _merged(document, hint, page, told)
    raise RejectedError(Code.EMPTY, page.fault)


def _read(document: RawDocument, source: Source, hint: ParsedArticle) -> _Page:
    if not document.body:
        if (missing := document.missing) is None:
            return _Page("", "", document.url, fault="the page could not be fetched")
        return _Page("", "", document.url, fault=str(missing), cause=missing.code)
    decoded = guarded_html(document.body, document.media_type, source.limits)
    root = _parsed(decoded.text)
    base = _base(root, document.url)
    known = (hint.published, hint.provenance.get("published", "hint"))
    facts = page_facts(root, document.url, base, known, names_in(document.site))
    if not facts.published and source.extraction == "auto":
        facts = _with_day(facts, find_date(root, document.url, document.seen.date().isoformat()))
    show_lazy_images(root)
    if source.extraction == "auto":
        body, how = find_article(root, base)
    else:
        body, how = select_text(root, source.extraction), f"full text (full_text '{source.extraction}')"
    fault = _fault(body, decoded.text)
    return _Page("" if fault else body, how, base, facts, decoded.repairs, fault)


def _fault(body: str, page: str) -> str:
    """Why what was found in a page is no article; empty if it is one."""
    if is_wall(body or page):
        return "the page asks for a browser with scripts or cookies"
    return "" if visible_length(body) or "<img" in body else "no article was found in the page"


def _unextracted(hint: ParsedArticle, told: int) -> ParsedArticle:
    if not told:
        raise RejectedError(Code.EMPTY, "its entry has no text, and full_text is off")
    return hint


def _parsed(text: str) -> html.HtmlElement:
    # Size and depth were checked; without `huge_tree` libxml2 would drop what is 256 deep without a word.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        return html.document_fromstring(text.encode(), parser=parser)
    except etree.LxmlError as error:
        # Nothing but white space, comments and the like.
        raise RejectedError(Code.EMPTY, "the page is empty") from error


def _base(root: html.HtmlElement, url: str) -> str:
    """What relative addresses resolve against (HTML, section 4.2.3: the first ``base`` with an ``href``)."""
    stated = next((element.get("href") for element in root.iter("base") if element.get("href")), "")
    return page_address(stated or "", url) or url


def _with_day(facts: Facts, day: str) -> Facts:
    if not day:
        return facts
    return replace(facts, published=day, provenance={**facts.provenance, "published": "htmldate"})


def _merged(document: RawDocument, hint: ParsedArticle, page: _Page, told: int) -> ParsedArticle:
    facts = page.facts
    found = visible_length(page.body)
    from_page = bool(page.body) and found >= told
    updated, _ = best_date([(hint.updated, ""), (facts.updated, "")])
    image = (facts.image,) if facts.image and not hint.images else ()
    links = hint.links or (facts.canonical or document.url,)
    return replace(
        hint,
        title=_title(hint.title, facts.title),
        body=page.body if from_page else hint.body,
        published=facts.published or hint.published,
        order=hint.order or facts.order,
        updated=updated or hint.updated,
        author=hint.author or facts.author,
        links=tuple(link for link in links if link),
        images=(*hint.images, *image),
        metadata=_kept(hint, page, told, from_page),
        repairs=(*hint.repairs, *page.repairs, *_told(page)),
        markup="html" if from_page else hint.markup,
        base=page.base if from_page else hint.base or document.url,
        provenance=_provenance(hint, page, from_page),
    )


def _title(told: str, found: str) -> str:
    """The hint's title; the page's, where the hint's is that one cut short, or only says that there is more."""
    if found and is_of_a_link(told):
        return found
    begin = next((told.removesuffix(end).rstrip() for end in ELLIPSES if told.endswith(end)), told)
    return found if begin != told and found.startswith(begin) else told or found


def _kept(hint: ParsedArticle, page: _Page, told: int, from_page: bool) -> dict[str, object]:
    """The text that is not the body stays beside it."""
    metadata = dict(hint.metadata)
    if from_page and told:
        metadata["digest"] = hint.body
    elif not from_page and page.body:
        metadata["extraction"] = page.body
    return metadata


def _told(page: _Page) -> tuple[Repair, ...]:
    return () if page.body else (Repair(RepairCode.FULL_TEXT, page.fault, cause=page.cause),)


def _provenance(hint: ParsedArticle, page: _Page, from_page: bool) -> dict[str, str]:
    """Where each field comes from: the hint's own word for its fields, the page's for the others."""
    names = {"image": "images", "canonical": "url"}
    of_page = {names.get(name, name): where for name, where in page.facts.provenance.items()}
    if "url" not in of_page and not hint.links:
        of_page["url"] = "address of the page"
    of_hint = dict(hint.provenance)
    if "published" in of_page:
        of_hint.pop("published", None)
    of_hint.pop("body", None)
    where = hint.provenance.get("body", "text")
    if from_page:
        body = page.how
    elif page.body:
        body = f"{where}, longer than the page's text"
    else:
        body = f"{where}: {page.fault}"
    return {**of_page, **of_hint, "body": body}
