"""What the daemon notes for commands beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.daemon.reload import agree, signature
from aggregator.errors import UsageError
from aggregator.model.config import Configuration, Source
from aggregator.process.lock import exclusive

PASSWORD = "s3cr3t"  # noqa: S105 - what must not be found
DATABASE = f"postgresql://aggregator:{PASSWORD}@db.example/news"
PROXY = f"http://proxy:{PASSWORD}@proxy.example:8080"


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    source = Source("a", kind="feed", url="https://a.example/", headers={"Authorization": PASSWORD}, proxy=PROXY)
    return Configuration(str(tmp_path), sources=(source,))


def test_the_note_holds_no_password(configuration: Configuration, tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with exclusive(lock) as holding:
        holding.note(signature(configuration, DATABASE))
        told = lock.read_text(encoding="utf-8")
    assert str(tmp_path) in told
    assert PASSWORD not in told
    assert "db.example" not in told


def test_another_password_of_the_database_or_another_secret_of_a_source_is_another_note(
    configuration: Configuration,
) -> None:
    (source,) = configuration.sources
    edited = replace(configuration, sources=(replace(source, proxy=None),))
    notes = {
        signature(configuration, DATABASE),
        signature(configuration, DATABASE.replace(PASSWORD, "other")),
        signature(edited, DATABASE),
    }
    assert len(notes) == 3


def test_a_daemon_on_another_database_is_refused_without_its_address(
    configuration: Configuration, tmp_path: Path
) -> None:
    lock = tmp_path / "run.lock"
    with exclusive(lock) as holding:
        holding.note(signature(configuration, DATABASE))
        with pytest.raises(UsageError, match="has another database") as caught:
            agree(lock, configuration, "sqlite:///here.sqlite3")
    assert PASSWORD not in str(caught.value)


def test_a_daemon_on_the_same_is_agreed_with_and_so_is_none(configuration: Configuration, tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    agree(lock, configuration, DATABASE)
    with exclusive(lock) as holding:
        holding.note(signature(configuration, DATABASE))
        agree(lock, configuration, DATABASE)
