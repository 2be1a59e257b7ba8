"""What each kind of source needs, and which keys are of other kinds only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from aggregator.base.times import written_duration
from aggregator.model.config import Source
from aggregator.settings import formats, network
from aggregator.settings.document import Mapping, Scalar
from aggregator.settings.mistakes import Mistake
from aggregator.settings.unfit import UnfitError

OWN_KEYS: dict[str, frozenset[str]] = {
    "files": frozenset({"path", "include", "exclude"}),
    "git": frozenset({"url", "branch", "include", "exclude"}),
    "feed": frozenset({"url"}),
    "page": frozenset({"url", "select", "follow"}),
    "sitemap": frozenset({"url", "include", "exclude"}),
}
"""The keys that not all kinds have. The others may stand anywhere, so that sources can share them by an alias."""

_NEEDED: dict[str, tuple[tuple[str, str], ...]] = {
    "files": (("path", "add `path:`, the folder of the article files"),),
    "git": (("url", "add `url:`, the address of the repository or its folder"),),
    "feed": (("url", "add `url:`, the address of the feed or of the page that names it"),),
    "page": (
        ("url", "add `url:`, the address of the page"),
        ("select", "add `select: {entry: …}`, what finds each article in the page"),
    ),
    "sitemap": (("url", "add `url:`, the address of the sitemap"),),
}
_DEFAULT = Source("default")


def mistakes(source: Mapping) -> Iterator[Mistake]:
    """What is wrong with a source as one of its kind; paths begin at the source."""
    if given(source, "every") and given(source, "cron"):
        yield Mistake(("cron",), "`cron` beside `every`", "keep one of them", key=True)
    yield from _window(source)
    kind = text(source, "kind") or _DEFAULT.kind
    if kind not in OWN_KEYS:
        return
    for key, hint in _NEEDED[kind]:
        if not given(source, key):
            yield Mistake((), f"`{key}` is missing", hint)
    for key in source.entries:
        kinds = [other for other, keys in OWN_KEYS.items() if key in keys]
        if kinds and kind not in kinds and given(source, key):
            yield Mistake((key,), f"`{key}` is not for kind {kind}", f"it is for kind {', '.join(kinds)}", key=True)
    if "url" in OWN_KEYS[kind] and (written := text(source, "url")):
        yield from _address(kind, written)


def _address(kind: str, written: str) -> Iterator[Mistake]:
    try:
        (network.repository if kind == "git" else network.fetched)(written)
    except UnfitError as error:
        yield Mistake(("url",), str(error), error.hint)


def _window(source: Mapping) -> Iterator[Mistake]:
    low, high = _span(source, "min", _DEFAULT.min), _span(source, "max", _DEFAULT.max)
    if low is not None and high is not None and low > high:
        key = "min" if given(source, "min") else "max"
        message = f"`min` ({written_duration(low)}) is longer than `max` ({written_duration(high)})"
        yield Mistake((key,), message, "give both, `min` the shorter one")


def _span(source: Mapping, key: str, default: timedelta) -> timedelta | None:
    """None for what is no duration; others say so."""
    if not given(source, key):
        return default
    try:
        return formats.duration(text(source, key))
    except UnfitError:
        return None


def given(source: Mapping, key: str) -> bool:
    """Whether anything is written behind the key."""
    _, value = source.entries.get(key, (None, None))
    return value is not None and not (isinstance(value, Scalar) and not value.given)


def text(source: Mapping, key: str) -> str | None:
    """The text behind a key; None where there is none."""
    _, value = source.entries.get(key, (None, None))
    return value.text if isinstance(value, Scalar) else None
