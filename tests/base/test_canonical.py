"""Which addresses lead to the same page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.base.canonical import address_key, canonical, is_same_address

PAGE = "https://news.example/2026/a.html"
SAME = [
    "http://news.example/2026/a.html",
    "https://www.news.example/2026/a.html",
    "https://m.news.example/2026/a.html",
    "https://wap.news.example/2026/a.html",
    "https://NEWS.example:443/2026/a.html",
    "http://news.example:80/2026/a.html",
    "https://news.example./2026/a.html",
    "https://news.example/2026/a.html/",
    "https://news.example//2026/a.html",
    "https://news.example/2026/a.html#top",
    "https://news.example/2026/%61.html",
    "https://news.example/2026/a.html?",
    "https://news.example/2026/a.html?utm_source=x&utm_medium=rss",
    "https://news.example/2026/a.html?UTM_Source=x",
    "https://news.example/2026/a.html?spm=1.2.3",
    "https://news.example/2026/a.html?from=singlemessage&isappinstalled=0",
    "https://news.example/2026/a.html?fbclid=a%20b#x",
    "https://news.example/2026/a.html;jsessionid=4F3A",
    "https://news.example/2026/a.html/amp",
    "https://news.example/2026/a.html?amp=1",
]
OTHER = [
    "https://other.example/2026/a.html",
    "https://news.example:8443/2026/a.html",
    "https://news.example/2026/A.html",
    "https://news.example/2026/a.htm",
    "https://news.example/2026/a.html?id=1",
    "https://news.example/2026/a.html?from=10",
    "https://news.example/2026/a.html?page=2",
    "https://news.example/2026/a.html#!/b",
    "https://news.example/2026/",
    "https://en.news.example/2026/a.html",
    "https://news.example/2026%2Fa.html",
]
PAIRS = [
    ("https://a.example/?p=1&q=2", "https://a.example/?q=2&p=1"),
    ("https://a.example", "https://a.example/index.html"),
    ("https://a.example/x/", "https://a.example/x/default.aspx"),
    ("https://例子.example/新闻/一", "https://xn--fsqu00a.example/%E6%96%B0%E9%97%BB/%e4%b8%80"),
    (
        "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1",
        "http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&chksm=7",
    ),
]
APART = [
    ("https://www.example/", "https://example/"),
    ("https://m.example/", "https://example/"),
    ("https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1", "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=2"),
    ("https://a.example/?p=1", "https://a.example/?p=2"),
]


@pytest.mark.parametrize("address", SAME)
def test_spellings_of_one_address(address: str) -> None:
    assert canonical(address) == canonical(PAGE)
    assert address_key(address) == address_key(PAGE)
    assert is_same_address(address, PAGE)


@pytest.mark.parametrize("address", OTHER)
def test_other_addresses(address: str) -> None:
    assert not is_same_address(address, PAGE)
    assert address_key(address) != address_key(PAGE)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_pairs_of_one_page(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_pairs_of_two_pages(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_none_is_the_same_as_nothing() -> None:
    assert not is_same_address(None, None)
    assert not is_same_address(None, PAGE)


@given(st.text(max_size=60).map(lambda rest: f"https://a.example/{rest}") | st.text(max_size=60))
def test_any_text_has_a_key_that_can_be_stored(address: str) -> None:
    assert -(2**63) <= address_key(address) < 2**63
    assert address_key(address)
    assert is_same_address(address, address)


@given(st.lists(st.sampled_from("ab_-.0"), min_size=1, max_size=8).map("".join), st.sampled_from(["", "/"]))
def test_what_needs_no_further_look_is_told_alike(name: str, end: str) -> None:
    """The short way and the long one agree."""
    plain = f"https://www.a.example/x/{name}{end}"
    assert canonical(plain) == canonical(plain + "#long-way")
