"""What earlier exports wrote into a folder."""

from __future__ import annotations

import os
from pathlib import Path

from aggregator.model.reading import Rendering
from aggregator.site.encode import etag_of
from aggregator.site.folder import Folder, file_name
from aggregator.site.manifest import NAME, Manifest, Noted, noted, write_manifest
from feed_builders import NOON

MARK = "0123456789abcdef"


def a_rendering(path: str, body: bytes = b"1") -> Rendering:
    return Rendering(path, "text/plain", body, etag_of(body), NOON)


def written(folder: Path, *renderings: Rendering) -> list[Noted]:
    Folder(folder).put(renderings)
    lines = [noted(rendering, MARK) for rendering in renderings]
    write_manifest(folder, MARK, lines)
    return lines


def test_lines_are_read_as_they_were_written(tmp_path: Path) -> None:
    lines = written(tmp_path, a_rendering("/a"), a_rendering("/名/另"))
    lines.append(Noted("/b.txt", etag_of(b"2"), "", 4, 5))
    write_manifest(tmp_path, "", lines)
    manifest = Manifest(tmp_path)
    assert [manifest.at(line.path) for line in lines] == lines
    assert (len(manifest), manifest.site) == (3, "")
    assert Manifest(tmp_path / "none").at("/a") is None


def test_a_file_is_untouched_while_its_number_of_bytes_and_its_time_are(tmp_path: Path) -> None:
    lines = written(tmp_path, a_rendering("/a"), a_rendering("/b"), a_rendering("/c"), a_rendering("/d"))
    assert Manifest(tmp_path).is_whole()
    (tmp_path / file_name("/a")).write_bytes(b"2")
    (tmp_path / file_name("/b")).unlink()
    os.truncate(tmp_path / file_name("/c"), 0)
    manifest = Manifest(tmp_path)
    assert [manifest.is_untouched(line) for line in lines] == [False, False, False, True]
    assert not manifest.is_whole()


def test_what_was_noted_and_not_written_again_is_left_behind_if_it_is_as_it_was(tmp_path: Path) -> None:
    lines = written(tmp_path, *(a_rendering(path) for path in ("/a", "/b", "/c", "/d")))
    (tmp_path / file_name("/c")).write_bytes(b"mine")
    (tmp_path / file_name("/d")).write_bytes(b"1")  # the noted bytes at another time
    assert Manifest(tmp_path).left_behind({"/a": lines[0]}) == ["/b", "/d"]


def test_lists_of_earlier_versions_are_read_and_their_files_compared(tmp_path: Path) -> None:
    Folder(tmp_path).put([a_rendering("/a"), a_rendering("/b", b"mine")])
    (tmp_path / NAME).write_text(f"{etag_of(b'1')} /a\n{etag_of(b'1')} /b\n")
    manifest = Manifest(tmp_path)
    assert manifest.left_behind({}) == ["/a"]
    assert not manifest.is_whole()


def test_a_killed_export_is_remembered_with_the_bytes_before_and_after(tmp_path: Path) -> None:
    written(tmp_path, a_rendering("/a"), a_rendering("/b"))
    new = a_rendering("/a", b"two")
    Manifest(tmp_path).note([noted(new, MARK)])
    assert Manifest(tmp_path).left_behind({}) == ["/a", "/b"]
    Folder(tmp_path).put([new])
    assert Manifest(tmp_path).left_behind({}) == ["/a", "/b"]


def test_a_torn_line_counts_for_nothing_and_spoils_no_other(tmp_path: Path) -> None:
    lines = written(tmp_path, a_rendering("/a"))
    with (tmp_path / NAME).open("a") as file:
        file.write("0123")
    new = a_rendering("/b")
    Manifest(tmp_path).note([noted(new, "")])
    Folder(tmp_path).put([new])
    assert Manifest(tmp_path).left_behind({}) == ["/a", "/b"]
    assert Manifest(tmp_path).at("/a") == lines[0]


def test_nothing_to_note_makes_no_file(tmp_path: Path) -> None:
    Manifest(tmp_path).note([])
    assert list(tmp_path.iterdir()) == []
