"""YAML text → nodes that know where they stand, and the plain values in them.

Scalars stay text, as written: ``010``, ``12:30`` and ``1.10`` mean themselves, and whoever wants a
number or a truth value reads it off the text. Aliases and merge keys work; sizes are bounded, so
that no text of a few lines becomes a large value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, Protocol

import yaml

from aggregator.errors import Fault

MAX_BYTES = 20_000_000
MAX_DEPTH = 64
MAX_ALIASED = 200_000
"""Values that aliases may repeat in one file."""

Step = str | int
Value = str | None | list["Value"] | dict[str, "Value"]

# What YAML 1.1 takes; everything else is an error without a position in PyYAML.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """``line`` and ``column`` count from 1, here and below."""

    line: int
    column: int
    text: str | None
    given: bool = True
    """False where nothing at all is written."""
    quoted: bool = False
    """Whether it stands in single quotes."""


@dataclass(frozen=True, slots=True)
class Sequence:
    line: int
    column: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    line: int
    column: int
    entries: dict[str, tuple[Scalar, Node]]
    """Key to where the key stands, and its value."""


Node = Scalar | Sequence | Mapping


class Mark(Protocol):
    """A place, counted from 0, as the parser tells it."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class DocumentError(Exception):
    """The text is no document: ``faults`` say why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def read(body: bytes, file: str) -> Node:
    """The document in ``body``. Raises DocumentError; ``file`` is the name used in its faults."""
    text = _decode(body, file)
    builder = _Builder(file)
    try:
        root = builder.document(text)
    except yaml.MarkedYAMLError as error:
        raise DocumentError(_syntax(error, file, text)) from error
    if builder.faults:
        raise DocumentError(*builder.faults)
    return root


def plain(node: Node) -> Value:
    """The values alone. A key with nothing behind it (all that was there is commented out) is left out."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    given = ((k, v) for k, (_, v) in node.entries.items() if not isinstance(v, Scalar) or v.given)
    return {key: plain(value) for key, value in given}


def locate(node: Node, path: tuple[Step, ...], *, key: bool = False) -> Scalar | Sequence | Mapping:
    """What stands at ``path``, or the last thing on the way to it; with ``key`` the key, not the value."""
    for number, step in enumerate(path):
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            name, node = node.entries[step]
            if key and number == len(path) - 1:
                return name
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            break
    return node


def _decode(body: bytes, file: str) -> str:
    if len(body) > MAX_BYTES:
        raise DocumentError(Fault(file, 1, 1, f"is larger than {MAX_BYTES:,} bytes", "take out what is not needed"))
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(body[: error.start].decode("utf-8", "replace"))
        raise DocumentError(Fault(file, line, column, "is not UTF-8 text", "save the file as UTF-8")) from error
    if found := _UNPRINTABLE.search(text):
        line, column = _place(text[: found.start()])
        message = f"control character U+{ord(found.group()):04X}"
        raise DocumentError(Fault(file, line, column, message, "delete it"))
    return text


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _marked(mark: Mark | None) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


# The words, here and below, are PyYAML's, which has no codes for its complaints.
_HINTS = (
    ("cannot start any token", "put quotes round a value that starts with @, ` or %"),
    ("mapping values are not allowed", "put quotes round a value that holds ': '; indent keys alike"),
    ("did not find expected key", "indent the keys of a mapping alike; put quotes round the whole value"),
    ("did not find expected '-' indicator", "indent the items of a list alike"),
    ("could not find expected ':'", "write `key: value`"),
    ("did not find expected node content", "close the bracket, or put quotes round the value"),
    ("did not find expected ','", "close the bracket, or put a comma between items"),
    ("unexpected end of stream", "close the quotes"),
    ("unknown escape character", "use single quotes: backslashes stay as they are in them"),
    ("expected alphabetic or numeric character", "put quotes round a value that starts with * or &"),
)


