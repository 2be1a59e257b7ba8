"""Documents made to hurt: what becomes of them and why, and that a good source beside them is collected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from aggregator.model.config import Limits, Select
from aggregator.model.running import SourceReport
from aggregator.prepare.sandbox import SandboxedReader
from desk import BRIDGES, Desk
from flows.kinds.press import item, page, published_titles, repairs_of, rss, served_rss, text_of, title_of
from loopback import Answer, Site
from reading_process import ENDLESS, STANDS_STILL, run_before_reading

BEGIN = '<?xml version="1.0"?>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
NESTED, ATTRIBUTES = "<a>" * 200_000, " ".join(f"a{n}='1'" for n in range(200_000))
COMMENTS = "<!--" * 300_000
SELECT = Select(entry="li")
PAGE = {"Content-Type": "text/html; charset=utf-8"}
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


@dataclass(frozen=True)
class Case:
    """A document, and the reason that the operator reads."""

    kind: str
    document: str | bytes
    reasons: tuple[str, ...]
    """One of these is how the source's error begins."""


def _bombs(kind: str, root: str) -> dict[str, Case]:
    """The same tricks of entities, whatever the document is said to be."""
    bombs: dict[str, str | bytes] = {
        "billion laughs": f'{BEGIN}<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>{root}<a>&l9;</a>',
        "quadratic blow-up": f'{BEGIN}<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>{root}<a>{"&a;" * 9_000}</a>',
        "external entity": f'{BEGIN}<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>{root}<a>&x;</a>',
        "external entity, UTF-16": f'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>{root}&x;'.encode("utf-16"),
        "parameter entity": f'{BEGIN}<!DOCTYPE x [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd">%x;]>{root}',
    }
    return {f"{kind}: {name}": Case(kind, bomb, ("xml-entities: ",)) for name, bomb in bombs.items()}


CASES = {
    **_bombs("feed", "<rss>"),
    **_bombs("sitemap", SITEMAP),
    "feed: nested tags": Case("feed", f"<rss>{NESTED}", ("too-deep: ",)),
    "feed: attributes": Case("feed", f"<rss {ATTRIBUTES}/>", ("too-many-attributes: ",)),
    "feed: comments": Case("feed", f"<rss>{COMMENTS}", ("too-large: ",)),
    "feed: a page of comments": Case("feed", f"<html>{COMMENTS}", ("not-a-feed: ",)),
    "feed: NULs": Case("feed", bytes(100_000), ("not-text: ", "empty: ")),
    "feed: a picture": Case("feed", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, ("not-text: ", "not-a-feed: ")),
    "feed: an error page with 200": Case("feed", "<!doctype html><h1>502 Bad Gateway</h1>", ("not-a-feed: ",)),
    "feed: nothing": Case("feed", b"", ("empty: ",)),
    "feed: a sitemap": Case("feed", f"{SITEMAP}</urlset>", ("not-a-feed: it is a sitemap",)),
    "page: nested tags": Case("page", "<ul><li>" + NESTED, ("too-many-marks: ",)),
    "page: 10,000 nested tags": Case("page", "<ul><li>" + "<b>" * 10_000, ("too-deep: ",)),
    "page: attributes": Case("page", f"<ul><li {ATTRIBUTES}>", ("too-many-attributes: ",)),
    "page: comments": Case("page", f"<ul><li>{COMMENTS}", ("too-many-marks: ",)),
    "page: NULs": Case("page", bytes(100_000), ("not-text: ", "empty: ")),
    "page: an error page with 200": Case("page", "<!doctype html><h1>502</h1>", ("nothing-selected: ",)),
    "page: a feed": Case("page", rss(item(1)), ("nothing-selected: ",)),
    "sitemap: nested tags": Case("sitemap", f"{SITEMAP}{NESTED}", ("too-deep: ", "not-a-sitemap: ")),
    "sitemap: attributes": Case("sitemap", f"<urlset {ATTRIBUTES}/>", ("too-many-attributes: ",)),
    "sitemap: comments": Case("sitemap", f"{BEGIN}{COMMENTS}", ("not-a-sitemap: ",)),
    "sitemap: an error page with 200": Case("sitemap", "<!doctype html><h1>502</h1>", ("not-a-sitemap: ",)),
    "sitemap: a feed": Case("sitemap", rss(item(1)), ("not-a-sitemap: ",)),
}


