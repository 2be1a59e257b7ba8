"""Every public path."""

from __future__ import annotations

import pytest

from aggregator.feeds.addresses import is_web_address, rooted
from aggregator.site import catalog
from aggregator.site.catalog import Language

PAGES: list[tuple[Language, Language, str]] = [
    ("zh", "zh", ""),
    ("en", "zh", "/en"),
    ("en", "en", ""),
    ("zh", "en", "/zh"),
]


@pytest.mark.parametrize(("lang", "default", "prefix"), PAGES)
def test_pages_in_two_languages(lang: Language, default: Language, prefix: str) -> None:
    for path in ("/", "/topics/all", "/articles/5f1f6a2e-3c1b-4b7e-9d55-0a4f6f3f1c11"):
        assert catalog.in_language(path, lang, default) == prefix + path


def test_what_exists_once() -> None:
    assert catalog.feed_path("centres") == "/feeds/centres.atom"
    assert catalog.opml_path() == "/feeds.opml"
    assert catalog.static_path("feed.css") == catalog.STYLE == "/static/feed.css"


@pytest.mark.parametrize(
    ("tag", "language"), [("zh-CN", "zh"), ("zh_TW", "zh"), ("en", "en"), ("EN_gb", "en"), ("enm", "zh"), ("", "zh")]
)
def test_the_language_of_pages(tag: str, language: Language) -> None:
    assert catalog.site_language(tag) == language


@pytest.mark.parametrize(
    ("base", "address", "path"),
    [
        ("https://a.example", "https://a.example/feeds.opml", "/feeds.opml"),
        ("https://a.example/", "https://a.example/feeds.opml", "/feeds.opml"),
        ("http://127.0.0.1:8000/news/", "http://127.0.0.1:8000/news/feeds.opml", "/news/feeds.opml"),
    ],
)
def test_addresses(base: str, address: str, path: str) -> None:
    assert catalog.public_address(base, catalog.opml_path()) == address
    assert rooted(base, catalog.opml_path()) == path


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://a.example/x?y=1&z", True),
        ("http://例子.example/路", True),
        ("HTTPS://A.EXAMPLE", True),
        ("ftp://a.example", False),
        ("//a.example/x", False),
        ("https:/x", False),
        ("https://a.example/\u3000", False),
        ("https://a.example/\ud800", False),
        ("http://[::1", False),
        ("", False),
        (None, False),
    ],
)
def test_addresses_that_may_be_published(address: str | None, is_one: bool) -> None:
    assert is_web_address(address) is is_one
