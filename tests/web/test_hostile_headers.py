"""Request headers are whatever a client sends: none of them may be an error of ours."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message

from aggregator.web.answer import send_document
from aggregator.web.conditional import unmodified_since
from aggregator.web.shelf import Document, Shelf

MODIFIED = datetime(2026, 11, 1, tzinfo=UTC)
NAMES = (b"if-none-match", b"if-modified-since", b"accept-encoding", b"sec-fetch-dest")
PARTS = (
    "Mon, 01 Jan ", "99999999999", "2026", " 00:00:00 ", "GMT", "+", "-", "0000", "9999", "*", 'W/"x"', '"', ",",
    "gzip", ";q=", "0.", "1", "br", "identity", "\xff", "\0", "Sun, 06 Nov 1994 08:49:37 GMT", "Jan 1 0001 ",
)  # fmt: skip
VALUES = st.lists(st.sampled_from(PARTS) | st.text(st.characters(max_codepoint=255), max_size=4), max_size=7).map(
    "".join
)


@pytest.mark.parametrize(
    "since",
    [
        "Mon, 01 Jan 99999999999 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
        "Mon, 01 Jan 2026 00:00:00 +9999",
        "Mon, 01 Jan 0001 00:00:00 +2359",
    ],
)
def test_a_date_that_no_clock_holds_counts_for_nothing(since: str) -> None:
    assert not unmodified_since(since, MODIFIED)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES.map(lambda value: value.encode("latin-1"))), max_size=4))
def test_whatever_a_client_sends_it_gets_the_document_or_a_304(headers: list[tuple[bytes, bytes]]) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    asyncio.run(send_document(scope, send, Shelf(lambda: 0), Document("tag", b"body", MODIFIED), {}))
    assert sent[0]["status"] in {200, 304}
