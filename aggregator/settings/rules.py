"""The rule language of ``match`` in topics.yaml → conditions.

A leaf is a text, or a mapping with ``term``, ``regex`` or ``near``, and perhaps ``weight`` and
``field``. ``any``, ``all`` and ``none`` take lists of leaves and of each other; several of them in
one mapping must all hold. A list alone means ``any``. ``ignore`` stands among them or beside ``match``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from aggregator.base.text import fold
from aggregator.model.config import AllOf, AnyOf, Condition, Field, Near, NoneOf, Regex, Term
from aggregator.settings.document import Mapping, Node, Sequence, Step, Value
from aggregator.settings.mistakes import Mistake, guess

MAX_DEPTH = 20
FIELDS: tuple[Field, ...] = get_args(Field)
_GROUPS: dict[str, Callable[[tuple[Condition, ...]], Condition]] = {"any": AnyOf, "all": AllOf, "none": NoneOf}
_LEAVES = ("term", "regex", "near")
_EXTRAS = ("weight", "field")
_SHAPE = "write a text, `regex:`, `near:`, or `any:`, `all:`, `none:` with a list"

Path = tuple[Step, ...]


def read(value: Value, compile_regex: Callable[[str], object]) -> tuple[Condition | None, list[Mistake]]:
    """The condition that ``value`` writes, or what is wrong with it; ``compile_regex`` raises ValueError."""
    reader = _Reader(compile_regex)
    condition = reader.condition(value, (), 0)
    return (None if reader.mistakes else condition), reader.mistakes


def read_ignored(value: Value, compile_regex: Callable[[str], object]) -> tuple[str | Regex | None, list[Mistake]]:
    """An item of ``ignore``: a name, or ``regex:`` alone."""
    reader = _Reader(compile_regex)
    return reader.ignored(value), reader.mistakes


def lift_ignored(root: Node) -> Node:
    """The topics file with each ``ignore`` among the rules of ``match`` moved beside it: it means the same there."""
    if not isinstance(root, Mapping) or not isinstance(root.entries.get("topics", (None, None))[1], Sequence):
        return root
    key, topics = root.entries["topics"]
    assert isinstance(topics, Sequence)  # noqa: S101 - for the type checker
    items = tuple(map(_lifted, topics.items))
    return replace(root, entries=root.entries | {"topics": (key, replace(topics, items=items))})


def _lifted(topic: Node) -> Node:
    if not isinstance(topic, Mapping) or "match" not in topic.entries:
        return topic
    key, match = topic.entries["match"]
    if not isinstance(match, Mapping) or "ignore" not in match.entries:
        return topic
    inner = dict(match.entries)
    name, ignored = inner.pop("ignore")
    _, beside = topic.entries.get("ignore", (name, None))
    if isinstance(beside, Sequence) and isinstance(ignored, Sequence):
        ignored = replace(ignored, items=beside.items + ignored.items)
    return replace(
        topic, entries=topic.entries | {"match": (key, replace(match, entries=inner)), "ignore": (name, ignored)}
    )


class _Reader:
    """Reads on after a mistake, so that all are named at once. What is wrong reads as None."""

    def __init__(self, compile_regex: Callable[[str], object]) -> None:
        self.mistakes: list[Mistake] = []
        self._compile = compile_regex

    def condition(self, value: Value, path: Path, depth: int) -> Condition | None:
        if depth > MAX_DEPTH:
            self._wrong(path, f"rules nest deeper than {MAX_DEPTH} levels", "flatten them")
            return None
        if isinstance(value, str):
            return self._term(value, path, 1.0, None)
        if isinstance(value, list):
            return self._group("any", value, path, depth)
        if not value:
            self._wrong(path, "a rule is empty", _SHAPE)
            return None
        self._unknown(value, path, (*_GROUPS, *_LEAVES, *_EXTRAS))
        leaves = [key for key in _LEAVES if key in value]
        groups = [key for key in _GROUPS if key in value]
        if leaves and (groups or len(leaves) > 1):
            second = (leaves + groups)[1]
            hint = "make them two rules of a list"
            self._wrong((*path, second), f"`{second}` beside `{leaves[0]}`", hint, key=True)
            return None
        if leaves:
            return self._leaf(leaves[0], value, path)
        return self._groups(groups, value, path, depth)

    def ignored(self, value: Value) -> str | Regex | None:
        if isinstance(value, dict) and "regex" in value:
            self._unknown(value, (), ("regex",))
            leaf = self._leaf("regex", {"regex": value["regex"]}, ())
            return leaf if isinstance(leaf, Regex) else None
        if isinstance(value, str) and self._term(value, (), 1.0, None):
            return value
        if not self.mistakes:
            self._wrong((), "neither a name nor a `regex:`", "write a text, or `regex: '...'`")
        return None

    def _groups(self, groups: list[str], value: dict[str, Value], path: Path, depth: int) -> Condition | None:
        for key in _EXTRAS:
            if key in value:
                self._wrong((*path, key), f"`{key}` belongs to a term, a regex or a near", "move it there", key=True)
        conditions = [self._group(key, value[key], (*path, key), depth) for key in value if key in groups]
        whole = tuple(condition for condition in conditions if condition is not None)
        return whole[0] if len(whole) == 1 else AllOf(whole) if whole else None

    def _group(self, key: str, value: Value, path: Path, depth: int) -> Condition | None:
        if isinstance(value, str) and value.strip():
            self._wrong(path, f"`{key}` takes a list", f"write `{key}: [{value}]`")
            return None
        if not isinstance(value, list):
            self._wrong(path, f"`{key}` takes a list of rules", _SHAPE)
            return None
        if not value:
            self._wrong(path, f"`{key}` is empty", "give it a rule, or remove it")
            return None
        conditions = [self.condition(item, (*path, number), depth + 1) for number, item in enumerate(value)]
        return _GROUPS[key](tuple(condition for condition in conditions if condition is not None))

    def _leaf(self, key: str, value: dict[str, Value], path: Path) -> Condition | None:
        weight, field = self._weight(value, path), self._field(value, path)
        inner = value[key]
        if key == "near":
            return self._near(inner, (*path, key), weight, field)
        if not isinstance(inner, str):
            self._wrong((*path, key), f"`{key}` must be a text", f"write `{key}: text`")
            return None
        if key == "term":
            return self._term(inner, (*path, key), weight, field)
        try:
            self._compile(inner)
        except ValueError as error:
            self._wrong((*path, key), f"bad regular expression: {error}", "RE2 syntax", quote=True)
            return None
        return Regex(inner, weight, field)

    def _term(self, text: str, path: Path, weight: float, field: Field | None) -> Condition | None:
        if not fold(text):
            self._wrong(path, "a term is empty", "give it a text, or remove it")
            return None
        return Term(text, weight, field)

    def _near(self, value: Value, path: Path, weight: float, field: Field | None) -> Condition | None:
        if not isinstance(value, dict):
            self._wrong(path, "`near` takes a mapping", "write `near: {terms: [one, other], within: 20}`")
            return None
        self._unknown(value, path, ("terms", "within"))
        terms, within = value.get("terms"), value.get("within")
        texts = [term for term in terms if isinstance(term, str) and fold(term)] if isinstance(terms, list) else []
        if not isinstance(terms, list) or len(texts) != len(terms) or len(texts) < 2:
            self._wrong((*path, "terms"), "`near` needs two or more terms", "write `terms: [one, other]`")
        number = _whole(within)
        if number is None or number < 1:
            self._wrong(
                (*path, "within"), "`within` must be a whole number of characters above 0", "write `within: 20`"
            )
            return None
        return Near(tuple(texts), number, weight, field)

    def _weight(self, value: dict[str, Value], path: Path) -> float:
        written = value.get("weight", "1")
        try:
            number = float(written) if isinstance(written, str) else math.nan
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self._wrong((*path, "weight"), "`weight` must be a number", "write `weight: 0.5`")
        return number

    def _field(self, value: dict[str, Value], path: Path) -> Field | None:
        if "field" not in value:
            return None
        written = value["field"]
        for field in FIELDS:
            if written == field:
                return field
        self._wrong((*path, "field"), f"there is no field {written!r}", guess(str(written), FIELDS))
        return None

    def _unknown(self, value: dict[str, Value], path: Path, known: tuple[str, ...]) -> None:
        for key in value:
            if key not in known:
                hint = "put it beside `match`" if key == "ignore" else guess(key, known)
                self._wrong((*path, key), f"unknown key {key!r}", hint, key=True)

    def _wrong(self, path: Path, message: str, hint: str, *, key: bool = False, quote: bool = False) -> None:
        self.mistakes.append(Mistake(path, message, hint, key, quote))


def _whole(written: Value) -> int | None:
    return int(written) if isinstance(written, str) and written.isascii() and written.isdigit() else None
