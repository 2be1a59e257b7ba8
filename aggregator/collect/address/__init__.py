"""Kinds feed, page and sitemap: an address that holds, or points to, many articles."""

from __future__ import annotations

from aggregator.model.kinds import Key, Kind

_COLLECTOR = "aggregator.collect.address.collector:collect_address"
_ARTICLE_PAGE = "aggregator.parse.page.article_page:extract"

FEED = Kind(
    name="feed",
    about="Atom, RSS or JSON Feed",
    document="feed",
    collector=_COLLECTOR,
    parsers={"feed": "aggregator.parse.feed.document:parse_feed", "article-page": _ARTICLE_PAGE},
    keys=(Key("url", "add `url:`, the address of the feed or of the page that names it", "address"),),
    remote=True,
    full_text="off",
    example={"name": "health", "kind": "feed", "url": "https://health.example.org/news/feed.xml"},
)
PAGE = Kind(
    name="page",
    about="a page that lists articles",
    document="list-page",
    collector=_COLLECTOR,
    parsers={"list-page": "aggregator.parse.page.list_page:parse_list", "article-page": _ARTICLE_PAGE},
    keys=(
        Key("url", "add `url:`, the address of the page", "address"),
        Key("select", "add `select: {entry: …}`, what finds each article in the page"),
        Key("follow"),
    ),
    remote=True,
    example={
        "name": "notices",
        "kind": "page",
        "url": "https://www.example.org/notices/",
        "select": {"entry": "ul.notices li", "date": "span.date"},
    },
)
SITEMAP = Kind(
    name="sitemap",
    about="a sitemap or an index of sitemaps",
    document="sitemap",
    collector=_COLLECTOR,
    parsers={"sitemap": "aggregator.parse.sitemap.document:parse_sitemap", "article-page": _ARTICLE_PAGE},
    keys=(Key("url", "add `url:`, the address of the sitemap", "address"), Key("include"), Key("exclude")),
    remote=True,
    example={
        "name": "archive",
        "kind": "sitemap",
        "url": "https://news.example.org/sitemap.xml",
        "include": ["/health/**"],
    },
)
