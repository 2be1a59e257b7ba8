"""Addresses and headers: what is let through is safe to send, and what is refused is not repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.collect.kinds import KINDS
from aggregator.model.config import Source
from aggregator.settings import network
from aggregator.settings.unfit import UnfitError, UnfitPartsError

MARK = "s3cret"
PIECES = st.text(st.sampled_from("ab:/@?#.\\ \r\n\t中%[]-"), max_size=8)


@pytest.mark.parametrize("check", [network.address, network.public_address, network.fetched, network.repository])
@settings(max_examples=100, deadline=None)
@given(PIECES, PIECES)
def test_a_password_in_an_address_is_in_no_message(check: Callable[[str], str], before: str, after: str) -> None:
    for scheme in ("https://", "ftp://", "file://", "//", ""):
        assert MARK not in said(check, f"{scheme}{before}me:{MARK}@a.example{after}")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_a_header_is_safe_to_send_or_refused(name: str, value: str) -> None:
    written = {name: f"{MARK}{value}"}
    told = said(network.headers, written)
    assert MARK not in told
    if not told:
        assert network.headers(written) == written
        assert written[name].isascii()
        assert written[name].isprintable()
        assert name.isascii()
        assert not set(name) & set(' \t\r\n:"(),/;<=>?@[\\]{}')


def said(check: Callable[[Any], object], written: object) -> str:
    """What operators are told of a value; nothing of a good one."""
    try:
        check(written)
    except UnfitError as error:
        return f"{error} {error.hint}"
    except UnfitPartsError as error:
        return "; ".join(f"{mistake.message} {mistake.hint}" for mistake in error.mistakes)
    return ""


BRANCHES = [
    *((name, True) for name in ("main", "release/1.2", "feature-x_y", "中文", "v1.0", "a@b")),
    *((name, False) for name in ("-x", "/a", "a/", "a//b", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a.")),
    *((name, False) for name in ("a\\b", "a\nb", "a@{1}", "", "\x7f")),
]


@pytest.mark.parametrize(("name", "fits"), BRANCHES)
def test_branches(name: str, fits: bool) -> None:
    if fits:
        assert network.branch(name) == name
    else:
        with pytest.raises(UnfitError):
            network.branch(name)


FOLDERS = [
    ("notices.git", "notices.git"),
    ("/srv/notices.git", "/srv/notices.git"),
    ("file:///srv/a%20b.git", "/srv/a b.git"),
    ("https://git.example.org/notices.git", None),
]


@pytest.mark.parametrize(("url", "folder"), FOLDERS)
def test_the_folder_of_a_repository(url: str, folder: str | None) -> None:
    assert network.repository_folder(network.repository(url)) == folder


def test_each_kind_and_key_is_one_of_the_model() -> None:
    for name, kind in KINDS.items():
        assert kind.name == name
        assert {key.name for key in kind.keys} <= {field.name for field in fields(Source)}
