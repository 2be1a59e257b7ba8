"""Emphasis in Chinese, Japanese and Korean, which CommonMark does not see beside quotes, brackets and full stops.

CommonMark (0.31, section 6.2) tells by blanks and punctuation beside ``*`` whether emphasis begins or ends there, and
takes for granted that words stand between blanks: in ``**“甲”**乙`` the end is none. As in the amendments for these
scripts that other Markdown readers have (`markdown-cjk-friendly`), a character of theirs on either side is a
bound of words, and only blanks are in the way. ``_`` stays as it is.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

_WIDE = re.compile(
    "[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff01-\uffef"
    "\U0001b000-\U0001b16f\U0001f200-\U0001f2ff\U00020000-\U0003ffff]"
)
"""Letters, signs and punctuation of these scripts."""
_SHARED = "“”‘’…—·"
"""Punctuation that Chinese has in common with others: it is Chinese where what it stands beside is."""


class _Inline(ParserInline):
    """The parser of what stands in a paragraph, with another eye for marks of emphasis."""

    def __init__(self, usual: ParserInline) -> None:
        super().__init__()
        self.ruler, self.ruler2 = usual.ruler, usual.ruler2

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - named by markdown-it
        scanned = super().scanDelims(start, canSplitWord)
        end = start + scanned.length
        if not canSplitWord or not start or end >= self.posMax:
            return scanned
        if not (self._is_wide(start - 1, -1) or self._is_wide(end, 1)):
            return scanned
        before, after = ord(self.src[start - 1]), ord(self.src[end])
        return Scanned(not isWhiteSpace(after), not isWhiteSpace(before), scanned.length)

    def _is_wide(self, position: int, step: int) -> bool:
        """Whether the character there is of these scripts; what they share with others is judged by the next one."""
        for _ in range(3):
            if not 0 <= position < self.posMax:
                return False
            character = self.src[position]
            if character not in _SHARED:
                return _WIDE.match(character) is not None
            position += step
        return False


def _address_of_links(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The rule of ``[name]: address``, which must not take the words of ``[^1]: …`` for an address: without blanks
    between them, as in Chinese, they would be gone."""
    begins = state.bMarks[start] + state.tShift[start]
    return not state.src.startswith("[^", begins) and reference(state, start, end, silent)


NESTING = 60
"""Of lists and quotes; text deeper inside is left as it is written. markdown-it calls itself for each."""


def renderer(*without: str) -> MarkdownIt:
    """CommonMark with HTML, tables and ``~~``, but for the rules named. A footnote stays as it is written."""
    markdown = MarkdownIt("commonmark", {"html": True, "maxNesting": NESTING}).enable(["table", "strikethrough"])
    markdown.inline = _Inline(markdown.inline)
    markdown.block.ruler.at("reference", _address_of_links)
    return markdown.disable(list(without))
