"""Three hundred odd articles by files and a feed, through all stages: every feed of the site is what readers need."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import feedparser
import pytest
from lxml import etree, html

from aggregator.base.language import language_of
from aggregator.feeds.formats.atom import XML
from aggregator.prepare.sandbox import SandboxedReader
from desk import Desk
from feeds.atom_schema import schema_faults
from feeds.feed_rules import ATOM, check_feeds, children, links, text
from feeds.odd_articles import ENGLISH, FILES, ITEMS, PLACES, TOPICS, article_files, feed_document
from loopback import Answer, serve

HOME = "https://paper.example/"
FILES_HOME = "https://files.example/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, bytes]]:
    """All feeds of the site by their keys."""
    root = tmp_path_factory.mktemp("odd")
    for path, written in article_files().items():
        file = root / "posts" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written, encoding="utf-8")
    reader = SandboxedReader(TOPICS)
    desk = Desk(root, reader)
    desk.topics = TOPICS
    with serve({"/feed": Answer(200, {"Content-Type": "application/rss+xml"}, feed_document(HOME))}) as server:
        files = desk.source("files", name="files", path="posts", title="文件 & <社>", home=FILES_HOME)
        feed = desk.source("feed", server.url("/feed"), name="paper")
        first, second = desk.collect_all(files, feed)
        assert (first.new, first.rejected, second.new, second.rejected) == (FILES, 0, ITEMS, 0)
        yield {path.stem: path.read_bytes() for path in Path(root, "site", "feeds").glob("*.atom")} | {
            "address": server.url("/feed").encode()
        }
    desk.close()
    reader.close()


@pytest.fixture(scope="module")
def feeds(site: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {key: body for key, body in site.items() if key != "address"}


@pytest.fixture(scope="module")
def entries(feeds: Mapping[str, bytes]) -> Mapping[str, etree._Element]:
    """By id, from the feeds of topics."""
    found = (entry for key, body in feeds.items() for entry in children(etree.fromstring(body), "entry"))
    return {text(entry, "id"): entry for entry in found}


def test_every_article_is_in_a_feed(feeds: Mapping[str, bytes], entries: Mapping[str, etree._Element]) -> None:
    assert set(feeds) == {*PLACES, "all"}
    assert len(entries) == FILES + ITEMS


def test_every_feed_holds_the_rules(feeds: Mapping[str, bytes]) -> None:
    assert check_feeds(feeds) == []


@pytest.mark.parametrize("key", [*PLACES, "all"])
def test_every_feed_is_atom_by_its_schema(feeds: Mapping[str, bytes], key: str) -> None:
    assert schema_faults(feeds[key]) == []


@pytest.mark.parametrize("key", [*PLACES, "all"])
def test_every_feed_is_sound_for_a_reader(feeds: Mapping[str, bytes], key: str) -> None:
    read = feedparser.parse(feeds[key], sanitize_html=False)
    assert not read["bozo"]
    assert len(read["entries"]) == len(children(etree.fromstring(feeds[key]), "entry"))


def test_every_entry_names_its_author_and_its_origin(
    site: Mapping[str, bytes], entries: Mapping[str, etree._Element]
) -> None:
    origins: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for entry in entries.values():
        source = children(entry, "source")[0]
        feeds = tuple(link.get("href", "") for link in links(source, "self"))
        origins[text(source, "title"), links(source, "alternate")[0].get("href", ""), feeds] += 1
        assert entry.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name")
    assert origins == {
        ("文件 & <社>", FILES_HOME, ()): FILES,
        ("晚报 首页", HOME, (site["address"].decode(),)): ITEMS,
    }


def test_names_are_those_that_were_meant(entries: Mapping[str, etree._Element]) -> None:
    names = {entry.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name") for entry in entries.values()}
    assert names == {"文件 & <社>", "晚报 首页", "张三", "李四", "王五", "Johnson & Johnson", "ab", "记者 赵六"}


def test_every_entry_in_another_language_says_so(entries: Mapping[str, etree._Element]) -> None:
    languages: Counter[str | None] = Counter()
    for entry in entries.values():
        said = html.fragment_fromstring(text(entry, "content"), create_parent="div").text_content()
        marked = entry.get(f"{{{XML}}}lang")
        languages[marked] += 1
        if ENGLISH in said:
            assert marked == "en"
        elif re.search("[\u0600-\u06ff]{20}|\u0627\u0644", said):
            assert marked == "ar"
        else:
            assert marked is None
            assert language_of(said.strip()) in {"zh", ""}
    assert languages["en"] > 10
    assert languages["ar"] > 10
