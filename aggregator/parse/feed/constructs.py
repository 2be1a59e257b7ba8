"""What elements hold, as HTML: text constructs of Atom 1.0 and 0.3, and markup that was not escaped."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from html import escape

from lxml import etree

from aggregator.base.links import web_address
from aggregator.base.text import xml_safe
from aggregator.parse.feed.entry import paragraphs, plain_as_html
from aggregator.parse.feed.names import XML_BASE, prefix_of

_ADDRESSES = ("href", "src", "poster", "cite")
_XML_TYPE = re.compile(r"(?:application|text)/(?:[\w.-]+\+)?xml")


def base_of(element: etree._Element | None, outer: str) -> str:
    """The address that relative ones in the element resolve against (XML Base)."""
    stated = element.get(XML_BASE) if element is not None else None
    return (web_address(stated, outer) or outer) if stated else outer


def held(element: etree._Element) -> str:
    """What an element says, as HTML, whether or not its markup was escaped."""
    return (unescaped(element, "") if len(element) else element.text or "").strip()


def unescaped(element: etree._Element, base: str) -> str:
    """What an element holds, as HTML, where its markup was not escaped."""
    parts = [escape(element.text or "", quote=False)]
    for child in list(element):
        _settle(child, base)
        # On its own, it declares none of the feed's namespaces.
        element.remove(child)
        etree.cleanup_namespaces(child)
        parts.append(etree.tostring(child, encoding="unicode", method="html"))
    return "".join(parts)


def _settle(root: etree._Element, outer: str) -> None:
    """Names of HTML lose their namespace, and addresses are resolved where an element states a base of its own."""
    bases: dict[etree._Element, str] = {}
    for inner in root.iter("*"):
        namespace, _, local = inner.tag[1:].partition("}") if inner.tag[0] == "{" else ("", "", inner.tag)
        if namespace and prefix_of(namespace) == "xhtml":
            inner.tag = local
        parent = inner.getparent()
        base = bases.get(parent) if parent is not None else None
        if inner.get(XML_BASE):
            base = base_of(inner, base or outer)
            del inner.attrib[XML_BASE]
        if base is None:
            continue
        bases[inner] = base
        for name in _ADDRESSES:
            if (written := inner.get(name)) and not written.startswith("#"):
                inner.set(name, web_address(written, base) or written)


def constructed(element: etree._Element, is_title: bool, base: str) -> str:
    """A text construct (RFC 4287, section 3.1), or content (section 4.1.3; Atom 0.3, section 3.1), as HTML.

    Empty for media, and for what is not there but elsewhere.
    """
    kind = (element.get("type") or "text").partition(";")[0].strip().lower()
    if len(element):
        return unescaped(element, base)
    text = element.text or ""
    is_base64 = (element.get("mode") or "").strip().lower() == "base64"
    if is_base64:
        text = _decoded(text)
    if "html" in kind:
        return text
    if _XML_TYPE.fullmatch(kind):
        return escape(text, quote=False)
    if kind not in {"text", "xhtml"} and not kind.startswith("text/"):
        # Media in base64 (RFC 4287, section 4.1.3.3): nothing to read.
        return ""
    return plain_as_html(text) if is_title else paragraphs(text)


def _decoded(text: str) -> str:
    """Text in base64; empty for what is none."""
    try:
        return xml_safe(b64decode("".join(text.split()), validate=True).decode())
    except (binascii.Error, ValueError):
        return ""
