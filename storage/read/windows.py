"""The window of a feed that several sources fill: none of them takes all of it while others have more to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence


def window(entered: Iterable[tuple[int, str]], most: int, share: float) -> Sequence[int]:
    """The articles a feed shows, at most so many, in the order given. Pure.

    ``entered``: key and source, what entered last first; it is read no further than is needed. Each source has
    at most ``share`` of the places, and one at least. Places that nobody else wants are filled with what entered last.
    """
    each = max(1, int(most * share))
    taken: Counter[str] = Counter()
    chosen: dict[int, int] = {}
    beyond: list[tuple[int, int]] = []
    for place, (key, source) in enumerate(entered):
        if len(chosen) == most:
            break
        taken[source] += 1
        if taken[source] <= each:
            chosen[key] = place
        elif len(beyond) < most:
            beyond.append((key, place))
    chosen |= dict(beyond[: most - len(chosen)])
    return sorted(chosen, key=chosen.__getitem__)
