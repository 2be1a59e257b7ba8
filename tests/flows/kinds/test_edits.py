"""What a publisher sees of an edit of its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.model.config import Clean, KeepFetched, Limits
from desk import Desk
from flows.kinds.press import item, rss
from loopback import Answer, Asked, Site


def validated(asked: Asked) -> Answer:
    """A feed that answers 304 to whoever has it."""
    if asked.headers.get("if-none-match") == '"1"':
        return Answer(304, {"ETag": '"1"'})
    return Answer(200, {"ETag": '"1"', "Content-Type": "application/rss+xml"}, rss(item(1), item(2)))


QUIET: list[dict[str, Any]] = [
    {"title": "甲报"},
    {"rights": "© 甲报", "publish": "summary"},
    {"every": timedelta(hours=2)},
    {"silent_after": timedelta(days=1), "gap": timedelta(0)},
]


@pytest.mark.parametrize("change", QUIET, ids=" ".join)
def test_it_is_asked_with_validators_where_nothing_is_to_be_read_again(
    desk: Desk, site: Site, change: dict[str, Any]
) -> None:
    site.routes["/feed"] = validated
    source = desk.source("feed", site.url("/feed"))
    assert desk.collect(source).new == 2
    desk.collect(replace(source, **change))
    assert [asked.headers.get("if-none-match") for asked in site.requests] == [None, '"1"']


def test_it_is_asked_for_all_of_it_where_it_is_asked_in_another_way(desk: Desk, site: Site) -> None:
    site.routes["/feed"] = validated
    source = desk.source("feed", site.url("/feed"))
    desk.collect(source)
    desk.collect(replace(source, limits=Limits(entries=9)))
    assert [asked.headers.get("if-none-match") for asked in site.requests] == [None, None]


def test_it_is_asked_for_all_of_it_where_it_is_read_in_another_way_and_nothing_is_kept(desk: Desk, site: Site) -> None:
    desk.keep_fetched = KeepFetched(megabytes=0)
    site.routes["/feed"] = validated
    source = desk.source("feed", site.url("/feed"))
    desk.collect(source)
    desk.collect(replace(source, clean=Clean(remove=("p.ad",))))
    assert [asked.headers.get("if-none-match") for asked in site.requests] == [None, None]
