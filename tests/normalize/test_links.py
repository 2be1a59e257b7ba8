"""Addresses: what is absolute, what is made so, and where an article's own one stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base.links import absolute
from aggregator.model.config import Source
from aggregator.normalize.clean import compile_lines
from aggregator.normalize.links import take_own_address

BASE = "https://a.cn/b/c.html?d"
RULE = compile_lines([Source(name="s").link or ""])


@pytest.mark.parametrize(
    ("address", "result"),
    [
        ("https://x.cn/1", "https://x.cn/1"),
        ("HTTP://X.cn", "HTTP://X.cn"),
        ("  https://x.cn/\n1 ", "https://x.cn/1"),
        ("https://x.cn/a b<c>", "https://x.cn/a%20b%3Cc%3E"),
        ("https://x.cn/新闻?q=医院#a", "https://x.cn/新闻?q=医院#a"),
        ("https://user@x.cn:8080/", "https://x.cn:8080/"),
        ("//x.cn/1", "https://x.cn/1"),
        ("/1", "https://a.cn/1"),
        ("../1", "https://a.cn/1"),
        ("1.jpg", "https://a.cn/b/1.jpg"),
        ("?e", "https://a.cn/b/c.html?e"),
        ("", None),
        ("#top", None),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:image/png;base64,xxxx", None),
        ("mailto:a@b.cn", None),
        ("ftp://x.cn/", None),
        ("https://", None),
        ("https:///x", None),
        ("https://[::1/", None),
        ("http:\\\\x.cn", None),
        ("https://x.cn:port/", None),
    ],
)
def test_an_address_is_made_absolute_or_refused(address: str, result: str | None) -> None:
    assert absolute(address, BASE) == result


def test_without_a_base_only_absolute_addresses_are() -> None:
    assert absolute("//x.cn/1") == "https://x.cn/1"
    assert absolute("/1") is None


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='htps:/.\\?#@[]% \t"<>ab1医', max_size=30), st.sampled_from([None, BASE]))
def test_what_comes_out_is_stable_and_has_a_host(address: str, base: str | None) -> None:
    result = absolute(address, base)
    assert result is None or (absolute(result) == result and result.lower().startswith(("http://", "https://")))


@pytest.mark.parametrize(
    ("body", "url", "left"),
    [
        ("正文\n<https://x.cn/1>\n\n[返回](../)", "https://x.cn/1", "正文\n\n[返回](../)"),
        ("正文\n<https://x.cn/1>", "https://x.cn/1", "正文\n"),
        ("<http://x.cn/1>  \n正文\n<http://x.cn/2>\n尾", "http://x.cn/2", "<http://x.cn/1>  \n正文\n尾"),
        ("正文 <https://x.cn/1>", None, "正文 <https://x.cn/1>"),
        ("<https://x.cn/1> 正文", None, "<https://x.cn/1> 正文"),
        ("<https://x\n.cn>", None, "<https://x\n.cn>"),
        ("<https:// >", None, "<https:// >"),
        ("正文\n<>\n尾", None, "正文\n尾"),
        ("正文", None, "正文"),
    ],
)
def test_the_own_address_is_taken_with_its_line(body: str, url: str | None, left: str) -> None:
    found = take_own_address(body, RULE)
    assert (found.url, found.body) == (url, left)


def test_an_operators_rule_may_have_no_group_or_be_off() -> None:
    assert take_own_address("原文：https://x.cn/1\n", compile_lines([r"https://\S+$"])).url == "https://x.cn/1"
    assert take_own_address("<https://x.cn/1>", None).url is None


def test_addresses_hold_no_controls_and_are_not_endless() -> None:
    assert absolute("https://a.cn/\x01b\x9b\x7f\0c") == "https://a.cn/bc"
    assert absolute("java\x01script:alert(1)", "https://a.cn/") is None
    assert absolute(f"https://a.cn/{'x' * 2_035}") is not None
    assert absolute(f"https://a.cn/{'x' * 2_036}") is None
    assert absolute("x" * 1_500, f"https://a.cn/{'y' * 900}/") is None
