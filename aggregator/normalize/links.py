"""The article's own address, where it stands in its body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aggregator.base.links import absolute
from aggregator.normalize.clean import LineRule

_EMPTY_LINK = re.compile(r"^<>[ \t]*$\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """The article's own address, and the body without the line it stood on."""

    url: str | None
    body: str


def take_own_address(body: str, rule: LineRule | None) -> OwnAddress:
    """Finds the last line that ``rule`` matches: its first group, or all of it.

    Only an http or https address counts; the line goes with it. A writer's empty ``<>`` goes too.
    """
    if "<>" in body:
        body = _EMPTY_LINK.sub("", body)
    last = rule.last(body) if rule else None
    if last is None:
        return OwnAddress(None, body)
    begin, end, match = last
    url = absolute(match.group(1 if match.re.groups else 0).decode("utf-8", "replace"))
    if url is None:
        return OwnAddress(None, body)
    return OwnAddress(url, body[:begin] + body[end + 1 :])
