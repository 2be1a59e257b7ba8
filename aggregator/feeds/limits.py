"""How large a feed may be; what readers and validators refuse decides."""

from __future__ import annotations

from aggregator.model.reading import Entry

SHOWN_BYTES = 200_000
"""Of the text of one entry, in UTF-8: a longer one is shown with its beginning. No reader is downloaded for a book."""

ENTRY_BYTES = 2_000_000
"""One entry, in UTF-8. Parsers refuse a text of 10 MB, and one article shall not fill a feed."""

FEED_BYTES = 4_000_000
"""All entries together, in UTF-8: validators read 5,000,000 bytes of a document."""

REFERENCES = 900
"""Entity references in attributes of one document: a parser in use refuses more than 1,000 in all."""

ORIGIN_REFERENCES = 2
"""Entity references in each address of an origin: fixed, so that an entry's origin is the same in every feed."""

VIA_LINKS = 20
"""Other places that an entry names."""

_MARKUP = 2_000
"""Bytes of an entry without its texts: names, dates, ids, its source."""
_VIA_MARKUP = 300
_ENCLOSURE_MARKUP = 200
_SECTION_MARKUP = len("]]><![CDATA[")


def weight(entry: Entry) -> int:
    """About how many bytes the entry takes in a feed, rather too many than too few."""
    addresses = [address or "" for address in (entry.url, entry.image, entry.origin.home)]
    texts = (entry.html, entry.title, entry.summary, entry.author, entry.origin.title, *addresses)
    via = [origin.url or "" for origin in entry.also[:VIA_LINKS]]
    sections = sum(text.count("]]>") for text in texts) * _SECTION_MARKUP
    links = sum(_VIA_MARKUP + _bytes(url) for url in via)
    links += sum(_ENCLOSURE_MARKUP + _bytes(enclosure.url) for enclosure in entry.enclosures)
    return _MARKUP + sections + sum(map(_bytes, texts)) + links


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))
