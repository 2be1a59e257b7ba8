"""A repository in a folder: what each pass sees over commits, what is left alone, what is refused."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from dulwich.objects import Tree
from dulwich.repo import Repo

from aggregator.collect.git.collector import GitCollector
from aggregator.errors import CollectError, RejectedError
from aggregator.model.config import Limits, Source
from aggregator.model.fetching import Manner
from aggregator.model.running import Listing, Memory
from builders import NOW
from git_repositories import FILE, LINK, SUBMODULE, Repository, children, peak_megabytes

SOURCE = Source("news", kind="git", url="news.git")
FOLDER = 0o040000
Open = Callable[..., GitCollector]


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    repository = Repository(tmp_path / "news.git")
    yield repository
    repository.repo.close()


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Open]:
    opened: list[GitCollector] = []

    def open_(source: Source = SOURCE, unpack_seconds: float = 60.0) -> GitCollector:
        opened.append(GitCollector(source, tmp_path, tmp_path / "git", "test/1", Manner(), NOW, unpack_seconds))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


def stamps(listing: Listing) -> dict[str, str]:
    assert listing.complete
    return {lead.location: lead.stamp for lead in listing.leads}


def refused(collector: GitCollector) -> CollectError:
    with pytest.raises(CollectError) as caught:
        collector.leads(Memory())
    return caught.value


def test_each_pass_sees_the_newest_commit_and_what_was_not_touched_keeps_its_stamp(
    repository: Repository, collector: Open
) -> None:
    reader = collector()
    steps: list[tuple[dict[str, str | None], dict[str, str]]] = [
        ({"a.md": "甲", "2026/b.md": "乙"}, {"a.md": "甲", "2026/b.md": "乙"}),
        ({"c.md": "丙"}, {"c.md": "丙"}),
        ({"a.md": "甲二"}, {"a.md": "甲二"}),
        ({"c.md": None, "old/c.md": "丙"}, {"old/c.md": "丙"}),
        ({"2026/b.md": None}, {}),
        ({}, {}),
    ]
    before: dict[str, str] = {}
    for changes, new in steps:
        repository.commit(changes)
        listing = reader.leads(Memory())
        after = stamps(listing)
        fresh = {lead.location: lead for lead in listing.leads if before.get(lead.location) != lead.stamp}
        assert {path: reader.fetch(lead, NOW).body.decode() for path, lead in fresh.items()} == new
        assert set(before) - set(after) == {path for path, text in changes.items() if text is None}
        before = after
    assert list(before) == ["a.md", "old/c.md"]


def test_the_bytes_and_their_digest(repository: Repository, collector: Open) -> None:
    repository.commit({"a.md": "甲"})
    reader = collector()
    (lead,) = reader.leads(Memory()).leads
    document = reader.fetch(lead, NOW)
    assert (document.kind, document.body, document.stamp) == ("post", "甲".encode(), lead.stamp)
    assert document.digest == sha256("甲".encode()).hexdigest()
    assert document.seen == NOW


def test_packed_objects_read_as_loose_ones_do(repository: Repository, collector: Open) -> None:
    repository.commit({f"{number}.md": f"第{number}篇" for number in range(50)})
    loose = stamps(collector().leads(Memory()))
    repository.repo.object_store.pack_loose_objects()
    reader = collector()
    listing = reader.leads(Memory())
    assert stamps(listing) == loose
    assert reader.fetch(listing.leads[0], NOW).body.decode() == "第0篇"


def test_the_branch_is_the_repository_s_own_or_the_named_one(repository: Repository, collector: Open) -> None:
    repository.commit({"a.md": "甲"})
    repository.commit({"b.md": "乙"}, branch="draft")
    assert list(stamps(collector().leads(Memory()))) == ["a.md"]
    draft = Source("news", kind="git", url="news.git", branch="draft")
    assert list(stamps(collector(draft).leads(Memory()))) == ["a.md", "b.md"]
    missing = refused(collector(Source("news", kind="git", url="news.git", branch="gone")))
    assert (missing.code, missing.hint) == ("no-branch", "set `branch`; there are draft, main")


def test_a_default_branch_that_is_not_there(repository: Repository, collector: Open) -> None:
    repository.commit({"a.md": "甲"}, branch="draft")
    assert refused(collector()).code == "no-branch"


def test_a_merge_holds_what_both_sides_brought(repository: Repository, collector: Open) -> None:
    base = repository.commit({"a.md": "甲"})
    ours = repository.commit({"b.md": "乙"})
    theirs = repository.commit({"b.md": None, "c.md": "丙"}, branch="side", parents=[base])
    repository.commit({"b.md": "乙"}, parents=[ours, theirs])
    assert list(stamps(collector().leads(Memory()))) == ["a.md", "b.md", "c.md"]


def test_a_rewritten_history_is_no_matter(repository: Repository, collector: Open) -> None:
    base = repository.commit({"a.md": "甲"})
    repository.commit({"b.md": "乙"})
    reader = collector()
    before = stamps(reader.leads(Memory()))
    repository.commit({"b.md": None, "c.md": "丙"}, parents=[base])
    after = stamps(reader.leads(Memory()))
    assert list(after) == ["a.md", "c.md"]
    assert after["a.md"] == before["a.md"]


def test_only_article_files_in_plain_sight_are_listed(repository: Repository, collector: Open) -> None:
    commit = "1" * 40
    repository.commit(
        {"a.md": "甲", "d.png": "", ".github/x.md": "", ".x.md": "", "l.md": "a.md", "sub.md": commit, "页.html": ""},
        modes={"l.md": LINK, "sub.md": SUBMODULE},
    )
    assert list(stamps(collector().leads(Memory()))) == ["a.md", "页.html"]
    globs = Source("news", kind="git", url="news.git", include=("*.png", "*.md"), exclude=("a*",))
    assert list(stamps(collector(globs).leads(Memory()))) == ["d.png"]


def test_names_that_are_not_text_are_spelled_out(repository: Repository, collector: Open) -> None:
    repository.commit({b"\xff.md": "甲", b"\\xff.md": "乙"})
    reader = collector()
    listing = reader.leads(Memory())
    plain, odd = sorted(stamps(listing), key=len)
    assert plain == "\\xff.md"
    assert odd.startswith("\\xff.md~")
    assert {reader.fetch(lead, NOW).body.decode() for lead in listing.leads} == {"甲", "乙"}


def test_names_that_no_file_system_has_are_left_out(repository: Repository, collector: Open) -> None:
    tree = Tree()
    for name in (b"a.md", b"../b.md", b"x/c.md", b"..", b""):
        tree.add(name, FILE, repository.blob(name))
    repository.repo.object_store.add_object(tree)
    repository.commit_of(tree.id)
    assert list(stamps(collector().leads(Memory()))) == ["a.md"]


def test_folders_too_deep_are_named_and_what_was_there_is_not_gone(repository: Repository, collector: Open) -> None:
    repository.commit({"a.md": "甲", "/".join(["d"] * 70) + "/b.md": "乙"})
    listing = collector().leads(Memory())
    assert list(stamps(listing)) == ["a.md"]
    assert [trouble.detail for trouble in listing.troubles] == ["over 64 folders deep"]
    assert listing.unseen == ("d/" * 65,)


def test_a_small_repository_may_name_too_many_files(repository: Repository, collector: Open) -> None:
    sha, mode = repository.blob("甲"), FILE
    for _ in range(4):
        tree = Tree()
        for number in range(1000):
            tree.add(f"{number}.md".encode(), mode, sha)
        repository.repo.object_store.add_object(tree)
        sha, mode = tree.id, FOLDER
    repository.commit_of(sha)
    assert refused(collector()).code == "too-many-files"


def test_a_file_over_the_limit_is_rejected(repository: Repository, collector: Open) -> None:
    repository.commit({"a.md": "12345", "b.md": "123456"})
    reader = collector(Source("news", kind="git", url="news.git", limits=Limits(bytes=5)))
    fits, too_large = reader.leads(Memory()).leads
    assert reader.fetch(fits, NOW).body == b"12345"
    with pytest.raises(RejectedError, match=r"over 5 bytes \(limits\.bytes"):
        reader.fetch(too_large, NOW)


def test_a_bomb_is_rejected_by_a_process_of_bounded_memory(repository: Repository, collector: Open) -> None:
    repository.commit({"a.md": "甲", "bomb.md": "乙"})
    reader = collector()
    good, bomb = reader.leads(Memory()).leads
    size = 300_000_000
    packer = zlib.compressobj()
    path = repository.loose(bomb.stamp)
    path.chmod(0o644)
    with path.open("wb") as file:
        file.write(packer.compress(b"blob %d\0" % size))
        for _ in range(size // 10_000_000):
            file.write(packer.compress(bytes(10_000_000)))
        file.write(packer.flush())
    with pytest.raises(RejectedError) as caught:
        reader.fetch(bomb, NOW)
    assert caught.value.code == "too-large"
    (child,) = children()
    assert peak_megabytes(child) < 250
    assert reader.fetch(good, NOW).body.decode() == "甲"


def test_damaged_objects_are_told_and_harm_no_others(repository: Repository, collector: Open) -> None:
    repository.commit({"a.md": "甲", "b.md": "乙"})
    reader = collector()
    bad, good = reader.leads(Memory()).leads
    path = repository.loose(bad.stamp)
    path.chmod(0o644)
    path.write_bytes(repository.loose(good.stamp).read_bytes())
    with pytest.raises(CollectError) as caught:
        reader.fetch(bad, NOW)
    assert caught.value.code == "damaged"
    assert reader.fetch(good, NOW).body.decode() == "乙"


def test_other_object_stores_are_left_alone(repository: Repository, collector: Open, tmp_path: Path) -> None:
    secret = Repository(tmp_path / "secret.git")
    commit = secret.commit({"secret.md": "密"})
    secret.repo.close()
    repository.commit({"a.md": "甲"})
    info = repository.path / "objects" / "info"
    info.mkdir(exist_ok=True)
    (info / "alternates").write_text(f"{secret.path}/objects\n", encoding="ascii")
    (repository.path / "refs/heads/main").write_text(f"{commit}\n", encoding="ascii")
    assert refused(collector()).code == "damaged"


def test_what_is_no_repository(repository: Repository, collector: Open, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert refused(collector()).code == "empty-repository"
    assert refused(collector(Source("news", kind="git", url="plain"))).code == "not-a-repository"
    assert refused(collector(Source("news", kind="git", url="nowhere"))).code == "no-folder"


def test_of_a_working_copy_only_what_is_committed_counts(tmp_path: Path, collector: Open) -> None:
    with Repo.init(str(tmp_path / "copy"), mkdir=True, object_format="sha256") as copy:
        for name in ("a.md", "b.md"):
            (tmp_path / "copy" / name).write_text("文", encoding="utf-8")
        copy.get_worktree().stage(["a.md"])
        copy.get_worktree().commit(message=b"news", author=b"A <a@b>", committer=b"A <a@b>")
    reader = collector(Source("news", kind="git", url="copy"))
    (lead,) = reader.leads(Memory()).leads
    assert (lead.location, len(lead.stamp), reader.fetch(lead, NOW).body.decode()) == ("a.md", 64, "文")


def test_what_takes_too_long_is_ended(repository: Repository, collector: Open) -> None:
    repository.commit({"a.md": "甲"})
    (repository.path / "HEAD").unlink()
    os.mkfifo(repository.path / "HEAD")
    hasty = Source("news", kind="git", url="news.git", limits=Limits(download_seconds=0.3))
    assert refused(collector(hasty, unpack_seconds=0.1)).code == "timeout"
    assert not children()


def test_a_process_that_died_is_replaced(repository: Repository, collector: Open) -> None:
    repository.commit({"a.md": "甲"})
    reader = collector()
    (lead,) = reader.leads(Memory()).leads
    (child,) = children()
    os.kill(child, 9)
    assert reader.fetch(lead, NOW).body.decode() == "甲"
    reader.close()
    assert not children()


def test_without_dulwich_the_operator_is_told_what_to_install(
    repository: Repository, collector: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dulwich.py").write_text("raise ImportError('not installed')", encoding="ascii")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    error = refused(collector())
    assert (error.code, error.hint) == ("no-git", "pip install 'topic-feed-aggregator[git]'")
