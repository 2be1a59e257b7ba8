"""A body as written, to HTML: HTML blocks stay as they are, what stands between them is Markdown.

CommonMark ends an HTML block at the first blank line and would make code of the indented HTML that
follows, so blocks are found here by their closing tag, as the writers of such files meant them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from aggregator.base.markup import check_markdown
from aggregator.normalize.emphasis import renderer

_CLOSED = frozenset(
    str.split(
        "address article aside audio blockquote body button canvas center dd div dl fieldset figcaption figure footer "
        "form h1 h2 h3 h4 h5 h6 head header html iframe main nav noscript object ol pre script section style svg table "
        "template textarea title ul video"
    )
)
"""Blocks that end with their closing tag."""
_OPEN_ENDED = frozenset(
    str.split(
        "base br caption col colgroup dt frame frameset hr legend li link meta option p param tbody td tfoot th thead "
        "tr track"
    )
)
"""Blocks whose closing tag may be missing."""

_START = re.compile(r"<(?:!--|/?([a-z][a-z0-9]*)(?![\w-]))", re.IGNORECASE)
_TAG = re.compile(r"<(/?)(?!p\b)([a-z][a-z0-9]*)", re.IGNORECASE)
"""Any but the most frequent one, which has nothing to do with depth."""
_CLOSES_ITSELF = re.compile(r"<[a-z][^<>]*+(?<=/)>", re.IGNORECASE)
_COMMENT_LINE = re.compile(r"[ \t]*<!--(?:[^-]|-(?!->))*+-->[ \t]*(?:\n|$)")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*(?:\n|$))+")
_WORD = re.compile(r"\S")
_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})", re.MULTILINE)

_TEXT = r"[^\n\\`*_\[\]<>&!~|]+"
_LINK = rf"\[({_TEXT})\]\(((?:https?:/|\.\.)?/[a-z0-9./-]*)\)"
_PLAIN_LINE = re.compile(rf"(?![-+=#:\s]|[0-9]+[.)])(?:{_TEXT}|{_LINK})++(?<!\s)")
_LINKS = re.compile(_LINK)
_HEADING = re.compile(r"(#{1,6}) ([^#\n]+)")
_ITEM = re.compile(r"([*-]) (.+)")

_RENDERER = renderer()
_RENDERER_BESIDE_HTML = renderer("code")
"""Text between HTML is indented by accident, not because it is code."""


def to_html(body: str) -> str:
    """The body as HTML, not yet cleaned: HTML blocks as written, Markdown (CommonMark, tables, ~~) rendered.

    Raises RejectedError ``too-many-marks``, and RecursionError for what is nested deeper than Python goes.
    """
    blocks = list(_blocks(body))
    markdown = _RENDERER_BESIDE_HTML if any(is_html for is_html, _ in blocks) else _RENDERER
    return "\n".join(block if is_html else render_text(block, markdown) for is_html, block in blocks)


def render_text(text: str, markdown: MarkdownIt = _RENDERER) -> str:
    """Markdown to HTML; paragraphs of plain words and links, which most are, without the whole machinery."""
    html = _render_plain(text)
    if html is None:
        check_markdown(text)
        rendered: str = markdown.render(text)
        return rendered
    return html


def _render_plain(text: str) -> str | None:
    """What the machinery would give, for paragraphs whose every line is plain; None for others."""
    rendered = []
    mark = ""
    for piece in text.strip("\n").split("\n\n"):
        paragraph = piece.strip("\n")
        first = paragraph[:1]
        if first in {"*", "-"} and first != mark:
            html = _list(paragraph)
        elif first == "#":
            html = _heading(paragraph)
        elif paragraph.startswith("> ") and "\n" not in piece:
            html = _wrapped("<blockquote>\n<p>", paragraph[2:], "</p>\n</blockquote>\n")
        else:
            html = _wrapped("<p>", paragraph, "</p>\n")
        if html is None:
            return None
        rendered.append(html)
        # With a blank line between, two lists of one mark are a single one, of paragraphs.
        mark = first
    return "".join(rendered)


def _wrapped(opening: str, text: str, closing: str) -> str | None:
    """Plain lines as HTML; None where one is not plain."""
    for line in text.split("\n"):
        if not _PLAIN_LINE.fullmatch(line):
            return None
    if '"' in text:
        text = text.replace('"', "&quot;")
    return f"{opening}{_LINKS.sub(_anchor, text) if '](' in text else text}{closing}"


def _heading(line: str) -> str | None:
    heading = _HEADING.fullmatch(line)
    return _wrapped(f"<h{len(heading[1])}>", heading[2], f"</h{len(heading[1])}>\n") if heading else None


def _list(lines: str) -> str | None:
    """A flat list of one mark, each item on one line."""
    items = [_ITEM.fullmatch(line) for line in lines.split("\n")]
    html = [_wrapped("<li>", item[2], "</li>\n") if item and item[1] == lines[0] else None for item in items]
    return "<ul>\n" + "".join(filter(None, html)) + "</ul>\n" if all(html) else None


def _anchor(link: re.Match[str]) -> str:
    return f'<a href="{link[2]}">{link[1]}</a>'


def _blocks(body: str) -> Iterator[tuple[bool, str]]:
    """Pieces of the body in order, each with whether it is HTML."""
    text_start = position = 0
    may_have_fences = "```" in body or "~~~" in body
    word = _next_word(body, 0)
    start = _next_start(body, word, 0)
    while start >= 0:
        if may_have_fences and (fence := _FENCE.search(body, position, start)):
            position = _end_of_fence(body, fence)
            if start < position:
                start = _next_start(body, word, position)
            continue
        if text := body[text_start:start].strip("\n"):
            yield False, text
        text_start = position = _end_of_html(body, start)
        yield True, body[start:position]
        word = _next_word(body, position)
        start = _next_start(body, word, position)
    if text := body[text_start:].strip("\n"):
        yield False, text


def _next_word(body: str, position: int) -> int:
    word = _WORD.search(body, position)
    return word.start() if word else len(body)


def _next_start(body: str, first_word: int, position: int) -> int:
    """Where, from ``position``, a line begins with an HTML block; -1 if none does.

    After text (which begins with ``first_word``), what is indented by four is code.
    """
    while (tag := body.find("<", position)) >= 0:
        line = max(body.rfind("\n", position, tag) + 1, position)
        indent = body[line:tag]
        if not indent.strip(" \t") and _is_block(body, tag):
            shallow = len(indent) < 4 and "\t" not in indent
            if shallow or line <= first_word:
                return line
        position = _after(body, "\n", tag)
    return -1


def _is_block(body: str, position: int) -> bool:
    start = _START.match(body, position)
    if start is None:
        return False
    tag = (start[1] or "").lower()
    return not tag or tag in _CLOSED or tag in _OPEN_ENDED


def _end_of_fence(body: str, fence: re.Match[str]) -> int:
    mark = fence[1]
    closing = re.compile(rf"^ {{0,3}}{mark}{mark[0]}*[ \t]*$", re.MULTILINE).search(body, fence.end())
    return _after(body, "\n", closing.end()) if closing else len(body)


def _end_of_html(body: str, start: int) -> int:
    """Where an HTML block ends: at the first blank line with none of its elements open; a comment with its line."""
    if comment := _COMMENT_LINE.match(body, start):
        return comment.end()
    depth = 0
    while start < len(body):
        blank = _BLANK_LINES.search(body, start)
        piece = body[start : blank.end() if blank else len(body)]
        if piece.rfind("<!--") > piece.rfind("-->"):
            end = _after(body, "-->", start + len(piece))
            blank = _BLANK_LINES.search(body, end)
            piece = body[start : blank.end() if blank else len(body)]
        start += len(piece)
        depth = _depth_after(_without_comments(piece), depth)
        if not depth:
            break
    return start


def _without_comments(html: str) -> str:
    first, *others = html.split("<!--")
    return first + "".join(other.partition("-->")[2] for other in others)


def _depth_after(html: str, depth: int) -> int:
    if "/>" in html:
        html = _CLOSES_ITSELF.sub("", html)
    for closing, tag in _TAG.findall(html):
        if tag.lower() in _CLOSED:
            depth = max(0, depth - 1) if closing else depth + 1
    return depth


def _after(body: str, mark: str, position: int) -> int:
    found = body.find(mark, position)
    return found + len(mark) if found >= 0 else len(body)
