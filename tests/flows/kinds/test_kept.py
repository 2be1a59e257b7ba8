"""What was fetched is kept: edited rules read it again, and no publisher is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator.errors import CollectError
from aggregator.model.config import Clean, KeepFetched, Schedule, Select, Source
from aggregator.model.document import Lead
from aggregator.visits.state import VisitState
from desk import Desk
from flows.kinds.press import HTML, item, listed, listing, page, rss, text_of, title_of
from loopback import Answer, Asked, Site

ADVERT = "<p class=ad>扫码关注我们，每天看大桥。</p>"
NO_ADVERTS = Clean(remove=("p.ad",))
SELECT = Select(entry="ul.list > li", date=".date")


def with_advert(number: int) -> Answer:
    """An article's page with a line that is none of it, in the article's own element."""
    text = f"{text_of(number, 8)}</p>{ADVERT}<p>{text_of(number + 1000, 2)}"
    return page(title_of(number), text)


def validated(answer: Answer, tag: str = '"1"') -> Any:
    """The answer, and 304 to whoever has it."""

    def route(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == tag:
            return Answer(304, {"ETag": tag})
        return replace(answer, headers={**answer.headers, "ETag": tag})

    return route


def thirty(desk: Desk, site: Site, **keys: Any) -> Source:
    """A page source of 30 articles, collected once."""
    site.routes["/list"] = validated(listing(*(listed(number) for number in range(1, 31))))
    site.routes |= {f"/a/{number}.html": with_advert(number) for number in range(1, 31)}
    told: dict[str, Any] = {"select": SELECT, "full_text": "div.text", "every": timedelta(hours=1)} | keys
    source = desk.source("page", site.url("/list"), **told)
    assert desk.collect(source).new == 30
    site.requests.clear()
    return source


def texts(desk: Desk) -> str:
    return "\n".join(entry.html for entry in desk.entries())


def test_an_edit_of_clean_changes_the_texts_of_thirty_pages_and_the_server_saw_no_request(
    desk: Desk, site: Site
) -> None:
    source = thirty(desk, site)
    before, updated = desk.state(), {entry.id: entry.updated for entry in desk.entries()}
    assert texts(desk).count("扫码关注") == 30
    report = desk.collect(replace(source, clean=NO_ADVERTS))
    assert (report.found, report.unchanged, report.error, report.alarm) == (30, 30, "", "")
    assert site.requests == []
    assert "扫码关注" not in texts(desk)
    assert {entry.id: entry.updated for entry in desk.entries()} == updated, "no subscriber hears of it"
    after = desk.state()
    assert (after.next_due, after.reason, after.last_run) == (before.next_due, before.reason, before.last_run)
    assert "扫码关注".encode() not in desk.feed()


def asked(site: Site) -> list[tuple[str, str | None]]:
    """What was asked for, and the validator that was sent."""
    return [(request.target, request.headers.get("if-none-match")) for request in site.requests]


def test_the_next_visit_asks_when_it_would_have_and_with_the_validators(desk: Desk, site: Site) -> None:
    source = replace(thirty(desk, site), clean=NO_ADVERTS)
    desk.collect(source)
    desk.clock.move(hours=2)
    assert desk.collect(source).found == 0
    assert asked(site) == [("/list", '"1"')]


def test_an_edit_that_is_read_a_day_later_reads_again_and_then_asks(desk: Desk, site: Site) -> None:
    source = replace(thirty(desk, site), clean=NO_ADVERTS)
    desk.clock.move(days=1)
    report = desk.collect(source)
    assert (report.found, report.unchanged, report.error) == (30, 30, "")
    assert "扫码关注" not in texts(desk)
    assert [target for target, _ in asked(site) if target != "/robots.txt"] == ["/list"]
    assert asked(site)[-1] == ("/list", '"1"')
    assert desk.state().next_due == desk.clock.now() + timedelta(hours=1)


EDITS: list[dict[str, Any]] = [
    {"select": Select(entry="ul.list > li", date=".date", title=".date")},
    {"select": Select(entry="li", date=".date", summary="a")},
    {"full_text": "article"},
    {"full_text": "auto"},
    {"timezone": "UTC"},
]


@pytest.mark.parametrize("change", EDITS, ids=str)
def test_whatever_is_edited_of_the_reading_asks_for_nothing(desk: Desk, site: Site, change: dict[str, Any]) -> None:
    source = replace(thirty(desk, site), **change)
    report = desk.collect(source)
    assert (report.found, report.new, report.rejected, report.failed, report.error) == (30, 0, 0, 0, "")
    assert site.requests == []
    desk.clock.move(hours=2)
    desk.collect(source)
    assert asked(site) == [("/list", '"1"')], "nothing was left to be asked for"


def test_an_edit_of_full_text_reads_another_part_of_the_page(desk: Desk, site: Site) -> None:
    source = thirty(desk, site)
    assert "<h1>" not in texts(desk)
    desk.collect(replace(source, full_text="body", clean=Clean(remove=("article",))))
    assert texts(desk).count("版权所有") == 30
    assert site.requests == []


def test_a_feed_is_read_again(desk: Desk, site: Site) -> None:
    site.routes["/feed"] = validated(Answer(200, {}, rss(*(item(n, text=text_of(n) + ADVERT) for n in (1, 2)))))
    source = desk.source("feed", site.url("/feed"), every=timedelta(hours=1))
    desk.collect(source)
    edited = replace(source, clean=NO_ADVERTS)
    assert desk.collect(edited).found == 2
    assert sorted(entry.html for entry in desk.entries()) == sorted(map(text_of, (1, 2)))
    assert asked(site) == [("/feed", None)]
    desk.clock.move(hours=2)
    desk.collect(edited)
    assert asked(site) == [("/feed", None), ("/feed", '"1"')]


def test_sitemaps_and_a_page_that_names_its_feed_are_read_again(desk: Desk, site: Site) -> None:
    entry = f"<url><loc>{site.url('/a/1.html')}</loc><lastmod>2026-04-30</lastmod></url>"
    index = f"<sitemapindex><sitemap><loc>{site.url('/child.xml')}</loc></sitemap></sitemapindex>"
    head = b'<html><link rel="alternate" type="application/rss+xml" href="/feed">'
    site.routes |= {
        "/map.xml": Answer(200, {}, index.encode()),
        "/child.xml": Answer(200, {}, f"<urlset>{entry}</urlset>".encode()),
        "/a/1.html": with_advert(1),
        "/": Answer(200, {"Content-Type": HTML}, head),
        "/feed": Answer(200, {}, rss(item(2, text=text_of(2) + ADVERT))),
    }
    sources = [
        desk.source("sitemap", site.url("/map.xml"), "map", full_text="div.text"),
        desk.source("feed", site.url("/"), "home"),
    ]
    assert [report.new for report in desk.collect_all(*sources)] == [1, 1]
    assert texts(desk).count("扫码关注") == 2
    site.requests.clear()
    reports = desk.collect_all(*(replace(source, clean=NO_ADVERTS) for source in sources))
    assert [(report.found, report.error) for report in reports] == [(1, ""), (1, "")]
    assert "扫码关注" not in texts(desk)
    assert site.requests == []


def test_a_new_version_of_a_parser_reads_again(desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    source = thirty(desk, site)
    before = {s.recipe for s in desk.storage.agenda.sightings("news").values()}
    monkeypatch.setattr("aggregator.prepare.stages.EXTRACT_VERSION", 1_000)
    assert desk.collect(source).found == 30
    assert site.requests == []
    after = {s.recipe for s in desk.storage.agenda.sightings("news").values()}
    assert len(after) == 1
    assert not after & before
    desk.collect(source)
    assert asked(site) == [("/list", '"1"')], "read again once"


def test_a_page_that_is_not_kept_is_asked_for_by_the_next_visit(desk: Desk, site: Site) -> None:
    site.routes |= {"/list": validated(listing(*map(listed, (1, 2)))), "/a/1.html": with_advert(1)}
    source = desk.source("page", site.url("/list"), select=SELECT, full_text="div.text", every=timedelta(hours=1))
    report = desk.collect(source)
    assert (report.new, report.rejected) == (1, 1)
    site.requests.clear()
    site.routes["/a/2.html"] = with_advert(2)
    edited = replace(source, clean=NO_ADVERTS)
    report = desk.collect(edited)
    assert (report.found, report.unchanged) == (2, 2)
    assert site.requests == []
    desk.clock.move(hours=2)
    assert desk.collect(edited).new == 1
    assert asked(site) == [("/list", None), ("/a/2.html", None)]


def test_a_mended_selector_is_read_at_once_and_asked_too_for_the_source_had_failed(desk: Desk, site: Site) -> None:
    site.routes |= {"/list": listing(listed(1)), "/a/1.html": with_advert(1)}
    faulty = desk.source("page", site.url("/list"), select=Select("ol > li"), full_text="div.text")
    assert desk.collect(faulty).error.startswith("nothing-selected: ")
    mended = replace(faulty, select=SELECT)
    assert desk.preview(mended, offline=True).found == 1
    report = desk.collect(mended)
    assert (report.new, report.error, desk.state().error, desk.state().failures) == (1, "", "", 0)


def test_a_selector_that_finds_nothing_is_told_and_the_source_is_asked_as_before(desk: Desk, site: Site) -> None:
    source = thirty(desk, site)
    faulty = replace(source, select=Select("ol > li"))
    assert desk.collect(faulty).error.startswith("nothing-selected: ")
    assert desk.state().error.startswith("nothing-selected: ")
    assert site.requests == []
    assert len(desk.entries()) == 30
    desk.collect(faulty)
    assert asked(site) == [("/list", None)], "no visit is only a reading again for ever"


def test_a_visit_that_died_while_it_read_again_is_gone_on_with(desk: Desk, site: Site) -> None:
    edited = replace(thirty(desk, site), clean=NO_ADVERTS)
    desk.begin(edited, most=10)
    assert texts(desk).count("扫码关注") == 20
    assert desk.state().reason == "changed rules of reading"
    assert desk.collect(edited).found == 30
    assert "扫码关注" not in texts(desk)
    assert site.requests == []


def test_what_there_was_no_time_for_is_read_again_in_further_visits(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = replace(thirty(desk, site), clean=NO_ADVERTS)
    take = VisitState.take
    monkeypatch.setattr(VisitState, "take", lambda state, now: _slowly(desk, take, state, now))
    desk.schedule = Schedule(longest=timedelta(minutes=10))
    assert "documents are left for the next pass" in desk.collect(edited).alarm
    assert "扫码关注" not in texts(desk)
    assert site.requests == []


def _slowly(desk: Desk, take: Any, state: VisitState, now: datetime) -> Lead | None:
    """A minute a document."""
    desk.clock.move(minutes=1)
    lead: Lead | None = take(state, now)
    return lead


@pytest.mark.parametrize("off", [KeepFetched(days=0), KeepFetched(megabytes=0)], ids=str)
def test_turned_off_nothing_is_kept_and_what_was_kept_goes(desk: Desk, site: Site, off: KeepFetched) -> None:
    source = thirty(desk, site)
    desk.keep_fetched = off
    desk.collect(source)
    site.requests.clear()
    desk.collect(replace(source, clean=NO_ADVERTS))
    assert asked(site) == [("/list", None), *((f"/a/{number}.html", None) for number in range(1, 31))]
    assert "扫码关注" not in texts(desk)


def test_what_is_older_than_the_days_goes_also_of_a_source_that_left(desk: Desk, site: Site) -> None:
    source = thirty(desk, site)
    other = desk.source("feed", site.url("/feed"), "other")
    site.routes["/feed"] = Answer(200, {}, rss(item(99)))
    for days, held in ((29, True), (2, False)):
        desk.clock.move(days=days)
        desk.collect(other)
        assert (desk.storage.agenda.kept("news", "list-page", source.url) is not None) == held


def test_a_preview_without_the_network_shows_what_an_edit_would_do(desk: Desk, site: Site) -> None:
    source = thirty(desk, site)
    before = (desk.state(), desk.entries())
    report = desk.preview(replace(source, full_text="body", clean=NO_ADVERTS), limit=50, offline=True)
    assert (report.found, len(report.articles), report.note) == (30, 30, "")
    assert {article.provenance["body"] for article in report.articles} == {"full text (full_text 'body')"}
    assert site.requests == []
    assert (desk.state(), desk.entries()) == before


def test_a_preview_without_the_network_says_what_it_lacks(desk: Desk, site: Site) -> None:
    source = desk.source("feed", site.url("/feed"))
    with pytest.raises(CollectError, match="nothing is kept of") as caught:
        desk.preview(source, offline=True)
    assert "aggregator collect news" in caught.value.hint
    site.routes["/feed"] = Answer(200, {}, rss(item(1, link=site.url("/a/1.html"))))
    desk.collect(source)
    report = desk.preview(replace(source, full_text="auto"), offline=True)
    assert (report.found, report.articles, report.note) == (1, (), "left out, because not kept: 1 document")
    with pytest.raises(CollectError, match="of a repository no answer is kept"):
        desk.preview(desk.source("git", site.url("/news.git")), offline=True)
    (desk.root / "posts").mkdir()
    (desk.root / "posts" / "1.md").write_text("---\ntitle: 大桥\n---\n大桥合龙。\n", encoding="utf-8")
    assert len(desk.preview(desk.source("files", path="posts", allow_private=False), offline=True).articles) == 1
    assert [request.target for request in site.requests] == ["/feed"]
