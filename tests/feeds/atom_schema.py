"""Atom feed documents against a schema of RFC 4287, ``atom.rng`` beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree


def schema_faults(body: bytes) -> list[str]:
    """What the schema has against a feed, a line each."""
    schema = _schema()
    schema.validate(etree.fromstring(body))
    return [f"line {fault.line}: {fault.message}" for fault in schema.error_log]


@cache
def _schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
