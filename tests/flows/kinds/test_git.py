"""A git repository of article files over commits: each pass touches what changed, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.model.running import SourceReport
from desk import Desk
from flows.kinds.press import published, published_titles, text_of, title_of
from git_repositories import Repository, served


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    repository = Repository(tmp_path / "news.git")
    yield repository
    repository.repo.close()


def post(number: int, sentences: int = 4) -> str:
    return (
        f"---\ntitle: {title_of(number)}\ndate: 2026-04-2{number} 08:00:00\n---\n<p>{text_of(number, sentences)}</p>\n"
    )


def counts(report: SourceReport) -> dict[str, int]:
    """What the pass did, without what it did nothing of."""
    assert (report.error, report.alarm, report.rejections) == ("", "", ())
    names = ("new", "changed", "duplicate", "moved", "unchanged", "rejected", "failed", "vanished")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


@pytest.mark.parametrize("remote", [False, True])
def test_each_pass_touches_only_what_its_commits_changed(desk: Desk, repository: Repository, remote: bool) -> None:
    if not remote:
        over_commits(desk, repository, str(repository.path))
        return
    with served(repository) as host:
        over_commits(desk, repository, host.url)


def over_commits(desk: Desk, repository: Repository, url: str) -> None:
    source = desk.source("git", url)
    steps: list[tuple[dict[str, str | bytes | None], dict[str, int]]] = [
        # Gained, changed, renamed, renamed and changed, deleted, nothing, all at once.
        ({"LICENSE": "x", **{f"{n}.md": post(n) for n in (1, 2, 3, 4)}}, {"new": 4}),
        ({"sub/5.md": post(5)}, {"new": 1, "unchanged": 4}),
        ({"1.md": post(1, 9)}, {"changed": 1, "unchanged": 4}),
        ({"2.md": None, "moved/2.md": post(2)}, {"moved": 1, "unchanged": 4, "vanished": 1}),
        ({"3.md": None}, {"unchanged": 4, "vanished": 1}),
        ({"LICENSE": "y"}, {"unchanged": 4}),
        (
            {"6.md": post(6), "1.md": post(1, 5), "4.md": None, "moved/4.md": post(4), "sub/5.md": None},
            {"new": 1, "changed": 1, "moved": 1, "unchanged": 1, "vanished": 2},
        ),
    ]
    for files, expected in steps:
        repository.commit(files)
        before = desk.feed() if desk.entries() else b""
        assert counts(desk.collect(source)) == expected, files
        assert (desk.feed() == before) == (not {"new", "changed"} & set(expected)), "the feed follows"
        desk.clock.move(hours=2)
    assert published_titles(desk) == [title_of(number) for number in (1, 2, 3, 4, 5, 6)], "deleted files stay published"
    by_title = {entry.findtext("{*}title"): entry.findtext("{*}content") or "" for entry in published(desk)}
    assert text_of(1, 5) in by_title[title_of(1)]
    assert text_of(1, 6) not in by_title[title_of(1)]


def test_a_deleted_file_may_be_retracted(desk: Desk, repository: Repository) -> None:
    source = desk.source("git", str(repository.path), deletes="retract")
    repository.commit({f"{n}.md": post(n) for n in (1, 2, 3)})
    desk.collect(source)
    repository.commit({"1.md": None})
    assert counts(desk.collect(source)) == {"unchanged": 2, "vanished": 1}
    assert published_titles(desk) == [title_of(2), title_of(3)]


def test_a_pass_without_a_commit_reads_nothing(desk: Desk, repository: Repository) -> None:
    source = desk.source("git", str(repository.path))
    repository.commit({"1.md": post(1), "2.md": post(2)})
    desk.collect(source)
    assert counts(desk.collect(source)) == {"unchanged": 2}
