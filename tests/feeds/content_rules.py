"""What the HTML inside an entry must hold; ``feed_rules`` asks for it by the number of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import html

ADDRESS_ATTRIBUTES = ("href", "src", "poster", "cite", "longdesc", "data", "action", "background")
ACTIVE = frozenset(
    {"applet", "base", "button", "embed", "form", "frame", "iframe", "input", "link", "math", "meta", "object"}
    | {"script", "select", "style", "svg", "textarea"}
)

_TAG = re.compile(r"</?(?:a|b|br|div|em|font|h[1-6]|i|img|p|s|script|span|strong|style|u)\b[^>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[0-9a-f]+);", re.IGNORECASE)


def is_absolute(address: str) -> bool:
    parts = urlsplit(address)
    return (parts.scheme in {"http", "https"} and bool(parts.netloc)) or parts.scheme == "mailto"


def looks_like_markup(text: str) -> bool:
    return bool(_TAG.search(text) or _ENTITY.search(text))


def words_of(content: str) -> str:
    """The text outside links, on one line."""
    root = html.fragment_fromstring(content, create_parent="div")
    for link in root.xpath(".//a"):
        link.drop_tree()
    return " ".join(root.text_content().split())


def check_content(number: str, content: str, thumbnail: str = "") -> Iterator[str]:
    """The faults of a content by line 6 (addresses), 8 (active content) or 9 (the head image), or of its outline."""
    if not content.strip():
        yield "content is empty"
        return
    root = html.fragment_fromstring(content, create_parent="div")
    checks = {"6": _addresses, "8": _active, "outline": _outline}
    if number in checks:
        yield from checks[number](root)
    elif (first := next(root.iter("img"), None)) is None or first.get("src") != thumbnail:
        yield f"the thumbnail {thumbnail} is not the first picture"


def _addresses(root: html.HtmlElement) -> Iterator[str]:
    for element in root.iter("*"):
        named = [element.get(name) for name in ADDRESS_ATTRIBUTES]
        listed = [candidate.split()[0] for candidate in element.get("srcset", "").split(", ") if candidate.split()]
        for address in filter(None, (*named, *listed)):
            if not is_absolute(address):
                yield f"{address!r} in the content is not absolute"


def _outline(root: html.HtmlElement) -> Iterator[str]:
    levels = sorted({int(element.tag[1]) for element in root.iter("h1", "h2", "h3", "h4", "h5", "h6")})
    if levels != list(range(2, 2 + len(levels))):
        yield f"headings of the levels {levels} in the content"
    for element in root.iter("img"):
        if element.get("alt") is None:
            yield f"picture {element.get('src')} has no alt"


def _active(root: html.HtmlElement) -> Iterator[str]:
    for element in root.iter("*"):
        if element.tag in ACTIVE:
            yield f"<{element.tag}> in the content"
        for name, value in element.items():
            if (
                name.startswith("on")
                or name in {"hidden", "style"}
                or re.match(r"\s*(?:javascript|vbscript|data):", value)
            ):
                yield f"{name}={value!r} in the content"
        if element.tag == "img" and element.get("referrerpolicy") != "no-referrer":
            yield f"picture {element.get('src')} sends a referrer"
