"""Warnings of sources: no fault of the file, but it will fail on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.model.config import Configuration
from aggregator.settings.load import load


def loaded(folder: Path, sources: str) -> Configuration:
    (folder / "seeds").mkdir(exist_ok=True)
    (folder / "sources.yaml").write_text(sources, encoding="utf-8")
    (folder / "topics.yaml").write_text("topics: [{slug: a, title: 甲, match: 中心}]\n", encoding="utf-8")
    return load(folder)


def test_a_missing_folder_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    text = "sources:\n  - {name: a, path: elsewhere}\n  - {name: b, path: file}\n  - {name: c, path: seeds}\n"
    configuration = loaded(tmp_path, text)
    assert len(configuration.sources) == 3
    assert configuration.warnings == (
        f"{tmp_path}/sources.yaml:2:21: {tmp_path}/elsewhere does not exist (mount or create it; until then it fails)",
        f"{tmp_path}/sources.yaml:3:21: {tmp_path}/file is no folder (mount or create it; until then it fails)",
    )


FEED = "kind: feed, url: 'https://a.example/'"
DOUBTS = [
    ("kind: git, url: notices.git", ["31: {}/notices.git does not exist"]),
    ("kind: git, url: 'file:///nowhere/x%20y.git'", ["31: /nowhere/x y.git does not exist"]),
    ("kind: git, url: seeds", []),
    (f"{FEED}, auth_file: secrets/a", ["65: there is no such file"]),
    (f"{FEED}, auth_file: topics.yaml", []),
    ("path: 'https://me:s3cret@a.example/x'", ["21: …@a.example/x does not exist"]),
    (f"{FEED}, allow_private: true", []),
    ("kind: feed, url: 'http://127.0.0.1:8080/'", ["32: 127.0.0.1 is a private address: it is refused"]),
    ("kind: feed, url: 'http://localhost./'", ["32: localhost. is a private address: it is refused"]),
    ("kind: feed, url: 'http://[fd00::1]/', allow_private: true", []),
    ("kind: feed, url: 'http://1.1.1.1/', allow_private: true", ["66: 1.1.1.1 is a public address"]),
]


@pytest.mark.parametrize(("text", "warnings"), DOUBTS, ids=[text for text, _ in DOUBTS])
def test_what_will_fail_here_is_a_warning(tmp_path: Path, text: str, warnings: list[str]) -> None:
    assert warned(tmp_path, text) == [warning.format(tmp_path) for warning in warnings]
    assert warned(tmp_path, f"{text}, enabled: false") == []


PAGE = "kind: page, url: 'https://a.example/', select: {entry: li}"
FULL_TEXT, GIT = "full text needs the package trafilatura", "kind git needs the package dulwich"
EXTRAS = [
    (FEED, []),
    (f"{FEED}, full_text: auto", [f"65: {FULL_TEXT}"]),
    (f"{FEED}, full_text: article", []),
    (PAGE, [f"5: {FULL_TEXT}"]),
    (f"{PAGE}, follow: false", []),
    ("kind: sitemap, url: 'https://a.example/'", [f"5: {FULL_TEXT}"]),
    ("kind: git, url: 'https://a.example/x.git'", [f"21: {GIT}"]),
    ("path: seeds", []),
]


@pytest.mark.parametrize(("text", "warnings"), EXTRAS, ids=[text for text, _ in EXTRAS])
def test_a_missing_package_is_a_warning(
    tmp_path: Path, text: str, warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.settings.warn.find_spec", lambda _: None)
    assert warned(tmp_path, text) == warnings


def warned(folder: Path, text: str) -> list[str]:
    """The warnings of one source, without file, line and hint."""
    found = loaded(folder, f"sources:\n  - {{name: a, {text}}}\n").warnings
    return [line.removeprefix(f"{folder}/sources.yaml:2:").split(" (")[0] for line in found]
