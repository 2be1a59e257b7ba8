"""Pages as text that parsers can take, and how much of it people see."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from aggregator.base.depth import voids_closed
from aggregator.base.markup import check_body
from aggregator.codes import Code
from aggregator.errors import RejectedError
from aggregator.model.config import Limits
from aggregator.parse.encoding.charset import decode_remote
from aggregator.parse.encoding.decode import Decoded

ELLIPSES = ("…", "...", "⋯")
"""How a title ends that was cut short."""
_HIDDEN = re.compile(r"<(script|style|noscript|template)\b[^<]*+(?:<(?!/\1\b)[^<]*+)*+", re.IGNORECASE)
_COMMENT = re.compile(r"<!--[^-]*+(?:-(?!->)[^-]*+)*+-*+>?")
_TAG = re.compile(r"<[a-z/!?][^<>]*>", re.IGNORECASE)


def guarded_html(body: bytes, media_type: str, limits: Limits) -> Decoded:
    """The page's text, of a size and shape that parsers can take.

    Raises RejectedError: ``too-large``, ``empty``, ``too-deep``, ``too-many-attributes``, ``too-many-marks``,
    and what ``decode_remote`` refuses.
    """
    if len(body) > limits.bytes:
        raise RejectedError(Code.TOO_LARGE, f"{len(body)} bytes; the limit is {limits.bytes} (limits.bytes)")
    decoded = decode_remote(body, media_type, "html")
    if not decoded.text.strip():
        raise RejectedError(Code.EMPTY, "the page is empty")
    check_body(decoded.text, limits.nesting)
    return replace(decoded, text=voids_closed(decoded.text))


def visible_text(html: str) -> str:
    """What people see of a piece of HTML, white space made single spaces. Never raises."""
    if "<" in html:
        html = _TAG.sub(" ", _HIDDEN.sub(" ", _COMMENT.sub(" ", html)))
    return " ".join(unescape(html).split())


def visible_length(html: str) -> int:
    """How many characters people see of it, white space aside: to compare texts."""
    text = visible_text(html)
    return len(text) - text.count(" ")
