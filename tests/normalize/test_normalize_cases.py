"""Each file of ``cases/``, and beside it (``.yaml``) the article it must become, and of which source."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from aggregator.errors import RejectedError
from aggregator.model.article import Article
from aggregator.model.config import Clean, Limits, Source
from aggregator.model.document import RawDocument
from aggregator.normalize.article import Normalizer
from aggregator.normalize.sanitize import sanitize
from aggregator.parse.post.document import parse_post

NOW = datetime(2026, 11, 1, tzinfo=UTC)
CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))
CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
RULES = Clean(
    remove=(".appendQr_wrap", ".article-editor"),
    drop_lines=("^返回", "（文章来源：.*）$"),
    ignore_images=("n.sinaimg.cn/finance/cece9e13/",),
)


def read(body: bytes | str, source: Source | None = None, location: str = "a.md") -> Article:
    """The article that a file holds, through parse and normalize."""
    raw = body.encode() if isinstance(body, str) else body
    source = source or Source(name="s")
    document = RawDocument(source.name, location, "", raw, sha256(raw).hexdigest(), NOW)
    return Normalizer(source).normalize(parse_post(document, source), document)


def of(body: str, title: str = "题", **fields: Any) -> Article:
    """The article with that body."""
    return read(f"---\ntitle: {title}\n---\n{body}", Source(name="s", **fields))


def source_of(written: dict[str, Any]) -> Source:
    clean = {key: tuple(values) for key, values in written.pop("clean", {}).items()}
    return Source(name="s", clean=Clean(**clean), **written)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_becomes_the_article_expected(case: Path) -> None:
    expected = yaml.safe_load(case.with_suffix(".yaml").read_text(encoding="utf-8"))
    article = read(case.read_bytes(), source_of(expected.pop("source", {})))
    found = asdict(article) | {
        "published": article.published and article.published.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "repairs": [{"code": it.code, "detail": it.detail, "line": it.line} for it in article.repairs],
    }
    expected.setdefault("repairs", [])
    assert {field: found[field] for field in expected} == expected
    assert sanitize(article.html) == article.html


def test_every_case_has_an_expectation() -> None:
    assert CASES
    assert [case.stem for case in CASES] == sorted(path.stem for path in CASES[0].parent.glob("*.yaml"))


@pytest.mark.parametrize(
    ("body", "clean"),
    [
        ("<p> </p><!-- x -->", Clean()),
        ("返回首页", Clean(drop_lines=("^返回",))),
        ("<div id=a>正文</div>", Clean(remove=("#a",))),
        ("<img src=/a.jpg>", Clean()),
    ],
)
def test_an_article_of_which_nothing_is_left_is_rejected(body: str, clean: Clean) -> None:
    with pytest.raises(RejectedError) as caught:
        of(body, clean=clean)
    assert caught.value.code == "empty"


def test_images_alone_are_an_article_and_the_file_names_it_if_nothing_else_does() -> None:
    article = read("---\nauthor: a\n---\n<img src='https://a.example.cn/1.jpg'>", location="x/2022-01-01-某图.md")
    assert (article.title, article.text, article.date_kind) == ("2022-01-01-某图", "", "path")


def test_a_heading_that_is_not_the_title_and_a_title_that_is_all_there_is_stay() -> None:
    assert of("# 别的题\n\n正文").text == "别的题\n正文"
    assert of("# 题").text == "题"
    assert of("<h1>题</h1><p>正文</p>").html == "<p>正文</p>"


def test_the_same_document_gives_the_same_article() -> None:
    body = CASES[0].read_bytes()
    assert read(body) == read(body)


def test_the_limits_of_the_source_hold() -> None:
    with pytest.raises(RejectedError) as caught:
        of("<div>" * 6 + "x", limits=Limits(nesting=5))
    assert caught.value.code == "too-deep"
    assert of("<div>" * 5 + "x", limits=Limits(nesting=5)).text == "x"


if CORPUS.exists():
    REJECTED = {"alias-growth", "cut-in-front-matter", "empty-file", "front-matter-only", "yaml-tag"}
    FILES = [path for path in sorted(CORPUS.rglob("*.*")) if path.name != "README.md" and path.stem not in REJECTED]

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_a_sample_file_becomes_a_clean_article(path: Path) -> None:
        source = Source(name="s", clean=RULES)
        article = read(path.read_bytes(), source, str(path.relative_to(CORPUS)))
        assert article.title
        assert article.text or "<img" in article.html
        assert "返回首页" not in article.text
        assert "文章来源：" not in article.text
        assert "<>" not in article.text
        assert sanitize(article.html) == article.html
        assert len(article.summary) <= 200
        assert article.published is not None or article.date_kind == "missing"
        without_footer = {"wrapped-rsshub", "hugo-day-roundup", "hugo-no-date", "jekyll-scalar-tags", "broken"}
        if not without_footer & {*path.relative_to(CORPUS).parts} and path.parts[-2] in {"wrapped-finews", "_posts"}:
            assert article.url

    def seed(number: str) -> Article:
        (path,) = (CORPUS / "seeds").glob(f"{number}_*")
        return read(path.read_bytes(), Source(name="s", clean=RULES))

    def test_the_first_seed() -> None:
        article = seed("000")
        assert article.published == datetime(2021, 10, 20, 3, 47, 8, tzinfo=UTC)
        assert "<img" not in article.html
        assert article.image is None
        for boilerplate in ("新浪财经APP", "责任编辑", "appendQr", "float:left", "<pre"):
            assert boilerplate not in article.html + article.text
        assert article.text.count("\n") == 5
        assert not article.repairs

    def test_the_second_seed() -> None:
        article = seed("004")
        assert article.published == datetime(2022, 4, 27, 1, 15, 48, tzinfo=UTC)
        assert article.html.count('referrerpolicy="no-referrer"') == article.html.count("<img") == 15
        assert article.url == "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202204272360485383"
        assert "\n" not in article.text
        assert not article.repairs
