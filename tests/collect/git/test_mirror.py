"""A repository behind a server: what is fetched, what becomes of a broken mirror, what servers may answer."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aggregator.errors import CollectError, RejectedError
from aggregator.model.running import Memory
from builders import NOW
from git_repositories import Host, Reader, Repository, children


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    return tmp_path / "git" / "news"


@pytest.fixture
def reader(host: Host, tmp_path: Path) -> Iterator[Reader]:
    with closing(Reader(host, tmp_path)) as reader:
        yield reader


ALL = {"2026/b.md": "乙", "a.md": "甲"}


def packs(mirror: Path) -> list[Path]:
    return sorted((mirror / "objects" / "pack").glob("*.pack"))


def test_each_pass_fetches_only_when_there_is_something_new(
    repository: Repository, host: Host, reader: Reader, mirror: Path
) -> None:
    assert reader.texts() == ALL
    assert host.methods() == ["GET", "POST"]
    reader.close()
    assert reader.texts() == ALL
    assert host.methods() == ["GET"]
    repository.commit({"a.md": None, "c.md": "甲"})
    assert reader.texts() == {"2026/b.md": "乙", "c.md": "甲"}
    assert host.methods() == ["GET", "POST"]
    assert len(packs(mirror)) == 2


def test_the_history_stays_where_it_is(repository: Repository, reader: Reader, mirror: Path) -> None:
    old = repository.blob("旧")
    repository.commit({"a.md": "旧"})
    repository.commit({"a.md": "甲"})
    assert reader.texts() == ALL
    stale = replace(reader.collector.leads(Memory()).leads[0], stamp=old.decode())
    with pytest.raises(RejectedError):
        reader.collector.fetch(stale, NOW)


def test_a_rewritten_history(repository: Repository, reader: Reader) -> None:
    second = repository.commit({"a.md": "甲二"})
    assert reader.texts() == ALL | {"a.md": "甲二"}
    repository.commit({"a.md": "甲三"}, parents=[])
    assert reader.texts() == ALL | {"a.md": "甲三"}
    repository.point("main", second)
    assert reader.texts() == ALL | {"a.md": "甲二"}
    repository.commit({"a.md": "甲四", "d.md": "甲三"})
    assert reader.texts() == ALL | {"a.md": "甲四", "d.md": "甲三"}


def test_another_branch(repository: Repository, reader: Reader) -> None:
    assert reader.texts() == ALL
    repository.commit({"c.md": "丙"}, branch="draft")
    reader.source = replace(reader.source, branch="draft")
    assert reader.texts() == ALL | {"c.md": "丙"}
    reader.source = replace(reader.source, branch="gone")
    assert reader.refused()[0].code == "no-branch"


def test_another_address_or_a_higher_limit_starts_anew(
    repository: Repository, host: Host, reader: Reader, mirror: Path
) -> None:
    assert reader.texts() == ALL
    repository.commit({"c.md": "丙"})
    assert reader.texts() == ALL | {"c.md": "丙"}
    assert len(packs(mirror)) == 2
    reader.source = replace(reader.source, limits=replace(reader.source.limits, bytes=5_000_000))
    assert reader.texts() == ALL | {"c.md": "丙"}
    assert len(packs(mirror)) == 1
    reader.source = replace(reader.source, url=f"{host.url}/")
    host.methods()
    assert reader.texts() == ALL | {"c.md": "丙"}
    assert host.methods() == ["GET"]
    reader.source = replace(reader.source, url=f"{host.origin}/other.git")
    assert reader.refused()[0].code == "not-a-repository"
    assert packs(mirror) == []


def truncated(mirror: Path) -> None:
    (pack,) = packs(mirror)
    pack.chmod(0o644)
    os.truncate(pack, pack.stat().st_size // 2)


def zeroed(mirror: Path) -> None:
    """As after a loss of power: the size is right."""
    (pack,) = packs(mirror)
    pack.chmod(0o644)
    pack.write_bytes(bytes(pack.stat().st_size))


def without_index(mirror: Path) -> None:
    (pack,) = packs(mirror)
    pack.with_suffix(".idx").unlink()


def without_packs(mirror: Path) -> None:
    for path in (mirror / "objects" / "pack").iterdir():
        path.unlink()


def without_objects(mirror: Path) -> None:
    (mirror / "objects").rename(mirror / "lost")


def half_written(mirror: Path) -> None:
    os.truncate(mirror / "state.json", 20)


def of_nobody_s_making(mirror: Path) -> None:
    (mirror / "state.json").write_text("[1]", encoding="ascii")


def of_another_commit(mirror: Path) -> None:
    told = json.loads((mirror / "state.json").read_bytes())
    (mirror / "state.json").write_text(json.dumps(told | {"commit": "1" * 40}), encoding="ascii")


def left_behind(mirror: Path) -> None:
    """As after a fetch that died: the mirror before it still serves."""
    (mirror / "objects" / "tmp_pack_x").write_bytes(b"PACK")
    (mirror / "objects" / "pack" / "tmp.pack").write_bytes(b"PACK")
    (mirror / "objects" / "pack" / f"pack-{'1' * 40}.pack").write_bytes(b"PACK")


BREAKS = [
    (truncated, False),
    (zeroed, False),
    (zeroed, True),
    (without_index, True),
    (without_packs, False),
    (without_objects, True),
    (half_written, False),
    (of_nobody_s_making, True),
    (of_another_commit, False),
    (left_behind, True),
]


def test_a_broken_mirror_is_fetched_anew(repository: Repository, reader: Reader, mirror: Path) -> None:
    expected = reader.texts()
    for number, (break_, changed) in enumerate(BREAKS):
        reader.close()
        break_(mirror)
        if changed:
            repository.commit({f"{number}.md": "丙"})
            expected |= {f"{number}.md": "丙"}
        assert reader.texts() == expected, break_.__name__
        assert len(packs(mirror)) == (2 if break_ is left_behind else 1), break_.__name__
    assert not list(mirror.glob("objects/tmp_pack_*"))


def test_files_that_went_bad_are_there_again_after_the_next_pass(reader: Reader, mirror: Path) -> None:
    leads = reader.collector.leads(Memory()).leads
    zeroed(mirror)
    for lead in leads:
        with pytest.raises(CollectError, match="is broken") as caught:
            reader.collector.fetch(lead, NOW)
        assert caught.value.code == "damaged"
    assert reader.texts() == ALL


def test_a_process_killed_in_the_middle_of_a_fetch_leaves_a_mirror_that_works(
    repository: Repository, host: Host, reader: Reader, mirror: Path
) -> None:
    assert reader.texts() == ALL
    repository.commit({"c.md": "丙"})
    posted, go_on = threading.Event(), threading.Event()

    def stalling(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            posted.set()
            go_on.wait(20)
        return host.app(environ, start)

    host.answer = stalling
    reader.close()
    errors: list[CollectError] = []

    def look() -> None:
        try:
            reader.collector.leads(Memory())
        except CollectError as error:
            errors.append(error)

    thread = threading.Thread(target=look)
    thread.start()
    assert posted.wait(20)
    (child,) = children()
    os.kill(child, 9)
    go_on.set()
    thread.join()
    assert [error.code for error in errors] == ["crashed"]
    host.answer = None
    assert reader.texts() == ALL | {"c.md": "丙"}


def test_one_process_at_a_time_has_the_mirror(reader: Reader) -> None:
    with closing(reader.another()) as first:
        first.leads(Memory())
        assert reader.refused()[0].code == "in-use"
    assert reader.texts() == ALL
