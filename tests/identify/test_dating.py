"""Whether a stated date is taken over: `dating.yaml` is the specification."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import yaml

from aggregator.codes import RepairCode
from aggregator.identify.dating import corrects_date, reissued
from aggregator.identify.rungs import wanted_keys
from aggregator.identify.settle import Settler
from aggregator.model.article import LOCATION, Change, KnownArticle, Prepared
from aggregator.model.document import Repair
from builders import NOW, PUBLISHED, a_hash, a_prepared, a_sighting, an_article

CASES = yaml.safe_load((Path(__file__).parent / "dating.yaml").read_text(encoding="utf-8"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_SEEN = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)


def held_of(told: Mapping[str, Any]) -> KnownArticle:
    return KnownArticle(
        id=UUID(int=1),
        content_hash="1:a",
        published=told["date"].astimezone(UTC),
        date_kind=told.get("kind", "stated"),
        url=None,
        place=("seeds", "a.md"),
        first_seen=None if told.get("first_seen") == "now" else FIRST_SEEN,
    )


def document_of(case: Mapping[str, Any]) -> Prepared:
    told, (source, location) = case["states"], case.get("at", ("seeds", "a.md"))
    published = told["date"].astimezone(UTC) if "date" in told else None
    repairs = (Repair(RepairCode.FULL_TEXT, case["lacking"]),) if "lacking" in case else ()
    kind = told.get("kind", "stated")
    return a_prepared(an_article(location, source=source, published=published, date_kind=kind, repairs=repairs))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    moved = case.get("moved", False)
    assert corrects_date(held_of(case["held"]), document_of(case), SHANGHAI, moved) is case["taken"]


@pytest.mark.parametrize(
    ("stated", "another"),
    [
        (timedelta(days=170), False),  # no year apart
        (timedelta(days=365), False),  # the year was wrong: it was there on that day
        (timedelta(days=-365), False),
        (timedelta(days=385), True),  # the notice of the next year
    ],
)
def test_equal_words_a_year_apart(stated: timedelta, another: bool) -> None:
    first_seen = PUBLISHED + timedelta(days=375)
    held = replace(held_of({"date": PUBLISHED}), first_seen=first_seen)
    assert reissued(held, an_article(published=PUBLISHED + stated)) is another


def settled(held: KnownArticle, document: Prepared) -> Change:
    """What becomes of a document at the place of an article."""
    sightings = {held.place[1]: a_sighting(held.place[1], article=held.id, content_hash=held.content_hash)}
    known: dict[str, dict[Hashable, tuple[KnownArticle, ...]]] = {kind: {} for kind in wanted_keys([document], [])}
    known[LOCATION] = {held.place: (held,)}
    (change,) = Settler(known).settle([document], sightings, (), "r", NOW, zone=SHANGHAI)
    return change


HELD = replace(
    held_of({"date": FIRST_SEEN, "kind": "missing"}),
    content_hash=a_hash("大桥合龙", "大桥今天合龙。"),
    title="大桥合龙",
    text="大桥今天合龙。",
)


def a_file(text: str) -> Prepared:
    return a_prepared(an_article("a.md", "大桥合龙", text, url=None))


@pytest.mark.parametrize(
    ("text", "status", "significant"),
    [("大桥今天合龙。", "unchanged", False), ("大桥今天合龙，人人高兴。", "changed", True)],
)
def test_the_article_is_revised_and_keeps_its_id(text: str, status: str, significant: bool) -> None:
    change = settled(HELD, a_file(text))
    assert (change.identity.kind, change.identity.id) == ("revision", HELD.id)
    assert (change.identity.significant, change.sighting.status) == (significant, status)
    assert (change.published, change.redated) == (PUBLISHED, True)


def test_what_is_not_taken_over_changes_nothing() -> None:
    held = replace(HELD, published=PUBLISHED - timedelta(days=1), date_kind="stated", first_seen=PUBLISHED)
    document = a_file("大桥今天合龙，人人高兴。")
    document = replace(document, article=replace(document.article, published=PUBLISHED + timedelta(hours=1)))
    change = settled(held, document)
    assert (change.identity.kind, change.published, change.redated) == ("revision", held.published, False)
