"""`collect` beside the daemon and beside itself: each does what the other does not, and waits for what it does."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.kinds.press import title_of
from flows.slow_host import SILENT, World, a_world
from running import daemon
from waiting import alive, below, until


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path, 2) as world:
        yield world


@contextmanager
def collecting(world: World, *names: str) -> Iterator[subprocess.Popen[str]]:
    command = world.set_up.command("collect", *names)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> str:
    """What it said on stderr, once it has ended well."""
    _, said = process.communicate()
    assert process.returncode == 0, said
    return said


def test_what_the_daemon_is_visiting_is_waited_for_and_the_rest_is_done_meanwhile(world: World) -> None:
    with daemon(world.set_up) as running:
        until(lambda: sorted(running.titles("bridges")) == world.titles)
        until(world.is_asked)
        world.write(paper=0, article=50)
        with collecting(world) as process:
            until(lambda: title_of(50) in running.titles("bridges") or process.poll() is not None)
            until(lambda: [len(world.papers.asked(f"/{name}")) for name in world.names] == [2, 2])
            assert world.is_asked(), "by the daemon, and not by `collect` as well"
            assert process.poll() is None
            world.answers.set()
            ended(process)
        assert len(world.silent.asked("/feed")) == 2
        assert title_of(SILENT) in world.stored()


def test_what_collect_is_visiting_the_daemon_leaves_to_it(world: World) -> None:
    with collecting(world, "silent") as process:
        until(world.is_asked)
        with daemon(world.set_up) as running:
            until(lambda: sorted(running.titles("bridges")) == world.titles)
            assert (world.is_asked(), process.poll()) == (True, None)
            world.answers.set()
            ended(process)
            until(lambda: title_of(SILENT) in running.titles("bridges"))


def test_a_second_collect_waits_for_the_first_and_says_so(world: World) -> None:
    with collecting(world) as first:
        until(world.is_asked)
        with collecting(world) as second:
            assert second.stderr is not None
            said = second.stderr.readline()
            assert said == f"waiting: process {first.pid} is collecting in the same data folder\n"
            assert (first.poll(), second.poll()) == (None, None)
            world.answers.set()
            ended(first)
            ended(second)
    assert len(world.silent.asked("/feed")) == 2


def test_a_killed_collect_keeps_the_next_one_from_nothing(world: World) -> None:
    with collecting(world) as first:
        until(world.is_asked)
        children = below(first.pid)
        first.kill()
    until(lambda: not any(map(alive, children)))
    with collecting(world) as second:
        until(lambda: world.is_asked(2) or second.poll() is not None)
        world.answers.set()
        assert "waiting" not in ended(second)
    assert world.published() == sorted([*world.titles, title_of(SILENT)])


def test_a_killed_daemon_keeps_collect_from_nothing(world: World) -> None:
    with daemon(world.set_up) as running:
        until(world.is_asked)
        children = below(running.process.pid)
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()
        until(lambda: not any(map(alive, children)))
    with collecting(world) as process:
        until(lambda: world.is_asked(2) or process.poll() is not None)
        world.answers.set()
        ended(process)
    assert world.published() == sorted([*world.titles, title_of(SILENT)])


def test_a_killed_collect_keeps_the_daemon_from_nothing(world: World) -> None:
    with collecting(world) as process:
        until(world.is_asked)
        process.kill()
    with daemon(world.set_up):
        until(lambda: world.is_asked(2))
        world.answers.set()
        until(lambda: title_of(SILENT) in world.stored())
