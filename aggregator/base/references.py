"""Functions named as ``package.module:function``: values carry them to other processes; unused, they cost no import."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


@cache
def load(reference: str) -> Any:
    """What is named so. Raises ImportError, AttributeError."""
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)
