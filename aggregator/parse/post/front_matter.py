"""The YAML before an article: read as text, or refused before any value is built.

libyaml's own events decide what is an anchor, an alias or a tag, so quotes and plain text such as
``AT&T`` or ``5 * 3`` never do. Values are built from events, without recursion and without
resolving types: ``12:30:45``, ``010``, ``yes`` and ``2022-13-45`` stay as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from aggregator.base.text import xml_safe
from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.document import Repair
from aggregator.parse.post.lines import Mapping, Value, read_lines
from aggregator.parse.post.simple import read_simple

_OPENERS = re.compile(r"[\[{]")
_BRACKETS = re.compile(r"[\[{}\]]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class _MeaninglessError(yaml.YAMLError):
    """Well-formed YAML that means nothing."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys as written, in the order of the document."""

    values: Mapping
    repairs: tuple[Repair, ...] = ()


@dataclass(slots=True)
class _Open:
    """A sequence or mapping whose end has not come yet."""

    value: list[Value] | Mapping
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    """Builds one value from events."""

    nesting: int
    stack: list[_Open] = field(default_factory=list)
    root: Value | None = None
    repairs: list[Repair] = field(default_factory=list)

    def add(self, value: Value, line: int) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is None:
            top.key = self._new_key(value, top.value, line)
        else:
            top.value[top.key] = value
            top.key = None

    def _new_key(self, value: Value, mapping: Mapping, line: int) -> str:
        key = value if isinstance(value, str) else repr(value)[:100]
        if key == "<<":
            raise RejectedError(Code.YAML_MERGE, "the front matter holds a YAML merge key", line)
        if key in mapping:
            # Like the generator that publishes such a file (Jekyll): the last one counts.
            self.repairs.append(Repair(RepairCode.DUPLICATE_KEYS, key, line))
        return key

    def open(self, value: list[Value] | Mapping, line: int) -> None:
        if len(self.stack) >= self.nesting:
            raise RejectedError(Code.YAML_NESTING, f"the front matter is nested over {self.nesting} deep", line)
        self.stack.append(_Open(value))

    def close(self, line: int) -> None:
        self.add(self.stack.pop().value, line)


def read_front_matter(text: str, first_line: int, nesting: int) -> FrontMatter | None:
    """The mapping that ``text`` holds; None if it holds no ``key: value`` at all.

    ``first_line`` is the line of the document that ``text`` begins with, from 1. Values hold no
    control characters but tabs and line breaks. What YAML cannot
    read is read line by line, which is a repair. Raises RejectedError ``yaml-anchor``,
    ``yaml-tag``, ``yaml-merge`` or ``yaml-nesting`` for what only an attack needs.
    """
    if (simple := read_simple(text)) is not None:
        return FrontMatter(simple)
    if _is_bracket_heavy(text, first_line, nesting):
        return _read_forgiving(
            text, first_line, Repair(RepairCode.YAML, "more brackets than YAML is trusted with", first_line)
        )
    builder = _Builder(nesting)
    try:
        for event in _events(text):
            _take(builder, event, first_line)
    except yaml.YAMLError as error:
        return _read_forgiving(text, first_line, _describe(error, first_line))
    if isinstance(builder.root, dict):
        return FrontMatter(builder.root, tuple(builder.repairs))
    return None if builder.root else FrontMatter({})


def _is_bracket_heavy(text: str, first_line: int, nesting: int) -> bool:
    """Whether brackets could nest too deep; libyaml takes seconds for 65,000 open ones.

    Every opening bracket counts, in quotes too, so nothing deep can hide from it.
    """
    if len(_OPENERS.findall(text)) <= nesting:
        return False
    depth = deepest = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > nesting:
        raise RejectedError(Code.YAML_NESTING, f"the front matter is nested over {nesting} deep", first_line)
    return True


def _events(text: str) -> Iterator[yaml.Event]:
    return iter(yaml.parse(text, Loader=yaml.CBaseLoader))


def _take(builder: _Builder, event: yaml.Event, first_line: int) -> None:
    line = _line(event, first_line)
    if isinstance(event, yaml.ScalarEvent):
        _refuse(event.anchor, event.tag, line)
        builder.add(_shown(event.value), line)
    elif isinstance(event, yaml.CollectionStartEvent):
        _refuse(event.anchor, event.tag, line)
        builder.open([] if isinstance(event, yaml.SequenceStartEvent) else {}, line)
    elif isinstance(event, yaml.CollectionEndEvent):
        builder.close(line)
    elif isinstance(event, yaml.AliasEvent):
        # An anchor is refused where it stands, so this alias has none: YAML calls that an error too.
        raise _MeaninglessError("found an undefined alias", line)
    elif isinstance(event, yaml.DocumentStartEvent) and builder.root is not None:
        raise _MeaninglessError("found a second document", line)


def _shown(written: str) -> str:
    """Without controls and what XML forbids: YAML's escapes can write them."""
    return written if written.isprintable() else xml_safe(_CONTROLS.sub("", written))


def _refuse(anchor: str | None, tag: str | None, line: int) -> None:
    if anchor is not None:
        raise RejectedError(Code.YAML_ANCHOR, f"the front matter holds a YAML anchor (&{anchor[:40]})", line)
    if tag is not None:
        raise RejectedError(Code.YAML_TAG, f"the front matter holds a YAML tag ({tag[:40]})", line)


def _line(event: yaml.Event, first_line: int) -> int:
    return first_line + (event.start_mark.line if event.start_mark else 0)


def _describe(error: yaml.YAMLError, first_line: int) -> Repair:
    if isinstance(error, _MeaninglessError):
        return Repair(RepairCode.YAML, str(error), error.line)
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error).partition("\n")[0]
    return Repair(RepairCode.YAML, problem or "", first_line + (mark.line if mark else 0))


def _read_forgiving(text: str, first_line: int, reason: Repair) -> FrontMatter | None:
    values, repairs = read_lines(_CONTROLS.sub("", text), first_line)
    return FrontMatter(values, repairs or (reason,)) if values else None
