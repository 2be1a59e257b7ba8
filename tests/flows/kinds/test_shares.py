"""A loud source beside a quiet one: its entries, its long articles, and its texts that never rest."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from aggregator.codes import RemarkCode
from aggregator.model.config import FeedPolicy, Source
from desk import Desk
from flows.kinds.press import item, published, published_titles, served_rss, text_of, title_of
from loopback import Site

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def quiet(desk: Desk, site: Site) -> Source:
    """A source whose feed has readers: five articles."""
    site.routes["/quiet"] = served_rss(*map(item, range(5)))
    source = desk.source("feed", site.url("/quiet"), "quiet")
    desk.collect(source)
    return source


def loud_items(number: int, first: int = 100) -> list[str]:
    return [item(each) for each in range(first, first + number)]


def by_source(desk: Desk) -> Counter[str]:
    return Counter(entry.findtext("{*}source/{*}title") or "" for entry in published(desk))


def of_a_site(desk: Desk, site: Site, name: str, *items: str) -> Source:
    site.routes[f"/{name}"] = served_rss(*items)
    return desk.source("feed", site.url(f"/{name}"), name, title=name)


def test_2000_entries_of_one_source_leave_the_others_their_places(desk: Desk, site: Site) -> None:
    """Nobody has seen the feed: it takes all, and shows of each no more than half while the other has more."""
    quiet = of_a_site(desk, site, "quiet", *map(item, range(60)))
    desk.collect(quiet, of_a_site(desk, site, "loud", *loud_items(2000)))
    assert by_source(desk) == {"quiet": 50, "loud": 50}


def test_what_comes_at_once_with_too_many_waits_for_its_day(desk: Desk, site: Site, quiet: Source) -> None:
    desk.collect(quiet, of_a_site(desk, site, "loud", *loud_items(200)))
    shown = [len(published(desk))]
    for _ in range(3):
        desk.clock.time += DAY
        desk.collect(quiet)
        shown.append(len(published(desk)))
    assert shown == [5 + 50 + 10, 5 + 50 + 20, 5 + 50 + 30, 5 + 50 + 40]


def test_at_once_is_of_a_visit_over_all_its_batches(desk: Desk, site: Site, quiet: Source) -> None:
    desk.feeds = FeedPolicy(at_once=3, late_per_day=0)
    loud = of_a_site(desk, site, "loud", *loud_items(8))
    desk.collect(quiet)
    desk.begin(loud, 2)
    desk.collect(quiet, loud)
    # Two were stored by the visit that died; the next one is a visit of its own.
    assert len(published(desk)) == 5 + 2 + 3
    site.routes["/loud"] = served_rss(*loud_items(10))
    desk.collect(quiet, loud)
    assert len(published(desk)) == 5 + 2 + 3 + 2


def test_the_share_is_the_operators(desk: Desk, site: Site, quiet: Source) -> None:
    desk.feeds = FeedPolicy(entries=8, share=0.25)
    other = of_a_site(desk, site, "other", *loud_items(9, 900))
    desk.collect(quiet, other, of_a_site(desk, site, "loud", *loud_items(40)))
    # A quarter each, and what is left over is filled with what entered last.
    assert sorted(by_source(desk).values()) == [2, 2, 4]
    assert len(published(desk)) == 8


def test_two_articles_of_a_book_s_length_push_nobody_out(desk: Desk, site: Site, quiet: Source) -> None:
    book = "".join(f"<p>{text_of(number, 9)}</p>" for number in range(2200))
    assert len(book.encode()) > 1_800_000
    long = [item(number, text=book.replace("工人", f"工人{number}"), link=site.url(f"/{number}")) for number in (7, 8)]
    desk.collect(quiet, of_a_site(desk, site, "long", *long))
    assert len(published(desk)) == 5 + 2
    assert len(desk.feed()) < 500_000
    (first, _) = [entry for entry in published(desk) if (entry.findtext("{*}content") or "").endswith("</a></p>")]
    assert "文章很长，这里只有开头。" in (first.findtext("{*}content") or "")
    # The page has it all.
    assert all(len(entry.html) > 600_000 for entry in desk.entries() if entry.title in {title_of(7), title_of(8)})


def flapping(look: int, kind: str) -> str:
    """The same article, in the words of that look."""
    said = {
        "a counter": {"text": f"{text_of(1)}已有{1000 + 17 * look}人读过。"},
        "random words": {"text": f"{text_of(1)}编号{hash_of(look)}。"},
        "a counter and a new guid": {"text": f"{text_of(1)}已有{look}人读过。", "guid": f"urn:{look}"},
        "all but the title": {"text": f"{text_of(1)}第{look}次。", "guid": f"urn:{look}", "link": f"/x?s={look}"},
        "a counter in the title": {"text": text_of(1), "title": f"{title_of(1)}（{look}人评论）"},
        "two texts in turn": {"text": (text_of(1), text_of(1) + "本文已更正。")[look % 2]},
    }
    return item(1, **said[kind])


def hash_of(look: int) -> str:
    return f"{(look + 1) * 7919 % 100_003:05}"


KINDS = (
    "a counter",
    "random words",
    "a counter and a new guid",
    "all but the title",
    "a counter in the title",
    "two texts in turn",
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_that_never_rests_is_one_article_and_no_news(desk: Desk, site: Site, kind: str) -> None:
    source = desk.source("feed", site.url("/feed"))
    updated = set()
    for look in range(48):
        site.routes["/feed"] = served_rss(flapping(look, kind), item(2), item(3))
        desk.collect(source)
        (entry,) = (entry for entry in desk.entries() if title_of(1) in entry.title)
        updated.add(entry.updated)
        desk.clock.time += HOUR
    assert len(desk.entries()) == 3
    # First published, five changes, and one more a day.
    assert len(updated) <= 1 + 5 + 2
    assert RemarkCode.CHANGING_TEXTS in {remark.code for remark in desk.status(source).remarks}
    (shown,) = (each for each in published(desk) if title_of(1) in (each.findtext("{*}title") or ""))
    assert flapping(47, kind).split("CDATA[")[1].split("]]")[0] in (shown.findtext("{*}content") or "")
    site.routes["/feed"] = served_rss(flapping(47, kind), item(2), item(3), item(4))
    desk.clock.time += DAY
    desk.collect(source)
    assert RemarkCode.CHANGING_TEXTS not in {remark.code for remark in desk.status(source).remarks}


def test_one_that_changes_once_a_day_is_news_each_day(desk: Desk, site: Site) -> None:
    source = desk.source("feed", site.url("/feed"))
    updated = set()
    for look in range(30):
        site.routes["/feed"] = served_rss(flapping(look, "a counter"))
        desk.collect(source)
        updated |= {entry.updated for entry in desk.entries()}
        desk.clock.time += DAY
    assert len(updated) == 30
    (entry,) = desk.entries()
    dossier = desk.storage.archive.article(str(entry.id))
    assert dossier is not None
    # The first, the newest, and twenty between them.
    assert [it.number for it in dossier.revisions] == [1, *range(10, 31)]
    assert published_titles(desk) == [title_of(1)]
