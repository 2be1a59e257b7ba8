"""How large a feed may be; what readers and validators refuse decides."""

from __future__ import annotations

ENTRY_BYTES = 2_000_000
"""HTML of one entry, in UTF-8. Parsers refuse a text of 10 MB, and one article shall not fill a feed."""

FEED_BYTES = 4_000_000
"""HTML of all entries together, in UTF-8: validators read 5,000,000 bytes of a document."""

REFERENCES = 900
"""Entity references in attributes of one document: a parser in use refuses more than 1,000 in all."""

SUMMARY_LENGTH = 200
"""Characters of a title that stands in for a summary."""


def weight(html: str) -> int:
    """Bytes of the text in UTF-8."""
    return len(html.encode(errors="replace"))
