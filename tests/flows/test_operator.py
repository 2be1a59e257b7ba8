"""What an operator asks of a set-up, and what an operator gets wrong, by the real program."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from set_up import SOURCES, TOPICS, SetUp, make_set_up

NEWS = "  - name: news\n"


def error(set_up: SetUp, *arguments: str, code: int) -> str:
    done = set_up.run(*arguments, code=code)
    assert "unexpected" not in done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def with_bad_post(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    (set_up.posts / "deep").mkdir()
    (set_up.posts / "deep" / "bad.md").write_text("---\ntitle: x\na: &a [x]\nb: *a\n---\n<p>文</p>\n", encoding="utf-8")
    set_up.collect()


def test_status_names_what_was_rejected_long_after(set_up: SetUp) -> None:
    with_bad_post(set_up)
    set_up.collect()
    report = set_up.json("status")
    (source,) = report["sources"]
    assert (source["rejected"], source["failed"], source["articles"]) == (1, 0, 1)
    (refusal,) = report["refusals"]
    assert (refusal["source"], refusal["location"], refusal["status"]) == ("news", "deep/bad.md", "rejected")
    assert refusal["reason"].startswith("yaml-anchor: ")
    assert f"news: deep/bad.md:{refusal['line']}: yaml-anchor: " in set_up.run("status").stdout


@pytest.mark.parametrize("name", ["deep/bad.md", "bad.md", "posts/deep/bad.md"])
def test_explain_says_why_a_file_gives_no_article(set_up: SetUp, name: str) -> None:
    with_bad_post(set_up)
    assert "yaml-anchor: " in error(set_up, "explain", name, code=1)
    (set_up.posts / "deep" / "bad.md").unlink()
    assert "deep/bad.md:" in error(set_up, "explain", name, code=1)


def test_a_file_that_became_unreadable_is_explained_beside_its_article(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    set_up.post("a.md", "大桥合龙", "", age_minutes=30)
    assert set_up.collect()["rejected"] == 1
    report = set_up.json("explain", "a.md")
    assert report["article"]["title"] == "大桥合龙"
    (note,) = report["notes"]
    assert note.startswith("news: a.md")
    assert note.endswith("this is the article as it was last read")


def test_status_shows_what_is_stored_while_the_configuration_is_faulty(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    (set_up.config / "topics.yaml").write_text("topics: [{slug: bridges}]\n", encoding="utf-8")
    report = set_up.json("status", code=1)
    assert [(source["name"], source["articles"], source["standing"]) for source in report["sources"]] == [
        ("news", 1, "")
    ]
    assert [(topic["slug"], topic["counts"]["articles"]) for topic in report["topics"]] == [("bridges", 1)]
    assert [fault["line"] for fault in report["faults"]] == [1, 1]
    said = error(set_up, "status", code=1)
    assert "`title` is missing" in said
    assert "a running daemon keeps the last good configuration" in said


def test_status_tells_sources_that_are_not_collected(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    edited = SOURCES.replace(
        NEWS, "  - {name: fresh, path: ../posts}\n  - {name: off, path: ../posts, enabled: no}\n  - name: daily\n"
    )
    (set_up.config / "sources.yaml").write_text(edited, encoding="utf-8")
    standing = {source["name"]: source["standing"] for source in set_up.json("status")["sources"]}
    assert standing == {
        "fresh": "never collected",
        "off": "disabled",
        "daily": "never collected",
        "news": "no longer configured",
    }
    assert set_up.json("status")["sources"][-1]["next_due"] is None


def test_a_source_that_fell_silent_raises_an_alarm(set_up: SetUp) -> None:
    (set_up.config / "sources.yaml").write_text(
        SOURCES.replace(NEWS, f"{NEWS}    silent_after: 7d\n"), encoding="utf-8"
    )
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    assert set_up.json("status")["sources"][0]["alarm"] == ""
    then = datetime.now(UTC) - timedelta(days=8)
    set_up.execute("UPDATE source SET last_new = ?", (int(then.timestamp() * 1e6),))
    assert set_up.json("status")["sources"][0]["alarm"] == f"nothing new since {then:%Y-%m-%d}"


def test_explain_says_when_the_rules_changed_since(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    assert set_up.json("explain", "a.md")["pending"] is False
    (set_up.config / "topics.yaml").write_text(TOPICS.replace("大桥", "隧道"), encoding="utf-8")
    assert set_up.json("explain", "a.md")["pending"] is True
    assert "note=the rules changed since" in set_up.run("explain", "a.md").stdout
    set_up.collect()
    assert set_up.json("explain", "a.md")["pending"] is False


def test_explain_takes_the_address_of_our_page(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.post("copy.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    article = set_up.json("explain", "a.md")["article"]
    assert article["identity"] == "first seen as news/a.md, also at 1 other place"
    for address in (
        f"http://127.0.0.1:8000/articles/{article['id']}",
        f"https://feeds.example.org/base/en/articles/{article['id']}/?x=1#top",
        f"/articles/{article['id']}",
    ):
        assert set_up.json("explain", address)["article"]["id"] == article["id"]
    assert "there is no article" in error(set_up, "explain", "https://news.example/articles/none", code=2)


@pytest.mark.parametrize("command", [("status",), ("explain", "posts/a.md"), ("preview", "news")])
def test_looking_creates_nothing(set_up: SetUp, command: tuple[str, ...]) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.run(*command)
    assert not set_up.data.exists()
    (set_up.config / "aggregator.yaml").write_text(
        f"storage: {{url: 'sqlite:///{set_up.root}/x/a.db'}}\n", encoding="utf-8"
    )
    set_up.run(*command)
    assert sorted(path.name for path in set_up.root.iterdir()) == ["config", "posts"]


def test_a_database_that_is_not_supported_is_a_fault_and_never_passed_over(set_up: SetUp) -> None:
    assert "not supported" in error(set_up, "status", "--database", "mysql://x", code=1)


def test_names_that_are_no_text_and_no_friends_of_terminals(set_up: SetUp) -> None:
    said = error(set_up, "explain", os.fsdecode(b"bad\xff\x1b[2J.md"), code=2)
    assert "bad\\\\xff" in said
    assert "\x1b" not in said
    path = Path(os.fsdecode(bytes(set_up.posts) + b"/bad\xff\x1b[2J.md"))
    set_up.post("a.md", "大桥\u202e合龙", "大桥今天合龙。").rename(path)
    set_up.collect()
    done = set_up.run("explain", str(path))
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout + set_up.run("explain", str(path), "--json").stdout
    assert "stored=yes" in done.stdout


def test_everyday_mistakes_are_said_in_two_lines(set_up: SetUp, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    assert f"{file}" in error(set_up, "export", str(file), code=1)
    assert f"{file}" in error(set_up, "collect", "--data", str(file), code=1)
    assert f"{file}" in error(set_up, "collect", "--data", str(file / "below"), code=1)
    wrong = make_set_up(tmp_path / "other")
    (wrong.config / "sources.yaml").unlink()
    assert "sources.yaml:1:1: no such file" in error(wrong, "check", code=2) + wrong.run("check", code=2).stdout
    there = f"the configuration folder {tmp_path}/nowhere does not exist"
    assert there in error(set_up, "check", "--config", str(tmp_path / "nowhere"), code=2)


def test_deletions_are_accepted_when_asked(set_up: SetUp) -> None:
    paths = [set_up.post(f"{n}.md", f"大桥{n}号", f"第{n}座大桥今天合龙。") for n in range(12)]
    set_up.collect()
    for path in paths[1:]:
        path.unlink()
    assert "of 12 documents are left" in set_up.collect()["alarm"]
    (report,) = set_up.json("collect", "--accept-deletions")["sources"]
    assert (report["vanished"], report["alarm"]) == (11, "")
