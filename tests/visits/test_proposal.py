"""When a redirect becomes a proposed edit of the configuration."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.model.config import Source
from aggregator.model.fetching import Answer
from aggregator.model.running import Learned, Memory, Move, Outcome
from aggregator.visits.revisit import next_memory, proposal
from builders import NOW

PROPOSED = [
    # configured, where it leads, days since, whether it is proposed
    ("https://a.example/feed", "https://b.example/feed", 0, False),
    ("https://a.example/feed", "https://b.example/feed", 6, False),
    ("https://a.example/feed", "https://b.example/feed", 7, True),
    ("http://a.example/feed", "https://a.example/feed", 0, True),
    ("HTTP://A.example/feed?x=1", "https://a.example/feed?x=1", 0, True),
    ("http://a.example:80/feed", "https://a.example:443/feed", 0, True),
    ("http://a.example", "https://a.example/", 0, True),
    ("http://a.example/feed", "https://a.example/Feed", 0, False),
    ("http://a.example/feed", "https://www.a.example/feed", 0, False),
    ("http://a.example:8080/feed", "https://a.example/feed", 0, False),
    ("http://a.example/feed", "https://a.example/feed/", 0, False),
    ("https://a.example/feed", "http://a.example/feed", 0, False),
    ("https://a.example/feed", "https://a.example/feed", 30, False),
    ("http://[a/feed", "https://[a/feed?", 0, False),
]


@pytest.mark.parametrize(("url", "to", "days", "proposed"), PROPOSED)
def test_a_proposal(url: str, to: str, days: int, proposed: bool) -> None:
    assert proposal(url, Move(to, NOW - timedelta(days=days)), NOW) == (to if proposed else None)


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(days=3650)])
def test_a_redirect_seen_by_a_clock_that_is_set_back_since_counts_from_now(ahead: timedelta) -> None:
    source, to = Source("a", kind="feed", url="https://a.example/"), "https://b.example/"
    outcome = Outcome(Learned("", Answer(200, moved=to)))
    memory = next_memory(source, Memory(move=Move(to, NOW + ahead)), outcome, NOW)
    assert memory.move == Move(to, NOW)


def test_no_redirect_no_proposal() -> None:
    assert proposal("https://a.example/feed", None, NOW) is None
