"""A source's rules: what they cut of an article, and which of them are faulty."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model.config import Clean, Source
from aggregator.normalize.article import Normalizer
from aggregator.normalize.clean import compile_line, compile_lines, compile_rules, compile_selector
from normalize.test_normalize_cases import of

LINES = [
    # rule, body, text that is left, HTML that is left
    ("^返回", "<p>正文<p><a href='//a.cn/'>返回新闻</a>｜<a href='//a.cn/'>返回首页</a>", "正文", "<p>正文</p>"),
    ("^返回", "<p>请返回首页</p>", "请返回首页", "<p>请返回首页</p>"),
    ("^返回", "<p>正文<br>　返回首页<br>尾</p>", "正文\n尾", "<p>正文<br><br>尾</p>"),
    ("^返回$", "<p>返回</p><p>返回首页</p>", "返回首页", "<p>返回首页</p>"),
    ("（来源：.*）$", "<p>正文。（来源：<b>某</b>报）</p>", "正文。", "<p>正文。</p>"),
    ("（来源：.*）$", "<p>（来源：某报）正文。</p>", "（来源：某报）正文。", "<p>（来源：某报）正文。</p>"),
    ("（来源：.*）$", "<div><div><p>（来源：某报）</p></div></div><p>正文。</p>", "正文。", "<p>正文。</p>"),
    ("（广告）", "<p>正文（广告）不断（广告）。</p>", "正文不断。", "<p>正文不断。</p>"),
    ("广.*告", "<p>正 文 广\n 而 告 之</p>", "正 文 之", "<p>正 文 之</p>"),
    ("(?i)app下载", "<li>APP下载</li><li>正文</li>", "正文", "<li>正文</li>"),
    ("[图表]{2}", "<table><tr><td>图表<td>1", "1", "<table><tbody><tr><td></td><td>1</td></tr></tbody></table>"),
    (r"\s*分享到.*", "<p>正文 分享到 某处</p>", "正文", "<p>正文 </p>"),
    (
        "说明",
        "<p>说明<img src='//a.cn/1'></p>",
        "",
        '<p><img src="https://a.cn/1" alt="" referrerpolicy="no-referrer"></p>',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "body", "text", "html"), LINES)
def test_a_rule_that_begins_with_a_caret_drops_its_lines_any_other_cuts_what_it_matches(
    rule: str, body: str, text: str, html: str
) -> None:
    article = of(body, clean=Clean(drop_lines=(rule,)))
    assert article.text == text
    assert article.html == html


def test_all_rules_apply_at_once() -> None:
    clean = Clean(drop_lines=("^返回", "^责任编辑", "（来源：[^）]*）$", "（广告）"))
    article = of("正文（广告）。（来源：某报）\n\n责任编辑：某某\n\n[返回](https://a.cn/)", clean=clean)
    assert article.text == "正文。"


def test_a_match_never_spans_lines() -> None:
    rules = compile_rules(Clean(drop_lines=("甲[^丙]*丁", "^乙[^丙]*$")))
    assert list(rules.cuts(["甲", "丁", "乙", "乙丙"])) == [*rules.cuts(["甲", "丁", "乙"])]
    assert [cut.line for cut in rules.cuts(["甲", "丁", "乙", "乙丙"])] == [2]


def test_selectors_take_elements_out_but_not_what_follows_them() -> None:
    clean = Clean(remove=(".qr", "p > span[data-x]", "#a, div.b"))
    body = (
        "<p>甲<span data-x=1>一</span>乙</p><div class='big qr'>码</div>丙<div id=a>丁</div><div class='c b'>戊</div>"
    )
    assert of(body, clean=clean).html == "<p>甲乙</p>丙"


def test_ignored_images_are_no_pictures_and_no_head_image() -> None:
    clean = Clean(ignore_images=("/qr/",))
    body = "<img src='https://a.cn/qr/1.png'><img src='https://a.cn/2.png'>"
    article = of(body, title="题\nheadimg: https://a.cn/qr/2.png\nthumbnail: https://a.cn/3.png", clean=clean)
    assert article.image == "https://a.cn/3.png"
    assert article.html.count("<img") == 2


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(?=a)", "not a regular expression of RE2: invalid perl operator: (?="),
        (r"(a)\1", r"not a regular expression of RE2: invalid escape sequence: \1"),
        ("(", "not a regular expression of RE2: missing ): ("),
        ("a(b", "not a regular expression of RE2: missing ): a(b"),
        ("a{1001}", "not a regular expression of RE2: invalid repetition size: {1001}"),
        ("\ud800", "not a regular expression of RE2: "),
        (r"a\z", r"\z has no meaning here: rules are applied line by line, use ^ and $"),
        (r"\Aa", r"\A has no meaning here: rules are applied line by line, use ^ and $"),
    ],
)
def test_a_faulty_pattern_is_named(pattern: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is what is tested
        compile_line(pattern)
    assert str(caught.value).startswith(message)
    assert "(?m)" not in str(caught.value)


@pytest.mark.parametrize("css", ["", "p >", "..a", "a[", "p::", "a:nonsense"])
def test_a_faulty_selector_is_named(css: str) -> None:
    with pytest.raises(ValueError, match=r"^not a CSS selector: "):
        compile_selector(css)


@pytest.mark.parametrize(
    "source",
    [
        Source(name="s", clean=Clean(drop_lines=("ok", "("))),
        Source(name="s", clean=Clean(remove=("p", "["))),
        Source(name="s", link="("),
        Source(name="s", crawl_dates="(?=a)"),
    ],
)
def test_a_source_with_a_faulty_rule_has_no_normalizer(source: Source) -> None:
    with pytest.raises(ValueError, match=r"RE2|CSS"):
        Normalizer(source)


def test_re2_reads_chinese_as_characters() -> None:
    assert compile_line("^.{2}$").search("医院".encode())
    assert compile_line("^[医-院]").search("国家\n医院".encode())
    assert compile_line(r"\p{Han}{3}").search("区域中心".encode())
    assert not compile_line(r"\w").search("医".encode()), "RE2's \\w is ASCII: operators write \\p{Han}"


PIECES = st.lists(
    st.sampled_from(["甲", "乙 ", "<b>丙</b>", "<br>", "　丁", "<i>乙</i>", "\n", "</p><p>"]), max_size=12
)


@settings(max_examples=150, deadline=None)
@given(PIECES, st.sampled_from(["乙", "丙.*丁", "^甲", "丁$", r"\s", "甲乙"]))
def test_text_and_html_are_cut_alike(pieces: list[str], rule: str) -> None:
    body = f"<p>首</p><p>{''.join(pieces)}</p>"
    article = of(body, clean=Clean(drop_lines=(rule,)))
    shown = of(article.html)
    assert "".join(shown.text.split()) == "".join(article.text.split())


@settings(max_examples=300, deadline=None)
@given(st.text("^甲乙(a)?*+[]{2}|.$\\", max_size=8), st.lists(st.text("甲乙aA(", max_size=5), max_size=4))
def test_only_lines_that_cannot_match_are_kept_from_re2(pattern: str, lines: list[str]) -> None:
    try:
        compiled = compile_line(pattern)
    except ValueError:
        return
    rule = compile_lines([pattern])
    assert rule
    for line in lines:
        assert [match.span() for match in rule.matches(line)] == [m.span() for m in compiled.finditer(line.encode())]


@pytest.mark.parametrize("css", [".qr", "#qr", "div.qr", "h6, .qr", "[class~=qr]", ":not(.a).qr"])
def test_every_selector_finds_its_elements_however_they_are_written(css: str) -> None:
    for name in ("qr", "q&#114;"):
        assert of(f"甲<div class={name} id={name}>码</div>", clean=Clean(remove=(css,))).text == "甲"
