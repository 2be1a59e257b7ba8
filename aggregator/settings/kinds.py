"""What a source lacks as one of its kind, and which of its keys are of other kinds only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from aggregator.base.times import written_duration
from aggregator.collect.kinds import KINDS
from aggregator.model.config import Source
from aggregator.model.kinds import Kind
from aggregator.settings import formats, network
from aggregator.settings.document import Mapping, Scalar
from aggregator.settings.mistakes import Mistake
from aggregator.settings.unfit import UnfitError

_DEFAULT = Source("default")


def mistakes(source: Mapping) -> Iterator[Mistake]:
    """What is wrong with a source as one of its kind; paths begin at the source."""
    if given(source, "every") and given(source, "cron"):
        yield Mistake(("cron",), "`cron` beside `every`", "keep one of them", key=True)
    yield from _window(source)
    kind = text(source, "kind") or _DEFAULT.kind
    if kind in KINDS:
        yield from _keys(source, KINDS[kind])


def _keys(source: Mapping, kind: Kind) -> Iterator[Mistake]:
    for key in kind.keys:
        if key.needed and not given(source, key.name):
            yield Mistake((), f"`{key.name}` is missing", key.needed)
    for name in source.entries:
        others = [other.name for other in KINDS.values() if other.key(name)]
        if others and kind.name not in others and given(source, name):
            hint = f"it is for kind {', '.join(others)}"
            yield Mistake((name,), f"`{name}` is not for kind {kind.name}", hint, key=True)
    for key in kind.keys:
        if key.form in _ADDRESSES and (written := text(source, key.name)):
            try:
                _ADDRESSES[key.form](written)
            except UnfitError as error:
                yield Mistake((key.name,), str(error), error.hint)


_ADDRESSES = {"address": network.fetched, "repository": network.repository}


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
