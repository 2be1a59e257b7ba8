"""SIGKILL at any point of a pass loses nothing that was reported and doubles nothing."""

from __future__ import annotations

import random
import signal
from typing import Any

import pytest

from feeds.feed_rules import check_feed
from flows.kills import fill, played, state, steps_of
from set_up import SetUp, make_set_up

KILLS = 20


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[tuple[Any, ...]]], int]:
    """What a pass that nobody kills leaves behind, and how many steps it takes."""
    set_up = make_set_up(tmp_path_factory.mktemp("undisturbed") / "set-up")
    fill(set_up)
    steps = steps_of(played(set_up, "collect"))
    return state(set_up), steps


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_and_collected_once_more(
    kill: int, undisturbed: tuple[dict[str, list[tuple[Any, ...]]], int], set_up: SetUp
) -> None:
    expected, steps = undisturbed
    fill(set_up)
    # One somewhere in each twentieth of the pass.
    last = 1 + int(steps * (kill + random.Random(kill).random()) / KILLS)
    done = played(set_up, "collect", last=last)
    assert done.returncode == -signal.SIGKILL
    set_up.run("collect")
    assert state(set_up) == expected
    assert set_up.rows("pragma integrity_check") == [("ok",)]
    assert check_feed(set_up.feed("bridges")) == []
    assert not list((set_up.data / "site").rglob("*.tmp"))
