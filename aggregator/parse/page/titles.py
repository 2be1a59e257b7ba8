"""The title of an article among all that its page offers as one, without the names of its site and sections.

Nothing is cut off without evidence: a name of the site that is stated somewhere, another title of the same page that
lacks it, or a separator that hardly stands within a title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise

from aggregator.base.text import one_line
from aggregator.parse.markup import ELLIPSES
from aggregator.parse.page.site_names import SiteNames, sounds_like_an_outlet, squeezed

_HAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_SEPARATOR = re.compile(
    r"\s*(?:[|｜¦︱»«›‹]|::|＞|＜)+\s*"
    r"|\s+[-\u2010-\u2015−－﹣·•∙~～/>:：_*]+\s+"
    rf"|(?<=[{_HAN}”》）」』！？…A-Za-z0-9])_+(?=[{_HAN}“《（「『])|(?<=[{_HAN}”》）」』！？…])_+(?=\w)"
    rf"|(?<=[{_HAN}”》）」』！？…])\s*[-\u2010-\u2015－﹣·•](?![-\u2010-\u2015－﹣])\s*(?=\w)"
    rf"|(?<=\w)\s*[-\u2010-\u2015－﹣·•](?![-\u2010-\u2015－﹣])\s*(?=[{_HAN}“《（「『])"
    r"|:\s+|：\s*|\s+@\s+"
)
_STRONG = re.compile(r"[|｜¦︱»«›‹_＞＜•]|::| > ")
"""Separators that hardly stand within a title."""
_COLON = re.compile(r"\s*(?<!:)[:：](?!:)\s*\Z")
_TIGHT_DASH = re.compile(r"[\u2010-\u2015]\Z")
_LEAST = 6
"""Characters: what is shorter is no title, unless the page says so."""
_LEAST_WORDS = 3
_MARKUP = re.compile(r"</?(?:b|i|em|strong|span|sup|sub|br|font|u|small|mark|p|a)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:[a-z]{2,8}|#[0-9]{2,6}|#x[0-9a-f]{2,5});", re.IGNORECASE)
_LINK_WORDS = frozenset(
    str.split(
        "more readmore continuereading readthefullarticle readfullarticle readarticle readon details viewdetails "
        "viewmore learnmore seemore fullstory link here clickhere permalink 更多 详情 查看 查看详情 查看更多 "
        "阅读更多 阅读全文 "
        "查看全文 全文 点击查看 点击阅读 详细 详细内容 了解更多 了解详情 继续阅读 原文 原文链接 閱讀全文 "
        "weiterlesen "
        "liresuite lirelasuite leermás leermas"
    )
)
"""Texts of links, squeezed, that tell nothing of where they lead."""

Stated = tuple[str, str]
"""What is said, and where."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """A title and where its separators are: part, separator, part …"""

    pieces: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.pieces[::2]

    def run(self, first: int, last: int) -> str:
        """From part to part, as written."""
        return "".join(self.pieces[2 * first : 2 * last + 1]).strip()

    def separator(self, number: int) -> str:
        """What follows that part."""
        return self.pieces[2 * number + 1]


def plain(written: str) -> str:
    """A title as people read it: references that were written twice, and tags in what is plain text, are undone."""
    title = unescape(written) if "&" in written and _REFERENCE.search(written) else written
    if "</" in title or "<br" in title:
        # An end tag tells that this was markup; a tag alone may be spoken of.
        title = _MARKUP.sub("", title)
    return one_line(title)


def is_of_a_link(title: str) -> bool:
    """Whether it says ``read more`` and the like, and nothing of the article."""
    return squeezed(title) in _LINK_WORDS


def names_in(title: str) -> tuple[str, ...]:
    """What may be names of a site in the title of its start page, of a list or of a feed: all of it, and its parts."""
    names = _Parts(tuple(_split(title))).names
    return tuple(dict.fromkeys(filter(None, (title, *names))))


def best_title(candidates: Sequence[Stated], heads: Sequence[str], names: SiteNames) -> Stated:
    """The first candidate that is more than the name of the site, without it; where there is none, the first.

    ``heads``: the page's headings of first order. They and the other candidates tell what of a title is its own.
    Two empty strings where nothing is stated.
    """
    stated = [(title, where) for title, where in ((plain(title), where) for title, where in candidates) if title]
    own_heads = [head for head in map(plain, heads) if head and not names.is_site(head)]
    whole = max((title for title, where in stated if where == "title"), key=len, default="")
    if len(own_heads) == 1 or not stated:
        stated[-1:-1] = [(head, "h1") for head in own_heads[:1]]
        if not whole:
            stated.sort(key=lambda one: one[1] == "h1")
    for title, where in stated:
        others = [other for other, _ in stated if other != title]
        cut = without_site(title, own_heads, others, names)
        if cut and not names.is_site(cut):
            return _uncut(cut, own_heads, others), where
    return stated[0] if stated else ("", "")


def _uncut(title: str, heads: Sequence[str], others: Sequence[str]) -> str:
    """The heading where the title is that one cut short."""
    begin = next((title.removesuffix(end).rstrip() for end in ELLIPSES if title.endswith(end)), "")
    if len(begin) < _LEAST:
        return title
    longer = (other for other in (*heads, *others) if other.startswith(begin) and len(other) > len(title))
    return next((other for other in longer if not other.endswith(ELLIPSES)), title)


def without_site(title: str, heads: Sequence[str], others: Sequence[str], names: SiteNames) -> str:
    """The title without names of its site and sections at its ends. Never its own half; may be the whole."""
    same = squeezed(title)
    if any(squeezed(head) == same for head in heads):
        return title
    parts = _Parts(tuple(_split(title)))
    last = len(parts.names) - 1
    if not last:
        return title
    low, high = _stripped(parts, 0, last, names)
    rest = parts.run(low, high)
    if low == high:
        return rest
    witness = _witnessed(parts, low, high, heads) or _witnessed(parts, low, high, others)
    if witness:
        return witness
    if any(_is_longer(other, rest) for other in others):
        return rest
    is_stripped = (low, high) != (0, last)
    low, high = _without_sections(parts, low, high, is_stripped, names)
    return parts.run(*_by_separators(parts, low, high, is_stripped))


def _split(title: str) -> list[str]:
    pieces, end = list[str](), 0
    for found in _SEPARATOR.finditer(title):
        if found.start() > end and found.end() < len(title) and not _is_within(found, title):
            pieces += [title[end : found.start()], found[0]]
            end = found.end()
    return [*pieces, title[end:]]


def _is_within(mark: re.Match[str], title: str) -> bool:
    """Whether it stands within a title: quotation marks come in pairs, and 5 > 3 is a comparison."""
    sign = mark[0].strip()
    if sign in {"«", "»", "‹", "›"}:
        return any(title.count(one) and title.count(other) for one, other in ("«»", "‹›"))
    return sign == ">" and title[mark.start() - 1].isdigit() and title[mark.end()].isdigit()


def _stripped(parts: _Parts, low: int, high: int, names: SiteNames) -> tuple[int, int]:
    """Without names of the site at its ends, as long as something is left."""
    while low < high and _is_site_behind(parts, low, high, names):
        high -= 1
    while low < high and _is_site_before(parts, low, high, names):
        low += 1
    return low, high


def _is_site_behind(parts: _Parts, low: int, high: int, names: SiteNames) -> bool:
    part, separator, rest = parts.names[high], parts.separator(high - 1), parts.run(low, high - 1)
    if names.is_stated(part):
        return True
    if _COLON.match(separator):
        return False
    return _is_long(rest) and (names.is_of_host(part) or _sounds_like_one(part, separator))


def _sounds_like_one(part: str, separator: str) -> bool:
    is_tight = not separator[:1].isspace() and _TIGHT_DASH.search(separator) is not None
    return sounds_like_an_outlet(part, strict=is_tight)


def _is_site_before(parts: _Parts, low: int, high: int, names: SiteNames) -> bool:
    part, separator, rest = parts.names[low], parts.separator(low), parts.run(low + 1, high)
    if _COLON.match(separator):
        return names.is_stated(part) and squeezed(part) in map(squeezed, names.stated) and _is_long(rest)
    return names.is_stated(part) or (names.is_of_host(part) and _is_long(rest))


def _is_long(text: str) -> bool:
    """Whether it can be a title by itself: some words, or as many signs of a script without them."""
    return len(text.split()) >= _LEAST_WORDS or (len(text) >= _LEAST and re.search(f"[{_HAN}]", text) is not None)


def _witnessed(parts: _Parts, low: int, high: int, witnesses: Sequence[str]) -> str:
    """The longest run of parts that is another title of the page; empty if none is."""
    found = {squeezed(witness) for witness in witnesses}
    found.discard("")
    best = ""
    for first in range(low, min(high, low + 6) + 1):
        for last in range(first, min(high, first + 8) + 1):
            run = parts.run(first, last)
            if len(run) > len(best) and squeezed(run) in found:
                best = run
    return best


def _is_longer(other: str, rest: str) -> bool:
    """Whether it has all of it and then some: that is the one with the site's name."""
    long, short = squeezed(other), squeezed(rest)
    return len(long) > len(short) and (long.startswith(short) or long.endswith(short))


