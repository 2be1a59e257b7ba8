"""Where the objects of a repository are: in a folder of this machine, or in our mirror of a server's.

In the child alone: it imports dulwich. Nothing is ever checked out, no hook is run, and other object
stores that a repository points to (alternates, submodules) are left alone.
"""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dulwich.errors import NotGitRepository
from dulwich.object_format import ObjectFormat
from dulwich.object_store import BaseObjectStore, DiskObjectStore
from dulwich.objects import ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo

from aggregator.base.globs import matcher
from aggregator.codes import Code
from aggregator.collect.git.messages import Files, Repository
from aggregator.collect.git.state import State, intact, load, save, wipe
from aggregator.collect.git.tree import list_files, read_blob, said, too_large
from aggregator.errors import CollectError, RejectedError

if TYPE_CHECKING:
    from aggregator.collect.git.http import Conversation

_FULL_OR_FORBIDDEN = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE})
_ANEW = "the next pass fetches the repository anew"


class _Objects(DiskObjectStore):
    """One object store, and no other that it points to."""

    @property
    def alternates(self) -> list[BaseObjectStore]:
        return []


class LocalRepository:
    """A repository in a folder of this machine. It is read where it is, and nothing is written."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._path = Path(repository.folder)
        self._opened: tuple[_Objects, Mapping[Ref, ObjectID]] | None = None

    def list(self) -> Files:
        """What the newest commit holds. Raises CollectError."""
        self._opened = None
        try:
            objects, refs = self._open()
            return list_files(
                objects, chosen(refs, self._repository), matcher(self._repository.include, self._repository.exclude)
            )
        except (CollectError, MemoryError):
            raise
        except Exception as error:  # a library over the bytes of others
            raise self._damaged(error) from error

    def read(self, blob: str) -> bytes:
        """A file's bytes. Raises RejectedError over the limit, CollectError."""
        try:
            return read_blob(self._open()[0], blob, self._repository.limit)
        except (CollectError, RejectedError):
            raise
        except MemoryError:
            raise too_large(self._repository.limit) from None
        except Exception as error:
            raise self._damaged(error) from error

    def _open(self) -> tuple[_Objects, Mapping[Ref, ObjectID]]:
        if self._opened is None:
            if not self._path.is_dir():
                hint = "is the disk mounted, and may this user read it?"
                raise CollectError(Code.NO_FOLDER, f"{self._repository.name}: there is no such folder", hint)
            try:
                with Repo(str(self._path)) as repository:
                    objects = _objects(Path(repository.object_store.path), repository.object_format)
                    self._opened = objects, dict(repository.get_refs())
            except NotGitRepository as error:
                raise CollectError(
                    Code.NOT_A_REPOSITORY, f"{self._repository.name}: the folder is no git repository"
                ) from error
        return self._opened

    def _damaged(self, error: Exception) -> CollectError:
        return CollectError(Code.DAMAGED, f"{self._repository.name}: {said(error)}", "look at it with `git fsck`")


