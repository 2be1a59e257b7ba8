"""Content codings."""

from __future__ import annotations

import gzip
import time
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.site.encode import Coding, encode, etag_of, negotiate

HEADERS: list[tuple[str | None, Coding]] = [
    (None, "identity"),
    ("", "identity"),
    ("gzip", "gzip"),
    ("GZIP", "gzip"),
    ("x-gzip", "gzip"),
    ("gzip, deflate, br", "br"),
    ("br;q=0.5, gzip", "gzip"),
    ("br;q=0.5,gzip;q=0.5", "br"),
    ("gzip;q=0.001", "gzip"),
    ("gzip;q=0", "identity"),
    ("gzip;q=0.000, br;q=0", "identity"),
    ("deflate, zstd", "identity"),
    ("*", "br"),
    ("br;q=0, *", "gzip"),
    ("gzip;q=0.8, *;q=0.1", "gzip"),
    ("*;q=0", "identity"),
    ("gzip, *;q=0", "gzip"),
    ("identity;q=1, gzip;q=0.5", "identity"),
    ("identity;q=0.5, gzip;q=0.5", "gzip"),
    ("identity;q=0, gzip;q=0.2", "gzip"),
    ("identity;q=0", "identity"),
    ("gzip ; Q=0.7 , br ; q=0.6", "gzip"),
    ("gzip;q=2", "identity"),
    ("gzip;q=0.1234", "identity"),
    ("gzip;level=9", "identity"),
    (", ,gzip,,", "gzip"),
    ("\u0663\ud800, br", "br"),
]


@pytest.mark.parametrize(("header", "coding"), HEADERS)
def test_negotiation(header: str | None, coding: Coding) -> None:
    assert negotiate(header) == coding


@given(st.text())
def test_any_header_gets_an_answer(header: str) -> None:
    assert negotiate(header) in {"gzip", "br", "identity"}


@given(st.binary())
def test_codings_can_be_undone(body: bytes) -> None:
    assert gzip.decompress(encode(body, "gzip")) == body
    assert brotli.decompress(encode(body, "br")) == body
    assert encode(body, "identity") == body


def test_the_time_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    before = encode(b"feed" * 100, "gzip")
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert encode(b"feed" * 100, "gzip") == before
    assert zlib.decompress(before, wbits=31) == b"feed" * 100


def test_an_entity_tag_is_a_digest() -> None:
    assert etag_of(b"") == "e3b0c44298fc1c149afbf4c8996fb924"