def _syntax(error: yaml.MarkedYAMLError, file: str, text: str) -> Fault:
    problem = (error.problem or "cannot be read").removeprefix("found ")
    # Of what was never closed, the beginning is the place to look at.
    unclosed = "end of stream" in problem or "expected ','" in problem
    mark = error.context_mark if unclosed and error.context_mark else error.problem_mark
    line, column = _marked(mark)
    written = text.split("\n")[line - 1] if line <= text.count("\n") + 1 else ""
    indent = written[: len(written) - len(written.lstrip())]
    if "\t" in indent:
        return Fault(file, line, indent.index("\t") + 1, "a tab indents this line", "indent with spaces")
    hint = next((hint for words, hint in _HINTS if words in problem), "see the YAML around this place")
    return Fault(file, line, column, f"not YAML: {problem}", hint)


class _Builder:
    """Makes nodes of the parser's events, without recursion deeper than MAX_DEPTH."""

    def __init__(self, file: str) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        """Name to the node, how many values it holds, and how deep they are nested."""
        self._size = 0
        self._deepest = 0
        self._aliased = 0

    def document(self, text: str) -> Node:
        events = iter(yaml.parse(text, Loader=yaml.CSafeLoader))
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self._stop(event, "a second document", "keep one document a file: remove the `---`")
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, 0)
        return root if root is not None else Scalar(1, 1, None, given=False)

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        self._descend(event, depth)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        size, deepest = self._size, self._deepest
        self._size, self._deepest = size + 1, depth
        node = self._fresh(event, events, depth)
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            self._anchors[event.anchor] = node, self._size - size, self._deepest - depth
        self._deepest = max(self._deepest, deepest)
        if getattr(event, "tag", None):
            self._fault(node, "tags have no meaning here", "remove the word that starts with `!`")
        return node

    def _descend(self, event: yaml.Event, depth: int) -> None:
        if depth > MAX_DEPTH:
            self._stop(event, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
        self._deepest = max(self._deepest, depth)

    def _fresh(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        line, column = _marked(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            null = not event.style and event.value in _NULL
            text = None if null else event.value
            return Scalar(line, column, text, given=not null or event.value != "", quoted=event.style == "'")
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                items.append(self._node(inner, events, depth + 1))
            return Sequence(line, column, tuple(items))
        return self._mapping(line, column, events, depth)

    def _mapping(self, line: int, column: int, events: Iterator[yaml.Event], depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        merged: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Scalar) or key.text is None:
                self._fault(key, "a key must be text", "write `key: value`")
            elif key.text == "<<":
                merged = self._merged(value) | merged
            elif key.text in entries:
                first = entries[key.text][0].line
                self._fault(key, f"key {key.text!r} is already given in line {first}", "remove one of them")
            else:
                entries[key.text] = key, value
        return Mapping(line, column, merged | entries)

    def _merged(self, value: Node) -> dict[str, tuple[Scalar, Node]]:
        """What ``<<`` brings in; of several mappings the first one counts."""
        merged: dict[str, tuple[Scalar, Node]] = {}
        for node in value.items if isinstance(value, Sequence) else (value,):
            if isinstance(node, Mapping):
                merged = node.entries | merged
            else:
                self._fault(node, "`<<` takes a mapping", "write `<<: *name`, where `&name` marks a mapping")
        return merged

    def _alias(self, event: yaml.AliasEvent, depth: int) -> Node:
        known = self._anchors.get(event.anchor or "")
        if known is None:
            self._stop(event, f"`*{event.anchor}` stands for nothing", f"mark a value above with `&{event.anchor}`")
        node, size, height = known
        self._descend(event, depth + height)
        self._aliased += size
        self._size += size
        if self._aliased > MAX_ALIASED:
            self._stop(event, f"aliases repeat more than {MAX_ALIASED:,} values", "write them out where needed")
        return node

    def _fault(self, node: Node, message: str, hint: str) -> None:
        self.faults.append(Fault(self._file, node.line, node.column, message, hint))

    def _stop(self, event: yaml.Event, message: str, hint: str) -> NoReturn:
        raise DocumentError(*self.faults, Fault(self._file, *_marked(event.start_mark), message, hint))
