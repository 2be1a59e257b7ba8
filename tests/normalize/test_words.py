"""Titles and summaries."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.normalize.words import first_words, plain_name, plain_title, summarize


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("床位<120", "床位<120"),
        ("A<B，C>D", "A<B，C>D"),
        ("<b>重磅</b>：&ldquo;新&rdquo;院&#x5f00;诊", "重磅：“新”院开诊"),
        ("AT&T 与 Q&A", "AT&T 与 Q&A"),
        ("一\n 二　三", "一 二 三"),
        ('<a href="x">一</a><br/>二', "一二"),
        ("&#1;一&#xFFFE;", "一"),
        ("<b></b>", ""),
        ('<svg><a title="</iframe><img src=x onerror=y>">一', "一"),
        ("<b <i>>一</b <i>>", "一"),
        ("\ufeff医院\u202e开诊\u202c\u200b", "医院开诊"),
        ("&lt;b&gt;重磅&lt;/b&gt;：新院", "重磅：新院"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "alert(1)"),
        ("How to use the &lt;b&gt; tag", "How to use the <b> tag"),
        ("医&#8203;院&shy;开&#x202E;诊", "医院开诊"),
        ("&#146;一&#x9b;\x7f\x9d", "’一›"),
        ("👨\u200d👩\u200d👧 می\u200cخواهم", "👨\u200d👩\u200d👧 می\u200cخواهم"),
        ("\u200b\u2060\ufeff", ""),
    ],
)
def test_a_title_is_plain_text(written: str, title: str) -> None:
    assert plain_title(written) == title


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("<b>张三</b>", "张三"),
        ("&lt;b>张三&lt;/b&gt;", "张三"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ('<a href="https://a.cn/zs" rel="author">张三</a>、<em>李四</em>', "张三、李四"),
        ("<name>张三</name><uri/>", "张三"),
        ("<author><name xml:lang='zh'>张三</name></author>", "张三"),
        ("<scr<b>ipt>张三</scr</b>ipt>", "张三"),
        ("Johnson &amp; Johnson", "Johnson & Johnson"),
        ("AT&T", "AT&T"),
        ("O&#39;Brien &#8211; Jos&eacute;", "O'Brien – José"),
        ("a<5 与 3>b", "a<5 与 3>b"),
        ("张三 <zhang@example.org>", "张三 <zhang@example.org>"),
        ("\u202e张\u200b三\x9b\n记者", "张三 记者"),
        ("<b></b>", ""),
    ],
)
def test_a_name_holds_no_tag(written: str, name: str) -> None:
    assert plain_name(written) == name


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["<b>", "</b>", "<i", ">", "张", "&lt;", "&gt;", "&amp;"]), max_size=8).map("".join))
def test_no_name_holds_a_tag(written: str) -> None:
    assert not re.search("</?[a-z]+/?>", plain_name(written))


SENTENCE = "某市的医院今天建成，设有三百张床位，年底以前开诊。"


@pytest.mark.parametrize(
    ("lines", "summary"),
    [
        ((), ""),
        (("一。", "二。"), "一。 二。"),
        ((SENTENCE * 9,), SENTENCE * 8),
        (("字" * 300,), "字" * 199 + "…"),
        (("短。" + "字" * 300,), "短。" + "字" * 197 + "…"),
        (("字" * 100 + "（完。）" + "字" * 100,), "字" * 100 + "（完。）"),
        (("字" * 200,), "字" * 200),
        (("新华社北京4月27日电（记者 张三）一。", "二。"), "一。 二。"),
        (("本报记者 张三", "一。", "二。"), "一。 二。"),
        (("新华社北京4月27日电（记者 张三）" + "字" * 200,), "字" * 200),
        (("LONDON (Reuters) - Shares rose.",), "Shares rose."),
        (("本报讯",), "本报讯"),
    ],
)
def test_a_summary_ends_with_a_sentence_where_it_can(lines: tuple[str, ...], summary: str) -> None:
    assert summarize(lines) == summary


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="字词。！a ", min_size=1, max_size=150), max_size=5))
def test_a_summary_is_short_and_how_the_text_begins(lines: list[str]) -> None:
    summary = summarize(lines)
    assert len(summary) <= 200
    assert " ".join(lines).startswith(summary.removesuffix("…"))


def test_first_words_are_at_most_forty_characters() -> None:
    assert first_words(["题目", "正文"]) == "题目"
    assert first_words(["字" * 41]) == "字" * 39 + "…"
    assert first_words([]) == ""
    assert first_words(["\u200b", "\u202e正文"]) == "正文"
    assert first_words(["字" * 37 + "👨\u200d👩"]) == "字" * 37 + "👨\u200d👩"
    assert first_words(["字" * 37 + "👨\u200d👩 出院"]) == "字" * 37 + "👨…"
