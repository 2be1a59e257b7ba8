"""Conditional requests, RFC 9110 section 13."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.web.conditional import held_tag, http_date, unmodified_since

TAGS = ["abc-br", "abc", "abc-gzip"]


@pytest.mark.parametrize(
    ("header", "confirmed"),
    [
        ('"abc"', "abc"),
        ('"abc-gzip"', "abc-gzip"),
        ('W/"abc"', "abc"),
        ('"x", "abc"', "abc"),
        ('"x","y" , W/"abc-gzip"', "abc-gzip"),
        ('"abc", "abc-br"', "abc-br"),
        ('"with, comma", "abc"', "abc"),
        ("*", "abc-br"),
        (" * ", "abc-br"),
        ('"ABC"', None),
        ('"ab"', None),
        ('"abc-deflate"', None),
        ("abc", None),
        ("", None),
        ('"', None),
        ('"*"', None),
    ],
)
def test_which_of_our_tags_the_client_names(header: str, confirmed: str | None) -> None:
    assert held_tag(header, TAGS) == confirmed


@given(st.lists(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"'))))
@settings(max_examples=50, deadline=None)
def test_a_tag_is_found_wherever_it_stands_in_a_list(others: list[str]) -> None:
    header = ", ".join(f'W/"{tag}"' for tag in [*others, "abc", *others])
    assert held_tag(header, TAGS) in TAGS


CHANGED = datetime(2022, 4, 27, 1, 15, 48, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "unmodified"),
    [
        ("Wed, 27 Apr 2022 01:15:48 GMT", True),
        ("Wed, 27 Apr 2022 01:15:49 GMT", True),
        ("Wed, 27 Apr 2022 01:15:47 GMT", False),
        ("Wednesday, 27-Apr-22 01:15:48 GMT", True),
        ("Wed Apr 27 01:15:48 2022", True),
        ("Wed Apr 27 01:15:47 2022", False),
        ("Wed, 27 Apr 2022 01:15:48 -0000", True),
        ("2022-04-27T01:15:48Z", False),
        ("yesterday", False),
        ("Wed, 99 Apr 2022 01:15:48 GMT", False),
        ("", False),
    ],
)
def test_dates_in_every_form_that_http_knows(header: str, unmodified: bool) -> None:
    assert unmodified_since(header, CHANGED) is unmodified


@given(st.text(st.characters(exclude_categories=["Nd"]), max_size=60))
@settings(max_examples=100, deadline=None)
def test_what_is_no_date_counts_for_nothing(header: str) -> None:
    assert unmodified_since(header, CHANGED) is False


@given(st.text("0123456789 :-+,WedApr GMT", max_size=40) | st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_whatever_is_sent_holds_for_what_changed_earlier_too(header: str) -> None:
    if unmodified_since(header, CHANGED):
        assert unmodified_since(header, CHANGED - timedelta(days=400)) is True


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=50, deadline=None)
def test_what_we_send_we_understand(instant: datetime) -> None:
    whole = instant.replace(microsecond=0)
    assert unmodified_since(http_date(whole), whole)
    assert not unmodified_since(http_date(whole - timedelta(seconds=1)), whole)
