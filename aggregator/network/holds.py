"""When a host as a whole must be left alone, whichever of its addresses said so. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.base.times import instant
from aggregator.model.fetching import LONGEST_RETRY, Answer, HostMemory

STRIKES = 2
"""Answers in a row that ask to come back later, from which on they are meant for the whole host."""
FIRST_HOLD = timedelta(minutes=15)
"""Where the host names no time; twice as long for each further answer."""
LONGEST_HOLD = timedelta(days=1)


def host_after(host: HostMemory, answer: Answer, now: datetime) -> HostMemory:
    """What to remember of a host after one of its answers; ``host`` itself if that changes nothing.

    A strike is a 429, or a 5xx with Retry-After. The first one is the address's own matter. Any other answer of a
    host that works, be it 404, ends the row; no answer, and a 5xx without Retry-After, say nothing.
    """
    if answer.status == 429 or (answer.asks_later and answer.retry_at is not None):
        return _struck(host, answer, now)
    if not 200 <= answer.status < 500 or (host.strikes == 0 and host.held_until is None):
        return host
    return replace(host, held_until=None, held_since=None, reason="", strikes=0)


def held(host: HostMemory, now: datetime) -> str:
    """Why nothing is to be asked of the host now; empty if it may be asked.

    A clock that has been set back makes a hold at most twice as long as it was meant to be; then the host may be asked,
    and say it anew.
    """
    if host.held_until is None or now >= host.held_until:
        return ""
    if host.held_since is not None and host.held_until - now > 2 * (host.held_until - host.held_since):
        return ""
    return f"host {host.host}: {host.reason}"


def _struck(host: HostMemory, answer: Answer, now: datetime) -> HostMemory:
    strikes = host.strikes + 1
    if strikes < STRIKES:
        return replace(host, strikes=strikes)
    if answer.retry_at is not None:
        until, wish = min(answer.retry_at, now + LONGEST_RETRY), "Retry-After"
    else:
        until, wish = now + _hold(strikes - STRIKES), "no Retry-After"
    # A shorter wish for one address does not shorten the hold that another one brought.
    if held(host, now) and host.held_until is not None:
        until = max(until, host.held_until)
    reason = f"{answer.status}, {strikes} times in a row, {wish}: not before {instant(until)}"
    return replace(host, held_until=until, held_since=now, reason=reason, strikes=strikes)


def _hold(doublings: int) -> timedelta:
    return min(FIRST_HOLD * (1 << min(doublings, 10)), LONGEST_HOLD)
