"""Front matter of the simplest shape, read without YAML: nearly all of it is, and it takes a third of the time.

``key: value`` where no other reading of the value is possible, and lists of such values. Whatever
else there is (an escape, a comment, a key twice) makes the whole of it a matter for YAML.
"""

from __future__ import annotations

import re

from aggregator.parse.post.lines import Mapping, Value

_NEVER = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff"
"""Line ends, tabs, and what YAML does not take for printable."""
_FIRST = rf"[^{_NEVER} \-?:,\[\]{{}}#&*!|>'\"%@`]"
_PLAIN = rf"({_FIRST}(?:[^{_NEVER}:#]++|:(?![ \n]))*+)"
_QUOTED = rf"\"([^{_NEVER}\"\\]*)\"|'([^{_NEVER}']*)'"
_WORD = rf"{_FIRST}[^{_NEVER}:,\[\]{{}}#'\"]*+"
_FLOW = rf"\[ *((?:{_WORD}(?:, *{_WORD})*+)?)\]"
_LINE = re.compile(
    rf"(?:([A-Za-z_][A-Za-z0-9_-]{{0,99}}):(?: +(?:{_PLAIN}|{_QUOTED}|{_FLOW}))?|( *)- +(?:{_PLAIN}|{_QUOTED})) *\n"
)
_FLOW_GROUP = 5


def read_simple(text: str) -> Mapping | None:
    """What YAML would give for ``text``; None where it takes YAML to say."""
    values: Mapping = {}
    end, key = 0, ""
    indent: str | None = None
    for line in _LINE.finditer(text):
        if line.start() != end:
            return None
        end = line.end()
        name, group = line[1], line.lastindex or 0
        written = line[group].rstrip(" ") if group in {2, 7} else line[group]
        if name is None:
            # Only a key without a value begins a list, whose items all stand in one column.
            if not key or indent not in {None, line[6]}:
                return None
            held = values[key]
            if isinstance(held, list):
                held.append(written)
            else:
                values[key] = [written]
            indent = line[6]
        elif name in values:
            return None
        else:
            key, indent = ("" if group > 1 else name), None
            values[name] = "" if group == 1 else _words(written) if group == _FLOW_GROUP else written
    return values if end == len(text) else None


def _words(written: str) -> Value:
    return [word.strip(" ") for word in written.split(",")] if written else []
