"""What is kept of hosts that strangers' links lead to: a little, and nothing of it is stored."""

from __future__ import annotations

from aggregator.model.fetching import Answer, Ask, HostMemory, Manner, Reply
from aggregator.network.hosts import MOST_HOSTS, MOST_RULES, HostBook
from builders import NOW

RULES = "User-agent: *\n" + "".join(f"Disallow: /{number}\n" for number in range(30_000))


class Robots:
    """Every host has the same long robots.txt."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, ask: Ask) -> Reply:
        self.asked.append(ask.url)
        return Reply(ask.url, 200, {}, RULES.encode())

    def close(self) -> None:
        """Nothing is open."""


class ShortRobots(Robots):
    """Every host has the same short robots.txt."""

    def get(self, ask: Ask) -> Reply:
        self.asked.append(ask.url)
        return Reply(ask.url, 200, {}, b"User-agent: *\nDisallow: /private\n")


def a_book(robots: Robots) -> HostBook:
    return HostBook(robots, HostMemory, "aggregator/1")


def test_rules_of_many_hosts_are_forgotten_in_turn() -> None:
    robots = Robots()
    book = a_book(robots)
    for number in range(12):
        assert not book.ruling(f"https://h{number}.example/7", Manner(), NOW).allowed
    assert book.ruling("https://h11.example/news", Manner(), NOW).allowed
    assert len(robots.asked) == 12, "the last one is known"
    book.ruling("https://h0.example/news", Manner(), NOW)
    assert len(robots.asked) == 13, "the first one was forgotten"
    assert 12 * len(RULES) > MOST_RULES


def test_only_the_sources_own_host_and_held_ones_are_stored() -> None:
    book = a_book(Robots())
    book.ruling("https://own.example/a", Manner(), NOW)
    book.ruling("https://stranger.example/a", Manner(), NOW)
    for _ in range(2):
        book.hear("https://busy.example/a", Answer(429), NOW)
    stored = {memory.host: memory for memory in book.changed("https://own.example/feed")}
    assert set(stored) == {"own.example", "busy.example"}
    assert stored["own.example"].robots == {}, "rules so long are asked for again"
    assert book.changed("https://own.example/feed") == ()


def test_what_one_host_taught_is_not_lost_when_the_visit_to_another_ends() -> None:
    """Both visits are under way; that to ``b`` ends first."""
    book = a_book(ShortRobots())
    book.ruling("https://a.example/feed", Manner(), NOW)
    book.ruling("https://b.example/feed", Manner(), NOW)
    assert [memory.host for memory in book.changed("https://b.example/feed")] == ["b.example"]
    (kept,) = book.changed("https://a.example/feed")
    assert (kept.host, list(kept.robots)) == ("a.example", ["https://a.example"])
    assert book.changed("https://a.example/feed") == book.changed("https://b.example/feed") == ()


def test_a_host_that_is_held_is_stored_with_the_visit_that_ends_first() -> None:
    """Whoever it was that it asked to stay away: after a sudden end it must not be asked again."""
    book = a_book(ShortRobots())
    for _ in range(2):
        book.hear("https://a.example/feed", Answer(429), NOW)
    (held,) = book.changed("https://b.example/feed")
    assert (held.host, held.held_until is not None) == ("a.example", True)
    assert book.changed("https://a.example/feed") == ()


def test_what_is_learned_after_it_was_stored_is_stored_again() -> None:
    book = a_book(ShortRobots())
    book.ruling("https://a.example/feed", Manner(), NOW)
    book.changed("https://a.example/feed")
    book.ruling("https://a.example/feed", Manner(user_agent="other/1"), NOW)
    (kept,) = book.changed("https://a.example/feed")
    assert len(kept.robots) == 2


def test_no_more_hosts_are_known_than_are_worth_it() -> None:
    book = a_book(Robots())
    for number in range(MOST_HOSTS + 5):
        book.hear(f"https://h{number}.example/", Answer(429), NOW)
    assert book.memory("https://h0.example/").strikes == 0
    assert book.memory(f"https://h{MOST_HOSTS}.example/").strikes == 1
