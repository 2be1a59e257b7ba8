"""A repository of two articles, and a server of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from git_repositories import Host, Repository, served


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    repository = Repository(tmp_path / "remote")
    repository.commit({"a.md": "甲", "2026/b.md": "乙"})
    yield repository
    repository.repo.close()


@pytest.fixture
def host(repository: Repository) -> Iterator[Host]:
    with served(repository) as host:
        yield host
