"""Pass after pass over a folder that changes, by the real program."""

from __future__ import annotations

import os
import re
from typing import Any

import feedparser

from feeds.feed_rules import check_feed
from set_up import TOPICS, SetUp


def entries(set_up: SetUp, key: str) -> list[Any]:
    body = set_up.feed(key)
    assert check_feed(body) == []
    return list(feedparser.parse(body).entries)


def counted(counts: dict[str, Any]) -> dict[str, int]:
    """The counts that are not 0."""
    return {key: value for key, value in counts.items() if isinstance(value, int) and value}


def test_what_is_new_is_found_once(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。", url="https://news.example/1")
    set_up.post("b.md", "粮食丰收", "各地粮食丰收。")
    assert counted(set_up.collect()) == {"found": 2, "new": 2}
    before = set_up.feed("bridges")
    assert counted(set_up.collect()) == {"found": 2, "unchanged": 2}
    assert set_up.feed("bridges") == before
    (bridge,) = entries(set_up, "bridges")
    assert bridge.title == "大桥合龙"
    assert bridge.link == "https://news.example/1"
    assert [entry.title for entry in entries(set_up, "all")] != []
    assert len(entries(set_up, "all")) == 2


def test_a_touched_file_is_not_a_change(set_up: SetUp) -> None:
    path = set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    before = set_up.feed("bridges")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert counted(set_up.collect()) == {"found": 1, "unchanged": 1}
    assert set_up.feed("bridges") == before


def test_a_rewritten_file_is_a_revision_of_the_same_article(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    (before,) = entries(set_up, "bridges")
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。全长三公里，双向六车道。", age_minutes=30)
    assert counted(set_up.collect()) == {"found": 1, "changed": 1}
    (after,) = entries(set_up, "bridges")
    assert after.id == before.id
    assert after.published == before.published
    assert after.updated > before.updated
    assert "双向六车道" in after.content[0].value
    revisions = set_up.json("explain", "a.md")["article"]["revisions"]
    assert [revision["number"] for revision in revisions] == [1, 2]


def test_a_moved_file_is_the_same_article(set_up: SetUp) -> None:
    path = set_up.post("_posts/a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    before = set_up.feed("bridges")
    (set_up.posts / "old_post").mkdir()
    path.rename(set_up.posts / "old_post" / "a.md")
    assert counted(set_up.collect()) == {"found": 1, "moved": 1, "vanished": 1}
    assert set_up.feed("bridges") == before
    assert counted(set_up.collect()) == {"found": 1, "unchanged": 1}


def test_a_copy_is_a_duplicate_and_a_namesake_is_not(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.post("copy.md", "大桥合龙", "大桥今天 合龙。<style>p{}</style>")
    set_up.post("namesake.md", "大桥合龙", "另一座大桥也合龙了，全长八百米。")
    assert counted(set_up.collect()) == {"found": 3, "new": 2, "duplicate": 1}
    assert len(entries(set_up, "bridges")) == 2


def test_a_deleted_file_keeps_its_article(set_up: SetUp) -> None:
    path = set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    before = set_up.feed("bridges")
    path.unlink()
    assert counted(set_up.collect()) == {"vanished": 1}
    assert counted(set_up.collect()) == {}
    assert set_up.feed("bridges") == before


def test_with_deletes_retract_it_goes_and_comes_back(set_up: SetUp) -> None:
    sources = set_up.config / "sources.yaml"
    sources.write_text(sources.read_text(encoding="utf-8") + "    deletes: retract\n", encoding="utf-8")
    path = set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    (before,) = entries(set_up, "bridges")
    path.unlink()
    set_up.collect()
    assert entries(set_up, "bridges") == []
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。", age_minutes=30)
    set_up.collect()
    (after,) = entries(set_up, "bridges")
    assert after.id == before.id


def test_a_folder_that_is_gone_is_an_error_and_deletes_nothing(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    before = set_up.feed("bridges")
    set_up.posts.rename(set_up.root / "elsewhere")
    counts = set_up.collect(code=1)
    assert "there is no such folder" in counts["error"]
    assert set_up.feed("bridges") == before
    (source,) = set_up.json("status")["sources"]
    assert "there is no such folder" in source["error"]
    assert source["error_code"] == "no-folder"
    assert source["error"].endswith(f"({source['remedy']})")
    (set_up.root / "elsewhere").rename(set_up.posts)
    assert counted(set_up.collect()) == {"found": 1, "unchanged": 1}


def test_one_bad_file_is_named_with_its_line_and_stops_nothing(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    (set_up.posts / "bad.md").write_text("---\ntitle: 甲\ntags: &a [1]\nx: *a\n---\n文", encoding="utf-8")
    counts = set_up.collect()
    assert counted(counts) == {"found": 2, "new": 1, "rejected": 1}
    (line,) = counts["rejections"]
    assert line.startswith("bad.md:3: ")
    set_up.post("bad.md", "粮食", "粮食丰收。")
    assert counted(set_up.collect()) == {"found": 2, "new": 1, "unchanged": 1}


def test_new_rules_route_the_stored_articles_anew(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.post("b.md", "隧道贯通", "隧道今天贯通。")
    set_up.collect()
    tunnels = TOPICS.replace("[大桥]", "[隧道]")
    (set_up.config / "topics.yaml").write_text(tunnels, encoding="utf-8")
    report = set_up.json("collect")
    assert report["rerouted"] == 2
    assert [entry.title for entry in entries(set_up, "bridges")] == ["隧道贯通"]
    assert set_up.json("status")["topics"][0]["counts"]["articles"] == 1
    assert set_up.json("collect")["rerouted"] == 0


def test_new_cleaning_rules_change_the_text_and_tell_nobody(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。</p><p>关注我们的公众号")
    set_up.collect()
    (before,) = entries(set_up, "bridges")
    sources = set_up.config / "sources.yaml"
    rules = sources.read_text(encoding="utf-8").replace("drop_lines: [", "drop_lines: ['^关注我们', ")
    sources.write_text(rules, encoding="utf-8")
    set_up.collect()
    (after,) = entries(set_up, "bridges")
    assert "公众号" in before.content[0].value
    assert "公众号" not in after.content[0].value
    assert (after.id, after.updated) == (before.id, before.updated)


def test_a_file_that_moves_while_cleaning_rules_change_stays_one_entry(set_up: SetUp) -> None:
    path = set_up.post("a.md", "大桥合龙", "大桥今天合龙。</p><p>关注我们的公众号")
    set_up.collect()
    (before,) = entries(set_up, "bridges")
    path.rename(set_up.posts / "b.md")
    sources = set_up.config / "sources.yaml"
    rules = sources.read_text(encoding="utf-8").replace("drop_lines: [", "drop_lines: ['^关注我们', ")
    sources.write_text(rules, encoding="utf-8")
    assert counted(set_up.collect()) == {"found": 1, "moved": 1, "vanished": 1}
    (after,) = entries(set_up, "bridges")
    assert (after.id, after.updated) == (before.id, before.updated)
    assert "公众号" not in after.content[0].value


def test_late_articles_do_not_flood_a_feed_that_has_readers(set_up: SetUp) -> None:
    set_up.post("first.md", "大桥开工", "第一座大桥开工。")
    set_up.collect()
    for number in range(15):
        set_up.post(
            f"old/{number}.md", f"大桥旧闻{number}", f"第{number}座大桥。", date=f"2019-01-{number + 1:02} 08:00"
        )
    assert set_up.collect()["new"] == 15
    titles = {entry.title for entry in entries(set_up, "bridges")}
    assert titles == {"大桥开工"} | {f"大桥旧闻{number}" for number in range(5, 15)}
    (bridges, _) = set_up.json("status")["topics"]
    assert (bridges["counts"]["articles"], bridges["counts"]["waiting"]) == (16, 5)
    set_up.collect()
    assert len(entries(set_up, "bridges")) == 11


def test_an_empty_feed_takes_all(set_up: SetUp) -> None:
    set_up.post("other.md", "无关", "与主题无关。")
    set_up.collect()
    for number in range(15):
        set_up.post(f"{number}.md", f"大桥{number}", f"第{number}座大桥。", date="2019-01-01 08:00")
    set_up.collect()
    assert len(entries(set_up, "bridges")) == 15


def test_preview_stores_nothing(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    (article,) = set_up.json("preview", "news")["articles"]
    assert (article["fate"], article["title"]) == ("new", "大桥合龙")
    assert [verdict["topic"] for verdict in article["verdicts"]] == ["bridges"]
    assert not set_up.data.exists()


def test_explain_names_rule_text_field_and_place(set_up: SetUp) -> None:
    path = set_up.post("a.md", "港珠澳大橋通車", "通车。", url="https://news.example/1")
    before = set_up.json("explain", str(path))
    set_up.collect()
    for ref in (str(path), "a.md", "https://news.example/1"):
        report = set_up.json("explain", ref)
        assert report["article"]["url"] == "https://news.example/1"
        bridges, harvest = report["topics"]
        assert (bridges["slug"], bridges["matched"], harvest["matched"]) == ("bridges", True, False)
        (reason,) = bridges["reasons"]
        assert (reason["rule"], reason["matched"], reason["field"], reason["position"]) == ("大桥", "大橋", "title", 3)
    assert before["article"]["stored"] is False
    assert before["article"]["content_hash"] == report["article"]["content_hash"]
    assert before["topics"][0]["reasons"] == report["topics"][0]["reasons"]
    set_up.run("explain", "https://nowhere.example/", code=2)


def test_export_writes_everything_once(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    target = set_up.root / "public"
    first = set_up.json("export", str(target))
    assert first["written"] == first["files"] > 5
    exported = (target / "feeds" / "bridges.atom").read_bytes()
    # A server of files answers for a page at its folder, which ends with a slash.
    assert re.sub(rb'(/(?:topics|articles|subscribe)/[^"/]+)/"', rb'\1"', exported) == set_up.feed("bridges")
    assert (target / "index.html").is_file()
    assert (target / "topics" / "bridges" / "index.html").is_file()
    assert set_up.json("export", str(target))["written"] == 0
    moved = set_up.json("export", str(set_up.root / "moved"), "--base-url", "https://pub.example/x")
    body = (set_up.root / "moved" / "feeds" / "bridges.atom").read_bytes()
    assert b"https://pub.example/x/feeds/bridges.atom" in body
    assert check_feed(body) == []
    assert moved["files"] == first["files"]
