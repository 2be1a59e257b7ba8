"""Feeds that name their entries anew at each look: as many articles as there are, however often we look."""

from __future__ import annotations

import feedparser
import pytest

from aggregator.codes import RemarkCode
from desk import Desk
from flows.kinds.press import served_rss
from loopback import Site

SAID = [
    "大桥今天合龙，全长三公里，双向六车道。记者从指挥部获悉，施工历时四年，期间经历了两次洪水。明年春天通车。",
    "大桥旁的新校舍启用，孩子们不必再坐渡船上学。校长说，图书馆和操场年底前建好，欢迎各界捐赠图书。",
    "气象台提醒，周末有大雨，大桥两端的引道可能积水。请司机减速慢行，注意路边的标志，不要占用应急车道。",
    "大桥夜市开张，卖鱼的、卖花的、修鞋的都来了。街道办划出了摊位，规定十一点收摊，垃圾由各家自己带走。",
]
TITLES = ["大桥合龙", "新校舍启用", "周末大雨", "夜市开张"]
EDITS = ["", "（更新）", "记者王晓", "本报讯", "来源：大桥日报"]
"""What is at the end of each text at each look; nothing of it is long."""

LINKS = {
    "no link": "",
    "one link for all": "<link>https://daily.example/news.html</link>",
    "the home page": "<link>https://daily.example/</link>",
    "a link of its own": "<link>https://daily.example/{number}</link>",
}
DATES = {
    "dated": "<pubDate>Thu, 30 Apr 2026 0{number}:17:30 GMT</pubDate>",
    "one date for all": "<pubDate>Thu, 30 Apr 2026 00:00:00 GMT</pubDate>",
    "no date": "",
}


def entry(number: int, look: int, linked: str, dated: str, end: str) -> str:
    more = (LINKS[linked] + DATES[dated]).replace("{number}", str(number))
    return (
        f'<item><guid isPermaLink="false">{look}-{number}</guid><title>{TITLES[number]}</title>{more}'
        f"<description><![CDATA[<p>{SAID[number]}{end}</p>]]></description></item>"
    )


@pytest.mark.parametrize("dated", DATES)
@pytest.mark.parametrize("linked", LINKS)
def test_guids_that_change_at_each_look(desk: Desk, site: Site, linked: str, dated: str) -> None:
    source = desk.source("feed", site.url("/feed"))
    first: set[str] = set()
    for look in range(len(EDITS)):
        told = [entry(number, look, linked, dated, EDITS[look]) for number in range(len(SAID))]
        site.routes["/feed"] = served_rss(*told)
        desk.clock.wait(7200)
        desk.collect(source)
        shown = {entry.id for entry in feedparser.parse(desk.feed()).entries}
        first = first or shown
        assert shown == first
        assert len(desk.storage.agenda.sightings("news")) == len(SAID), "places do not pile up"
        habits = {remark.code for remark in desk.storage.agenda.states()[0].remarks}
        assert (RemarkCode.CHANGING_IDS in habits) == (look > 0)
    assert len(first) == len(SAID)
    assert {article.title for article in desk.entries()} == set(TITLES)
    assert all(EDITS[-1] in article.html for article in desk.entries()), "the newest words are shown"


@pytest.mark.parametrize("linked", LINKS)
def test_guids_that_change_while_the_words_stay_move_nothing(desk: Desk, site: Site, linked: str) -> None:
    source = desk.source("feed", site.url("/feed"))
    updated = set()
    for look in range(3):
        told = [entry(number, look, linked, "dated", "") for number in range(len(SAID))]
        site.routes["/feed"] = served_rss(*told)
        desk.clock.wait(7200)
        desk.collect(source)
        updated.add(frozenset((article.id, article.updated) for article in desk.entries()))
    assert len(updated) == 1
    assert len(desk.storage.archive.marks().articles) == len(SAID)


def test_entries_of_one_template_that_share_their_link_are_as_many_as_they_are(desk: Desk, site: Site) -> None:
    """A window of two: each look brings one more, and one is gone."""
    source = desk.source("feed", site.url("/feed"))
    for look in range(5):
        told = [
            f'<item><guid isPermaLink="false">{number}</guid><title>大桥路况</title>'
            f"<link>https://daily.example/status.html</link><pubDate>Thu, 30 Apr 2026 0{number}:17:30 GMT</pubDate>"
            f"<description>截至{number}时，大桥车流每小时{number * 130 + 900}辆，请保持车距。</description></item>"
            for number in (look, look + 1)
        ]
        site.routes["/feed"] = served_rss(*told)
        desk.clock.wait(7200)
        desk.collect(source)
    assert len(desk.entries()) == 6
