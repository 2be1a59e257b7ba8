"""The feeds of the benchmark: sound, all different, always the same, and served with validators."""

from __future__ import annotations

import hashlib
import sys
from email.message import Message
from pathlib import Path

import pytest
from lxml import etree

sys.path.insert(0, str(Path(__file__).parent))
from feed_documents import ENTRIES, make_feed
from feed_server import MODIFIED, Served, Tally

IDS = {"feed": "{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}id", "rss": "channel/item/guid"}
BODIES = {
    "feed": "{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}content",
    "rss": "channel/item/{http://purl.org/rss/1.0/modules/content/}encoded",
}


def told(body: bytes, paths: dict[str, str]) -> list[str]:
    root = etree.fromstring(body)
    return [element.text or "" for element in root.findall(paths[etree.QName(root).localname])]


@pytest.mark.parametrize(("number", "media_type"), [(0, "application/atom+xml"), (1, "application/rss+xml")])
def test_even_feeds_are_atom_and_odd_ones_rss(number: int, media_type: str) -> None:
    assert make_feed(number)[0].startswith(media_type)


def test_every_feed_holds_its_entries_and_no_id_or_text_comes_twice() -> None:
    feeds = [make_feed(number)[1] for number in range(6)]
    for paths in (IDS, BODIES):
        found = [text for body in feeds for text in told(body, paths)]
        assert len(set(found)) == len(found) == 6 * ENTRIES


def test_an_entry_says_about_four_kilobytes() -> None:
    sizes = [len(text.encode()) for number in range(4) for text in told(make_feed(number)[1], BODIES)]
    assert 3_500 < sum(sizes) / len(sizes) < 5_000


def test_one_entry_of_each_feed_is_on_a_default_topic() -> None:
    words = ("分级诊疗", "县域医共体", "国家区域医疗中心", "国家医学中心")
    for number in range(4):
        bodies = told(make_feed(number)[1], BODIES)
        assert sum(any(word in body for word in words) for body in bodies) == 1


def test_a_feed_is_the_same_in_every_run() -> None:
    assert (
        hashlib.sha256(make_feed(7, 2)[1]).hexdigest()
        == "d8b8b6805f1da43fd7643e853e11e177b28f44a7a7270764499474ba97b3fdc2"
    )


@pytest.mark.parametrize(
    ("headers", "current"),
    [
        ({}, False),
        ({"If-None-Match": '"one"'}, True),
        ({"If-None-Match": '"two"'}, False),
        ({"If-None-Match": 'W/"zero", "one"'}, True),
        ({"If-Modified-Since": MODIFIED}, True),
        ({"If-Modified-Since": "Tue, 31 Dec 2024 00:00:00 GMT"}, False),
        ({"If-None-Match": '"two"', "If-Modified-Since": MODIFIED}, False),
    ],
)
def test_validators_decide_whether_a_feed_is_sent_again(headers: dict[str, str], current: bool) -> None:
    asked = Message()
    for name, value in headers.items():
        asked[name] = value
    assert Served("application/rss+xml", b"", '"one"').current(asked) is current


def test_counts_begin_anew_once_told() -> None:
    tally = Tally()
    tally.add(200)
    tally.add(304)
    tally.add(304)
    assert tally.take() == b'{"200": 1, "304": 2}'
    assert tally.take() == b"{}"
