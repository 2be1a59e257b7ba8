"""What a host's robots.txt lets us read (RFC 9309). Pure.

protego matches paths. Which lines are for us is found here first: a file of thousands of names times thousands
of rules costs protego their product, and it takes the beginning of our name for our name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from aggregator.errors import CollectError
from aggregator.model.fetching import Reply, RobotsFile
from aggregator.network.address import origin

if TYPE_CHECKING:
    from protego import Protego

MOST_BYTES = 500 * 1024
"""Of a file that are read (section 2.5)."""
LARGE = 64 * 1024
"""Characters of an unusual file."""
LONGEST_PATH = 8_000
"""Characters of a path and query. Longer ones are refused: matching costs their length times the rules."""
LONGEST_DELAY = 30.0
"""Seconds of a crawl-delay that are respected."""
KEPT = timedelta(hours=24)
"""How long a file is used (section 2.4)."""
KEPT_FAILURE = timedelta(hours=1)
"""How long one that could not be had is taken as such."""

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(
    r"(?:(?P<agent>user[ -]?agent)|(?P<allow>allow)|(?P<disallow>dis+al+[oa]w)|(?P<delay>crawl[ -]delay))"
    r"(?:\s*:|\s)(?P<value>.*)",
    re.IGNORECASE | re.ASCII,
)
"""The lines that matter, with the misspellings that are common."""
_TOKEN = re.compile(r"[A-Za-z_-]+")
_ESCAPED = re.compile(rb"%([89A-Fa-f][0-9A-Fa-f])")
_ODD = {0xDC00 + octet: 0xE000 + octet for octet in range(0x80, 0x100)}
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether an address may be read, and why (one line)."""

    allowed: bool
    reason: str
    delay: float | None = None
    """Seconds that the host wants between two requests; None if it did not say."""
    lasting: bool = True
    """False where the file could not be had: asked again soon, it may say something else."""


@dataclass(frozen=True, slots=True)
class _Group:
    """The rules for one robot, as written."""

    allows: tuple[str, ...]
    disallows: tuple[str, ...]
    delay: str
    name: str
    """``*``, or the robot's own."""


def robots_url(site: str) -> str:
    """Where the file of an origin is (section 2.3)."""
    return f"{site}/robots.txt"


def robots_file(reply: Reply | None, now: datetime) -> RobotsFile:
    """What to remember of the answer to a request for the file; ``None``: no answer could be had."""
    if reply is None:
        return RobotsFile(now, 0)
    text = ""
    if 200 <= reply.status < 300:
        # The last line may be cut in two: what is left of it could forbid more than it did.
        whole = reply.body if len(reply.body) <= MOST_BYTES else _whole_lines(reply.body[:MOST_BYTES])
        text = whole.decode("utf-8-sig", "replace").replace("\0", "")
    return RobotsFile(now, reply.status, text)


def for_robot(file: RobotsFile, agent: str) -> RobotsFile:
    """The file with the rules for ``agent`` alone: what others are asked is nothing to keep."""
    if not 200 <= file.status < 300:
        return file
    group = _group(file.text, _token(agent))
    lines = [f"User-agent: {group.name}", *(f"Allow: {rule}" for rule in group.allows)]
    lines += [f"Disallow: {rule}" for rule in group.disallows]
    if group.delay:
        lines.append(f"Crawl-delay: {group.delay}")
    return replace(file, text="\n".join(lines))


def stale(file: RobotsFile | None, now: datetime) -> bool:
    """Whether the file must be read again before it is asked."""
    if file is None:
        return True
    # Seen later than now: the clock was set back.
    return now < file.seen or now - file.seen > (KEPT_FAILURE if _unreachable(file.status) else KEPT)


def ruling(file: RobotsFile | None, url: str, agent: str) -> Ruling:
    """Whether ``agent`` (a User-Agent header; its product token counts) may read ``url``. Never raises.

    A file that is not there allows everything (section 2.3.1.3). One that could not be had forbids everything
    (section 2.3.1.4); so does 429: who is asked too often already is not asked more.
    """
    try:
        site = origin(url)
    except CollectError:
        return Ruling(False, "not an http address")
    if file is None:
        return Ruling(False, f"{robots_url(site)} was not read yet")
    if _unreachable(file.status):
        why = f"answered {file.status}" if file.status else "could not be reached"
        return Ruling(False, f"{robots_url(site)} {why}, so all is disallowed", lasting=False)
    if not 200 <= file.status < 300:
        return Ruling(True, f"there is no robots.txt ({file.status})")
    path = _path(url)
    if len(path) > LONGEST_PATH:
        return Ruling(False, f"the address is too long to be checked against robots.txt ({len(path)} characters)")
    token = _token(agent)
    rules_of = _rules_of_small if len(file.text) <= LARGE else _rules_of_large
    return _by_rules(*rules_of(file.text, token), path, token)


