"""Who we say we are."""

from __future__ import annotations

import re
from urllib.parse import quote

_LONGEST = 200


def agent(version: str, contact: str) -> str:
    """The User-Agent: ``aggregator/0.1.0 (+https://example.org)``. Without contact the name alone.

    Whatever the contact is, the result is one header value: printable ASCII, the comment closed (RFC 9110, 10.1.5).
    """
    number = re.sub(r"[^A-Za-z0-9.+-]", "", version)
    word = quote(contact.strip(), safe="!#$%&'*+,-./:;=?@_~[] ", errors="replace")[:_LONGEST]
    return f"aggregator/{number} (+{word})" if word else f"aggregator/{number}"
