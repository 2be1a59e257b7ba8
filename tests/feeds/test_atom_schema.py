"""The schema itself: a good feed passes, and a fault against each section of RFC 4287 does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from feeds.atom_schema import schema_faults
from feeds.test_feed_rules import GOOD, swapped, without

FAULTS = [
    ("2: another root", lambda body: body.replace(b"<feed ", b"<rss ").replace(b"</feed>", b"</rss>")),
    ("2: language", swapped('xml:lang="zh-CN"', 'xml:lang="zh_CN"')),
    ("3.1: type of a title", swapped("<title>第1家", '<title type="markdown">第1家')),
    ("3.1: child of a text", swapped("<title>第1家", "<title><b/>第1家")),
    ("3.2: person without a name", swapped("<author><name>种子文章</name></author>", "<author/>")),
    ("3.3: date of a mail", swapped("2026-04-30T10:00:00Z", "Thu, 30 Apr 2026 10:00:00 GMT")),
    ("3.3: date without a zone", swapped("10:00:00Z</published>", "10:00:00</published>")),
    ("3.3: a day that is none", swapped("2026-04-30T10", "2026-04-31T10")),
    ("4.1.1: feed without id", without("<id>", "</id>")),
    ("4.1.1: two subtitles", swapped("<subtitle", "<subtitle/><subtitle")),
    ("4.1.1: element that is none of Atom", swapped("<entry>", "<item/><entry>", 1)),
    ("4.1.2: entry without updated", swapped("<updated>2026-04-30T10:00:00Z</updated>", "")),
    ("4.1.2: two titles", swapped("<title>第1家", "<title>x</title><title>第1家")),
    ("4.1.2: text beside elements", swapped("<entry>", "<entry>text", 1)),
    ("4.1.3: html with elements", swapped('<content type="html">', '<content type="html"><p/>', 1)),
    ("4.1.3: content elsewhere and here", swapped('<content type="html">', '<content src="https://a.example">')),
    ("4.2.2: category without term", swapped(' term="', ' name="')),
    ("4.2.6: relative id", swapped("<entry><id>urn:uuid:", "<entry><id>", 1)),
    ("4.2.7: link without address", swapped('<link rel="via"', '<link rel="via"/><link rel="via"')),
    ("4.2.7: length", swapped('length="4096"', 'length="4 KB"')),
    ("4.2.7: blank in an address", swapped('href="https://daily', 'href="https:// daily')),
    ("4.2.11: entry in a source", swapped("<source>", "<source><entry/>")),
    ("4.2.13: two summaries", swapped("<summary>", "<summary>x</summary><summary>", 1)),
]


def test_a_good_feed_passes() -> None:
    assert schema_faults(GOOD) == []


@pytest.mark.parametrize("change", [change for _, change in FAULTS], ids=[name for name, _ in FAULTS])
def test_what_the_rfc_forbids_is_found(change: Callable[[bytes], bytes]) -> None:
    faulty = change(GOOD)
    assert faulty != GOOD
    assert schema_faults(faulty)