class Mirror:
    """The newest commit of a server's repository, with its files, without its history.

    Whatever is wrong with a mirror, it is worth no more than the time to fetch it: then it is fetched anew.
    """

    def __init__(self, repository: Repository, converse: Callable[[Path], Conversation]) -> None:
        """``converse`` begins a visit to the server; it is given a folder for large answers."""
        self._repository = repository
        self._folder = Path(repository.folder)
        self._converse = converse
        self._objects: _Objects | None = None
        self._lock = -1
        self.visit: Conversation | None = None
        """The last one."""

    def list(self) -> Files:
        """Fetches what is new, and lists what the newest commit holds. Raises CollectError."""
        self._hold()
        self._objects = None
        state = load(self._folder)
        if state is not None and state.serves(self._repository) and intact(self._folder, state):
            try:
                return self._fetch(state)
            except CollectError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever a broken mirror does to a library; it is fetched anew
                self._refuse_full_disk(error)
        self._anew()
        try:
            return self._fetch(State(self._repository.url, self._repository.limit))
        except (CollectError, MemoryError):
            raise
        except Exception as error:
            self._refuse_full_disk(error)
            message = f"{self._repository.name}: what the server sent cannot be read: {said(error)}"
            raise CollectError(Code.BAD_PACK, message, "does `git clone` of it work?") from error

    def read(self, blob: str) -> bytes:
        """A file's bytes. Raises RejectedError over the limit, CollectError."""
        try:
            return read_blob(self._open(), blob, self._repository.limit)
        except (CollectError, RejectedError):
            raise
        except MemoryError:
            raise too_large(self._repository.limit) from None
        except Exception as error:
            state = load(self._folder)
            if isinstance(error, KeyError) and state is not None and intact(self._folder, state):
                # Nothing is missing here, so the server left it out as we asked it to.
                raise too_large(self._repository.limit) from None
            wipe(self._folder)
            raise CollectError(
                Code.DAMAGED, f"the mirror of {self._repository.name} is broken: {said(error)}", _ANEW
            ) from error

    def _fetch(self, state: State) -> Files:
        objects = self._open()
        if state.commit:
            objects.get_raw(ObjectID(state.commit.encode()))
        commit = ""

        def choose(refs: Mapping[Ref, ObjectID]) -> str:
            nonlocal commit
            commit = chosen(refs, self._repository)
            return "" if ObjectID(commit.encode()) in objects else commit

        self.visit = visit = self._converse(self._folder)
        with tempfile.TemporaryFile(dir=self._folder) as pack:
            shallow = self._receive(lambda: visit.fetch(choose, state.commit, state.shallow, pack))
            if pack.tell():
                pack.seek(0)
                objects.add_thin_pack(pack.read, None)
        files = listed(objects, commit, self._repository)
        save(self._folder, replace(state, commit=commit, shallow=state.shallow | shallow))
        return replace(files, reply=visit.first)

    def _receive(self, fetch: Callable[[], frozenset[str]]) -> frozenset[str]:
        """What goes wrong here is the server's; the mirror has not been touched."""
        try:
            return fetch()
        except CollectError:
            raise
        except MemoryError:
            message = f"{self._repository.name}: its list of branches does not fit into memory"
            raise CollectError(Code.MEMORY, message) from None
        except Exception as error:
            self._refuse_full_disk(error)
            raise CollectError(
                Code.PROTOCOL, f"{self._repository.name}: {said(error)}", "does `git clone` of it work?"
            ) from error

    def _open(self) -> _Objects:
        if self._objects is None:
            self._hold()
            self._objects = _objects(self._folder / "objects")
        return self._objects

    def _anew(self) -> None:
        self._objects = None
        try:
            wipe(self._folder)
            self._folder.mkdir(parents=True, exist_ok=True)
            DiskObjectStore.init(self._folder / "objects").close()
        except OSError as error:
            self._refuse_full_disk(error)
            raise CollectError(Code.DISK, f"{self._folder}: {error.strerror}") from error

    def _hold(self) -> None:
        """Keeps the mirror to this process while it lives. Raises CollectError if another has it."""
        if self._lock >= 0:
            return
        path = self._folder.with_name(f"{self._folder.name}.lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise CollectError(Code.DISK, f"cannot write {path}: {error.strerror}", _RIGHTS) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            self._lock = -1
            message = f"another process is reading {self._repository.name}"
            raise CollectError(Code.IN_USE, message, "try again when it has ended") from error

    def _refuse_full_disk(self, error: Exception) -> None:
        if isinstance(error, OSError) and error.errno in _FULL_OR_FORBIDDEN:
            raise CollectError(Code.DISK, f"cannot write {self._folder}: {error.strerror}", _RIGHTS) from error


_RIGHTS = "is the disk full, and may this user write to the --data folder?"


def listed(objects: BaseObjectStore, commit: str, repository: Repository) -> Files:
    """What the repository's owner wants of a commit. Raises as ``list_files`` does."""
    return list_files(objects, commit, matcher(repository.include, repository.exclude))


def chosen(refs: Mapping[Ref, ObjectID], repository: Repository) -> str:
    """The newest commit of the branch; without one in the configuration, of the repository's own default.

    Raises CollectError.
    """
    name = Ref(b"HEAD" if repository.branch is None else b"refs/heads/" + repository.branch.encode())
    commit = refs.get(name)
    if commit is not None:
        return commit.decode("ascii")
    branches = sorted(ref[11:].decode("utf-8", "replace") for ref in refs if ref.startswith(b"refs/heads/"))
    if not branches:
        raise CollectError(Code.EMPTY_REPOSITORY, f"{repository.name}: there are no commits yet")
    hint = f"set `branch`; there are {', '.join(branches[:10])}{' …' if len(branches) > 10 else ''}"
    missing = (
        "its default branch is not there" if repository.branch is None else f"there is no branch {repository.branch}"
    )
    raise CollectError(Code.NO_BRANCH, f"{repository.name}: {missing}", hint)


def _objects(folder: Path, object_format: ObjectFormat | None = None) -> _Objects:
    return _Objects(folder, object_format=object_format, fsync_object_files=True)
