"""The program as it comes: the default configuration on its two seeds, as the first user sees it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import feedparser
import pytest

from feeds.feed_rules import check_feed, check_feeds
from set_up import PROJECT, SHARED

TOPICS = (
    "national-medical-centers",
    "national-regional-medical-centers",
    "provincial-regional-medical-centers",
    "medical-resource-expansion",
)
SEED_000 = "国家发改委谈_看病难_：建设120个左右省级区域医疗中心"
SEED_004 = "三部门：到2022年底力争国家区域医疗中心建设覆盖全国所有省份"


def aggregator(data: Path, *arguments: str, config: Path = PROJECT / "config") -> Any:
    command = [sys.executable, "-m", "aggregator", "--config", str(config), "--data", str(data), *arguments, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=data.parent).stdout)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("default") / "var"
    (counts,) = aggregator(folder, "collect")["sources"]
    assert (counts["found"], counts["new"], counts["rejected"], counts["repaired"]) == (2, 2, 0, 0)
    return folder


def feeds(data: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (data / "site" / "feeds").glob("*.atom")}


def entries(data: Path, key: str) -> dict[str, Any]:
    return {entry.title: entry for entry in feedparser.parse(feeds(data)[key], sanitize_html=False).entries}


def test_the_second_pass_finds_nothing_and_changes_nothing(data: Path) -> None:
    before = feeds(data)
    (counts,) = aggregator(data, "collect")["sources"]
    assert (counts["found"], counts["new"], counts["changed"], counts["unchanged"]) == (2, 0, 0, 2)
    assert feeds(data) == before


def test_every_feed_is_what_readers_need(data: Path) -> None:
    assert set(feeds(data)) == {*TOPICS, "all"}
    for body in feeds(data).values():
        assert check_feed(body) == []
    assert check_feeds(feeds(data)) == []


def test_both_seeds_are_in_the_regional_feed_with_their_dates(data: Path) -> None:
    found = entries(data, "national-regional-medical-centers")
    assert list(found) == [SEED_004, SEED_000]
    assert found[SEED_000].published == "2021-10-20T03:47:08Z"
    assert found[SEED_004].published == "2022-04-27T01:15:48Z"
    assert found[SEED_004].link == "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202204272360485383"


def test_each_seed_is_in_its_topics(data: Path) -> None:
    where = {key: set(entries(data, key)) for key in TOPICS}
    assert where == {
        "national-medical-centers": {SEED_000},
        "national-regional-medical-centers": {SEED_000, SEED_004},
        "provincial-regional-medical-centers": {SEED_000},
        "medical-resource-expansion": {SEED_000, SEED_004},
    }


def test_the_text_is_whole_and_the_boilerplate_is_gone(data: Path) -> None:
    found = entries(data, "all")
    first, second = found[SEED_000].content[0].value, found[SEED_004].content[0].value
    assert "以省为单位网格化建设120个左右省级区域医疗中心。" in first
    assert "海量资讯" not in first
    assert "责任编辑" not in first
    assert "appendQr" not in first
    assert "<img" not in first
    assert len(re.findall("<img", second)) == 15
    assert len(re.findall('referrerpolicy="no-referrer"', second)) == 15
    assert "全国范围内重点病种跨省、跨区域就医大幅减少。" in second
    assert "文章来源" not in second
    assert "返回" not in second


def test_the_seeds_are_the_published_files_to_the_byte() -> None:
    seeds = sorted((PROJECT / "config" / "seeds").iterdir())
    assert [path.name for path in seeds] == ["000_4f46d604c5af1831.txt", "004_2b2a2ec8927a5807.txt"]


if SHARED.exists():
    SOURCES = """\
sources:
  - name: corpus
    kind: files
    path: {path}
    exclude: [README.md]
    crawl_dates: '\\d{{4}}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d'
    clean:
      remove: ['.appendQr_wrap', '.article-editor']
      drop_lines: ['^返回', '（文章来源：.*）$']
      ignore_images: ['n.sinaimg.cn/finance/cece9e13/', 'picsum.photos']
"""
    RESOURCES = "medical-resource-expansion"
    TOPICS_OF = {
        SEED_000: set(TOPICS),
        SEED_004: {"national-regional-medical-centers", RESOURCES},
        "安徽天长：建立基层“医共体”": {RESOURCES},
        "今年全国重点建设500个县域医共体": {RESOURCES},
        "我国紧密型县域医共体已在全国2188个县推进": {RESOURCES},
        "安徽：打造_医共体_ 小病不出县": {RESOURCES},
        "四项指南发布 夯实县域医共体共享服务能力": {RESOURCES},
        "488所医院跨区域组建专科联盟": {RESOURCES},
        "首个国家区域医疗中心揭牌仪式在厦门举行": {"national-regional-medical-centers"},
        "国家呼吸医学中心在广州正式挂牌": {"national-medical-centers"},
    }

    @pytest.fixture(scope="module")
    def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
        root = tmp_path_factory.mktemp("corpus")
        config = root / "config"
        config.mkdir()
        (config / "topics.yaml").write_bytes((PROJECT / "config" / "topics.yaml").read_bytes())
        (config / "sources.yaml").write_text(SOURCES.format(path=SHARED / "corpus"), encoding="utf-8")
        (counts,) = aggregator(root / "var", "collect", config=config)["sources"]
        return config, root / "var", counts

    def test_every_sample_file_is_accounted_for(corpus: tuple[Path, Path, dict[str, Any]]) -> None:
        counts = corpus[2]
        fates = ("new", "changed", "duplicate", "moved", "unchanged", "rejected", "failed")
        assert counts["found"] == sum(counts[fate] for fate in fates) == 56
        assert counts["rejected"] == 5
        assert counts["failed"] == 0
        rejected = {line.split(":")[0].removeprefix("broken/").removesuffix(".md") for line in counts["rejections"]}
        assert rejected == {"empty-file", "front-matter-only", "cut-in-front-matter", "alias-growth", "yaml-tag"}
        assert all(re.match(r"broken/[a-z-]+\.md:\d+: [a-z-]+: .", line) for line in counts["rejections"])

    def test_the_sample_files_are_in_their_topics(corpus: tuple[Path, Path, dict[str, Any]]) -> None:
        found: dict[str, set[str]] = {}
        for key in TOPICS:
            assert check_feed(feeds(corpus[1])[key]) == []
            for title in entries(corpus[1], key):
                found.setdefault(title, set()).add(key)
        assert found == TOPICS_OF

    def test_its_own_seeds_are_byte_for_byte_the_shared_ones() -> None:
        for path in (SHARED / "seeds").iterdir():
            assert (PROJECT / "config" / "seeds" / path.name).read_bytes() == path.read_bytes()

    def test_the_samples_once_more(corpus: tuple[Path, Path, dict[str, Any]]) -> None:
        config, data, _ = corpus
        (counts,) = aggregator(data, "collect", config=config)["sources"]
        assert (counts["found"], counts["unchanged"]) == (56, 56)
