"""When a whole host is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.fetching import Answer, HostMemory, RobotsFile
from aggregator.network.holds import held, host_after
from builders import NOW
from visits.revisit_values import an_answer

HOST = HostMemory("example.org", robots={"https://example.org": RobotsFile(NOW, 404)})


def after(*answers: Answer) -> HostMemory:
    host = HOST
    for answer in answers:
        host = host_after(host, answer, NOW)
    return host


def test_the_first_strike_is_the_addresss_own_matter() -> None:
    host = after(an_answer(status=429, retry_at="1h"))
    assert (host.strikes, host.held_until, held(host, NOW)) == (1, None, "")


def test_a_second_strike_in_a_row_holds_the_host_until_retry_after() -> None:
    host = after(an_answer(status=429, retry_at="1h"), an_answer(status=503, retry_at="2h"))
    assert host.held_until == NOW + timedelta(hours=2)
    reason = "host example.org: 503, 2 times in a row, Retry-After: not before 2026-05-01 10:00 UTC"
    assert held(host, NOW) == reason
    assert held(host, NOW + timedelta(hours=2)) == ""
    assert host.robots == HOST.robots


def test_without_retry_after_each_further_strike_doubles_the_hold() -> None:
    holds = [after(*[an_answer(status=429)] * n).held_until for n in (2, 3, 4, 20, 2000)]
    minutes = [15, 30, 60, 1440, 1440]
    assert holds == [NOW + timedelta(minutes=n) for n in minutes]
    assert held(after(*[an_answer(status=429)] * 3), NOW).endswith(
        "429, 3 times in a row, no Retry-After: not before 2026-05-01 08:30 UTC"
    )


def test_a_hold_is_at_most_a_week_and_no_shorter_wish_shortens_it() -> None:
    long, short = an_answer(status=503, retry_at="366d"), an_answer(status=503, retry_at="1m")
    assert after(long, long).held_until == NOW + timedelta(days=7)
    assert after(long, long, short).held_until == NOW + timedelta(days=7)


@pytest.mark.parametrize(("back", "is_held"), [(10, True), (60, True), (61, False), (60 * 87_600, False)])
def test_a_clock_that_is_set_back_makes_a_hold_at_most_twice_as_long(back: int, is_held: bool) -> None:
    strike = an_answer(status=429, retry_at="1h")
    host = after(strike, strike)
    now = NOW - timedelta(minutes=back)
    assert bool(held(host, now)) is is_held
    again = host_after(host, replace(strike, retry_at=now + timedelta(hours=1)), now)
    assert again.held_until == (host.held_until if is_held else now + timedelta(hours=1))


def test_an_answer_of_a_host_that_works_ends_the_row() -> None:
    strike = an_answer(status=429)
    for status in (200, 301, 304, 404, 410):
        assert after(strike, strike, an_answer(status=status)) == HOST


def test_what_says_nothing_of_the_host_changes_nothing() -> None:
    struck = after(an_answer(status=429), an_answer(status=429))
    for answer in (an_answer(error="dns"), an_answer(status=500), an_answer(status=503)):
        assert host_after(struck, answer, NOW) is struck
    assert host_after(HOST, an_answer(status=200), NOW) is HOST


@given(st.lists(st.sampled_from([200, 0, 404, 429, 500, 503])), st.booleans())
def test_a_success_at_the_end_always_frees_the_host(statuses: list[int], timed: bool) -> None:
    answers = [an_answer(status=status, **({"retry_at": "1h"} if timed else {})) for status in statuses]
    host = after(*answers, an_answer(status=200))
    assert (host.strikes, host.held_until, held(host, NOW)) == (0, None, "")
