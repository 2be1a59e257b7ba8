"""An article that is too long for a feed: its beginning, and a link to the rest."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from html.parser import HTMLParser

from aggregator.feeds.addresses import is_web_address
from aggregator.feeds.limits import SHOWN_BYTES
from aggregator.model.reading import Entry

_VOID = frozenset(("br", "col", "embed", "hr", "img", "input", "link", "source", "track", "wbr"))
"""Elements without an end."""
_BLOCKS = frozenset(
    ("blockquote", "dd", "details", "div", "dl", "dt", "figure", "h1", "h2", "h3", "h4", "h5", "h6")
) | frozenset(("li", "ol", "p", "pre", "section", "table", "tr", "ul"))
"""Elements after whose end a text may end."""


def shortened(entry: Entry, page: str, words: tuple[str, str]) -> Entry:
    """The entry as it is, or with as much of its text as `limits.SHOWN_BYTES` allow, and a link.

    ``page``: our page of the article, where there is no address of its own. ``words``: what the end says, and what is
    on the link.
    """
    if len(entry.html.encode(errors="replace")) <= SHOWN_BYTES:
        return entry
    told, link = words
    href = escape((entry.url if is_web_address(entry.url) else None) or page)
    rest = f'<p>{escape(told)} <a href="{href}" rel="noopener noreferrer nofollow">{escape(link)}</a></p>'
    return replace(entry, html=beginning(entry.html, SHOWN_BYTES) + rest)


def beginning(html: str, most: int) -> str:
    """At most ``most`` bytes of cleaned HTML: whole blocks where there are any, and every tag closed. Pure."""
    cutter = _Cutter(most)
    cutter.feed(html)
    cutter.close()
    return cutter.result()


class _Cutter(HTMLParser):
    """Copies until there is no more room."""

    def __init__(self, most: int) -> None:
        super().__init__(convert_charrefs=False)
        self._room = most
        self._copied: list[str] = []
        self._open: list[str] = []
        self._whole: tuple[int, tuple[str, ...]] = (0, ())
        """How much was copied when the last block ended, and what was open then."""
        self._full = False

    def result(self) -> str:
        number, still_open = self._whole if self._full and self._whole[0] else (len(self._copied), tuple(self._open))
        return "".join(self._copied[:number]) + "".join(f"</{tag}>" for tag in reversed(still_open))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its parser's
        # What is open must be closed in the end.
        closing = 0 if tag in _VOID else len(f"</{tag}>")
        if self._copy(self.get_starttag_text() or "", closing) and closing:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._full or not self._open or self._open[-1] != tag:
            return
        self._copied.append(f"</{self._open.pop()}>")
        if tag in _BLOCKS:
            self._whole = (len(self._copied), tuple(self._open))

    def handle_data(self, data: str) -> None:
        room = self._room
        if not self._copy(data) and room > 0:
            self._copied.append(data.encode(errors="replace")[:room].decode(errors="ignore"))

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def _copy(self, text: str, closing: int = 0) -> bool:
        size = len(text.encode(errors="replace")) + closing
        self._full = self._full or size > self._room
        if self._full:
            self._room = 0
            return False
        self._room -= size
        self._copied.append(text)
        return True
