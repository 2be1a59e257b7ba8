"""What an edit of each field moves; and digests that only such an edit changes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.classify.compile import rules_digest
from aggregator.model.config import AllOf, AnyOf, Clean, Limits, Select, Site, Source, Term, Topic
from aggregator.model.edits import ASK, NOTHING, READ, ROUTE, SHOW, WHEN, Edit, differ, digest, edit_of, moves
from aggregator.prepare.stages import recipe_of

SOURCE: dict[str, Edit] = {
    "name": NOTHING,  # another name is another source
    "kind": READ | ASK,
    "title": SHOW,
    "enabled": NOTHING,
    "path": ASK,
    "url": ASK,
    "branch": ASK,
    "include": ASK,
    "exclude": ASK,
    "select": READ,
    "follow": READ,
    "full_text": READ,
    "every": WHEN,
    "cron": WHEN,
    "min": WHEN,
    "max": WHEN,
    "gap": NOTHING,
    "allow_private": ASK,
    "user_agent": ASK,
    "headers": ASK,
    "auth_file": ASK,
    "proxy": ASK,
    "publish": SHOW,
    "rights": SHOW,
    "timezone": READ | WHEN,
    "clean": READ,
    "link": READ,
    "home": READ | SHOW,
    "owns": READ,
    "weight": READ,
    "crawl_dates": READ,
    "deletes": ASK,
    "silent_after": NOTHING,
    "limits": READ | ASK,
}


def test_each_field_of_a_source_says_what_it_moves() -> None:
    assert {member.name: edit_of(member) for member in fields(Source) if member.init} == SOURCE


@pytest.mark.parametrize("cls", [Topic, Site, Limits])
def test_so_do_the_fields_of_these(cls: type[Topic | Site | Limits]) -> None:
    for member in fields(cls):
        edit_of(member)


SAMPLES: list[tuple[dict[str, Any], Edit]] = [
    ({"title": "甲报"}, NOTHING),
    ({"rights": "© 甲报"}, NOTHING),
    ({"silent_after": timedelta(days=3)}, NOTHING),
    ({"every": timedelta(hours=1)}, WHEN),
    ({"timezone": "UTC"}, READ | WHEN),
    ({"clean": Clean(drop_lines=("^x",))}, READ),
    ({"link": None}, READ),
    ({"select": Select("li", date="span")}, READ),
    ({"select": Select("li", title="span")}, READ),
    ({"limits": Limits(bytes=9)}, READ),
    ({"limits": Limits(entries=9)}, ASK),
    ({"limits": Limits(bytes=9, download=9)}, READ | ASK),
    ({"headers": {"X-Key": "1"}}, ASK),
    ({"url": "https://b.example/\udcff"}, ASK),
]


@pytest.mark.parametrize(("change", "moved"), SAMPLES, ids=str)
def test_an_edit_changes_the_digests_of_what_it_moves_alone(change: dict[str, Any], moved: Edit) -> None:
    before, after = Source("a", "page"), replace(Source("a", "page"), **change)
    changed = {edit for edit in (READ, ASK, WHEN) if differ(digest(before, edit), digest(after, edit))}
    assert changed == {edit for edit in (READ, ASK, WHEN) if edit in moved}
    assert (recipe_of(before) != recipe_of(after)) == (READ in moved)


def test_samples_that_differ_have_digests_that_differ() -> None:
    read = [digest(replace(Source("a"), **change), READ) for change, moved in SAMPLES if READ in moved]
    assert len(set(read)) == len(read) - 1  # two of them differ in what is asked alone


@dataclass(frozen=True)
class Before:
    name: str = field(metadata=moves(READ))


@dataclass(frozen=True)
class After(Before):
    colour: str | None = field(default=None, metadata=moves(READ))


def test_a_new_field_with_its_default_changes_no_digest() -> None:
    assert digest(After("a"), READ) == digest(Before("a"), READ)
    assert differ(digest(After("a", "red"), READ), digest(Before("a"), READ))


def test_a_field_that_does_not_say_what_it_moves_is_a_fault() -> None:
    @dataclass(frozen=True)
    class Silent:
        name: str = "a"

    with pytest.raises(KeyError):
        digest(Silent("b"), READ)


def test_an_earlier_form_of_digests_tells_nothing() -> None:
    digest_now = digest(Source("a"), READ)
    assert not differ("0123456789abcdef", digest_now)
    assert not differ("1:0123456789abcdef", digest_now)
    assert not differ(digest_now, digest_now)
    assert differ("2:0123456789abcdef", digest_now)


def test_only_what_topics_are_told_by_sorts_articles_again() -> None:
    topic = Topic("a", "甲", AnyOf((Term("中心"),)))
    assert rules_digest([topic]) == rules_digest([replace(topic, title="乙", description="丙")])
    others = [
        replace(topic, match=AllOf((Term("中心"),))),
        replace(topic, match=AnyOf((Term("中心", weight=2.0),))),
        replace(topic, ignore=("中心医院",)),
        replace(topic, threshold=0.5),
        replace(topic, slug="b"),
    ]
    assert len({rules_digest([each]) for each in (topic, *others)}) == 6
    assert digest(topic, ROUTE).startswith("2:")
