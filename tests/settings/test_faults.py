"""Faulty files and what operators are told: the cases of ``faulty_*.txt``, and of bytes that are no text.

A case is ``=== what it shows``, a file, ``---``, and the lines expected, without the folder.
``---8<---`` stands for a line ``---`` within the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.errors import ConfigurationError, UsageError
from aggregator.settings import document
from aggregator.settings.load import load, salvage

HERE = Path(__file__).parent
GOOD = {
    "sources.yaml": "sources: [{name: a, path: seeds}]\n",
    "topics.yaml": "topics: [{slug: a, title: 甲, match: 中心}]\n",
}


def cases() -> Iterator[object]:
    for name in ("sources", "topics", "aggregator"):
        text = (HERE / f"faulty_{name}.txt").read_text(encoding="utf-8")
        for case in text.split("=== ")[1:]:
            title, rest = case.split("\n", 1)
            body, expected = f"\n{rest}".split("\n---\n")
            body = f"{body[1:]}\n".replace("---8<---", "---")
            yield pytest.param(f"{name}.yaml", body, expected.splitlines(), id=f"{name}: {title}")


def faults(folder: Path, **files: bytes | str) -> list[str]:
    (folder / "seeds").mkdir()
    written = GOOD | {f"{name}.yaml": body for name, body in files.items()}
    for name, body in written.items():
        (folder / name).write_bytes(body.encode() if isinstance(body, str) else body)
    try:
        load(folder)
    except ConfigurationError as error:
        return [str(fault).removeprefix(f"{folder}/") for fault in error.faults]
    return []


@pytest.mark.parametrize(("file", "body", "expected"), list(cases()))
def test_cases(tmp_path: Path, file: str, body: str, expected: list[str]) -> None:
    assert faults(tmp_path, **{file.removesuffix(".yaml"): body}) == expected


TOO_LARGE = b"#" * (document.MAX_BYTES + 1)
BYTES = [
    (b"\xff\xfes\x00", "sources.yaml:1:1: is not UTF-8 text (save the file as UTF-8)"),
    ("sources:\n  - 种子".encode() + b"\xd6\xd0", "sources.yaml:2:7: is not UTF-8 text (save the file as UTF-8)"),
    ("sources:\n  - 种子\x07".encode(), "sources.yaml:2:7: control character U+0007 (delete it)"),
    (b"sources: " + b"[" * 100_000, "sources.yaml:1:74: nested deeper than 64 levels (flatten it)"),
    (TOO_LARGE, "sources.yaml:1:1: is larger than 20,000,000 bytes (take out what is not needed)"),
]


@pytest.mark.parametrize(("body", "expected"), BYTES, ids=["utf-16", "gbk", "control", "brackets", "size"])
def test_bytes_that_are_no_document(tmp_path: Path, body: bytes, expected: str) -> None:
    assert faults(tmp_path, sources=body) == [expected]


def test_few_lines_never_become_a_large_value(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 12)]
    assert faults(tmp_path, sources="\n".join(lines)) == [
        "sources.yaml:6:30: aliases repeat more than 200,000 values (write them out where needed)"
    ]


def test_aliases_of_aliases_nest_no_deeper_than_brackets(tmp_path: Path) -> None:
    nested = [f"a{n}: &a{n} {'[' * 40}{f'*a{n - 1}' if n else ''}{']' * 40}" for n in range(3)]
    assert faults(tmp_path, sources="\n".join(nested)) == [
        "sources.yaml:2:49: nested deeper than 64 levels (flatten it)"
    ]


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    assert faults(tmp_path, sources=b"\xef\xbb\xbf" + GOOD["sources.yaml"].replace("\n", "\r\n").encode()) == []


def test_faults_of_all_files_come_together(tmp_path: Path) -> None:
    found = faults(tmp_path, aggregator="x: 1", sources="y: 1", topics="topics: [")
    assert [line.split(":")[0] for line in found] == ["aggregator.yaml", "sources.yaml", "sources.yaml", "topics.yaml"]


def test_files_and_folders_that_are_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)
    assert [fault.file for fault in caught.value.faults] == [f"{tmp_path}/sources.yaml", f"{tmp_path}/topics.yaml"]
    with pytest.raises(UsageError, match=f"the configuration folder {tmp_path}/nowhere does not exist"):
        load(tmp_path / "nowhere")


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").mkdir()
    (tmp_path / "topics.yaml").write_text(GOOD["topics.yaml"], encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"sources\.yaml:1:1: cannot be read: Is a directory"):
        load(tmp_path)


def test_what_is_good_can_be_had_beside_what_is_faulty(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "aggregator.yaml").write_text("site: {title: 网站}\n", encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(GOOD["sources.yaml"], encoding="utf-8")
    (tmp_path / "topics.yaml").write_text("topics: [{slug: a, title: 甲, match: []}]\n", encoding="utf-8")
    configuration, found = salvage(tmp_path)
    assert configuration.site.title == "网站"
    assert [source.name for source in configuration.sources] == ["a"]
    assert configuration.topics == ()
    assert [fault.line for fault in found] == [1]
