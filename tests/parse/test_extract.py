"""Each page of ``pages/``, and beside it (``.yaml``) the article it must become, and of which source and hint."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.base.dates.formats import FORMATS, DateFormat
from aggregator.errors import RejectedError
from aggregator.model.config import Source
from aggregator.model.document import ParsedArticle, RawDocument
from aggregator.parse.page.article_page import extract
from aggregator.parse.stated_dates import best_date, date_in, labelled_date

CASES = sorted((Path(__file__).parent / "pages").glob("*.html"))
URL = "https://wjw.example/yw/t1.html"
HINT = ParsedArticle("题", "", links=(URL,), markup="html", provenance={"title": "atom:title", "url": "link"})
SENTENCES = [
    "国家区域医疗中心建设项目昨日在省城正式开工，项目总建筑面积二十二万平方米。",
    "省卫生健康委有关负责人介绍，中心建成后将重点发展心血管、神经、肿瘤等专科。",
    "据悉，项目计划于二〇二八年底投入使用，届时可辐射周边三省的患者。",
]
TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
PAGE = f"<html><head><title>题</title></head><body><div class='content'>{TEXT}</div></body></html>"


def read(
    body: bytes | str,
    hint: ParsedArticle | None = None,
    media_type: str = "text/html",
    url: str = URL,
    site: str = "",
    **fields: Any,
) -> ParsedArticle:
    raw = body.encode() if isinstance(body, str) else body
    seen = datetime(2026, 5, 1, tzinfo=UTC)
    document = RawDocument("s", url, "", raw, "", seen, "article-page", url, media_type, hint, site=site)
    return extract(document, Source("s", "page", **fields))


def hinting(body: str, where: str = "content:encoded") -> ParsedArticle:
    return replace(HINT, body=body, provenance={**HINT.provenance, "body": where})


def hint_of(written: dict[str, Any] | None) -> ParsedArticle | None:
    if written is None:
        return None
    return ParsedArticle(**({"body": "", "markup": "html"} | written | {"links": tuple(written.get("links", ()))}))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_becomes_the_article_expected(case: Path) -> None:
    written = yaml.safe_load(case.with_suffix(".yaml").read_text(encoding="utf-8"))
    article = read(case.read_bytes(), hint_of(written.get("hint")), **written.get("source", {}))
    found = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(article).items()}
    assert {key: found[key] for key in written["expected"]} == written["expected"]
    assert article.markup == "html"
    assert [words for words in written.get("says", []) if words not in article.body] == []
    assert [words for words in written.get("lacks", []) if words in article.body] == []


TITLES = yaml.safe_load((Path(__file__).parent / "page_titles.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TITLES, ids=lambda case: str(case["title"]))
def test_a_title_loses_the_names_of_its_site_and_never_its_own_half(case: dict[str, str]) -> None:
    page = PAGE.replace("<title>题</title>", case["head"])
    article = read(page, url=case.get("url", URL), site=case.get("site", ""), full_text=".content")
    assert article.title == case["title"]


def test_a_link_that_only_says_that_there_is_more_is_no_title() -> None:
    page = PAGE.replace("<title>题", "<title>国家区域医疗中心开工")
    for told in ("Read more »", "查看详情>>", "阅读全文"):
        assert read(page, replace(HINT, title=told)).title == "国家区域医疗中心开工"


@pytest.mark.parametrize(
    "layout",
    [
        "<div class='content'>{paragraphs}</div>",
        "<table><tr><td class='content'>{paragraphs}</td></tr></table>",
        "<div class='con'><div>{divisions}</div></div>",
        "<div id='js_content'>{sections}</div>",
        "<div class='content'>{breaks}</div>",
        "<div class='content'><ul>{list}</ul></div>",
    ],
)
def test_no_sentence_of_an_article_is_lost_whatever_its_layout(layout: str) -> None:
    def each(before: str, after: str) -> str:
        return "".join(f"{before}{sentence}{after}" for sentence in SENTENCES)

    main = layout.format(
        paragraphs=each("<p>　　", "</p>"),
        divisions=each("<div>", "</div>"),
        sections=each("<section><section><span>", "</span></section></section>"),
        breaks=each("", "<br><br>　　"),
        list=each("<li>", "</li>"),
    )
    menu = "".join(f"<li><a href='/c{number}/'>栏目{number}</a></li>" for number in range(20))
    more = "".join(f"<li><a href='/r{number}.html'>医疗服务改革的若干新闻之{number}</a></li>" for number in range(8))
    page = (
        f"<html><body><div class='nav'><ul>{menu}</ul></div><h1>题</h1>{main}<div class='related'><h3>相关阅读</h3>"
        f"<ul>{more}</ul></div><div class='footer'><p>版权所有</p></div></body></html>"
    )
    body = read(page).body
    assert [sentence for sentence in SENTENCES if sentence not in body] == []
    assert [word for word in ("栏目1", "若干新闻", "版权") if word in body] == []


ENGLISH = [
    "The river rose by two metres on Monday, and the old bridge was closed to all traffic.",
    "Engineers say that repairs will take until the end of the summer.",
    "“We have waited for this for ten years,” said the mayor, who opened the works.",
    "A second crossing is planned further down the valley, at a cost of 12 million.",
]
LAYOUTS = {
    "in an aside": ("<aside><article>{}</article></aside>", "<p>", "</p>"),
    "in what is called a sidebar": ("<div class='layout sidebar'>{}</div>", "<p>", "</p>"),
    "in what is called a menu": ("<div class=menu>{}</div>", "<p>", "</p>"),
    "in what is called a comment": ("<div class='comment-content'>{}</div>", "<p>", "</p>"),
    "shown by a script": ("<div style='display:none' class=body>{}</div>", "<p>", "</p>"),
    "for browsers without scripts": ("<div id=app></div><noscript><div>{}</div></noscript>", "<p>", "</p>"),
    "in a template": ("<div id=app></div><template>{}</template>", "<p>", "</p>"),
    "all linked": ("<div>{}</div>", "<p><a href='/y'>", "</a></p>"),
    "within a form": ("<form id=aspnetForm><div>{}</div></form>", "<p>", "</p>"),
    "within spans": ("<div class=TRS_Editor><div>{}</div></div>", "<div><span style='x'>", "</span></div>"),
    "in an element of its own": ("<UCAPCONTENT>{}</UCAPCONTENT>", "<p>", "</p>"),
    "in tables in tables": ("<table><tr><td><table>{}</table></td></tr></table>", "<tr><td><p>", "</p></td></tr>"),
    "questions and answers": ("<dl>{}</dl>", "<dt>What?</dt><dd>", "</dd>"),
    "captions": ("<div>{}</div>", "<figure><img src='/a.jpg'><figcaption>", "</figcaption></figure>"),
}


@pytest.mark.parametrize("sentences", [SENTENCES, ENGLISH], ids=["han", "latin"])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_an_article_is_found_where_no_extractor_looks(layout: tuple[str, str, str], sentences: list[str]) -> None:
    around, before, after = layout
    main = around.format("".join(f"{before}{sentence}{after}" for sentence in sentences))
    menu = "".join(f"<li><a href='/c{number}/'>Section {number}</a></li>" for number in range(20))
    more = "".join(f"<li><a href='/r{number}.html'>Another story, number {number}</a></li>" for number in range(8))
    body = read(f"<div class=top><ul>{menu}</ul></div><h1>T</h1>{main}<h3>More</h3><ul>{more}</ul>").body
    assert [sentence for sentence in sentences if sentence not in body] == []
    assert [word for word in ("Section 1", "Another story") if word in body] == []


def test_a_text_that_only_stands_in_json_is_the_article() -> None:
    text = json.dumps({"@type": "NewsArticle", "articleBody": "\n".join(SENTENCES)})
    article = read(f"<script type='application/ld+json'>{text}</script><div id=app></div>")
    assert article.body == TEXT
    assert article.provenance["body"] == "JSON-LD articleBody"


def test_a_text_that_only_stands_in_the_preview_is_the_article() -> None:
    article = read(f"<meta property='og:description' content='{SENTENCES[0]}'><div id=app></div>")
    assert (article.body, article.provenance["body"]) == (f"<p>{SENTENCES[0]}</p>", "meta og:description")


class TestDigestAgainstExtraction:
    def test_the_page_wins_if_it_is_longer_and_the_digest_is_kept(self) -> None:
        digest = f"<p>{SENTENCES[0]}</p>"
        article = read(PAGE, hinting(digest))
        assert all(sentence in article.body for sentence in SENTENCES)
        assert article.metadata == {"digest": digest}
        assert article.provenance["body"] == "full text (trafilatura)"

    def test_the_entry_wins_if_it_is_longer_and_the_extraction_is_kept(self) -> None:
        whole = TEXT + "<p>又及：以上内容最终以实施方案为准。</p>"
        article = read(PAGE, replace(hinting(whole), base="https://feed.example/"))
        assert (article.body, article.base) == (whole, "https://feed.example/")
        assert SENTENCES[0] in str(article.metadata["extraction"])
        assert article.provenance["body"] == "content:encoded, longer than the page's text"
        assert article.repairs == ()

    def test_length_is_that_of_what_people_see(self) -> None:
        padded = f"<!-- {'x' * 5000} --><script>{'y' * 5000}</script><p class='{'z' * 5000}'>短{' ' * 5000}</p>"
        assert read(PAGE, hinting(padded)).metadata == {"digest": padded}

    @pytest.mark.parametrize(
        ("body", "fields", "reason"),
        [
            (b"", {}, "the page could not be fetched"),
            ("<html><body>Please enable JavaScript to view this page.</body></html>", {}, "scripts or cookies"),
            (
                "<noscript>需要启用 JavaScript</noscript><div id='app'></div>",
                {},
                "no article was found",
            ),
            ("<html><body></body></html>", {}, "no article was found"),
            ("<!-- nothing -->", {}, "empty"),
            (PAGE, {"full_text": ".gone"}, "full_text '.gone' finds nothing in the page"),
            ("<div>" * 50_000, {}, "nested"),
            (b"\x00\x01\x02\xff" * 500, {}, ""),
        ],
    )
    def test_the_entry_stands_where_the_page_gives_nothing(
        self, body: bytes | str, fields: dict[str, str], reason: str
    ) -> None:
        article = read(body, hinting("<p>摘要</p>"), **fields)
        assert article.body == "<p>摘要</p>"
        (repair,) = (repair for repair in article.repairs if repair.code == "full-text")
        assert reason in repair.detail
        assert article.provenance["body"].startswith("content:encoded: ")

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b"", "empty"),
            ("<html><body></body></html>", "empty"),
            ("<html><body>Please turn on JavaScript and cookies.</body></html>", "empty"),
            ("<p>" * 200_000, "too-many-marks"),
            ("<p " + "a=1 " * 200_000 + ">", "too-many-attributes"),
            ("<!--" * 300_000, "too-many-marks"),
            ("x" * 3_000_000, "too-large"),
        ],
    )
    def test_nothing_at_all_is_rejected(self, body: bytes | str, code: str) -> None:
        for hint in (None, HINT):
            with pytest.raises(RejectedError) as caught:
                read(body, hint)
            assert caught.value.code == code


@pytest.mark.parametrize(
    ("selector", "code"), [(".gone", "nothing-selected"), ("p[", "bad-selector"), ("::x", "bad-selector")]
)
def test_a_selector_of_no_use_is_named(selector: str, code: str) -> None:
    with pytest.raises(RejectedError, match="full_text") as caught:
        read(PAGE, full_text=selector)
    assert caught.value.code == code


def test_icons_and_tags_that_close_themselves_make_no_page_deep() -> None:
    icons = "<svg viewBox='0 0 8 8'>" + "<path d='M0 0'/>" * 400 + "</svg>" + "<o:p/>" * 400
    text = "".join(f"<p>{sentence}<wbr>而且<o:p></p>" for sentence in SENTENCES)
    page = f"<html><body>{icons}<div class=content>{text}<embed src='//a.cn/'>尾声</div></body></html>"
    body = read(page, full_text=".content").body
    assert all(sentence in body for sentence in (*SENTENCES, "尾声"))


def test_what_is_as_deep_as_may_be_is_read() -> None:
    page = f"<html><body>{'<div>' * 255}<p class=a>正文</p>"
    assert "正文" in read(page, full_text=".a").body
    with pytest.raises(RejectedError) as caught:
        read(page.replace("<p", "<div><p"), full_text=".a")
    assert caught.value.code == "too-deep"


class TestWithoutTrafilatura:
    @pytest.fixture(autouse=True)
    def missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("trafilatura", "htmldate"):
            monkeypatch.setitem(sys.modules, name, None)

    def test_the_extra_is_named(self) -> None:
        with pytest.raises(RejectedError, match=r"install topic-feed-aggregator\[fulltext\]") as caught:
            read(PAGE)
        assert caught.value.code == "no-extractor"

    def test_an_entry_with_a_text_is_not_lost(self) -> None:
        article = read(PAGE, hinting("<p>摘要</p>"))
        assert article.body == "<p>摘要</p>"
        assert [repair.code for repair in article.repairs] == ["full-text"]

    def test_a_selector_needs_none(self) -> None:
        assert SENTENCES[2] in read(PAGE, full_text=".content").body


def test_a_page_in_gbk_is_read_whoever_declares_it() -> None:
    article = read(PAGE.encode("gb18030"), media_type="text/html; charset=utf-8")
    assert all(sentence in article.body for sentence in SENTENCES)
    assert [repair.code for repair in article.repairs] == ["encoding"]


def test_the_entry_s_word_goes_before_the_page_s() -> None:
    page = PAGE.replace(
        "<title>", "<meta name='author' content='页'><meta property='og:image' content='/p.jpg'><title>页"
    )
    hint = replace(HINT, author="甲", images=("https://wjw.example/h.jpg",), published="2024-03-05", tags=("t",))
    article = read(page, hint)
    assert (article.title, article.author, article.images, article.tags) == ("题", "甲", hint.images, ("t",))
    assert article.provenance["title"] == "atom:title"


def test_a_short_page_that_also_has_a_word_for_old_browsers_is_an_article() -> None:
    page = f"<noscript>请启用 JavaScript</noscript><div class='c'><p>{SENTENCES[0]}</p></div>"
    assert SENTENCES[0] in read(page, full_text=".c").body


def test_a_title_that_the_list_cut_short_is_completed() -> None:
    page = PAGE.replace("<title>题", "<title>关于印发国家区域医疗中心建设方案的通知")
    assert read(page, replace(HINT, title="关于印发国家区域…")).title == "关于印发国家区域医疗中心建设方案的通知"
    assert read(page, replace(HINT, title="另一个题目…")).title == "另一个题目…"


def test_without_extraction_the_entry_is_the_article() -> None:
    assert read(PAGE, hinting("<p>摘要</p>"), full_text="off") == hinting("<p>摘要</p>")
    with pytest.raises(RejectedError, match="full_text is off"):
        read(PAGE, HINT, full_text="off")


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>国家区域医疗中心开工_某某省卫健委</title>", "国家区域医疗中心开工"),
        ("<title>国家区域医疗中心开工-新闻中心-某某网</title>", "国家区域医疗中心开工"),
        ("<title>COVID-19 in 2024 - a review | The Example</title><h1>COVID-19 in 2024 - a review</h1>",
         "COVID-19 in 2024 - a review"),
        ("<title>Home - The Example</title>", "Home - The Example"),
        ("<title>A | B</title><meta property='og:title' content='About R&amp;D: beds &lt; 120'>",
         "About R&amp;D: beds &lt; 120"),
        ("<meta property='og:site_name' content='某网'><meta property='og:title' content='短题 - 某网'>", "短题"),
    ],
)  # fmt: skip
def test_a_title_is_told_without_the_name_of_the_site(head: str, title: str) -> None:
    assert read(PAGE.replace("<title>题</title>", head)).title == title


def test_the_extraction_is_the_same_each_time() -> None:
    assert read(PAGE) == read(PAGE)


@pytest.mark.parametrize(
    ("stated", "best"),
    [
        ([], ""),
        (["yesterday", "2024-03-05"], "2024-03-05"),
        (["2024-03-05", "2024-03-05 10:20"], "2024-03-05 10:20"),
        (["2024-3-5", "2024年03月05日 10:20"], "2024年03月05日 10:20"),
        (["2024-03-05", "2024-06-01T10:00:00Z"], "2024-03-05"),
        (["Tue, 05 Mar 2024 10:20:00 GMT", "2024-03-05"], "Tue, 05 Mar 2024 10:20:00 GMT"),
        (["2024-03-05" + "0" * 100], ""),
        (["2024-13-45", "2024-03-05"], "2024-03-05"),
        (["Foo 5 of 2024", "1970-01-01", "5 March 2024"], "5 March 2024"),
        (["Foo 5 of 2024"], "Foo 5 of 2024"),
    ],
)
def test_of_several_dates_the_first_counts_but_for_its_time_of_day(stated: list[str], best: str) -> None:
    assert best_date((date, "somewhere") for date in stated)[0] == best


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("[2024-03-05]", "2024-03-05"),
        ("发布时间：2024-03-05 10:20 来源：某报", "2024-03-05 10:20"),
        ("（2024年3月5日）", "2024年3月5日"),
        ("5 March 2024", "5 March 2024"),
        ("3小时前", ""),
        ("03-05", ""),
        ("2024-03-05T10:20:30+08:00", "2024-03-05T10:20:30+08:00"),
        ("Published on 15 January 2024 by A. Writer", "15 January 2024"),
        ("By A. Writer, Jan. 5, 2024", "Jan. 5, 2024"),
        ("Monday, 15 January 2024 · 3 min", "15 January 2024"),
        ("Updated January 15, 2024 at 2:30 PM EST", "January 15, 2024 at 2:30 PM EST"),
        ("3:04 PM · Jan 5, 2024 · Web", "3:04 PM · Jan 5, 2024"),
        ("20 Oct 2021 at 10:15 CNN", "20 Oct 2021 at 10:15"),
        ("Wed, 20 Oct 2021 03:47:08 GMT", "20 Oct 2021 03:47:08 GMT"),
        ("来源：某报 2024年1月5日 下午3:04 编辑", "2024年1月5日 下午3:04"),
        ("2022年4月27日（星期三）09:15", "2022年4月27日（星期三）09:15"),
        ("二〇二二年四月二十七日发布", "二〇二二年四月二十七日"),
        ("2022年4月27日（水） 9時15分", "2022年4月27日（水） 9時15分"),
        ("2022년 4월 27일 오후 3:15", "2022년 4월 27일 오후 3:15"),
        ("Von A. B., 15.03.2024, 09:15 Uhr", "15.03.2024, 09:15 Uhr"),
        ("Le 1er mars 2024 à 9h15", "1er mars 2024 à 9h15"),
        ("15 de enero de 2024", "15 de enero de 2024"),
        ("15 января 2024 г.", "15 января 2024"),
        ("posted 5/3/2024", "5/3/2024"),
        ("Nr 12 2024-01-05", "2024-01-05"),
        ("5 Foo 2021", "5 Foo 2021"),
        ("Version 10.4.2019.1", ""),
        ("v1.2.2022", ""),
        ("192.168.1.1", ""),
        ("10.20.2024.5", ""),
        ("+86 010-2022-1234", ""),
        ("¥2,022.10.12", ""),
        ("2019-2021", ""),
        ("© 2019–2021", ""),
        ("from 2019 to 2021", ""),
        ("since 1999", ""),
        ("ISBN 978-7-2022-1234-5", ""),
    ],
)
def test_a_date_is_found_within_its_text(text: str, date: str) -> None:
    assert date_in(text) == date


def test_a_long_text_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each number that looks like a date is read at most twice, and what lies far down is not looked at."""
    reads: list[str] = []
    monkeypatch.setattr("aggregator.parse.stated_dates.read_date", lambda written, _: reads.append(written))
    assert date_in("Foo 1, 2024 " * 100_000) == ""
    assert len(reads) <= 2 * 20_000 / 4
    assert labelled_date("Date: 1 Foo 2024 " * 100_000) == ""