def _unreachable(status: int) -> bool:
    return status in {0, 429} or status >= 500


def _by_rules(group: _Group, rules: Protego, path: str, token: str) -> Ruling:
    stated = rules.crawl_delay("*")
    delay = None if stated is None else min(stated, LONGEST_DELAY)
    if rules.can_fetch(f"http://host{path}", "*"):
        return Ruling(True, "robots.txt allows it", delay)
    whom = token if group.name == token else "all robots"
    return Ruling(False, f"robots.txt disallows {_shown(_deciding(group.disallows, path))} for {whom}", delay)


def _deciding(disallows: tuple[str, ...], path: str) -> str:
    """The longest rule that matches, given that one does: halving costs two parses of the file in all."""
    ordered = sorted(disallows, key=lambda rule: len(_plain(rule)), reverse=True)
    while len(ordered) > 1:
        half = len(ordered) // 2
        free = _parsed((), tuple(ordered[:half]), "").can_fetch(f"http://host{path}", "*")
        ordered = ordered[half:] if free else ordered[:half]
    return ordered[0]


def _rules(text: str, token: str) -> tuple[_Group, Protego]:
    group = _group(text, token)
    return group, _parsed(group.allows, group.disallows, group.delay)


# The rules of a file of the full size may take 25 MB, so only the last of the large ones is kept.
_rules_of_small = lru_cache(maxsize=8)(_rules)
_rules_of_large = lru_cache(maxsize=1)(_rules)


def _parsed(allows: tuple[str, ...], disallows: tuple[str, ...], delay: str) -> Protego:
    from protego import Protego  # noqa: PLC0415 - most visits ask no robots.txt

    lines = ["User-agent: *", *(f"Allow: {_plain(rule)}" for rule in allows)]
    lines += [f"Disallow: {_plain(rule)}" for rule in disallows]
    if delay:
        lines.append(f"Crawl-delay: {_plain(delay)}")
    return Protego.parse("\n".join(lines))


def _group(text: str, token: str) -> _Group:
    """The lines for ``token``; where there are none, those for all robots (section 2.2.1)."""
    found: dict[str, list[tuple[str, str]]] = {}
    names: set[str] = set()
    ruled = True
    for line in _LINE_ENDS.split(text.removeprefix("\ufeff")):
        match = _LINE.fullmatch(line.partition("#")[0].strip())
        if match is None:
            continue
        value = match["value"].strip()
        if match["agent"]:
            # A name after a rule begins another group; one after a name joins it.
            names = {_named(value)} & {token, "*"} | (set() if ruled else names)
            for name in names:
                found.setdefault(name, [])
        else:
            for name in names:
                found[name].append(("delay" if match["delay"] else "allow" if match["allow"] else "disallow", value))
        ruled = not match["agent"]
    name = token if token in found else "*"
    rules = found.get(name, [])
    allows, disallows, delays = (tuple(v for f, v in rules if f == field) for field in ("allow", "disallow", "delay"))
    return _Group(allows, disallows, "".join(delays[-1:]), name)


def _named(value: str) -> str:
    """The robot that a User-agent line is about: its product token, lower case, or ``*``."""
    return "*" if value.startswith("*") and not value.strip("*").strip() else _token(value.strip("* "))


def _token(agent: str) -> str:
    """The product token that a User-Agent begins with (section 2.2.1), lower case; ``*`` without one."""
    found = _TOKEN.match(agent)
    return found[0].lower() if found else "*"


def _path(url: str) -> str:
    """Path and query, as they are matched."""
    rest = url.strip().partition("#")[0].partition("://")[2]
    start = min((rest.index(mark) for mark in "/?" if mark in rest), default=len(rest))
    path = _plain(rest[start:])
    return path if path.startswith("/") else f"/{path}"


def _plain(written: str) -> str:
    """A path or pattern in ASCII, so that what protego takes for the ends of lines is not in it.

    Octets that are no UTF-8 (addresses in GBK) become characters of private use: protego reads escapes as UTF-8
    and would take all of those for the same.
    """
    octets = _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), written.encode("utf-8", "surrogatepass"))
    return quote(octets.decode("utf-8", "surrogateescape").translate(_ODD), safe=_PRINTABLE)


def _shown(rule: str) -> str:
    line = "".join(character if character.isprintable() else "\ufffd" for character in rule)
    return line if len(line) <= 100 else f"{line[:100]}…"


def _whole_lines(head: bytes) -> bytes:
    return head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]
