"""What earlier exports wrote into a folder."""

from __future__ import annotations

from pathlib import Path

from aggregator.model.reading import Rendering
from aggregator.site.encode import etag_of
from aggregator.site.manifest import NAME, Manifest
from feed_builders import NOON


def a_rendering(path: str, body: bytes = b"1") -> Rendering:
    return Rendering(path, "text/plain", body, etag_of(body), NOON)


def test_what_was_noted_and_not_written_again_is_left_behind(tmp_path: Path) -> None:
    Manifest(tmp_path).replace({"/a": etag_of(b"1"), "/b": etag_of(b"2")})
    assert Manifest(tmp_path).left_behind({"/a": "another"}) == [("/b", etag_of(b"2"))]
    assert Manifest(tmp_path / "none").left_behind({}) == []


def test_a_killed_export_is_remembered_with_the_bytes_before_and_after(tmp_path: Path) -> None:
    Manifest(tmp_path).replace({"/a": etag_of(b"1")})
    Manifest(tmp_path).note([a_rendering("/a", b"2"), a_rendering("/名")])
    left = [("/a", etag_of(b"1")), ("/a", etag_of(b"2")), ("/名", etag_of(b"1"))]
    assert Manifest(tmp_path).left_behind({}) == left


def test_a_torn_line_counts_for_nothing_and_spoils_no_other(tmp_path: Path) -> None:
    Manifest(tmp_path).note([a_rendering("/a")])
    with (tmp_path / NAME).open("a") as file:
        file.write("0123")
    Manifest(tmp_path).note([a_rendering("/b")])
    assert [path for path, _ in Manifest(tmp_path).left_behind({})] == ["/a", "/b"]


def test_nothing_to_note_makes_no_file(tmp_path: Path) -> None:
    Manifest(tmp_path).note([])
    assert list(tmp_path.iterdir()) == []
