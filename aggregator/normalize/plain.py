"""HTML so plain that its form alone shows that it is safe: most articles, once they are cleaned.

A grammar much narrower than what the sanitizer allows: some elements without attributes, links and
images by absolute addresses, no element that parsers open, close or move by themselves. Of such HTML
the sanitizer would give the same characters back, which a property test holds it to; so it is spared
half of its work. Whatever the grammar does not know goes to the sanitizer.
"""

from __future__ import annotations

import re

_CHARACTERS = "!#-%'-;=?-~\xa1-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
"""Neither ``"&<>``, nor a blank, control or surrogate; all of them are characters of XML 1.0."""
_REFERENCE = "&(?:amp|gt|lt|nbsp);"
_TEXT = rf'(?:["\t\n {_CHARACTERS}]++|{_REFERENCE})'
_VALUE = rf"(?:[ {_CHARACTERS}]++|{_REFERENCE}|&quot;)*+"
_NUMBER = "[0-9]{1,4}"
_LABEL = "[a-z0-9]++(?:-[a-z0-9]++)*+"
_URL = rf"https?://(?:{_LABEL}\.)+[a-z]{{2,20}}(?:/(?:[\w!#$%'()*+,./:;=?@~-]++|&amp;)*+)?"
"""Of a host with a plain name, which no parser of addresses refuses, without port; the rest in ASCII."""

_LINK_START = rf'<a href="{_URL}"(?:[ ]title="{_VALUE}")?>'
_SIZE = rf'(?:[ ]width="{_NUMBER}")?(?:[ ]height="{_NUMBER}")?'
_ALT = rf'(?:[ ]alt="{_VALUE}")?'
_IMAGE = rf'<img src="{_URL}"(?:{_SIZE}{_ALT}>|{_ALT}(?:[ ]title="{_VALUE}")?{_SIZE}>)'


def _element(names: str, content: str) -> str:
    return "|".join(f"<{name}>{content}</{name}>" for name in names.split())


_PHRASE = rf"{_TEXT}|<br>|{_IMAGE}|{_element('b code em i strong sub sup u', f'(?:{_TEXT}|<br>)*+')}"
_LINE = rf"(?:{_PHRASE}|{_LINK_START}(?:{_PHRASE})*+</a>)*+"
_BLOCK = rf"{_element('p h1 h2 h3 h4 h5 h6', _LINE)}|{_element('ol ul', rf'(?:[\t\n ]++|<li>{_LINE}</li>)*+')}|<hr>"
_BLOCKS = rf"(?:{_BLOCK}|{_element('blockquote center div', rf'(?:{_BLOCK}|{_LINE})*+')}|{_LINE})*+"
_PLAIN = re.compile(rf"((?:<p>{_IMAGE}</p>)?)<html><body>({_BLOCKS})</body></html>", re.ASCII)
_LINK_TAG = re.compile("(<a [^>]*+)>")
_IMAGE_TAG = re.compile("(<img [^>]*+)>")


def sanitized_if_plain(html: str) -> str | None:
    """What the sanitizer makes of a serialized document, if that is told by its form; None if it takes a parser."""
    whole = _PLAIN.fullmatch(html)
    if whole is None:
        return None
    # In what matched, ``<`` and ``>`` are the ends of tags and nothing else.
    linked = _LINK_TAG.sub(r'\1 rel="noopener noreferrer">', whole[1] + whole[2])
    return _IMAGE_TAG.sub(r'\1 referrerpolicy="no-referrer">', linked)
