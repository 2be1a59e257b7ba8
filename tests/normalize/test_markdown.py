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
        ("甲[^1]。\n\n[^1]: 注释。", "<p>甲[^1]。</p>\n<p>[^1]: 注释。</p>\n"),
        ("[乙]\n\n[乙]: //c.cn/", '<p><a href="//c.cn/">乙</a></p>\n'),
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


EMPHASIS = {
    # Marks beside Chinese: what stands around them, and what becomes of it.
    "**“引号”**之后": "<strong>“引号”</strong>之后",
    "之前**“引号”**": "之前<strong>“引号”</strong>",
    "之前**“引号”**之后": "之前<strong>“引号”</strong>之后",
    "之前**「引号」**之后": "之前<strong>「引号」</strong>之后",
    "之前**《书名》**之后": "之前<strong>《书名》</strong>之后",
    "之前**（括号）**之后": "之前<strong>（括号）</strong>之后",
    "之前**(括号)**之后": "之前<strong>(括号)</strong>之后",
    '之前**"quotes"**之后': "之前<strong>&quot;quotes&quot;</strong>之后",
    "之前*“引号”*之后": "之前<em>“引号”</em>之后",
    "之前***“引号”***之后": "之前<em><strong>“引号”</strong></em>之后",
    "之前~~“引号”~~之后": "之前<s>“引号”</s>之后",
    "**小标题：**之后": "<strong>小标题：</strong>之后",
    "**一句话。**另一句": "<strong>一句话。</strong>另一句",
    "**一句话！**Another": "<strong>一句话！</strong>Another",
    "**一句话……**另一句": "<strong>一句话……</strong>另一句",
    "**“引号”**GPT": "<strong>“引号”</strong>GPT",
    "GPT**“引号”**": "GPT<strong>“引号”</strong>",
    "**占46%**的人": "<strong>占46%</strong>的人",
    "在**$100**左右": "在<strong>$100</strong>左右",
    "他说“**甲**”，又说": "他说“<strong>甲</strong>”，又说",
    "（**甲**）、**乙**。": "（<strong>甲</strong>）、<strong>乙</strong>。",
    "**甲：**乙，**丙：**丁": "<strong>甲：</strong>乙，<strong>丙：</strong>丁",
    "**[甲](/a)**乙": '<strong><a href="/a">甲</a></strong>乙',
    "甲**`x`**乙": "甲<strong><code>x</code></strong>乙",
    "これは**「強調」**です": "これは<strong>「強調」</strong>です",
    "이것은**(강조)**입니다": "이것은<strong>(강조)</strong>입니다",
    "𠮷**“野”**家": "𠮷<strong>“野”</strong>家",
    # What is none stays as it is.
    "2 ** 3，4 ** 5": "2 ** 3，4 ** 5",
    "甲 ** 乙 ** 丙": "甲 ** 乙 ** 丙",
    "甲** 乙 **丙": "甲** 乙 **丙",
    "a*b，c": "a*b，c",
    "甲`**“乙”**`丙": "甲<code>**“乙”**</code>丙",
    "<https://a.cn/甲**“乙”**丙>": '<a href="https://a.cn/%E7%94%B2**%E2%80%9C%E4%B9%99%E2%80%9D**%E4%B8%99">https://a.cn/甲**“乙”**丙</a>',
    "甲\\*\\*“乙”\\*\\*丙": "甲**“乙”**丙",
    "甲_“乙”_丙": "甲_“乙”_丙",
    "snake_case_名字": "snake_case_名字",
    "the**“word”**here": "the**“word”**here",
    "a**(b)**c": "a**(b)**c",
}  # fmt: skip


@pytest.mark.parametrize(("text", "html"), EMPHASIS.items())
def test_emphasis_beside_chinese_is_rendered(text: str, html: str) -> None:
    assert render_text(text) == f"<p>{html}</p>\n"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab (“.*_~`\n", max_size=30))
def test_emphasis_elsewhere_is_as_in_commonmark(text: str) -> None:
    assert render_text(text) == REFERENCE.render(text)