@pytest.mark.parametrize("form", [form for form in FORMATS if form.within], ids=lambda form: form.name)
def test_what_is_looked_for_within_words_has_a_longest_length(form: DateFormat) -> None:
    plain = re.sub(r"\\.|\[[^\]]*\]", "", form.within)
    assert not re.search(r"[*+]|,\}", plain)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("浏览 12 发布时间：2024-01-05 10:20 来源", "2024-01-05 10:20"),
        ("Published on Monday, 15 January 2024 by A", "15 January 2024"),
        ("Updated: Jan 5, 2024", "Jan 5, 2024"),
        ("Veröffentlicht am 15.03.2024", "15.03.2024"),
        ("Date 192.168.1.1, Updated 2024-01-05", "2024-01-05"),
        ("2024-01-05", ""),
    ],
)
def test_a_label_announces_a_date(text: str, date: str) -> None:
    assert labelled_date(text) == date


PIECES = [
    *("<p>", "</p>", "<div class=nav>", "</div>", "<section>", "<img data-src=x>", "正文一句话。", "<", "&", "<h1>题"),
    *(
        "<script type=application/ld+json>[{",
        "<meta property=og:title content=",
        "<table><tr><td>",
        "</body>",
        "<figure>",
    ),
]


@given(st.lists(st.sampled_from(PIECES)))
def test_no_page_is_a_fault_of_the_program(pieces: list[str]) -> None:
    article = read("".join(pieces), hinting("<p>摘要</p>"))
    assert article.body
    assert article.title == "题"
