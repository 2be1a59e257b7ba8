"""One name, one thing: no two public classes share a name."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PROJECT = Path(__file__).parents[1]

SHARED = {
    # A section of the configuration, named like its key, and what is opened by it.
    "Storage": {"aggregator/model/config.py", "storage/__init__.py"},
}
"""Names that two classes may have, and where."""


def classes() -> dict[str, set[str]]:
    """The modules that define each public class."""
    found = defaultdict[str, set[str]](set)
    for path in (path for package in ("aggregator", "storage") for path in (PROJECT / package).rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].add(str(path.relative_to(PROJECT)))
    return found


def test_a_public_class_has_a_name_of_its_own() -> None:
    assert {name: modules for name, modules in classes().items() if len(modules) > 1} == SHARED
