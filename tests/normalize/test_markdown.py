"""Markdown and HTML in one body: what is which, and that the quick way gives what the long way gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aggregator.normalize.markdown import render_text, to_html

REFERENCE = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("正文\n第二行", "<p>正文\n第二行</p>\n"),
        ("<div>\n\n    甲\n\n</div>\n", "<div>\n\n    甲\n\n</div>\n"),
        ("<div>\n\n<div>*甲*</div>\n\n*乙*</div>\n\n丙", "<div>\n\n<div>*甲*</div>\n\n*乙*</div>\n\n\n<p>丙</p>\n"),
        ("<p>甲</p>\n\n[乙](//c.cn/)", '<p>甲</p>\n\n\n<p><a href="//c.cn/">乙</a></p>\n'),
        ("甲\n<p>乙</p>", "<p>甲</p>\n\n<p>乙</p>"),
        ("<!-- 甲\n乙 -->\n# 丙", "<!-- 甲\n乙 -->\n\n<h1>丙</h1>\n"),
        ("<!-- 甲", "<!-- 甲"),
        ("<div><!-- </div>\n\n -->\n\n*甲*</div>\n\n乙", "<div><!-- </div>\n\n -->\n\n*甲*</div>\n\n\n<p>乙</p>\n"),
        ("<b>甲</b> *乙*", "<p><b>甲</b> <em>乙</em></p>\n"),
        ("- 甲\n\n      <div>", "<ul>\n<li>\n<p>甲</p>\n<pre><code>&lt;div&gt;\n</code></pre>\n</li>\n</ul>\n"),
        ("甲\n\n    <div>\n", "<p>甲</p>\n<pre><code>&lt;div&gt;\n</code></pre>\n"),
        ("```\n<div>\n\n</div>\n```\n<p>甲</p>", "<pre><code>&lt;div&gt;\n\n&lt;/div&gt;\n</code></pre>\n\n<p>甲</p>"),
        ("~~~~\n```\n<p>", "<pre><code>```\n&lt;p&gt;</code></pre>\n"),
        ("<p>甲</p>\n\n        深处的文字", "<p>甲</p>\n\n\n<p>深处的文字</p>\n"),
        ("    <div>甲</div>", "    <div>甲</div>"),
        ("<div class='a'/>\n\n*甲*", "<div class='a'/>\n\n\n<p><em>甲</em></p>\n"),
        ("<div><svg>\n\n<g/></svg>\n\n*甲*</div>", "<div><svg>\n\n<g/></svg>\n\n*甲*</div>"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_stays_and_markdown_is_rendered(body: str, html: str) -> None:
    assert to_html(body) == html


PLAIN = st.text(alphabet="医院 建成ab1.)\"'-+=#>:：，。[]()/|\n", max_size=40)
LINKS = st.sampled_from(
    [
        "# ",
        "## 甲",
        "* ",
        "* 甲\n",
        "- ",
        "- 乙\n",
        "[返回](../a/)",
        "[返回首页](//a.cn/)",
        "[b](https://a.cn/b.html)",
        "｜",
        "> ",
        "\n\n",
        "\n",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PLAIN | LINKS, max_size=6).map("".join))
def test_the_quick_way_gives_what_markdown_gives(text: str) -> None:
    assert render_text(text) == REFERENCE.render(text)
