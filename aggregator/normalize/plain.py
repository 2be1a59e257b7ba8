"""HTML so plain that its form alone shows that it is safe: most articles, once they are cleaned.

It is made of far less than the sanitizer allows: some elements, of whose attributes all go but those of links
and images by absolute addresses; each is closed where it should be, and stands where no parser opens, closes or moves
anything by itself. Of such HTML the sanitizer would give the same characters back, which a property test
holds it to; so it is spared half of its work. Whatever is not known here goes to the sanitizer.
"""

from __future__ import annotations

import re

_START, _END = "<html><body>", "</body></html>"
_CHARACTERS = "!#-%'-;=?-~\xa1-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
"""Neither ``"&<>``, nor a blank, control or surrogate; all of them are characters of XML 1.0."""
_REFERENCE = "&(?:amp|gt|lt|nbsp);"
_VALUE = rf"(?:[ {_CHARACTERS}]++|{_REFERENCE}|&quot;)*+"
_LABEL = "[a-z0-9]++(?:-[a-z0-9]++)*+"
_URL = rf"https?://(?:{_LABEL}\.)+[a-z]{{2,20}}(?:/(?:[\w!#$%'()*+,./:;=?@~-]++|&amp;)*+)?"
"""Of a host with a plain name, which no parser of addresses refuses, without port; the rest in ASCII."""


_KNOWN = "alt|height|href|lang|src|start|title|width"
"""Attributes that mean something to the sanitizer."""
_IDLE = rf'(?!(?:{_KNOWN})=)[a-z][a-z0-9-]*+="[^"<>]*+(?<!=)"'
"""An attribute that goes; as all of them it ends so that ``="`` is nothing but the beginning of a value."""


def _tag(name: str, attributes: dict[str, str]) -> str:
    """A start tag with some of these attributes, each at most once, in any order, among others that go."""
    known = "".join(f'{key}="{value}(?<!=)"(?![^<>]*[ ]{key}=)|' for key, value in attributes.items())
    return f"<{name}(?:[ ](?:{known}{_IDLE}))++>"


_MARKS = frozenset(str.split("b code em i strong sub sup u"))
_LINES = frozenset(str.split("h1 h2 h3 h4 h5 h6 p"))
_GROUPS = frozenset(str.split("blockquote center div figcaption figure"))
_EMPTY = frozenset(str.split("br hr img"))
_IN_MARK = frozenset(str.split("br img span"))
_IN_LINE = _IN_MARK | _MARKS | {"a"}
_ANYWHERE = _IN_LINE | _LINES | _GROUPS | {"hr", "ol", "ul"}
_MAY_HOLD = (
    dict.fromkeys(_MARKS, _IN_MARK)
    | dict.fromkeys(_LINES, _IN_LINE)
    | dict.fromkeys(("ol", "ul"), frozenset({"li"}))
    | dict.fromkeys((*_GROUPS, "li"), _ANYWHERE)
    | {"a": _IN_MARK | _MARKS}
)
_BARE = "|".join(sorted((_ANYWHERE | {"li"}) - {"a", "img", "span"}))
_SIZE = "[0-9]{1,4}"
_IMAGE_TAG = _tag("img", {"src": _URL, "alt": _VALUE, "title": _VALUE, "width": _SIZE, "height": _SIZE})
_LINK_TAG = _tag("a", {"href": _URL, "title": _VALUE})
_SPAN_TAG = '<span(?:[ ][a-z][a-z0-9-]*+="[^"<>]*+(?<!=)")*+>'
"""With any attributes, for it goes."""
_BARE_TAG = f"<(?:{_BARE})(?:[ ]{_IDLE})*+>|</(?:a|span|{_BARE})>"
_TAGS = f"{_BARE_TAG}|{_IMAGE_TAG}|{_LINK_TAG}|{_SPAN_TAG}"
_PIECES = re.compile(rf'(?:[\t\n {_CHARACTERS}]++|{_TAGS}|(?<!=)"|{_REFERENCE})*+', re.ASCII)
_TAG = re.compile("<(/?[a-z0-9]++)")
_IDLE_ATTRIBUTE = re.compile(f" {_IDLE}")
_LINK = re.compile("(<a(?: [^>]*+)?)>")
_SPAN = re.compile("</?span[^>]*+>")
_IMAGE = re.compile("(<img(?: [^>]*+)?)>")


def sanitized_if_plain(html: str) -> str | None:
    """What the sanitizer makes of a serialized document, if that is told by its form; None if it takes a parser."""
    head, start, body = html.partition(_START)
    if not start or not body.endswith(_END):
        return None
    # Sanitizers know no document: its own tags go, what stands before it (an image) is the first of its content.
    content = head + body.removesuffix(_END)
    if not _PIECES.fullmatch(content) or not _is_nested(_TAG.findall(content)):
        return None
    # From here on ``<`` and ``>`` are the ends of tags, and nothing else.
    content = _SPAN.sub("", content) if "</span>" in content else content
    content = _IDLE_ATTRIBUTE.sub("", content)
    linked = _LINK.sub(r'\1 rel="noopener noreferrer">', content)
    return _IMAGE.sub(r'\1 referrerpolicy="no-referrer">', linked)


def _is_nested(tags: list[str]) -> bool:
    """Whether each element stands where it may, and is closed before the one it stands in."""
    awaited, allowed = [""], [_ANYWHERE]
    for tag in tags:
        if tag == awaited[-1]:
            awaited.pop()
            allowed.pop()
        elif tag not in allowed[-1]:
            return False
        elif tag not in _EMPTY:
            awaited.append(f"/{tag}")
            # A span goes, so what it holds stands where it stood itself.
            allowed.append(allowed[-1] if tag == "span" else _MAY_HOLD[tag])
    return len(awaited) == 1
