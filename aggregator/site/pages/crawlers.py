"""What crawlers ask for: robots.txt (RFC 9309) and the sitemap (https://www.sitemaps.org/protocol.html).

A sitemap names at most 50,000 addresses in 50 MB; ours is an index of parts once there are more articles than one part
holds. Articles stand in the order in which they came, so a part that is full only changes with its articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from aggregator.feeds.addresses import ALL, public_address
from aggregator.model.config import Configuration
from aggregator.site.pages.figures import stamp
from aggregator.site.pages.page import NO_COUNTS, Stored
from aggregator.site.pages.registry import PAGES, frame_of
from aggregator.site.pages.route import Route, default_language

ROBOTS = "/robots.txt"
SITEMAP = "/sitemap.xml"
PART = 2_000
"""Articles in one part, each in two languages: about 2 MB."""
_NUMBERED = re.compile(r"/sitemap-([1-9][0-9]{0,5})\.xml", re.ASCII)
_START = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_URI = ":/?#[]@!$&'()*+,;=%~"


def robots(configuration: Configuration) -> str:
    """Everything may be read."""
    sitemap = quote(public_address(configuration.site.base_url, SITEMAP), safe=_URI)
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n"


def is_sitemap(path: str) -> bool:
    """Whether a path is that of the sitemap, or may be that of one of its parts."""
    return path == SITEMAP or _NUMBERED.fullmatch(path) is not None


def sitemap_paths(stored: Stored) -> list[str]:
    """The sitemap and its parts."""
    parts = _parts(stored)
    return [SITEMAP, *(_path(number) for number in range(1, parts + 1) if parts > 1)]


def sitemap(path: str, stored: Stored, configuration: Configuration) -> str | None:
    """What is at the path of a sitemap; None where there is none."""
    parts, numbered = _parts(stored), _NUMBERED.fullmatch(path)
    if numbered is None:
        return _index(parts, configuration) if parts > 1 else _part(1, stored, configuration)
    number = int(numbered[1])
    return _part(number, stored, configuration) if 1 < parts >= number else None


def _parts(stored: Stored) -> int:
    return max(1, -(-stored.counts().get(ALL, NO_COUNTS).articles // PART))


def _path(number: int) -> str:
    return f"/sitemap-{number}.xml"


def _index(parts: int, configuration: Configuration) -> str:
    addresses = (public_address(configuration.site.base_url, _path(number)) for number in range(1, parts + 1))
    lines = "".join(f"<sitemap><loc>{_text(address)}</loc></sitemap>\n" for address in addresses)
    return f'{_START}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</sitemapindex>\n'


def _part(number: int, stored: Stored, configuration: Configuration) -> str:
    articles = stored.archive.filed((number - 1) * PART, PART)
    language = default_language(configuration)
    lines = list(_lists(configuration)) if number == 1 else []
    for id_, updated in articles:
        lines += _addresses(configuration, Route("article", language, (str(id_),)), updated)
    return f"{_START}<urlset {_NAMESPACES}>\n{''.join(lines)}</urlset>\n"


def _lists(configuration: Configuration) -> Iterator[str]:
    """All pages but those of articles. When they changed last nobody noted, so nothing is said of it."""
    for page in PAGES:
        values = page.mapped(configuration) if page.mapped else [()] if "{" not in page.path else []
        for value in values:
            yield from _addresses(configuration, Route(page.name, default_language(configuration), value))


def _addresses(configuration: Configuration, route: Route, updated: datetime | None = None) -> Iterator[str]:
    """A page in each language, with the others beside it."""
    links = frame_of(configuration, route).links.translations
    changed = f"<lastmod>{stamp(updated)}</lastmod>" if updated else ""
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang={quoteattr(link.title)} href={quoteattr(quote(link.href, safe=_URI))}/>'
        for link in links
    )
    for address in dict.fromkeys(link.href for link in links):
        yield f"<url><loc>{_text(address)}</loc>{changed}{others}</url>\n"


def _text(address: str) -> str:
    return escape(quote(address, safe=_URI))
