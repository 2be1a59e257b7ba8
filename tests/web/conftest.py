"""A real server on a loopback port, and the site that it serves."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from aggregator.daemon.serving import Serving
from aggregator.model.config import Configuration
from aggregator.web.server import make_app
from web.fake_archive import FakeArchive
from web.sample import CONFIGURATION, REGIONAL, an_archive

FEED = f"/feeds/{REGIONAL}.atom"
BODY = ("<feed>" + "国家区域医疗中心" * 400 + "</feed>").encode()
MODIFIED = datetime(2022, 4, 27, 1, 15, 48, tzinfo=UTC)
HEALTH: dict[str, object] = {"status": "ok", "now": MODIFIED}


@dataclass
class Live:
    """What runs behind the client; a test may change all of it while it runs."""

    root: Path
    client: httpx.Client
    archive: FakeArchive
    configuration: Configuration = CONFIGURATION
    health: Callable[[], Mapping[str, object]] = HEALTH.copy

    def publish(self, body: bytes = BODY, path: str = FEED, modified: datetime = MODIFIED) -> None:
        """Replaces a published file at once, as the publisher does."""
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(".new")
        temporary.write_bytes(body)
        os.utime(temporary, (modified.timestamp(), modified.timestamp()))
        temporary.replace(target)

    def tell_health(self) -> Mapping[str, object]:
        return self.health()

    def raw(self, path: str, method: str = "GET", **headers: str) -> tuple[httpx.Response, bytes]:
        """The response and its body as sent, not decoded; ``_`` in a header's name is ``-``."""
        fields = {"Accept-Encoding": "identity"} | {name.replace("_", "-"): value for name, value in headers.items()}
        with self.client.stream(method, path, headers=fields) as response:
            return response, b"".join(response.iter_raw())


@contextmanager
def serving(root: Path, archive: FakeArchive) -> Iterator[Live]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        live = Live(root, httpx.Client(base_url=address, timeout=20), archive)
        app = make_app(lambda: live.configuration, archive, root, live.tell_health)
        server = Serving(app, lambda: live.configuration.server, room=64)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield live
        finally:
            live.client.close()
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One server a file of tests: starting and stopping one takes far longer than asking it."""
    with serving(tmp_path_factory.mktemp("site"), an_archive()) as running:
        yield running


@pytest.fixture
def live(server: Live) -> Live:
    """The server, with the sample site behind it whatever the test before has done."""
    for file in server.root.rglob("*.*"):
        file.unlink()
    server.archive.dossiers = an_archive().dossiers
    server.archive.change()
    server.configuration, server.health = CONFIGURATION, HEALTH.copy
    server.publish()
    return server
