"""What a text says twice at its beginning: the title, and a digest of what follows.

Both are looked for by letters and digits alone, and only behind a cheap look: nearly no article has them. Nothing
goes that is not said elsewhere, and a text is never emptied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from aggregator.base.lead_in import opening_of
from aggregator.base.text import fold, skeleton
from aggregator.normalize.boilerplate import drop
from aggregator.normalize.walk import HEADINGS, Line

_MOST_TITLES = 2
"""A heading and a line in bold, say."""
_MOST_DIGEST = 3
"""Lines of a digest, or of a quotation that is one."""
_LONGEST_SUFFIX = 24
"""Characters of a source's name behind a title."""
_SUFFIX = re.compile(r"\s[-–—|_]{1,2}\s|[|｜丨_]|—{1,2}|-(?=[^\W\d_]{2,8}[网網报報社台]$)")
"""What parts a title from its source's name. A hyphen alone parts words, too."""
_OUTLET = re.compile(
    r"(?:[网網报報社台臺]|频道|頻道|新[闻聞]|在线|在線|日刊|周刊|news|times|post|daily|herald|journal|press|tribune|radio|tv)\W*$",
    re.IGNORECASE,
)
"""How the names of sources end; what else follows a title may be a part of it."""
_LEAST_BEFORE = 6
_SAYS_NO_TITLE = frozenset(str.split("li td th dt dd pre caption figcaption summary legend"))
_SENTENCE_END = re.compile("[。！？!?…]|[.](?:[.]+|$)")
_ENDS = "。！？!?….”」』"
_QUOTES = '“"「『‘'
_LABEL = re.compile(
    r"[【\[〔(（]?(?:(?:[内內]容|本文|新[闻聞])?(?:摘要|提要|提示|[导導]读|導讀|[导導]语|導語)|核心提示|summary|abstract)"
    r"[】\]〕)）]?[:：\s]*",
    re.IGNORECASE,
)
_PROBE = 20
"""Characters of a line that are looked for as they are written, at some places of its second half."""
_PROBED_LINES = 4
_LONGEST_DIGEST = 600
_READ = 1_500
"""Characters of what follows that a digest is looked for in."""
_BEGINNING = 80
"""Letters and digits that may stand before its first sentence: a lead-in of any kind."""
_LEAST, _LEAST_ELSEWHERE, _LEAST_UNENDED = 10, 16, 20
"""Letters and digits of a digest in Chinese that is said at the beginning, further on, or that ends in no mark."""
_LEAST_OF_A_SENTENCE = 8
_LETTERS_OF_OTHERS = 4
"""Other languages need so many times as many letters."""


def without_repeated(lines: list[Line], title: str, has_images: bool) -> tuple[list[Line], str]:
    """The lines without a title and a digest that open the text, which go from the tree, too; and what went, a line
    each, except a heading that is the title to the letter: earlier versions took that off as well."""
    gone: list[str] = []
    if title and lines and _may_be_title(lines[0], title):
        lines = _without_title(lines, title, has_images, gone)
    while len(lines) > 1 and len(gone) < _MOST_DIGEST and (end := _end_of_digest(lines)):
        gone += [line.text for line in lines[:end]]
        drop(lines[:end])
        lines = lines[end:]
    return lines, "\n".join(gone) if gone else ""


def _may_be_title(first: Line, title: str) -> bool:
    return -_LONGEST_SUFFIX <= len(first.text) - len(title) <= _LONGEST_SUFFIX


def _without_title(lines: list[Line], title: str, has_images: bool, gone: list[str]) -> list[Line]:
    for number in range(_MOST_TITLES):
        if not _is_title(lines, title, has_images):
            break
        first = lines[0]
        if number or first.block.tag not in HEADINGS or fold(first.text) != fold(title):
            gone.append(first.text)
        drop(lines[:1])
        lines = lines[1:]
    return lines


def _is_title(lines: Sequence[Line], title: str, has_images: bool) -> bool:
    """Whether the first line is the title, and something else is there to be shown."""
    if not lines or not _may_be_title(lines[0], title) or lines[0].block.tag in _SAYS_NO_TITLE:
        return False
    first = lines[0]
    if first.block.tag not in HEADINGS and _links(first):
        return False
    if first.block.tag in HEADINGS:
        if len(lines) == 1:
            return has_images and _same_title(first.text, title)
        return lines[1].block is not first.block and _same_title(first.text, title)
    # A sentence of the text is none, though a title may be made of it.
    is_sentence = first.text[-1] in "。." and title[-1] not in "。."
    return len(lines) > 1 and not is_sentence and _same_title(first.text, title)


