"""XML that was written, read as strictly as the strictest reader does."""

from __future__ import annotations

from lxml import etree

_STRICT = etree.XMLParser(recover=False, resolve_entities=False, no_network=True, huge_tree=False)


def xml(body: bytes) -> etree._Element:
    """The root element. Raises ValueError if it is not well-formed."""
    try:
        return etree.fromstring(body, _STRICT)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"what was written is no XML: {error}") from error
