"""Whose an article is: what its own source says of it is in the feed, once, whoever tells it first, and however."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import feedparser
import pytest

from aggregator.model.config import Source
from desk import Desk
from flows.kinds.press import served_rss
from loopback import Site

ADDRESS = "https://owner.example/2026/bridge.html"
SPELLED = "http://www.owner.example/2026//bridge.html/?utm_source=thief#top"
COPIED = "https://thief.example/copied/1.html"
TITLE = "Danube bridge: the second crossing opens 大桥"
WORDS = (
    "The second bridge over the Danube was opened on Monday by the mayors of both towns. "
    "It carries four lanes of traffic and a path for cyclists, and cost ninety million. "
    "大桥全长三公里，双向四车道，设人行道和自行车道，由两岸城市共同出资建设，工期四年。"
)
CORRECTED = WORDS.replace("ninety", "ninety-five") + "The first figure for the cost was wrong. 造价数字已更正。"
DATE = datetime(2026, 4, 27, 1, 15, tzinfo=UTC)
LATER = datetime(2026, 4, 30, 6, 0, tzinfo=UTC)
SPAM = (
    "Cheap pills for everybody 大桥",
    "Buy pills at the bridge, cheap and discreet, no questions asked, today. " * 3,
)
LIKE = str.maketrans("aeopcxi", "аеорсхі")
UNSEEN = "\u200b"


@dataclass(frozen=True)
class Item:
    """An entry of a feed."""

    title: str
    words: str
    link: str
    guid: str
    date: datetime = DATE

    def xml(self) -> str:
        return (
            f"<item><title>{self.title}</title><link>{self.link}</link><guid isPermaLink='false'>{self.guid}</guid>"
            f"<pubDate>{self.date:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
            f"<description>&lt;p&gt;{self.words}&lt;/p&gt;</description></item>"
        )


FIRST = Item(TITLE, WORDS, ADDRESS, "owner-1")
SECOND = replace(FIRST, words=CORRECTED)
COPY = Item(TITLE, WORDS, ADDRESS, "copy-1")
SPAMMED = replace(COPY, title=SPAM[0], words=SPAM[1])
DOCTORED = replace(COPY, words=WORDS.replace("ninety million", "nine hundred million"))

WAYS: dict[str, tuple[Item, Item]] = {
    "its address, under other words": (SPAMMED, replace(SPAMMED, words=SPAM[1][::-1])),
    "its guid": (replace(SPAMMED, guid="owner-1"), replace(DOCTORED, guid="owner-1")),
    "the exact words, then other words": (COPY, SPAMMED),
    "doctored words": (DOCTORED, replace(DOCTORED, words=DOCTORED.words + " The mayors have resigned over it.")),
    "letters that look like others": (
        replace(COPY, title=TITLE.translate(LIKE), words=WORDS.translate(LIKE)),
        replace(COPY, words=DOCTORED.words.translate(LIKE)),
    ),
    "signs that are not seen": (
        replace(COPY, title=UNSEEN.join(TITLE), words=UNSEEN.join(WORDS)),
        replace(COPY, words=UNSEEN.join(DOCTORED.words)),
    ),
    "a summary": (replace(COPY, words=WORDS[:60]), replace(COPY, words=WORDS[:90])),
    "a later date": (replace(COPY, date=LATER), replace(DOCTORED, date=LATER)),
}
ORDERS = tuple("".join("o" if place in chosen else "t" for place in range(4)) for chosen in combinations(range(4), 2))
"""Of what the owner (o) says twice and the other one (t) says twice."""
PLACES: dict[str, tuple[str, dict[str, Any]]] = {
    "at the owner's address": (ADDRESS, {}),
    "at the owner's address, spelled otherwise": (SPELLED, {}),
    "at nobody's address": (COPIED, {}),
    "at an address of its own": (COPIED, {"home": "https://thief.example/"}),
}


def sources_of(desk: Desk, site: Site, keys: dict[str, Any]) -> tuple[Source, Source]:
    owner = desk.source("feed", site.url("/o"), "owner", title="owner", home="https://owner.example/")
    return desk.source("feed", site.url("/t"), "thief", **keys), owner


def play(desk: Desk, site: Site, sources: tuple[Source, Source], order: str, said: dict[str, list[Item]]) -> None:
    """Each says what it has to say, one pass after the other; then all is read twice more."""
    site.routes |= {"/o": served_rss(""), "/t": served_rss("")}
    for who in order:
        site.routes[f"/{who}"] = served_rss(said[who].pop(0).xml())
        desk.collect_all(*sources)
        desk.clock.wait(7200)
    for _ in range(2):
        desk.collect_all(*sources)
        desk.clock.wait(7200)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("order", ORDERS)
def test_the_owners_words_and_corrections_are_published_once(
    desk: Desk, site: Site, order: str, way: str, place: str
) -> None:
    address, keys = PLACES[place]
    said = [replace(item, link=address) for item in WAYS[way]]
    play(desk, site, sources_of(desk, site, keys), order, {"o": [FIRST, SECOND], "t": said})
    entries = feedparser.parse(desk.feed()).entries
    at_it = [entry for entry in entries if entry.link == ADDRESS]
    assert len(at_it) == 1, [(entry.title, entry.link) for entry in entries]
    assert "ninety-five" in at_it[0].content[0].value
    assert at_it[0].title == TITLE
    assert at_it[0].source.title == "owner"
    assert at_it[0].published == f"{DATE:%Y-%m-%dT%H:%M:%S}Z"
    assert sum("ninety-five" in entry.content[0].value for entry in entries) == 1
    assert len(entries) <= 3, "the other one may have said two things of its own"


def test_of_two_without_an_own_address_the_first_stays_and_the_heavier_takes_over(desk: Desk, site: Site) -> None:
    def published_of(weight: float) -> list[str]:
        sources = (
            desk.source("feed", site.url("/t"), "light", title="light", home="https://light.example/"),
            desk.source("feed", site.url("/o"), "heavy", title="heavy", home="https://heavy.example/", weight=weight),
        )
        play(desk, site, sources, "to", {"o": [COPY], "t": [FIRST]})
        return [entry.source.title for entry in feedparser.parse(desk.feed()).entries]

    assert published_of(1.0) == ["light"]
    assert published_of(2.0) == ["heavy"], "an edit of the weight counts for what is stored"


def test_a_remark_with_a_link_to_the_article_is_an_entry_of_its_own(desk: Desk, site: Site) -> None:
    remark = Item(
        "What I think of the bridge 大桥", "I went there on Sunday, and it was windy. 风很大。" * 3, ADDRESS, "r"
    )
    play(desk, site, sources_of(desk, site, {}), "ot", {"o": [FIRST], "t": [remark]})
    links = {entry.title: entry.link for entry in feedparser.parse(desk.feed()).entries}
    assert links[TITLE] == ADDRESS
    assert links[remark.title].startswith("http://127.0.0.1:8000/articles/"), "our page of it, not the owner's"


def test_files_of_a_crawler_give_way_to_the_feed_that_they_were_taken_from(desk: Desk, site: Site) -> None:
    folder = desk.root / "crawled"
    folder.mkdir()
    (folder / "a.md").write_text(f"---\ntitle: '{TITLE}'\ndate: 2026-04-28 09:15\n---\n{WORDS}\n\n<{ADDRESS}>\n")
    crawled = Source("crawled", "files", path=str(folder))
    owner = desk.source("feed", site.url("/o"), "owner", title="owner", home="https://owner.example/")
    site.routes["/o"] = served_rss(FIRST.xml())
    desk.collect_all(crawled)
    first = desk.entries()[0]
    desk.collect_all(crawled, owner)
    (entry,) = desk.entries()
    assert (entry.id, entry.source, entry.published) == (first.id, "owner", DATE)
    assert [origin.source for origin in entry.also] == ["crawled"]