def _without_sections(parts: _Parts, low: int, high: int, stripped: bool, names: SiteNames) -> tuple[int, int]:
    while low < high and names.is_section(parts.names[high]):
        if not (stripped or _STRONG.search(parts.separator(high - 1))) or len(parts.run(low, high - 1)) < _LEAST:
            break
        high -= 1
    # The site's name stood first, so its section stands next.
    while 0 < low < high and _STRONG.search(parts.separator(low)) and len(parts.names[low].split()) < _LEAST_WORDS:
        low += 1
    return low, high


def _by_separators(parts: _Parts, low: int, high: int, is_stripped: bool) -> tuple[int, int]:
    """What stands before the first separator that hardly stands within a title.

    Where that is short, the longest part; all, where the site's name is told already: it is a label then.
    """
    cuts = [number for number in range(low, high) if _STRONG.search(parts.separator(number))]
    if not cuts:
        return low, high
    bounds = [low, *(number + 1 for number in cuts), high + 1]
    runs = [(first, after - 1) for first, after in pairwise(bounds)]
    first = parts.run(*runs[0])
    if len(first) >= _LEAST and (_is_long(first) or not _is_long(parts.run(*runs[1]))):
        return runs[0]
    if is_stripped:
        return low, high
    longest = max(runs, key=lambda run: len(parts.run(*run)))
    return longest if _is_long(parts.run(*longest)) and len(parts.run(*longest)) > 2 * len(first) else (low, high)
