"""The topics of the sample articles are those that the sample's README states; all others are in none."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from aggregator.base.text import fold
from aggregator.classify.compile import compile_topics
from aggregator.classify.verdict import in_words
from aggregator.errors import RejectedError
from aggregator.model.article import Subject
from aggregator.model.config import Source
from aggregator.model.document import RawDocument
from aggregator.normalize.article import Normalizer
from aggregator.parse.post.document import parse_post
from aggregator.settings.load import load

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / ".." / "shared" / "corpus"
CONFIGURATION = load(ROOT / "config")
NMC, NRMC, PRMC, MRE = (topic.slug for topic in CONFIGURATION.topics)

STATED = {
    "000_4f46d604c5af1831.txt": {NMC, NRMC, PRMC, MRE},
    "004_2b2a2ec8927a5807.txt": {NRMC, MRE},
    "2017-02-14-201702141919044657.md": {MRE},
    "2019-04-12-201904121930023246.md": {MRE},
    "2025-02-15-202502151925751527.md": {MRE},
    "安徽：打造_医共体_ 小病不出县.md": {MRE},
    "四项指南发布 夯实县域医共体共享服务能力.md": {MRE},
    "488所医院跨区域组建专科联盟.md": {MRE},
    "2020-10-22-202010221941325657.md": {NRMC},
    "国家呼吸医学中心在广州正式挂牌.md": {NMC},
}
WHY_NOT = {
    "今天我们出院了.md": "only in ignored names: 大别山区域医疗中心",
    "美国总统特朗普被送入医院接受治疗.md": "only in ignored names: 军事医学中心",
}


def read(path: Path) -> Subject | None:
    """The folded article; None for a file that holds none."""
    body = path.read_bytes()
    document = RawDocument("s", path.name, "", body, sha256(body).hexdigest(), datetime(2026, 5, 1, tzinfo=UTC))
    source = Source(name="s")
    try:
        article = Normalizer(source).normalize(parse_post(document, source), document)
    except RejectedError:
        return None
    return Subject(title=fold(article.title), text=fold(article.text))


if CORPUS.exists():
    FILES = sorted(path for path in CORPUS.rglob("*.*") if path.is_file() and path.name != "README.md")
    CLASSIFIER = compile_topics(CONFIGURATION.topics)

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_a_sample_article_is_in_the_topics_stated(path: Path) -> None:
        article = read(path)

        verdicts = CLASSIFIER.classify(article) if article else ()
        assert {verdict.topic for verdict in verdicts if verdict.matched} == STATED.get(path.name, set())

    @pytest.mark.parametrize("name", sorted(WHY_NOT))
    def test_a_look_alike_is_out_for_its_name(name: str) -> None:
        (article,) = (read(path) for path in FILES if path.name == name)

        assert article is not None
        assert WHY_NOT[name] in {in_words(verdict.why_not) for verdict in CLASSIFIER.classify(article)}

    def test_every_stated_file_is_in_the_sample() -> None:
        assert STATED.keys() | WHY_NOT.keys() <= {path.name for path in FILES}
