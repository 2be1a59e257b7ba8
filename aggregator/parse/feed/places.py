"""Places for the entries of one feed: an id, or a link, that many entries have is no place of any of them.

What tells them apart is taken from the entries themselves, so that an entry keeps its place whatever stands before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from aggregator.codes import Code, RemarkCode
from aggregator.model.alarm import Remark
from aggregator.model.document import EntryFault, ParsedEntry
from aggregator.parse.feed.entry import IDS, digest_of, digest_of_parts

Numbered = tuple[int, int | None, ParsedEntry]
"""Its number in the feed, its line, the entry."""

_BY_ID: tuple[Callable[[ParsedEntry], str], ...] = (
    lambda entry: entry.link,
    lambda entry: entry.article.title,
    lambda entry: entry.article.published,
)
"""What tells entries of one id apart; entries that are equal in all of it are versions of one."""
_BY_NOTHING = (*_BY_ID, lambda entry: entry.article.body)
"""The same where no id was stated."""
_SHARED = 3
"""So many entries of one link are a habit."""


def placed(entries: Sequence[Numbered]) -> tuple[list[ParsedEntry], list[EntryFault]]:
    """As many entries as there are, each once and at a place of its own.

    Of versions of one entry the first counts, for it is the newest in nearly every feed; the others are faults.
    """
    groups: dict[str, list[Numbered]] = {}
    for one in entries:
        groups.setdefault(one[2].location, []).append(one)
    found: list[tuple[int, ParsedEntry]] = []
    faults: list[EntryFault] = []
    for group in groups.values():
        kept, left = _apart(group) if len(group) > 1 else (group, [])
        found += [(number, entry) for number, _, entry in kept]
        faults += left
    return [entry for _, entry in sorted(found, key=lambda one: one[0])], faults


def _apart(group: Sequence[Numbered]) -> tuple[list[Numbered], list[EntryFault]]:
    """Entries of one place, each at its own; those that were taken for versions of another."""
    each = {one[2].digest: one for one in reversed(group)}
    different = sorted(each.values(), key=lambda one: one[0])
    if len(different) == 1:
        return different, []
    has_id = _has_id(different[0][2])
    marks = _marks([entry for *_, entry in different], _BY_ID if has_id else _BY_NOTHING)
    kept: dict[tuple[str, ...], Numbered] = {}
    faults: list[EntryFault] = []
    for mark, (number, line, entry) in zip(marks, different, strict=True):
        if mark in kept:
            message = "an entry above has the same id and says something else"
            # A place of its own: the fault is not that of the entry above.
            faults.append(EntryFault(f"{entry.location[:480]} (entry {number})", Code.REPEATED_ID, message, line))
        else:
            kept[mark] = (number, line, entry)
    if len(kept) == 1:
        return [*kept.values()], faults
    return [(number, line, _moved(entry, mark)) for mark, (number, line, entry) in kept.items()], faults


def _marks(entries: Sequence[ParsedEntry], tell: Sequence[Callable[[ParsedEntry], str]]) -> list[tuple[str, ...]]:
    """As little of each entry as is needed, so that an edit of the rest moves nothing."""
    marks: list[tuple[str, ...]] = []
    for count in range(1, len(tell) + 1):
        marks = [tuple(one(entry) for one in tell[:count]) for entry in entries]
        if len(set(marks)) == len(marks):
            break
    return marks


def _moved(entry: ParsedEntry, mark: tuple[str, ...]) -> ParsedEntry:
    """The entry, at a place that its mark is part of."""
    told = digest_of_parts(mark).removeprefix("sha256:")[:24]
    location = f"{entry.location[:460]}#{told}"
    return replace(entry, location=location, digest=digest_of(location, entry.article))


def _has_id(entry: ParsedEntry) -> bool:
    return entry.article.provenance.get("id") in IDS


def habits(before: Iterable[ParsedEntry]) -> tuple[Remark, ...]:
    """What a feed is in the habit of, by its entries as they were read, each content once."""
    entries = [*{entry.digest: entry for entry in before}.values()]
    ids = Counter(entry.location for entry in entries if _has_id(entry))
    links = Counter(entry.link for entry in entries if entry.link)
    nameless = sum(not _has_id(entry) for entry in entries)
    repeated = sum(count for count in ids.values() if count > 1)
    shared = sum(count for count in links.values() if count >= _SHARED)
    found = (
        (RemarkCode.REPEATED_IDS, repeated, "entries have the id of another one"),
        (RemarkCode.SHARED_LINKS, shared, "entries have the link of others"),
        (RemarkCode.NO_IDS, nameless, "entries have no id of their own"),
    )
    return tuple(Remark(code, f"{count} of {len(entries)} {what}") for code, count, what in found if count)
