"""A kind of sources is one module and one registration; then it is there for operators, collecting and readers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.collect.kinds import KINDS, register
from aggregator.errors import ConfigurationError
from aggregator.model.config import Configuration, Source
from aggregator.prepare.sandbox import SandboxedReader
from aggregator.settings import schema
from aggregator.settings.load import load
from desk import BRIDGES, Desk
from joints.lines_kind import LINES

TESTS = Path(__file__).parents[1]
WIRE = "大桥合龙 | 大桥今日合龙。\n只有标题\n粮食丰收 | 今年粮食丰收。\n"


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    register(LINES)
    yield
    del KINDS["lines"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("PYTHONPATH", f"{TESTS.parent}:{TESTS}")
    (tmp_path / "wire.txt").write_text(WIRE, encoding="utf-8")
    reader = SandboxedReader([BRIDGES])
    desk = Desk(tmp_path, reader)
    yield desk
    desk.close()
    reader.close()


def loaded(folder: Path, source: str) -> Configuration:
    (folder / "sources.yaml").write_text(f"sources:\n  - name: wire\n    kind: lines\n{source}", encoding="utf-8")
    (folder / "topics.yaml").write_text("topics: [{slug: bridges, title: 桥梁, match: 大桥}]\n", encoding="utf-8")
    return load(folder)


def faults(folder: Path, source: str) -> list[str]:
    with pytest.raises(ConfigurationError) as found:
        loaded(folder, source)
    return [str(fault).removeprefix(f"{folder}/") for fault in found.value.faults]


def test_editors_offer_it() -> None:
    source = json.loads(schema.schemas()["sources.schema.json"])["$defs"]["Source"]
    assert source["properties"]["kind"]["enum"][-1] == "lines"
    assert source["properties"]["kind"]["description"].endswith("; lines: a file whose lines are articles.")
    assert source["examples"][-1] == LINES.example


def test_check_knows_its_keys(tmp_path: Path) -> None:
    (tmp_path / "wire.txt").write_text(WIRE, encoding="utf-8")
    configuration = loaded(tmp_path, "    path: wire.txt\n")
    assert configuration.warnings == ()
    (source,) = configuration.sources
    assert (source.traits, source.interval, source.remote) == (LINES, timedelta(hours=3), False)


def test_check_names_a_missing_key(tmp_path: Path) -> None:
    assert faults(tmp_path, "") == ["sources.yaml:2:5: `path` is missing (add `path:`, the file)"]


def test_check_refuses_a_key_of_other_kinds(tmp_path: Path) -> None:
    assert faults(tmp_path, "    path: wire.txt\n    branch: main\n") == [
        "sources.yaml:5:5: `branch` is not for kind lines (it is for kind git)"
    ]


def test_other_kinds_refuse_as_before(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, "    path: wire.txt\n  - {name: b, kind: git, url: x, path: wire.txt}\n")
    assert found.endswith("`path` is not for kind git (it is for kind files, lines)")


def test_check_warns_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    (warning,) = loaded(tmp_path, "    path: elsewhere.txt\n").warnings
    assert "sources.yaml:4:11: " in warning
    assert "elsewhere.txt does not exist" in warning


def test_preview_shows_what_it_yields(desk: Desk) -> None:
    report = desk.preview(Source("wire", "lines", path="wire.txt"))
    assert [(a.fate, a.title or a.why) for a in report.articles] == [
        ("rejected", "empty: the line has no text"),
        ("new", "大桥合龙"),
        ("new", "粮食丰收"),
    ]
    assert not desk.entries()


def test_it_is_collected_and_published(desk: Desk) -> None:
    source = Source("wire", "lines", path="wire.txt")
    report = desk.collect(source)
    assert (report.new, report.rejected, report.error) == (2, 1, "")
    assert desk.titles() == ["大桥合龙", "粮食丰收"]
    assert "大桥合龙" in desk.feed().decode()
    assert desk.collect(source).new == 0


def test_status_shows_when_it_is_looked_at_next(desk: Desk) -> None:
    source = Source("wire", "lines", path="wire.txt")
    desk.collect(source)
    status = desk.status(source)
    assert (status.articles, status.rejected, status.reason) == (2, 1, "every 3h")
    desk.collect(replace(source, path="gone.txt"))
    assert desk.status(source).error == "unreadable: gone.txt is not there"


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_each_kind_is_a_good_one(tmp_path: Path, kind: str) -> None:
    (tmp_path / "sources.yaml").write_text(json.dumps({"sources": [KINDS[kind].example]}), encoding="utf-8")
    (tmp_path / "topics.yaml").write_text("topics: [{slug: bridges, title: 桥梁, match: 大桥}]\n", encoding="utf-8")
    (source,) = load(tmp_path).sources
    assert source.traits == KINDS[kind]
