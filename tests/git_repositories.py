"""git repositories made for tests, a server of them on loopback, and passes over them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from dulwich.index import commit_tree
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo
from dulwich.server import BackendRepo, DictBackend
from dulwich.web import make_wsgi_chain

from aggregator.collect.git.collector import GitCollector
from aggregator.errors import CollectError
from aggregator.model.config import Limits, Source
from aggregator.model.fetching import Answer, Manner
from aggregator.model.running import Memory
from builders import NOW

FILE, LINK, SUBMODULE = 0o100644, 0o120000, 0o160000
_WHO = b"A Writer <writer@example.org>"
_Start = Callable[..., Any]
App = Callable[[dict[str, Any], _Start], Iterable[bytes]]


class Repository:
    """A bare repository; every commit holds just the files it is given, or changes those of the one before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        self.repo = Repo.init_bare(str(path), default_branch=b"main")
        self._files: dict[bytes, tuple[int, ObjectID]] = {}
        self._time = 1_777_000_000

    def commit(
        self,
        files: Mapping[str, str | bytes | None] | Mapping[bytes, str],
        *,
        branch: str = "main",
        parents: Iterable[str] | None = None,
        modes: Mapping[str, int] = {},
    ) -> str:
        """Writes these files, and deletes those that are None. Answers the commit."""
        for name, text in files.items():
            path = name.encode() if isinstance(name, str) else name
            if text is None:
                del self._files[path]
            else:
                mode = modes.get(str(name), FILE)
                self._files[path] = (mode, ObjectID(str(text).encode()) if mode == SUBMODULE else self.blob(text))
        tree = commit_tree(self.repo.object_store, [(path, sha, mode) for path, (mode, sha) in self._files.items()])
        return self.commit_of(tree, branch=branch, parents=parents)

    def commit_of(self, tree: ObjectID, *, branch: str = "main", parents: Iterable[str] | None = None) -> str:
        """A commit of a tree that was made by hand. ``parents``: the branch's newest commit where not given."""
        ref = Ref(f"refs/heads/{branch}".encode())
        commit = Commit()
        commit.tree = tree
        if parents is None:
            commit.parents = [self.repo.refs[ref]] if ref in self.repo.refs else []
        else:
            commit.parents = [ObjectID(sha.encode()) for sha in parents]
        commit.author = commit.committer = _WHO
        self._time += 60
        commit.author_time = commit.commit_time = self._time
        commit.author_timezone = commit.commit_timezone = 0
        commit.message = b"news"
        self.repo.object_store.add_object(commit)
        self.repo.refs[ref] = commit.id
        return commit.id.decode()

    def point(self, branch: str, commit: str) -> None:
        """Makes a commit the branch's newest, as a forced push does."""
        self.repo.refs[Ref(f"refs/heads/{branch}".encode())] = ObjectID(commit.encode())

    def blob(self, text: str | bytes) -> ObjectID:
        blob = Blob.from_string(text.encode() if isinstance(text, str) else text)
        self.repo.object_store.add_object(blob)
        return blob.id

    def loose(self, sha: str) -> Path:
        """The file of an object that is in no pack."""
        return self.path / "objects" / sha[:2] / sha[2:]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


class Host:
    """A server of one repository at ``/news.git``. What it does may be changed while it runs."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.answer: App | None = None
        """Instead of the repository."""
        self.asked: list[dict[str, Any]] = []
        """Of each request: method, path and headers."""
        self.origin = ""

    @property
    def url(self) -> str:
        return f"{self.origin}/news.git"

    def methods(self) -> list[str]:
        """Of all requests since this was last asked."""
        asked, self.asked = self.asked, []
        return [request["method"] for request in asked]

    def __call__(self, environ: dict[str, Any], start: _Start) -> Iterator[bytes]:
        headers = {name[5:].lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
        request = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "headers": headers}
        self.asked.append(request)
        yield from (self.answer or self.app)(environ, start)


@contextmanager
def served(repository: Repository) -> Iterator[Host]:
    repositories: dict[str, BackendRepo] = {"/news.git": repository.repo}
    host = Host(make_wsgi_chain(DictBackend(repositories)))
    with make_server("127.0.0.1", 0, host, server_class=_Server, handler_class=_Quiet) as server:
        host.origin = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield host
        server.shutdown()
        thread.join()


def answering(status: str, headers: Mapping[str, str] = {}, body: bytes = b"") -> App:
    """A server that says the same to everybody."""

    def app(environ: dict[str, Any], start: _Start) -> Iterable[bytes]:
        # What is left unread when a connection is closed resets it, and the answer may be lost.
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start(status, list(headers.items()))
        return [body]

    return app


class Reader:
    """Looks at a host's repository, by one collector until its configuration changes or `close`."""

    def __init__(self, host: Host, tmp_path: Path) -> None:
        self.source = Source("news", kind="git", url=host.url, limits=Limits(download_seconds=20))
        self.manner = Manner(origin=host.origin, allow_private=True)
        self._folder = tmp_path
        self._opened: tuple[Source, Manner, GitCollector] | None = None

    @property
    def collector(self) -> GitCollector:
        if self._opened is None or self._opened[:2] != (self.source, self.manner):
            self.close()
            self._opened = (self.source, self.manner, self.another())
        return self._opened[2]

    def another(self) -> GitCollector:
        return GitCollector(self.source, self._folder, self._folder / "git", "test/1", self.manner, NOW)

    def texts(self) -> dict[str, str]:
        """What is found, with all of it read."""
        leads = self.collector.leads(Memory()).leads
        return {lead.location: self.collector.fetch(lead, NOW).body.decode() for lead in leads}

    def refused(self) -> tuple[CollectError, Answer | None]:
        with pytest.raises(CollectError) as caught:
            self.collector.leads(Memory())
        return caught.value, self.collector.learned(complete=True).answer

    def close(self) -> None:
        if self._opened is not None:
            self._opened[2].close()
        self._opened = None


def children() -> set[int]:
    """Repository processes that this one started; other tests may have left processes of another kind."""
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    started = {int(pid) for path in lists for pid in path.read_text(encoding="ascii").split()}
    return {pid for pid in started if b"aggregator.collect.git.reader" in _command(pid)}


def _command(pid: int) -> bytes:
    """Empty for one that has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def peak_megabytes(process: int) -> float:
    """The most memory that it ever had, its program and mapped files included."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
