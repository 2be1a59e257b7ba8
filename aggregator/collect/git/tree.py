"""The article files of one commit, from the raw objects of a repository. In the child alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha1, sha256
from typing import Protocol

from dulwich.objects import ObjectID, RawObjectID, parse_tree

from aggregator.base.visible import printable
from aggregator.codes import Code
from aggregator.collect.files.collector import MAX_DEPTH, spelled
from aggregator.collect.git.messages import Files
from aggregator.errors import CollectError, RejectedError
from aggregator.model.trouble import Trouble

MOST_ENTRIES = 1_000_000
"""Names in all folders of a commit. A folder may stand in a tree many times over, so a small repository can
name more files than there are atoms."""
MOST_FILES = 200_000
"""Of them wanted."""
MOST_CHARACTERS = 4_096
"""Of one path, as on most file systems."""
_COMMIT, _TREE, _BLOB = 1, 2, 3
"""Type numbers of git's pack format."""
_KIND, _FOLDER, _FILE = 0o170000, 0o040000, 0o100000


class DamagedError(Exception):
    """An object is not what its name promises."""


class Objects(Protocol):
    """A repository's objects."""

    def get_raw(self, name: ObjectID | RawObjectID, /) -> tuple[int, bytes]:
        """Type number and content of the object with this id. Raises KeyError if it is not there."""


def list_files(objects: Objects, commit: str, wanted: Callable[[str], bool]) -> Files:
    """The wanted regular files, in order; symbolic links, submodules and hidden names are left out.

    Raises CollectError for a tree out of all bounds; DamagedError, KeyError and others for damaged objects.
    """
    files: dict[str, str] = {}
    troubles: list[Trouble] = []
    unseen: list[str] = []
    folders = [("", _tree_of(objects, commit))]
    names = 0
    while folders:
        below, tree = folders.pop()
        for name, mode, sha in _entries(objects, tree):
            names += 1
            if names > MOST_ENTRIES or len(files) > MOST_FILES:
                message = f"over {MOST_FILES:,} article files, or {MOST_ENTRIES:,} names in all its folders"
                raise CollectError(Code.TOO_MANY_FILES, message, "narrow `include`, or split the repository")
            path = below + name
            if name.startswith(".") or not name or "/" in name or len(path) > MOST_CHARACTERS:
                continue
            if mode & _KIND == _FOLDER:
                if path.count("/") >= MAX_DEPTH:
                    troubles.append(Trouble(Code.TOO_DEEP, f"{spelled(path)}/", f"over {MAX_DEPTH} folders deep"))
                    unseen.append(f"{spelled(path)}/")
                else:
                    folders.append((f"{path}/", sha))
            elif mode & _KIND == _FILE and wanted(path):
                files.setdefault(path if path.isprintable() else spelled(path), sha.decode("ascii"))
    return Files(tuple(sorted(files.items())), tuple(troubles), tuple(unseen))


def read_blob(objects: Objects, blob: str, limit: int) -> bytes:
    """A file's bytes, checked against its id. Raises RejectedError over the limit, and as ``list_files`` does."""
    body = _content(objects, blob.encode("ascii"), _BLOB)
    if len(body) > limit:
        raise too_large(limit)
    if _object_id(b"blob", body, len(blob)) != blob:
        raise DamagedError(f"the bytes of {blob} are others than its name says")
    return body


def too_large(limit: int) -> RejectedError:
    """What a file over the limit is rejected with."""
    return RejectedError(Code.TOO_LARGE, f"over {limit:,} bytes (limits.bytes of the source)")


def _tree_of(objects: Objects, commit: str) -> bytes:
    first, _, _ = _content(objects, commit.encode("ascii"), _COMMIT).partition(b"\n")
    word, _, tree = first.partition(b" ")
    if word != b"tree":
        raise DamagedError(f"commit {commit} names no tree")
    return tree


def _entries(objects: Objects, tree: bytes) -> Iterator[tuple[str, int, bytes]]:
    """Names, modes and hexadecimal ids of a folder. Bytes that are not UTF-8 become lone surrogates."""
    for name, mode, sha in parse_tree(_content(objects, tree, _TREE), len(tree) // 2):
        yield name.decode("utf-8", "surrogateescape"), mode, sha


def _content(objects: Objects, name: bytes, expected: int) -> bytes:
    kind, content = objects.get_raw(ObjectID(name))
    if kind != expected:
        raise DamagedError(f"object {name.decode('ascii', 'replace')} is of another type")
    return content


def _object_id(kind: bytes, content: bytes, digits: int) -> str:
    """As git names an object: SHA-1, or SHA-256 in repositories of that format."""
    digest = sha256 if digits == 64 else sha1
    return digest(b"%s %d\0" % (kind, len(content)) + content).hexdigest()


def said(error: Exception) -> str:
    """What a library or a server says of a fault, as one short line."""
    return printable(f"{type(error).__name__}: {error}")[:200]
