"""Stage 2 of 8 - parse: RawDocument -> ParsedArticle

An article file: optional blank lines, ``---``, YAML front matter, ``---``, then HTML or Markdown
with HTML in it. Whatever can be read is read, and what had to be repaired is recorded; nothing is
cleaned or interpreted here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Shared
from dataclasses import dataclass, replace
from functools import lru_cache

from aggregator.base.text import one_line
from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.config import Limits, Source
from aggregator.model.document import ParsedArticle, RawDocument, Repair
from aggregator.parse.encoding.decode import decode
from aggregator.parse.post.front_matter import FrontMatter, read_front_matter
from aggregator.parse.post.lines import Mapping, Value

PARSE_VERSION = 3
"""Raised whenever the same bytes give another ParsedArticle."""

_BEGIN = re.compile(r"\s*^---[ \t]*\n", re.MULTILINE)
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$\n?", re.MULTILINE)
_PAIR = re.compile(r"\s*[^\s:#-][^:\n]*:(?:\s|$)")

BLANK_LINES = 1
"""Before the front matter, without a repair."""

_MOST_REPAIRS = 50
"""Of one document that are told one by one."""
_DETAIL_LENGTH = 100

_FIELD_OF = {
    "title": "title",
    "date": "published",
    "updated": "updated",
    "author": "author",
    "link": "url",
    "from": "url",
    "url": "url",
    "headimg": "images",
    "thumbnail": "images",
    "categories": "categories",
    "tags": "tags",
}
"""Keys of the front matter that have a field of their own; of several for one field, the best first."""
_WHOLE = {"body": "whole file"}


@dataclass(frozen=True, slots=True)
class _Parts:
    front: str
    front_line: int
    """The line of the document that the front matter begins with, from 1."""
    body: str
    body_line: int


def parse_post(document: RawDocument, source: Source) -> ParsedArticle:
    """What the document says.

    Raises RejectedError: ``too-large``, ``not-text``, ``empty`` (nothing at all, or no body),
    ``cut-front-matter``, ``front-matter-too-large``, and what ``read_front_matter`` refuses.
    """
    limits = source.limits
    if len(document.body) > limits.bytes:
        raise RejectedError(Code.TOO_LARGE, f"{len(document.body)} bytes; the limit is {limits.bytes}")
    decoded = decode(document.body)
    if not decoded.text.strip():
        raise RejectedError(Code.EMPTY, "the file is empty", 1)
    parts = _split(decoded.text)
    front = _front_matter(parts, limits) if parts else None
    if parts is None or front is None:
        unmarked = Repair(RepairCode.NO_FRONT_MATTER, "the whole file is taken as the article", 1)
        return ParsedArticle(title="", body=decoded.text, repairs=(*decoded.repairs, unmarked), provenance=_WHOLE)
    if not parts.body.strip():
        raise RejectedError(Code.EMPTY, "nothing follows the front matter", parts.body_line)
    return _article(front, parts.body, (*decoded.repairs, *_shape_repairs(parts)))


def _split(text: str) -> _Parts | None:
    """Front matter and body; None where the text begins with no front matter."""
    begin = _BEGIN.match(text)
    if begin is None:
        return None
    front_line = text.count("\n", 0, begin.end()) + 1
    end = _END.search(text, begin.end())
    if end is None:
        if _PAIR.match(text, begin.end()):
            raise RejectedError(Code.CUT_FRONT_MATTER, "the front matter has no end (---)", text.count("\n") + 1)
        return None
    front = text[begin.end() : end.start()]
    return _Parts(front, front_line, text[end.end() :], front_line + front.count("\n") + 1)


def _front_matter(parts: _Parts, limits: Limits) -> FrontMatter | None:
    size = len(parts.front)
    if size > limits.front_matter:
        message = f"the front matter has {size} characters; the limit is {limits.front_matter}"
        raise RejectedError(Code.FRONT_MATTER_TOO_LARGE, message, parts.front_line)
    return read_front_matter(parts.front, parts.front_line, limits.nesting)


def _shape_repairs(parts: _Parts) -> tuple[Repair, ...]:
    """What is odd about the file as a whole. One blank line first is what some writers always do."""
    repairs = []
    if parts.front_line > BLANK_LINES + 2:
        repairs.append(Repair(RepairCode.BLANK_LINES, f"{parts.front_line - 2} before the front matter", 1))
    if _is_cut(parts.body):
        line = parts.body_line + parts.body.rstrip().count("\n")
        repairs.append(Repair(RepairCode.CUT_BODY, "the file ends in the middle of a paragraph", line))
    return tuple(repairs)


def _is_cut(body: str) -> bool:
    """Whether paragraphs are closed but for the last one, in the middle of whose text the file ends."""
    closed = body.rfind("</p>")
    last = body.find("<p", closed) if closed >= 0 else -1
    return last >= 0 and body.find("<", last + 1) < 0 and body[last + 2 : last + 3] in {">", " "}


def _article(front: FrontMatter, body: str, repairs: tuple[Repair, ...]) -> ParsedArticle:
    own, metadata = _sort_keys(front.values)
    return ParsedArticle(
        title=_joined(own, "title"),
        body=body,
        published=_joined(own, "date"),
        updated=_joined(own, "updated"),
        author=_joined(own, "author"),
        links=_labels(own, "link", "from", "url"),
        images=_labels(own, "headimg", "thumbnail"),
        categories=_labels(own, "categories"),
        tags=_labels(own, "tags"),
        metadata=metadata,
        repairs=_told((*repairs, *_title_repair(own), *front.repairs)),
        provenance=_provenance(tuple(own)),
    )


@lru_cache(maxsize=256)
def _provenance(keys: tuple[str, ...]) -> Shared[str, str]:
    """One mapping for all articles with the same keys, which saves making and sending it for each."""
    found = {"body": "after the front matter"}
    for key, name in _FIELD_OF.items():
        if key in keys:
            found.setdefault(name, f"front matter: {key}")
    return found


def _told(repairs: tuple[Repair, ...]) -> tuple[Repair, ...]:
    """Not more than an operator reads: the first ones, and how many more there are."""
    more = len(repairs) - _MOST_REPAIRS
    told = (*repairs[:_MOST_REPAIRS], Repair(RepairCode.MORE, f"and {more} more")) if more > 0 else repairs
    if any(len(repair.detail) > _DETAIL_LENGTH for repair in told):
        told = tuple(replace(repair, detail=repair.detail[:_DETAIL_LENGTH]) for repair in told)
    return told


def _title_repair(own: Mapping) -> tuple[Repair, ...]:
    title = own.get("title")
    if isinstance(title, str) and title.strip().replace(".", "").isdecimal():
        return (Repair(RepairCode.TITLE_NUMBER, "a number, read as text"),)
    return ()


def _sort_keys(values: Mapping) -> tuple[Mapping, dict[str, object]]:
    """Keys that have a field of their own, in lower case, and all others as written."""
    own: Mapping = {}
    metadata: dict[str, object] = {}
    for key, value in values.items():
        name = key.strip().lower()
        if name in _FIELD_OF:
            own[name] = value
        else:
            metadata[key] = value
    return own, metadata


def _joined(own: Mapping, key: str) -> str:
    value = own.get(key, "")
    return one_line(value) if isinstance(value, str) else ", ".join(_scalars(value))


def _labels(own: Mapping, *keys: str) -> tuple[str, ...]:
    """The scalars of these keys in their order, each once, on one line, without empty ones."""
    return tuple(dict.fromkeys([scalar for key in keys if key in own for scalar in _scalars(own[key])]))


def _scalars(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        if scalar := one_line(value):
            yield scalar
    else:
        for inner in value if isinstance(value, list) else value.values():
            yield from _scalars(inner)
