"""Bodies made to hurt readers or this program: nothing runs in what comes out, and nothing takes many steps."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from aggregator.base.markup import check_depth
from aggregator.base.text import fold
from aggregator.errors import RejectedError
from aggregator.normalize.sanitize import ATTRIBUTES, TAGS, sanitize
from base.test_fold import MOST_GROWTH
from counted import calls
from normalize.test_normalize_cases import of, read

PAYLOADS = Path(__file__).resolve().parents[2] / ".." / "shared" / "security" / "xss_payloads.json"
ADDRESSES = {"href", "src", "poster"}
ALLOWED = {name for names in ATTRIBUTES.values() for name in names} | {"rel", "referrerpolicy"}


class Seen(HTMLParser):
    """All elements and attributes as a second, unrelated parser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", {"data": data}))


def elements(text: str) -> list[tuple[str, dict[str, str]]]:
    """As lxml reads it, and as Python's own parser does."""
    seen = Seen()
    seen.feed(text)
    root = html.fragment_fromstring(text, create_parent="div")
    nodes = [node for node in root.iter() if node is not root]
    return seen.found + [(str(node.tag), {str(k): str(v) for k, v in node.attrib.items()}) for node in nodes]


def assert_safe(text: str) -> None:
    for tag, attributes in elements(text):
        assert tag in TAGS
        assert set(attributes) <= ALLOWED
        for name in ADDRESSES & set(attributes):
            assert re.match(r"https?://\w|mailto:", attributes[name], re.IGNORECASE), attributes
        assert tag != "img" or attributes.get("referrerpolicy") == "no-referrer"
    assert sanitize(text) == text
    etree.fromstring(f"<x><![CDATA[{text.replace(']]>', ']]&gt;')}]]></x>")


