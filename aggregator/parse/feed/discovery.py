"""The feeds of a page, as browsers and readers find them.

What its ``link`` elements name counts first (the RSS board's autodiscovery; HTML, section 4.6.7.13 for ``rel=feed``),
then links in its text that look like feeds; the usual addresses are for pages that name none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from aggregator.base.links import host_of, web_address
from aggregator.base.text import one_line

_SURE = (
    "application/atom+xml",
    "application/rss+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/x-atom+xml",
    "application/x-rss+xml",
    "application/rss",
    "application/atom",
    "text/rss+xml",
    "text/atom+xml",
    "text/rss",
)
"""Types of feeds alone, the most complete formats first."""
_VAGUE = ("application/xml", "text/xml", "application/json", "application/x-xml", "")
"""Types that feeds have, too: the address or the title must look like one."""
_UNWANTED = re.compile(r"/wp-json/|oembed|opensearch|sitemap|manifest|\.webmanifest", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"<(?:link|base)\s[^<>]{1,2000}>", re.IGNORECASE)
_ANCHOR = re.compile(r"(<a\s[^<>]{1,2000}>)([^<]{0,100})", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment|reply|replies|评论|評論|留言|回复", re.IGNORECASE)
_FEED_ADDRESS = re.compile(
    r"(?:^|[/._?=&-])(?:feeds?|rss2?|atom|rdf)(?:[/._?=&#-]|$)|\.(?:rss|atom|rdf)(?:[?#]|$)|//feeds?\d?\."
    r"|(?:rss|atom|feed|index)\.(?:xml|json|php|aspx?)(?:[?#]|$)|//rss\.|feedburner\.com/",
    re.IGNORECASE,
)
_FEED_WORDS = re.compile(r"\b(?:rss|atom|feed)s?\b|订阅|訂閱|聚合", re.IGNORECASE)
_NO_FEED = re.compile(
    r"(?:feedly|inoreader|theoldreader|netvibes|newsblur|bloglovin|facebook|twitter|google)\.com/|/feedback|\.(?:png|gif|svg|jpg|html?)(?:[?#]|$)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\s*feed:(?://)?(?=[^/\s])", re.IGNORECASE)
_USUAL = ("feed", "/feed", "/rss.xml", "/atom.xml", "/index.xml", "/feed.xml", "/rss")
_MOST_USUAL = 6
_HEAD = 500_000
"""Characters that are looked through."""
_MOST = 200


@dataclass(frozen=True, slots=True, order=True)
class _Candidate:
    """Those that are less are better."""

    is_comments: bool
    is_foreign: bool
    """Its language is another than the page's."""
    rank: int
    number: int
    address: str


def feeds_of_page(text: str, url: str) -> tuple[str, ...]:
    """Absolute addresses of the feeds that a page names, best first; feeds of comments come last."""
    text = _COMMENT.sub("", text[:_HEAD])
    # Only single tags are parsed: parsers can be made to take minutes for a page.
    tags = list(_attributes("".join(_LINK.findall(text)[:_MOST])))
    base = next(filter(None, (web_address(said.get("href", ""), url) for name, said in tags if name == "base")), url)
    language = _language(text)
    found = sorted(_linked((said for name, said in tags if name == "link"), base, url, language))
    if not found:
        found = sorted(_anchored(text, base, url))
    return tuple(dict.fromkeys(candidate.address for candidate in found))


def usual_feeds(url: str) -> tuple[str, ...]:
    """Where feeds often are that the page at ``url`` does not name; none where the address itself is one of those."""
    if _FEED_ADDRESS.search(url):
        return ()
    folder = url if urlsplit(url).path.endswith("/") else f"{url.partition('?')[0].partition('#')[0]}/"
    addresses = (urljoin(folder if not path.startswith("/") else url, path) for path in _USUAL)
    return tuple(dict.fromkeys(address for address in addresses if address != url))[:_MOST_USUAL]


def _attributes(tags: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    from bs4 import BeautifulSoup  # noqa: PLC0415 - few sources name a page

    for element in BeautifulSoup(tags, "html.parser").find_all(["link", "base", "a"]):
        attributes = element.attrs.items()
        yield element.name, {name: " ".join(said) if isinstance(said, list) else said for name, said in attributes}


def _language(text: str) -> str:
    found = re.search(r"<html\s[^<>]{0,500}?\blang\s{0,3}=\s{0,3}[\"']?([a-z]{2,3})", text[:5000], re.IGNORECASE)
    return found[1].lower() if found else ""


def _address(said: Mapping[str, str], base: str) -> str:
    """Of ``feed:`` addresses what they stand for: ``feed://host/`` and ``feed:https://host/``."""
    written = (said.get("href") or said.get("data-href") or "").strip()
    if scheme := _SCHEME.match(written):
        rest = written[scheme.end() :]
        written = rest if rest.lower().startswith(("http:", "https:")) else f"http://{rest}"
    return web_address(written, base)


def _linked(links: Iterable[Mapping[str, str]], base: str, url: str, language: str) -> Iterator[_Candidate]:
    for number, said in enumerate(links):
        relations = said.get("rel", "").lower().split()
        kind = said.get("type", "").partition(";")[0].strip().lower()
        address = _address(said, base)
        if not address or address == url or not _is_named(relations, kind, address, said.get("title", "")):
            continue
        told = said.get("hreflang", "").partition("-")[0].strip().lower()
        rank = _SURE.index(kind) if kind in _SURE else len(_SURE)
        is_comments = _is_of_comments(said.get("title", ""), address)
        yield _Candidate(is_comments, bool(told and language and told != language), rank, number, address)


def _is_named(relations: list[str], kind: str, address: str, title: str) -> bool:
    if "stylesheet" in relations or not {"alternate", "feed"} & set(relations) or _UNWANTED.search(address):
        return False
    if kind in _SURE:
        return True
    if kind not in _VAGUE:
        return False
    return "feed" in relations or bool(_FEED_ADDRESS.search(address) or (kind and _FEED_WORDS.search(title)))


def _anchored(text: str, base: str, url: str) -> Iterator[_Candidate]:
    """Links in the page whose address looks like a feed, or whose words and address both speak of one."""
    host = host_of(url)
    for number, (tag, words) in enumerate(_ANCHOR.findall(text)):
        if not re.search("feed|rss|atom|rdf|xml|订阅|訂閱", tag + words, re.IGNORECASE):
            continue
        for _, said in _attributes(tag):
            address = _address(said, base)
            if not address or address == url or _NO_FEED.search(address) or _UNWANTED.search(address):
                continue
            told = one_line(f"{words} {said.get('title', '')}")
            looks = bool(_FEED_ADDRESS.search(address)) or said.get("type", "").strip().lower() in _SURE
            speaks = bool(_FEED_WORDS.search(told)) and ".xml" in address.lower()
            if looks or speaks:
                is_elsewhere = host_of(address) != host and "feed" not in host_of(address)
                rank = int(not speaks and not _FEED_WORDS.search(told)) + 2 * is_elsewhere
                yield _Candidate(_is_of_comments(told, address), False, rank, number, address)


def _is_of_comments(title: str, address: str) -> bool:
    return _OF_COMMENTS.search(f"{title} {address}") is not None
