"""What pydantic finds wrong, in words for operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from aggregator.settings.document import Step, Value
from aggregator.settings.mistakes import Mistake, guess
from aggregator.settings.shapes import keys
from aggregator.settings.unfit import UnfitError, UnfitPartsError


def mistakes(error: ValidationError, cls: type) -> Iterator[Mistake]:
    """All mistakes of values that were to become ``cls``."""
    for detail in error.errors(include_url=False):
        yield from _mistakes(detail, cls)


def _mistakes(detail: ErrorDetails, cls: type) -> Iterator[Mistake]:
    path, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, UnfitPartsError):
        yield from (mistake.below(path) for mistake in cause.mistakes)
    elif isinstance(cause, UnfitError):
        yield Mistake(path, str(cause), cause.hint, quote=cause.quote)
    elif kind == "missing":
        yield Mistake(path, f"`{path[-1]}` is missing", f"add `{path[-1]}:`")
    elif kind == "extra_forbidden":
        yield Mistake(path, f"unknown key {path[-1]!r}", guess(str(path[-1]), _known(cls, path[:-1])), key=True)
    elif detail["input"] is None:
        yield Mistake(path, "has no value", "give it one, or remove it")
    elif kind in _WORDS:
        yield Mistake(path, *_WORDS[kind](context, detail["input"]))
    else:
        yield Mistake(path, detail["msg"])


_Words = Callable[[dict[str, Any], Value], tuple[str, str]]

_WORDS: dict[str, _Words] = {
    "string_type": lambda _, value: (f"must be a text, not {_kind(value)}", "write one value"),
    "tuple_type": lambda _, value: ("must be a list", f"write `[{value}]`" if isinstance(value, str) else "use `- `"),
    "model_type": lambda _, value: (f"must be a mapping, not {_kind(value)}", "write `key: value` lines"),
    "int_parsing": lambda _, value: (f"{value!r} is no whole number", "digits only"),
    "int_type": lambda _, value: (f"must be a whole number, not {_kind(value)}", "digits only"),
    "float_parsing": lambda _, value: (f"{value!r} is no number", "for instance 0.5"),
    "float_type": lambda _, value: (f"must be a number, not {_kind(value)}", "for instance 0.5"),
    "finite_number": lambda _, value: (f"{value!r} is no number", "for instance 0.5"),
    "bool_parsing": lambda _, value: (f"{value!r} is neither true nor false", "write true or false"),
    "bool_type": lambda _, value: (f"must be true or false, not {_kind(value)}", "write true or false"),
    "greater_than": lambda context, value: (f"must be more than {context['gt']}, not {value}", ""),
    "greater_than_equal": lambda context, value: (f"must be at least {context['ge']}, not {value}", ""),
    "less_than_equal": lambda context, value: (f"must be at most {context['le']}, not {value}", ""),
    "too_short": lambda _, __: ("is an empty list", "give it an item, or remove it"),
    "literal_error": lambda context, value: (f"{value!r} is not known here", f"one of {context['expected']}"),
}


def _kind(value: Value) -> str:
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else f"{value!r}"


def _known(cls: type, path: tuple[Step, ...]) -> tuple[str, ...]:
    """The keys that a mapping at ``path`` below ``cls`` may have."""
    for step in path:
        if isinstance(step, str):
            hint = get_type_hints(cls)[step]
            parts = (hint, *get_args(hint))
            cls = next(part for part in parts if isinstance(part, type) and is_dataclass(part))
    return keys(cls)
