"""Articles that are too long for a feed."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from aggregator.feeds.limits import SHOWN_BYTES
from aggregator.feeds.shorten import beginning, shortened
from feed_builders import an_entry

PAGE = "https://our.example/articles/1"
WORDS = ("很长。", "全文")
CASES = {
    "short": ("<p>一</p>", 99, "<p>一</p>"),
    "whole blocks": ("<p>12345</p><p>12345</p><p>12345</p>", 30, "<p>12345</p><p>12345</p>"),
    "blocks within blocks": ("<ul><li>123</li><li>12345678901</li></ul>", 32, "<ul><li>123</li></ul>"),
    "one long block": ("<p>1234567890</p>", 12, "<p>12345</p>"),
    "one long text": ("1234567890", 5, "12345"),
    "between letters": ("<p>桥桥桥</p>", 12, "<p>桥</p>"),
    "never within a reference": ("<p>1&amp;2</p>", 11, "<p>1</p>"),
    "never within a tag": ('<p>1<a href="/x">2</a></p>', 12, "<p>1</p>"),
    "what has no end": ("<p>1<br>2</p><p>12345</p>", 16, "<p>1<br>2</p>"),
    "inline tags are closed": ("<p><b><i>123456</i></b></p>", 26, "<p><b><i>12345</i></b></p>"),
    "a block that leaves room for nothing": ("<table><tr><td>1</td></tr></table>", 10, ""),
}


@pytest.mark.parametrize(("html", "most", "shown"), CASES.values(), ids=CASES)
def test_the_beginning(html: str, most: int, shown: str) -> None:
    assert beginning(html, most) == shown


TREES = st.recursive(
    st.text(alphabet="桥a &<é", max_size=8).map(lambda s: s.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.tuples(st.sampled_from(["p", "b", "ul", "div"]), st.lists(inner, max_size=4)).map(
        lambda told: f"<{told[0]}>{''.join(told[1])}</{told[0]}>"
    ),
    max_leaves=12,
)


def text_of(markup: str) -> str:
    return "".join(map(str, lxml_html.fromstring(f"<main>{markup}</main>").itertext()))


@given(TREES, st.integers(0, 120))
def test_it_is_short_and_whole_and_a_beginning(html: str, most: int) -> None:
    shown = beginning(html, most)
    assert len(shown.encode()) <= most
    assert beginning(shown, 10_000) == shown
    text, all_text = (text_of(each) for each in (shown, html))
    assert all_text.startswith(text)


def test_an_entry_leads_to_where_the_rest_is() -> None:
    long = an_entry(1, html=f"<p>{'桥' * 100}</p>" * 1000)
    shown = shortened(long, PAGE, WORDS)
    assert len(shown.html.encode()) < SHOWN_BYTES + 300
    link = f'<a href="{escape(long.url or "")}" rel="noopener noreferrer nofollow">全文</a>'
    assert shown.html.endswith(f"</p><p>很长。 {link}</p>")
    for url in (None, "javascript:x()"):
        assert f'<a href="{PAGE}"' in shortened(replace(long, url=url), PAGE, WORDS).html


def test_an_entry_that_is_not_long_stays_as_it_is() -> None:
    entry = an_entry(1, html="<p>" + "1" * (SHOWN_BYTES - 7) + "</p>")
    assert shortened(entry, PAGE, WORDS) is entry
