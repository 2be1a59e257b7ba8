"""Rules and articles for the tests of this folder, short to write."""

from __future__ import annotations

from typing import Any, cast

import yaml

from aggregator.base.text import fold
from aggregator.classify.patterns import compile_pattern
from aggregator.model.article import Subject
from aggregator.model.config import Condition, Regex, Topic
from aggregator.settings.rules import read, read_ignored


def cases(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Group name and case, of a YAML file of case groups; scalars stay text, as in topics.yaml."""
    groups = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes nothing but texts
    return [(group, case) for group, listed in groups.items() for case in listed]


def condition(written: Any) -> Condition:
    rule, mistakes = read(written, compile_pattern)
    assert rule is not None, mistakes
    return rule


def ignored(written: Any) -> str | Regex:
    name, mistakes = read_ignored(written, compile_pattern)
    assert name is not None, mistakes
    return name


def topic(match: Condition, *, ignore: tuple[str | Regex, ...] = (), threshold: float = 1.0, slug: str = "t") -> Topic:
    return Topic(slug=slug, title="T", match=match, ignore=ignore, threshold=threshold)


def subject(**fields: str) -> Subject:
    """An article of these fields, folded."""
    return Subject(**{"title": "", "text": ""} | {name: fold(text) for name, text in cast("Any", fields).items()})
