"""The labelled articles and pairs are well formed. What the rules make of them is measured by `aggregator evaluate`."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from aggregator.model.config import Source
from aggregator.model.document import RawDocument
from aggregator.normalize.article import Normalizer
from aggregator.parse.post.document import parse_post
from aggregator.settings.load import load

HERE = Path(__file__).resolve().parent
SLUGS = {topic.slug for topic in load(HERE.parents[1] / "config").topics}
GRADES = {"core", "partial", "none", "unsure"}


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


LABELS = rows("labels.tsv")
ARTICLES = sorted(path.relative_to(HERE).as_posix() for path in (HERE / "articles").rglob("*.md"))


def grades(row: dict[str, str]) -> dict[str, str]:
    """The grade of each topic that a row names; what `topic_grades` says goes first."""
    named = {slug: row["grade"] for slug in row["topics"].split(",") if slug != "none"}
    return named | dict(pair.split(":") for pair in row["topic_grades"].split(",") if pair)


def test_every_path_is_labelled_once() -> None:
    paths = [row["path"] for row in LABELS]

    assert paths == sorted(set(paths))


@pytest.mark.parametrize("row", LABELS, ids=lambda row: row["path"])
def test_a_row_names_a_file_known_topics_and_known_grades(row: dict[str, str]) -> None:
    assert row["path"] in ARTICLES
    assert set(grades(row)) <= SLUGS
    assert {row["grade"], *grades(row).values()} <= GRADES
    assert (row["topics"] == "none") == (row["grade"] == "none") or row["grade"] == "unsure"
    assert row["half"] == half(row["path"])


@pytest.mark.parametrize("path", ARTICLES)
def test_an_article_has_title_date_and_text(path: str) -> None:
    body = (HERE / path).read_bytes()
    document = RawDocument("s", path, "", body, sha256(body).hexdigest(), datetime(2026, 6, 1, tzinfo=UTC))
    source = Source(name="s")

    parsed = parse_post(document, source)
    article = Normalizer(source).normalize(parsed, document)

    assert parsed.title
    assert parsed.published
    assert len(article.text) >= 40


def half(key: str) -> str:
    """The half of a row is decided by the SHA-256 of its key, an even number for `tune`."""
    return "held" if int(sha256(key.encode()).hexdigest(), 16) % 2 else "tune"
