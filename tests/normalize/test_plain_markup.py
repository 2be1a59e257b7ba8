"""Markup whose form alone shows that it is safe gets what the sanitizer would give it, without the sanitizer."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.normalize.plain import sanitized_if_plain
from aggregator.normalize.sanitize import sanitized_by_parser

REL, POLICY = 'rel="noopener noreferrer"', 'referrerpolicy="no-referrer"'
LONG = "的" * 100

PLAIN = [
    (
        "<p>文字，“引文”。</p>\n<p>A &amp; b&nbsp;&lt;c&gt;</p>",
        "<p>文字，“引文”。</p>\n<p>A &amp; b&nbsp;&lt;c&gt;</p>",
    ),
    ("文字<br>\n<b>粗</b><hr>", "文字<br>\n<b>粗</b><hr>"),
    ("<div><h2>题</h2><blockquote><p>引</p>文</blockquote></div>",) * 2,
    ("<div><ul>\n<li>一</li>\n<li><em>二</em></li>\n</ul></div>",) * 2,
    ('<p><a href="https://a.cn/x?a=1&amp;b=2">文</a></p>', f'<p><a href="https://a.cn/x?a=1&amp;b=2" {REL}>文</a></p>'),
    ('<p><span id="x" style="a:b">文<b>粗<span>体</span></b></span></p>', "<p>文<b>粗体</b></p>"),
    ('<p class="x" onclick="y()">A " class" d</p>', '<p>A " class" d</p>'),
    (
        '<p><a target="_blank" href="https://a.cn/x" rel="me" class="c">文</a></p>',
        f'<p><a href="https://a.cn/x" {REL}>文</a></p>',
    ),
    ('<img referrerpolicy="origin" src="https://a.cn/">', f'<img src="https://a.cn/" {POLICY}>'),
    ('<p><a name="x">文</a><img class="x"></p>', f"<p><a {REL}>文</a><img {POLICY}></p>"),
    ('<img src="https://a.cn/" onerror="x">', f'<img src="https://a.cn/" {POLICY}>'),
    (
        '<center><img alt="a&quot;b" title="题" src="http://a.cn/" height="6" width="5"></center>',
        f'<center><img alt="a&quot;b" title="题" src="http://a.cn/" height="6" width="5" {POLICY}></center>',
    ),
    (
        '<p><a href="http://a-b.cn" title="题"><img src="https://a.cn/1.jpg" width="5" alt=""></a></p>',
        f'<p><a href="http://a-b.cn" title="题" {REL}><img src="https://a.cn/1.jpg" width="5" alt="" {POLICY}></a></p>',
    ),
]


@pytest.mark.parametrize(("html", "clean"), PLAIN)
def test_plain_markup_is_known(html: str, clean: str) -> None:
    whole = f"<html><body>{html}</body></html>"
    assert sanitized_if_plain(whole) == clean == sanitized_by_parser(whole)


@pytest.mark.parametrize(
    "html",
    [
        "<p class='x'>文字</p>",
        '<p class="x=">文字</p>',
        '<p class=">">文字</p>',
        '<p lang="zh">文字</p>',
        '<p title="x">文字</p>',
        '<p CLASS="x">文字</p>',
        '<p>a ="b</p>',
        "<script>x</script>",
        "<!-- x -->",
        "<p>文字",
        "<p>文字</div>",
        "</p>",
        "<p><p>文字</p></p>",
        "<p><div>文字</div></p>",
        "<b><b>文字</b></b>",
        "<p><span><div>文字</div></span></p>",
        "<span><b>文字</span></b>",
        '<span title="<b>">文字</span>',
        "<span id='x'>文字</span>",
        "<pre>\n文字</pre>",
        "<table><tr><td>文字</td></tr></table>",
        "<p>a < b</p>",
        "<p>&quot;&#106;</p>",
        "<p>a\x00b\x0b\r</p>",
        '<a href="javascript:x">文字</a>',
        '<a href="//a.cn/">文字</a>',
        '<a href="https://a.cn:99999/">文字</a>',
        '<a href="https://1.2.3.456/">文字</a>',
        '<a href="https://xn--a.cn/">文字</a>',
        '<a href="https://a.cn/ x">文字</a>',
        '<a href="https://a.cn/"><a href="https://a.cn/">文字</a></a>',
        '<a title="x" href="https://a.cn/" href="https://b.cn/">文字</a>',
        '<img src="https://a.cn/" src="https://b.cn/">',
        '<img src="https://a.cn/" alt="a" alt="b">',
        '<img src="https://a.cn/" alt="a<b>">',
        '<img alt="a<b>">',
        "<img>",
        "<a>文字</a>",
        '<img src="data:image/png;base64,AA==">',
        '<img src="https://a.cn/?a=">',
    ],
)
def test_all_else_is_for_the_sanitizer(html: str) -> None:
    assert sanitized_if_plain(f"<html><body>{html}</body></html>") is None


NAMES = ("p", "div", "b", "i", "blockquote", "ul", "li", "h1", "a", "pre", "table", "td", "span", "body", "figure")
PIECES = st.one_of(
    st.sampled_from([f"<{name}>" for name in NAMES] + [f"</{name}>" for name in NAMES]),
    st.sampled_from([' class="x"', ' id="', '="', 'x=', '<p class="a b">', '<p class="a=">', '<i id="x" style="a:b">']),
    st.sampled_from(["<br>", "<hr>", "&amp;", "&lt;", "&nbsp;", "&quot;", "&#1;", '"', "<", ">", "&", "-->", "\n"]),
    st.sampled_from(
        [
            '<a href="https://a.cn/">',
            '<a href="https://a.cn/?a=1&amp;lt=2" title="a&quot;b">',
            '<img src="https://a.cn/x.jpg" alt="x">',
            '<img src="http://a.b-c.cn/%E4" width="5" height="6" alt="&lt;">',
            '<img src="https://a.cn/">',
            '<img alt="x" src="https://a.cn/" alt="y">',
            '<img title=" src=" width="5" src="https://a.cn/">',
            '<img title="">',
            '<img class="x">',
            '<a name="x">',
            '<img class="x" src="https://a.cn/" onerror="alert(1)" alt="a class=">',
            '<a target="_blank" href="https://a.cn/x?b=" rel="me">',
            '<a rel="me" href="https://a.cn/x?b=c" target="_blank">',
            '<span id="&lt;" onclick="x">',
            '<a title=" title=">',
        ]
    ),
    st.characters(exclude_categories=["Cs"]),
)  # fmt: skip


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    name = st.sampled_from(["p", "span", "div", "b", "strong", "blockquote", "ul", "li", "h2", "a"])
    return st.one_of(
        st.lists(inner, max_size=4).map("".join),
        st.tuples(name, inner).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
        inner.map(lambda text: f'<a href="https://a.cn/x">{text}</a>'),
    )


@settings(max_examples=500, deadline=None)
@example('<p><img src="https://a.cn/h" alt=""></p><html><body><p>x</p></body></html>')
@given(st.recursive(PIECES, nested, max_leaves=12).map(lambda html: f"<html><body>{html}</body></html>"))
def test_whatever_is_taken_for_plain_is_what_the_sanitizer_gives(html: str) -> None:
    assert sanitized_if_plain(html) in {None, sanitized_by_parser(html)}


@pytest.mark.parametrize(
    "html",
    [
        "<p>x</p>" * 200_000 + "<",
        "<div><p>x</p>" * 100_000,
        '<img src="https://a.cn" alt="' + "x " * 500_000,
        '<img src="https://' + "a." * 500_000,
        '<img src="https://' + "a-" * 500_000,
        ('<img src="https://a.cn" alt="' + LONG + '">') * 5_000 + "<",
        '<a href="https://a.cn/' + "&amp;" * 200_000,
    ],
    ids=lambda html: html[:20],
)
def test_a_long_body_is_told_in_a_moment(html: str) -> None:
    start = time.process_time()
    assert sanitized_if_plain(f"<html><body>{html}</body></html>") is None
    assert time.process_time() - start < 1