ATTACKS = [
    "<script>alert(1)</script>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='java&#1;script:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    '![x](https://a.cn/1.jpg"onerror="alert(1))',
    "<img src='https://a.cn/x' srcset='javascript:alert(1) 2x' onerror=alert(1) style='x:expression(1)'>",
    "<p style='background:url(javascript:1)' class=x id=y>text</p>",
    "<form action='javascript:1'><input autofocus onfocus=alert(1)><button formaction='javascript:1'>x</button></form>",
    "<video poster='javascript:1' src='javascript:2'><source onerror=alert(1) src='javascript:3'></video>x",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>x</noscript>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>x",
    "<template><img src=x onerror=alert(1)></template>x",
    "<base href='https://evil.invalid/'><link rel=stylesheet href=x><meta http-equiv=refresh content='0;x'>x",
    "<plaintext>x<script>alert(1)",
    "<xmp><script>alert(1)</script></xmp>x",
    "x<!--><img src=x onerror=alert(1)>-->",
    "x<![CDATA[<script>alert(1)</script>]]>",
    "x<?php <script>alert(1)</script> ?>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "<scr<script>ipt>alert(1)</scr</script>ipt>x",
    "<pre>\n\n\nx</pre>",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("wrapping", ["{}", "<div>正文{}</div>", "正文\n\n{}\n\n正文"])
def test_nothing_active_is_left(attack: str, wrapping: str) -> None:
    try:
        article = of(wrapping.format(attack))
    except RejectedError as error:
        assert error.code == "empty"  # noqa: PT017 - most attacks leave nothing, and that is right too
        return
    assert_safe(article.html)


if PAYLOADS.exists():
    LISTED = json.loads(PAYLOADS.read_text(encoding="utf-8"))

    @pytest.mark.parametrize("payload", LISTED, ids=lambda payload: payload["id"])
    def test_nothing_active_is_left_of_a_published_payload(payload: dict[str, str]) -> None:
        for wrapping in ("{}", "<div>正文{}</div>", "正文\n\n{}\n\n正文"):
            body = f"---\ntitle: 题\n---\n正文\n\n{wrapping.replace('{}', payload['payload'])}"
            assert_safe(read(body.encode("utf-8", "surrogatepass")).html)


BROTH = """
<p> </p> <div> </div> <b> </b> <a/href=//a.cn> </a> <table> <tr> <td> </table> <pre> </pre> <br> <li> <ul> </ul> <h1>
</h1> <svg> <math> <style> </style> <script> </script> <!-- --> <select> <option> <form> <title> <textarea> <q> ]]>
<img/src=//a.cn/1> &lt; &#1; ` * _ [ ](x) ``` > - # 字 <template> <noscript> <plaintext> <body> </html> <font/color=a>
""".split()
SOUP = st.lists(st.sampled_from([*BROTH, "\n", "\n\n", " ", "    "]), max_size=25).map("".join)


@settings(max_examples=400, deadline=None)
@example("<h1><a/href=//a.cn><p><h1>]]>")
@given(SOUP)
def test_any_soup_is_safe_and_sanitizing_it_again_changes_nothing(soup: str) -> None:
    assert_safe(of(f"正文\n\n{soup}").html)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_article_or_rejected(text: str) -> None:
    try:
        article = read(f"---\ntitle: 题\n---\n{text}".encode("utf-8", "surrogatepass"))
    except RejectedError:
        return
    assert_safe(article.html)


HEAVY = {
    "200,000 levels": ("<div>" * 200_000, "too-many-marks"),
    "200,000 levels of text": ("<b>" * 200_000, "too-many-marks"),
    "200,000 attributes": ("<a " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x</a>", "too-many-attributes"),
    "200,000 attributes with brackets": (
        "<p " + " ".join(f"a{n}='>'" for n in range(150_000)) + ">x</p>",
        "too-many-attributes",
    ),
    "300,000 comments": ("<!--" * 300_000, "too-many-marks"),
    "300,000 comments in Markdown": ("x<!--" * 300_000, "too-many-marks"),
    "300,000 comment lines": ("<!--\n" * 300_000, "too-many-marks"),
    "50 KB of brackets": ("[" * 50_000, "too-many-marks"),
    "50 KB of quotes": (">" * 50_000, "too-many-marks"),
    "lists": ("- " * 20_000, "empty"),
    "stars": ("*a _b " * 3_000, "read"),
    "backticks": ("`a``b```" * 3_000, "read"),
    "open links": ("[a](b" * 15_000, "read"),
    "angle brackets": ("<" * 1_900_000, "too-many-marks"),
    "entities": ("&amp;" * 390_000, "too-many-marks"),
    "blank lines": ("x" + "\n" * 1_900_000 + "y", "too-many-marks"),
    "fences": ("```\n" * 400_000, "too-many-marks"),
    "own addresses": ("<http://a.b/c>\n" * 120_000, "too-many-marks"),
    "dropped lines": ("<p>" + "返回<br>" * 45_000, "read"),
    "reopened elements": ("<p>" + "".join(f"<b a={n}>" for n in range(200)) + "<div>x</div>" * 20_000, "too-large"),
    "tables": ("<table><tr><td>" * 60_000, "too-many-marks"),
    "a long link round many blocks": (f'<p><a href="https://x.example/{"q" * 1_900}">A' + "<p>t" * 40_000, "read"),
    "formatting round many blocks": (
        "<p>" + "<b><b><b><i><i><i><font><font><font><u><s><code>" + "<p>t" * 40_000,
        "too-large",
    ),
    "code after text": ("x\n\n" + "    <div>\n" * 45_000, "too-deep"),
    "fences before a tag": ("```\n```\n" * 45_000 + "x" * 1_000_000 + "\n<p>x", "too-many-marks"),
    "blank lines before fences": ("\n" * 50_000 + "```\n<p>\n```\n" * 16_000, "too-many-marks"),
    "depth behind comments": ("<div><!--</div>-->" * 9_000, "too-deep"),
    "depth behind attributes": ("<div title='</div>'>" * 24_000, "too-deep"),
    "depth behind scripts": ("<div><script></div></script>" * 12_000, "too-deep"),
    "marks that combine": ("\u0301\u0323" * 450_000, "read"),
    "ligatures": ("\ufdfa" * 650_000, "read"),
    "squared words": ("\u3316" * 300_000, "read"),
    "blanks in tags": ("<p " + " " * 1_900_000, "empty"),
    "quotes in tags": ("<p a='" * 20_000 + '<p a="' * 20_000, "too-many-attributes"),
}


MOST_CALLS = 100
"""A character of the body: Markdown that opens links and closes none takes 77, whatever its length."""


@pytest.mark.parametrize(("body", "outcome"), HEAVY.values(), ids=HEAVY)
def test_a_heavy_body_is_refused_or_read_in_steps_that_grow_as_it_does(body: str, outcome: str) -> None:
    found: list[str] = []

    def work() -> None:
        try:
            article = of(body)
        except RejectedError as error:
            found.append(error.code)
            return
        found.append("read")
        assert len(fold(article.text)) <= MOST_GROWTH * len(article.text)
        assert len(article.text) <= len(body)
        assert len(article.html) <= 2 * len(body) + 100_000

    assert calls(work) <= MOST_CALLS * len(body)
    assert found == [outcome]


@pytest.mark.parametrize(
    "tag", ["a href=//a.cn", "b", "i", "font", "em", "u", "s", "code", "strong", "small", "tt", "nobr"]
)
def test_no_element_round_many_blocks_multiplies(tag: str) -> None:
    body = f"<p><{tag}>" * 3 + "<p>t" * 3_000
    try:
        assert len(of(body).html) <= 2 * len(body) + 100_000
    except RejectedError as error:
        assert error.code == "too-large"  # noqa: PT017 - some would grow tenfold


def test_a_link_round_one_block_stays_and_one_round_several_goes() -> None:
    assert of("<a href='https://a.cn/'><h3>甲</h3></a>").html.count(">甲</a></h2>") == 1
    assert of("<p><a href='https://a.cn/'>甲<p>乙<p>丙</a>").html.count("<a ") == 0


@pytest.mark.parametrize("hidden", ["<div><!--</div>-->", "<div title='</div>'>", "<div><script></div></script>"])
def test_what_closes_nothing_hides_no_depth(hidden: str) -> None:
    with pytest.raises(RejectedError) as caught:
        check_depth(hidden * 300, 256)
    assert caught.value.code == "too-deep"


def test_what_is_commented_out_is_not_deep() -> None:
    check_depth("<div></div><!-- <div> -->" * 300, 256)


def test_titles_authors_and_labels_are_bounded() -> None:
    tags = ", ".join(f"{number}{'字' * 200}" for number in range(90))
    article = of("正文", title=f"{'题' * 900}\nauthor: {'人' * 900}\ntags: [{tags}]\ncategories: [甲]")
    assert (len(article.title), len(article.author), len(article.tags)) == (300, 200, 50)
    assert {len(tag) for tag in article.tags} == {100}
    assert article.title.endswith("…")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>甲\x7f\x80\x9b乙</p>", "甲乙"),
        ("<p>甲&#127;&#129;&#x9d;乙</p>", "甲乙"),
        ("<p>甲&#146;&#x85;乙</p>", "甲’…乙"),
        ("<p>甲<img src='https://a.cn/1' alt='院\x9b门&#x7f;'>乙</p>", "甲乙"),
    ],
)
def test_controls_leave_a_body(body: str, text: str) -> None:
    html = of(body).html

    assert not re.search("[\x7f-\x9f]", html)
    assert re.sub("<[^>]*>", "", html) == text