def beside_a_good_one(desk: Desk, site: Site, kind: str, body: bytes, limits: Limits) -> SourceReport:
    """The report of the hostile source; that of the good one is as if it were alone."""
    site.routes |= {"/bad": Answer(200, PAGE if kind == "page" else {}, body), "/good": served_rss(item(1))}
    bad = desk.source(kind, site.url("/bad"), "bad", select=SELECT, limits=limits)
    reports = desk.collect_all(bad, desk.source("feed", site.url("/good"), "good"))
    assert (reports[1].new, reports[1].error) == (1, "")
    assert title_of(1) in published_titles(desk)
    return reports[0]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_hostile_document_is_refused_with_its_reason(desk: Desk, site: Site, case: Case) -> None:
    body = case.document.encode() if isinstance(case.document, str) else case.document
    report = beside_a_good_one(desk, site, case.kind, body, Limits(bytes=10_000_000))
    assert report.error.startswith(case.reasons)
    assert report.new == 0
    state = desk.state("bad")
    assert (state.failures, state.error) == (1, report.error)
    assert state.next_due is not None
    assert state.next_due > desk.clock.now()


@pytest.fixture
def stalling(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk whose reading process stands still at what is ENDLESS."""
    run_before_reading(STANDS_STILL, tmp_path, monkeypatch)
    folder = tmp_path / "stalling"
    folder.mkdir()
    with closing(SandboxedReader([BRIDGES])) as reader, closing(Desk(folder, reader)) as stalling:
        stalling.schedule = desk.schedule
        yield stalling


def test_a_document_that_takes_too_long_ends_with_its_process(stalling: Desk, site: Site) -> None:
    report = beside_a_good_one(stalling, site, "feed", rss(item(2, text=ENDLESS)), Limits(seconds=1.0))
    assert report.error == "timeout: takes over 1 s (limits.seconds of the source)"
    assert stalling.collect(stalling.source("feed", site.url("/good"), "good")).error == ""


def test_an_article_page_that_takes_too_long_leaves_the_digest(stalling: Desk, site: Site) -> None:
    site.routes |= {"/feed": served_rss(item(2, link=site.url("/a")), item(3)), "/a": page(title_of(2), ENDLESS)}
    limits = Limits(bytes=10_000_000, seconds=3.0)
    report = stalling.collect(stalling.source("feed", site.url("/feed"), full_text="auto", limits=limits))
    assert (report.error, report.new, report.repaired, report.rejections) == ("", 2, 1, ())
    assert {entry.html for entry in stalling.entries()} == {text_of(2), text_of(3)}
    reasons = [repair for entry in stalling.entries() for repair in repairs_of(stalling, entry)]
    assert reasons == ["full-text: timeout: takes over 3 s (limits.seconds of the source)"]


def test_what_is_complete_of_a_cut_feed_is_kept(desk: Desk, site: Site) -> None:
    whole = rss(item(2), item(3), item(4))
    report = beside_a_good_one(desk, site, "feed", whole[: whole.rindex(b"<item>") + 150], Limits())
    assert report.error == ""
    assert {title_of(2), title_of(3)} <= set(published_titles(desk))


HOSTILE = {
    "200,000 nested tags": (NESTED, "the text has over 50000 tags"),
    "10,000 nested tags": ("<b>" * 10_000, "nested"),
    "200,000 attributes": (f"<p {ATTRIBUTES}>x", "attributes"),
    "300,000 comments": (COMMENTS, "the text has over 50000 tags"),
}


@pytest.mark.parametrize(
    ("body", "reason"),
    HOSTILE.values(),
    ids=HOSTILE,
)
def test_a_hostile_entry_costs_no_other(desk: Desk, site: Site, body: str, reason: str) -> None:
    feed = rss(item(2), item(3, text=body), item(4))
    report = beside_a_good_one(desk, site, "feed", feed, Limits())
    assert (report.error, report.new, report.rejected) == ("", 2, 1)
    assert reason in report.rejections[0]


@pytest.mark.parametrize(
    ("body", "reason"),
    HOSTILE.values(),
    ids=HOSTILE,
)
def test_a_hostile_page_leaves_the_digest(desk: Desk, site: Site, body: str, reason: str) -> None:
    site.routes |= {"/feed": served_rss(item(1, link=site.url("/a"))), "/a": Answer(200, PAGE, f"<p>{body}".encode())}
    limits = Limits(bytes=10_000_000)
    report = desk.collect(desk.source("feed", site.url("/feed"), full_text="auto", limits=limits))
    assert (report.new, report.repaired, report.error) == (1, 1, "")
    (entry,) = desk.entries()
    assert entry.html == text_of(1)
    (repair,) = repairs_of(desk, entry)
    assert repair.startswith("full-text: ")
    assert reason in repair