def _links(line: Line) -> bool:
    """Whether its block leads anywhere: that is said nowhere else."""
    return next(line.block.iter("a"), None) is not None


def _same_title(one: str, other: str) -> bool:
    """Whether ``one`` says the title ``other``; either may have the name of the source behind it."""
    bare, bare_other = skeleton(fold(one)), skeleton(fold(other))
    if bare == bare_other:
        return bool(bare)
    if len(bare) > len(bare_other):
        return len(bare_other) >= _LEAST_BEFORE and bare_other in _before_suffixes(one, only_outlets=True)
    return len(bare) >= _LEAST_BEFORE and bare in _before_suffixes(other, only_outlets=False)


def _before_suffixes(title: str, *, only_outlets: bool) -> Iterator[str]:
    """What stands before each mark that may part it from a source's name, to be compared.

    ``only_outlets``: only where it is told to be one, because what follows would be lost.
    """
    for mark in _SUFFIX.finditer(title):
        if len(title) - mark.end() <= _LONGEST_SUFFIX and (not only_outlets or _OUTLET.search(title)):
            yield skeleton(fold(title[: mark.start()]))


def _end_of_digest(lines: Sequence[Line]) -> int:
    """How many lines at the beginning are a digest of what follows: one, or those of a quotation; 0 for none."""
    first = lines[0]
    if not _may_be_said_again(first, lines) or first.block.tag in _SAYS_NO_TITLE or _links(first):
        return 0
    end, quotation = 1, _quotation(first.block)
    if quotation is not None:
        while end < len(lines) and end <= _MOST_DIGEST and quotation in (lines[end].block, *_around(lines[end].block)):
            end += 1
    following = "\n".join([line.text for line in lines[end : end + 3 * _PROBED_LINES]])[:_READ]
    if end > _MOST_DIGEST or not following:
        return 0
    digest = " ".join([line.text for line in lines[:end]])
    if first.block.tag in HEADINGS and digest[-1] not in _ENDS:
        return 0
    if quotation is None and digest[0] in _QUOTES:
        # Somebody's words, which the next paragraph goes on with.
        return 0
    return end if _is_said_in(digest, fold(following)) else 0


def _may_be_said_again(first: Line, lines: Sequence[Line]) -> bool:
    """A cheap look: whether parts of a line occur, as they are written, in the next ones.

    Before the middle there may be a label or a lead-in.
    """
    text = first.text.rstrip(_ENDS)
    length = len(text)
    if not _LEAST_OF_A_SENTENCE <= length <= _LONGEST_DIGEST:
        return False
    for start in (length // 2, length * 5 // 8, length * 3 // 4, max(length // 2, length - _PROBE)):
        probe = text[start : start + _PROBE]
        if "。" in probe:
            probe = max(probe.split("。"), key=len)
        for line in lines[1 : 1 + _PROBED_LINES]:
            if probe in line.text:
                break
        else:
            return False
    following = "\n".join([line.text for line in lines[1 : 1 + 3 * _PROBED_LINES]])
    return all(sentence in following for sentence in text.split("。")[1:])


def _is_said_in(text: str, said: str) -> bool:
    """Whether a folded text says the same, at its beginning, further on, or sentence by sentence."""
    text = text[label.end() :] if (label := _LABEL.match(text)) else text
    folded = fold(text)
    opening = opening_of(folded)
    if opening and not opening_of(said):
        return False
    digest, following = skeleton(folded[opening:]), skeleton(said)
    ends = text[-1:] in _ENDS
    times = _LETTERS_OF_OTHERS if digest.isascii() else 1
    if len(digest) < times * (_LEAST if ends else _LEAST_UNENDED):
        return False
    at = following.find(digest)
    if at >= 0:
        return at <= _BEGINNING or len(digest) >= times * _LEAST_ELSEWHERE
    sentences = [bare for part in _SENTENCE_END.split(folded[opening:]) if (bare := skeleton(part))]
    return len(sentences) > 1 and all(
        len(bare) >= times * _LEAST_OF_A_SENTENCE and bare in following for bare in sentences
    )


def _quotation(block: etree._Element) -> etree._Element | None:
    return next((element for element in (block, *_around(block)) if element.tag == "blockquote"), None)


def _around(block: etree._Element) -> Iterator[etree._Element]:
    """The two elements round a block."""
    for _ in range(2):
        outer = block.getparent()
        if outer is None:
            return
        yield outer
        block = outer
