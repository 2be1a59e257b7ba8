"""Globs over paths with slashes: ``*`` and ``?`` stay within a name, ``**/`` spans any number of folders."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]]+\]|[^*?\[]+|\[")
_MEANING = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def matcher(include: Sequence[str], exclude: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path matches one of ``include`` and none of ``exclude``, in capital or small letters."""
    wanted, unwanted = _union(include), _union(exclude)
    return lambda path: bool(wanted.fullmatch(path)) and not unwanted.fullmatch(path)


def _union(globs: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_pattern, globs)) if globs else r"(?!)", re.DOTALL | re.IGNORECASE)


def _pattern(glob: str) -> str:
    return "".join(_MEANING.get(piece) or _literal(piece) for piece in _PIECES.findall(glob.removeprefix("./")))


def _literal(piece: str) -> str:
    if piece.startswith("[") and len(piece) > 1:
        return piece.replace("[!", "[^", 1).replace("\\", "\\\\")
    return re.escape(piece)
