"""Front matter that YAML cannot read, read line by line: ``key: value``, and lists of ``- x``.

Writers that never escape make such files: a title with quotes inside quotes, a plain title with a
colon and a space, a list indented by tabs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from aggregator.codes import RepairCode
from aggregator.model.document import Repair

Value = str | list["Value"] | dict[str, "Value"]
Mapping = dict[str, Value]

_PAIR = re.compile(r"([^\s:#\[\]{}\"'-][^:\n]{0,99}?)[ \t]*:(?:[ \t]+(.*))?$")
_ELEMENT = re.compile(r"\s*-(?:\s+(.*))?$")
_FLOW_LIST = re.compile(r"\[(.*)\]$")
_ESCAPED = {'"': '\\"', "'": "''"}
"""How YAML writes a quote inside such quotes."""
_OF_TITLE = {RepairCode.QUOTES: RepairCode.TITLE_QUOTES, RepairCode.COLON: RepairCode.TITLE_COLON}


@dataclass(slots=True)
class _Reading:
    values: Mapping = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    key: str = ""

    def pair(self, key: str, written: str, line: int) -> None:
        if key in self.values:
            self.repairs.append(Repair(RepairCode.DUPLICATE_KEYS, key, line))
        self.key = key
        flow = _FLOW_LIST.match(written)
        self.values[key] = _split(flow[1]) if flow else unquote(written)
        if fault := _fault(written):
            self.repairs.append(Repair(_OF_TITLE[fault] if key.lower() == "title" else fault, key, line))

    def element(self, written: str) -> None:
        held = self.values.get(self.key)
        if isinstance(held, list):
            held.append(unquote(written))
        elif self.key:
            self.values[self.key] = [held, unquote(written)] if held else [unquote(written)]

    def more(self, written: str) -> None:
        held = self.values.get(self.key)
        if isinstance(held, str):
            self.values[self.key] = f"{held} {written}".strip()
        elif isinstance(held, list):
            held.append(unquote(written))


def read_lines(text: str, first_line: int) -> tuple[Mapping, tuple[Repair, ...]]:
    """The keys that can be made out, the last of equal ones, and a repair for each line that YAML would not read.

    Never fails; the result is empty where no line is a ``key: value``.
    """
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), first_line):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        if line[: len(line) - len(line.lstrip())].count("\t"):
            reading.repairs.append(Repair(RepairCode.TABS, "indented by tabs", number))
        if pair := _PAIR.match(line.rstrip()):
            reading.pair(pair[1], (pair[2] or "").strip(), number)
        elif element := _ELEMENT.match(line):
            reading.element((element[1] or "").strip())
        else:
            reading.more(written)
    return reading.values, tuple(reading.repairs)


def unquote(written: str) -> str:
    """A value without the quotes round it, however many there are."""
    while len(written) > 1 and written[0] == written[-1] and written[0] in "\"'":
        written = written[1:-1].strip()
    return written.strip("\"'") if not written.strip("\"'") else written


def _fault(written: str) -> RepairCode | None:
    """What YAML has against a value: ``QUOTES``, ``COLON`` or nothing."""
    quote = written[:1]
    if quote not in _ESCAPED:
        return RepairCode.COLON if ": " in written else None
    inner = written[1:-1].replace(_ESCAPED[quote], "")
    sound = len(written) > 1 and written[-1] == quote and quote not in inner
    return None if sound else RepairCode.QUOTES


def _split(written: str) -> list[Value]:
    return [unquote(part.strip()) for part in written.split(",") if part.strip()]
