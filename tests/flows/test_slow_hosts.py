"""A host that does not answer delays itself alone: on the daemon and in `collect`, with real processes."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.kinds.press import title_of
from flows.slow_host import SILENT, World, a_world
from running import daemon, logged
from waiting import alive, below, until

OTHERS = 20


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path, OTHERS) as world:
        yield world


def test_the_daemon_collects_stores_publishes_and_logs_the_others_meanwhile(world: World) -> None:
    with daemon(world.set_up) as running:
        until(lambda: sorted(running.titles("bridges")) == world.titles)
        until(lambda: len(logged(world.set_up, "source visited")) == OTHERS)
        told = {line["source"]: line for line in logged(world.set_up, "source visited")}
        assert sorted(told) == sorted(world.names)
        assert {(line["level"], line["found"], line["new"]) for line in told.values()} == {("info", 1, 1)}
        assert world.visits() == OTHERS
        assert running.get("/healthz").json()["status"] == "ok"

        # Still: what comes now appears as well.
        world.write(paper=3, article=50)
        world.set_up.execute("update source set next_due = 0 where name = 'paper3'")
        until(lambda: title_of(50) in running.titles("bridges"))
        assert world.is_asked()

        world.answers.set()
        until(lambda: title_of(SILENT) in world.stored())


def test_the_daemon_ends_while_a_host_does_not_answer(world: World) -> None:
    with daemon(world.set_up) as running:
        until(lambda: sorted(running.titles("bridges")) == world.titles)
        children = below(running.process.pid)
        assert children
        assert world.is_asked()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait() == 0
        assert world.is_asked()
        until(lambda: not any(map(alive, children)))


def test_a_collect_stores_and_publishes_the_others_meanwhile(world: World) -> None:
    command = world.set_up.command("collect")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as collecting:
        until(lambda: world.published() == world.titles or collecting.poll() is not None)
        assert world.visits() == OTHERS
        assert world.is_asked()
        assert collecting.poll() is None
        world.answers.set()
        said, _ = collecting.communicate()
    assert collecting.returncode == 0, said
    assert world.published() == sorted([*world.titles, title_of(SILENT)])
    assert world.visits() == OTHERS + 1
