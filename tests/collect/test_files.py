"""A folder of article files: what is listed, what a stamp promises, what is refused."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from aggregator.base.globs import matcher
from aggregator.collect.files.collector import TreeCollector
from aggregator.errors import CollectError, RejectedError
from aggregator.model.config import Limits, Source
from aggregator.model.document import Lead
from aggregator.model.running import Memory

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
SOURCE = Source("news", path="posts")

GLOBS = [
    ("**/*.md", "a.md", True),
    ("**/*.md", "2026/05/a.md", True),
    ("*.md", "2026/a.md", False),
    ("**/*.md", "A.MD", True),
    ("**/*.md", "a.md.bak", False),
    ("2026/**", "2026/05/a.md", True),
    ("**/[0-9]*.md", "x/1.md", True),
    ("**/[!0-9]*.md", "x/1.md", False),
    ("a?.md", "ab.md", True),
    ("a?.md", "a/.md", False),
    ("./**/*.md", "a.md", True),
    ("**/新闻/*.md", "甲/新闻/乙.md", True),
    ("a[.md", "a[.md", True),
]


@pytest.mark.parametrize(("glob", "path", "wanted"), GLOBS)
def test_globs(glob: str, path: str, wanted: bool) -> None:
    assert matcher([glob], [])(path) is wanted


def test_exclude_wins() -> None:
    assert not matcher(["**/*.md"], ["**/README.md"])("docs/readme.md")


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    folder = tmp_path / "posts"
    folder.mkdir()
    return folder


def write(path: Path, text: str = "---\n---\n文", at: datetime = NOW - timedelta(hours=1)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))


def listed(folder: Path, source: Source = SOURCE) -> dict[str, Lead]:
    listing = TreeCollector(source, folder, NOW).leads(Memory())
    assert listing.complete
    return {lead.location: lead for lead in listing.leads}


def test_a_tree_is_listed_whole_and_in_order(tmp_path: Path, posts: Path) -> None:
    for name in ("b.md", "2026/05/a.markdown", "c.txt", "页.html", "d.png", ".git/x.md", ".hidden.md"):
        write(posts / name)
    assert list(listed(tmp_path)) == ["2026/05/a.markdown", "b.md", "c.txt", "页.html"]


def test_the_bytes_and_their_digest(tmp_path: Path, posts: Path) -> None:
    write(posts / "a.md", "甲")
    collector = TreeCollector(SOURCE, tmp_path, NOW)
    (lead,) = collector.leads(Memory()).leads
    document = collector.fetch(lead, NOW)
    assert document.body == "甲".encode()
    assert document.digest == sha256("甲".encode()).hexdigest()
    assert (document.location, document.stamp, document.seen) == ("a.md", lead.stamp, NOW)


def test_an_untouched_file_keeps_its_stamp(tmp_path: Path, posts: Path) -> None:
    write(posts / "a.md")
    assert listed(tmp_path)["a.md"].stamp == listed(tmp_path)["a.md"].stamp != ""


def test_an_edit_that_keeps_size_and_time_changes_the_stamp(tmp_path: Path, posts: Path) -> None:
    write(posts / "a.md", "甲")
    before = listed(tmp_path)["a.md"].stamp
    replacement = posts / "new"
    write(replacement, "乙")
    replacement.rename(posts / "a.md")
    assert listed(tmp_path)["a.md"].stamp != before


def test_a_file_written_just_now_has_no_stamp(tmp_path: Path, posts: Path) -> None:
    """It may be written once more within the same tick of the file system's clock."""
    write(posts / "a.md", at=NOW - timedelta(seconds=1))
    assert listed(tmp_path)["a.md"].stamp == ""


def test_a_name_that_is_not_utf8_can_be_listed_and_read(tmp_path: Path, posts: Path) -> None:
    name = os.fsdecode(b"\xd6\xd0.md")
    write(posts / name, "中")
    write(posts / "\\xd6\\xd0.md", "文")
    collector = TreeCollector(SOURCE, tmp_path, NOW)
    plain, odd = collector.leads(Memory()).leads
    assert plain.location == "\\xd6\\xd0.md"
    assert odd.location.startswith("\\xd6\\xd0.md~")
    assert collector.fetch(odd, NOW).body == "中".encode()
    assert collector.fetch(plain, NOW).body == "文".encode()


def test_links_are_not_followed(tmp_path: Path, posts: Path) -> None:
    write(tmp_path / "secret.md")
    write(posts / "a.md")
    write(posts / ".env")
    for name, target in {"out.md": tmp_path / "secret.md", "env.md": posts / ".env", "loop": posts}.items():
        (posts / name).symlink_to(target)
    (posts / "self.md").symlink_to("self.md")
    assert list(listed(tmp_path)) == ["a.md"]


def test_a_file_or_folder_that_becomes_a_link_after_the_listing_is_not_followed(tmp_path: Path, posts: Path) -> None:
    write(tmp_path / "elsewhere" / "a.md", "secret")
    write(posts / "a.md")
    write(posts / "sub" / "a.md")
    collector = TreeCollector(SOURCE, tmp_path, NOW)
    file, below = collector.leads(Memory()).leads
    (posts / "a.md").unlink()
    (posts / "a.md").symlink_to(tmp_path / "elsewhere" / "a.md")
    (posts / "sub" / "a.md").unlink()
    (posts / "sub").rmdir()
    (posts / "sub").symlink_to(tmp_path / "elsewhere")
    for lead in (file, below):
        with pytest.raises(CollectError):
            collector.fetch(lead, NOW)


def test_folders_that_are_too_deep_are_named_and_the_rest_is_read(tmp_path: Path, posts: Path) -> None:
    write(posts / "a.md")
    deep = posts
    for _ in range(70):
        deep = deep / "d"
    write(deep / "b.md")
    listing = TreeCollector(SOURCE, tmp_path, NOW).leads(Memory())
    assert [lead.location for lead in listing.leads] == ["a.md"]
    (trouble,) = listing.troubles
    assert listing.unseen == (trouble.part,)
    assert trouble.detail == "over 64 folders deep"


def test_a_pipe_is_no_document(tmp_path: Path, posts: Path) -> None:
    os.mkfifo(posts / "a.md")
    assert listed(tmp_path) == {}


def test_a_missing_folder_is_said_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="there is no such folder") as raised:
        TreeCollector(SOURCE, tmp_path, NOW).leads(Memory())
    assert raised.value.code == "no-folder"
    assert "mounted" in raised.value.hint


def test_a_document_over_the_limit_is_rejected(tmp_path: Path, posts: Path) -> None:
    write(posts / "a.md", "x" * 101)
    collector = TreeCollector(replace(SOURCE, limits=Limits(bytes=100)), tmp_path, NOW)
    (lead,) = collector.leads(Memory()).leads
    with pytest.raises(RejectedError) as raised:
        collector.fetch(lead, NOW)
    assert raised.value.code == "too-large"


def test_a_file_that_goes_between_listing_and_reading_is_a_failure_not_a_crash(tmp_path: Path, posts: Path) -> None:
    write(posts / "a.md")
    collector = TreeCollector(SOURCE, tmp_path, NOW)
    (lead,) = collector.leads(Memory()).leads
    (posts / "a.md").unlink()
    with pytest.raises(CollectError):
        collector.fetch(lead, NOW)
