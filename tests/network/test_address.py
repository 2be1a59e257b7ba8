"""Addresses: what is understood, what is refused, and that nothing secret is shown."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.errors import CollectError
from aggregator.network.address import Address, join, masked, origin, parse

READ_AS = [
    ("http://example.org", "http://example.org/"),
    ("  https://Example.ORG:443/a?b=c#d \n", "https://example.org/a?b=c"),
    ("http://example.org:8080?q", "http://example.org:8080/?q"),
    ("http://example.org:/x", "http://example.org/x"),
    ("http://example.org./", "http://example.org/"),
    ("http://localhost./", "http://localhost/"),
    ("http://my_host.example/", "http://my_host.example/"),
    ("https://例子.测试/新闻?题=桥", "https://xn--fsqu00a.xn--0zwm56d/%E6%96%B0%E9%97%BB?%E9%A2%98=%E6%A1%A5"),
    ("http://ＥＸＡＭＰＬＥ。org/", "http://example.org/"),
    ("http://example.org/a b%20c%zz", "http://example.org/a%20b%20c%25zz"),
    ("http://[2001:DB8:0:0::1]:81/", "http://[2001:db8::1]:81/"),
    ("http://2130706433/", "http://127.0.0.1/"),
    ("http://0x7f.1/", "http://127.0.0.1/"),
    ("http://017700000001/", "http://127.0.0.1/"),
    ("http://127.1/", "http://127.0.0.1/"),
    ("http://１２７.0.0.1/", "http://127.0.0.1/"),
    ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
]

REFUSED = [
    "",
    "example.org",
    "//example.org/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "gopher://127.0.0.1:6379/_x",
    "http:/example.org",
    "http://",
    "http:///path",
    "http://:80/",
    "http://user:secret@example.org/",
    "http://user@example.org/",
    "http://@example.org/",
    "http://example.org:secret@127.0.0.1/",
    "http://example.org\\@127.0.0.1/",
    "http://example.org:0/",
    "http://example.org:65536/",
    "http://example.org:99999999999999/",
    "http://example.org:8o/",
    "http://example.org:-1/",
    "http://example.org:٨٠/",
    "http://exa mple.org/",
    "http://exam\tple.org/",
    "http://example.org/\r\nHost: other",
    "http://example..org/",
    "http://256.256.256.256/",
    "http://1.2.3.4.5/",
    "http://0xzz.example.0x/",
    "http://[::1/",
    "http://[::g]/",
    "http://[fe80::1%25eth0]/",
    "http://[127.0.0.1]/",
    "http://%31%32%37.0.0.1/",
    "http://a" + "b" * 300 + ".example/",
    "http://example.org/" + "a" * 9_000,
]


@pytest.mark.parametrize(("written", "read"), READ_AS)
def test_is_read_as(written: str, read: str) -> None:
    assert parse(written).url == read


@pytest.mark.parametrize("written", REFUSED)
def test_is_refused(written: str) -> None:
    with pytest.raises(CollectError) as caught:
        parse(written)
    assert caught.value.code == "bad-address"
    assert caught.value.hint
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org:443/feed", "https://example.org"),
        ("http://example.org:443/", "http://example.org:443"),
        ("HTTP://[::1]:8080/x", "http://[::1]:8080"),
        ("https://News.Example/a?b", "https://news.example"),
        ("http://news.example:80", "http://news.example"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]"),
    ],
)
def test_an_origin_is_spelled_one_way(url: str, expected: str) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("/b", "https://example.org/b"),
        ("c", "https://example.org/a/c"),
        ("//other.example/x", "https://other.example/x"),
        ("?page=2", "https://example.org/a/b?page=2"),
        ("http://example.org/新", "http://example.org/%E6%96%B0"),
    ],
)
def test_a_reference_is_joined(reference: str, expected: str) -> None:
    assert join(parse("https://example.org/a/b?q"), reference).url == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://user:secret@example.org/feed",
        "http://user:se/secret@example.org/feed",
        "//user:secret@example.org",
        "http:user:secret@example.org",
        "https://example.org/feed?key=secret",
        "ftp://a@b:secret@example.org",
    ],
)
def test_secrets_are_not_shown(url: str) -> None:
    assert "secret" not in masked(url)


def understood(text: str) -> Address | None:
    """None where it is refused in the one way that there is."""
    try:
        return parse(text)
    except CollectError as error:
        if error.code != "bad-address":
            raise
        return None


@given(st.text(max_size=60).map("http://".__add__) | st.text(max_size=60))
@example("http://[")
@example("http://\ud800/")
@example("http://a/\udcff")
def test_any_text_is_understood_or_refused(text: str) -> None:
    address = understood(text)
    if address is not None:
        assert address.url.isascii()
        assert parse(address.url) == address
        assert " " not in address.url
