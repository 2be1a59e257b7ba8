"""What each answer of a server makes of a source: what is read, what is said, and when it is asked again, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model.config import Limits
from desk import Desk
from flows.network.conftest import WatchedReader
from flows.network.publishers import a_feed, entry, rss
from loopback import Answer, Asked, Raw, exactly, redirect, serve, silent
from network.world import World, server_context

PUBLIC = "93.184.215.14"
NEWS = "http://news.example/feed"
BEGIN = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


def spans(desk: Desk) -> timedelta:
    """How long from the last look to the next one."""
    state = desk.state()
    assert state.next_due is not None
    assert state.last_run is not None
    return state.next_due - state.last_run


class TestNothingNew:
    def test_validators_are_sent_back_verbatim_and_a_304_costs_no_reading(
        self, desk: Desk, reader: WatchedReader
    ) -> None:
        odd = {"etag": 'W/"a,\xe9 b"', "last_modified": "Yesterday, about noon"}

        def answer(asked: Asked) -> Answer:
            return Answer(304) if "if-none-match" in asked.headers else a_feed(**odd)

        with serve({"/feed": answer}) as site:
            source = desk.source("feed", site.url("/feed"))
            assert desk.collect(source).new == 1
            desk.clock.move(hours=2)
            report = desk.collect(source)
            desk.clock.move(hours=2)
            desk.collect(source)
        assert (report.found, report.error, report.alarm) == (0, "", "")
        assert len(reader.given) == 1
        for asked in site.requests[1:]:
            # A header's bytes are those that were sent, whatever they stand for.
            assert asked.headers["if-none-match"].encode("latin-1") == odd["etag"].encode()
            assert asked.headers["if-modified-since"] == odd["last_modified"]
        assert desk.state().reason == "own rhythm: 2h 15m"

    def test_validators_are_kept_only_once_the_body_was_taken(self, desk: Desk) -> None:
        with serve({"/feed": Answer(200, {"ETag": '"1"'}, b"<rss><channel><item>")}) as site:
            source = desk.source("feed", site.url("/feed"))
            site.routes["/feed"] = Answer(200, {"ETag": '"1"'}, b"Sorry, come back later.")
            assert desk.collect(source).error.startswith("not-a-feed: ")
            site.routes["/feed"] = a_feed(etag='"1"')
            assert desk.collect(source).new == 1
        assert "if-none-match" not in site.requests[1].headers

    def test_the_same_bytes_again_are_not_read(self, desk: Desk, reader: WatchedReader) -> None:
        with serve({"/feed": a_feed()}) as site:
            source = desk.source("feed", site.url("/feed"))
            desk.collect(source)
            report = desk.collect(source)
        assert len(site.requests) == 2
        assert len(reader.given) == 1
        assert (report.found, report.error) == (0, "")
        assert desk.titles() == ["第1座大桥合龙"]

    def test_other_rules_read_it_again_although_it_is_the_same(self, desk: Desk) -> None:
        with serve({"/feed": a_feed(etag='"1"')}) as site:
            desk.collect(desk.source("feed", site.url("/feed")))
            assert desk.collect(desk.source("feed", site.url("/feed"), timezone="UTC")).found == 1
        assert len(site.requests) == 1, "from what is kept"


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 308])
    def test_for_good_is_proposed_after_7_days_and_the_configured_address_stays_the_one_that_is_asked(
        self, desk: Desk, status: int
    ) -> None:
        with serve({"/feed": redirect("/new", status), "/new": a_feed()}) as site:
            source = desk.source("feed", site.url("/feed"))
            assert desk.collect(source).new == 1
            proposed = {}
            for day in range(1, 9):
                desk.clock.move(days=1)
                desk.collect(source)
                proposed[day] = desk.status(source).proposal
            assert proposed == dict.fromkeys(range(1, 7), "") | {7: site.url("/new"), 8: site.url("/new")}
            assert len(site.asked("/feed")) == 9

    def test_another_target_begins_the_7_days_anew(self, desk: Desk) -> None:
        with serve({"/feed": redirect("/new", 301), "/new": a_feed(), "/newer": a_feed()}) as site:
            source = desk.source("feed", site.url("/feed"))
            desk.collect(source)
            desk.clock.move(days=6)
            site.routes["/feed"] = redirect("/newer", 301)
            desk.collect(source)
            desk.clock.move(days=6)
            desk.collect(source)
            assert desk.status(source).proposal == ""
            desk.clock.move(days=1)
            desk.collect(source)
            assert desk.status(source).proposal == site.url("/newer")

    def test_a_day_without_the_redirect_begins_them_anew_but_a_day_without_answer_does_not(self, desk: Desk) -> None:
        moved = redirect("/new", 301)
        with serve({"/feed": moved, "/new": a_feed()}) as site:
            source = desk.source("feed", site.url("/feed"))
            for answer, since in ((moved, 0), (Answer(500), 0), (moved, 0), (a_feed(), None), (moved, 4)):
                site.routes["/feed"] = answer
                desk.collect(source)
                move = desk.state().move
                assert (move and move.since.date()) == (
                    None if since is None else (BEGIN + timedelta(days=since)).date()
                )
                desk.clock.move(days=1)

    def test_http_to_https_is_proposed_at_once(self, desk: Desk, world: World) -> None:
        moved = redirect("https://feeds.example/feed", 301)
        with serve({"/feed": moved}) as plain, serve({"/feed": a_feed()}, tls=server_context()) as secure:
            world.name("feeds.example", [PUBLIC])
            world.place(PUBLIC, plain, 80)
            world.place(PUBLIC, secure, 443)
            source = desk.source("feed", "http://feeds.example/feed", allow_private=False)
            assert desk.collect(source).new == 1
        assert desk.status(source).proposal == "https://feeds.example/feed"

    @pytest.mark.parametrize("status", [302, 303, 307])
    def test_for_now_is_followed_and_never_proposed(self, desk: Desk, status: int) -> None:
        with serve({"/feed": redirect("/today", status), "/today": a_feed()}) as site:
            source = desk.source("feed", site.url("/feed"))
            assert desk.collect(source).new == 1
            desk.clock.move(days=8)
            desk.collect(source)
            assert desk.status(source).proposal == ""

    def test_to_an_address_that_fails_is_not_proposed(self, desk: Desk) -> None:
        with serve({"/feed": redirect("/gone", 301)}) as site:
            source = desk.source("feed", site.url("/feed"))
            for _ in range(3):
                assert desk.collect(source).error.startswith("http-404: ")
                desk.clock.move(days=5)
            assert desk.status(source).proposal == ""

    def test_a_proposal_leaves_the_configured_address_as_it_is_until_its_operator_takes_it(self, desk: Desk) -> None:
        with serve({"/feed": redirect("/new", 301), "/new": a_feed()}) as site:
            source = desk.source("feed", site.url("/feed"))
            desk.collect(source)
            desk.clock.move(days=7)
            desk.collect(source)
            taken = desk.source("feed", desk.status(source).proposal)
            report = desk.collect(taken)
            assert (report.new, report.changed, report.error) == (0, 0, "")
            assert desk.status(taken).proposal == ""
            assert desk.titles() == ["第1座大桥合龙"]


FAULTS: list[tuple[Answer | Raw, str, str, timedelta]] = [
    (Answer(400), "http-400", "400, failed once: again in", timedelta(minutes=18)),
    (Answer(401), "http-401", "401, failed once: again in", timedelta(minutes=18)),
    (Answer(403), "http-403", "403, failed once: again in", timedelta(minutes=18)),
    (Answer(404), "http-404", "404, failed once: again in", timedelta(minutes=18)),
    (Answer(410), "http-410", "gone (410) since 2026-05-01: looked at again monthly", timedelta(days=30)),
    (Answer(429), "http-429", "429, failed once: again in", timedelta(minutes=18)),
    (
        Answer(429, {"Retry-After": "7200"}),
        "http-429",
        "429, Retry-After: not before 2026-05-01 10:00 UTC",
        timedelta(hours=2),
    ),
    (
        Answer(429, {"Retry-After": "Fri, 01 May 2026 12:00:00 GMT"}),
        "http-429",
        "429, Retry-After: not before 2026-05-01 12:00 UTC",
        timedelta(hours=4),
    ),
    (
        Answer(503, {"Retry-After": "3600"}),
        "http-503",
        "503, Retry-After: not before 2026-05-01 09:00 UTC",
        timedelta(hours=1),
    ),
    (Answer(503, {"Retry-After": "a while"}), "http-503", "503, failed once: again in", timedelta(minutes=18)),
    (
        Answer(503, {"Retry-After": "99999999"}),
        "http-503",
        "503, Retry-After of over 7d, cut: not before 2026-05-08 08:00 UTC",
        timedelta(days=7),
    ),
    (
        Answer(502, {"Retry-After": "3600"}),
        "http-502",
        "502, Retry-After: not before 2026-05-01 09:00 UTC",
        timedelta(hours=1),
    ),
    (Answer(404, {"Retry-After": "7200"}), "http-404", "404, failed once: again in", timedelta(minutes=18)),
    (Answer(500), "http-500", "500, failed once: again in", timedelta(minutes=18)),
    (Answer(200), "empty", "empty, failed once: again in", timedelta(minutes=18)),
    (Answer(204), "http-204", "http-204, failed once: again in", timedelta(minutes=18)),
    (Answer(206, {}, rss(entry(1))), "http-206", "http-206, failed once: again in", timedelta(minutes=18)),
    (Answer(300), "http-300", "http-300, failed once: again in", timedelta(minutes=18)),
    (
        Answer(200, {}, b"<p>Sorry</p>"),
        "not-a-feed",
        "not-a-feed, failed once: again in",
        timedelta(minutes=18),
    ),
    (Answer(200, {"Content-Encoding": "br"}, b"x"), "bad-encoding", "bad-encoding, failed once", timedelta(minutes=18)),
    (exactly(b"What do you want?\r\n\r\n"), "protocol", "protocol, failed once: again in", timedelta(minutes=18)),
    (silent(), "timeout", "timeout, failed once: again in", timedelta(minutes=18)),
    (redirect("/feed"), "redirects", "redirects, failed once: again in", timedelta(minutes=18)),
]


@pytest.mark.parametrize(
    ("answer", "code", "reason", "most"), FAULTS, ids=[f"{code}-{n}" for n, (_, code, _, _) in enumerate(FAULTS)]
)
def test_a_fault_is_named_and_the_next_look_says_why_then(
    desk: Desk, answer: Answer | Raw, code: str, reason: str, most: timedelta
) -> None:
    with serve({"/feed": answer}) as site:
        source = desk.source("feed", site.url("/feed"), limits=Limits(download_seconds=0.3))
        report = desk.collect(source)
    state = desk.state()
    assert report.error.startswith(f"{code}: ")
    assert (state.error, state.error_code) == (report.error, code)
    assert "\n" not in report.error
    assert state.reason.startswith(reason)
    assert state.failures == 1
    assert most * 0.8 <= spans(desk) <= most
    assert state.last_success is None


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "auth_file"), (403, "auth_file"), (404, "has it moved?"), (410, "has it moved?")]
)
def test_a_fault_that_an_operator_can_mend_says_how(desk: Desk, status: int, hint: str) -> None:
    with serve({"/feed": Answer(status)}) as site:
        assert hint in desk.collect(desk.source("feed", site.url("/feed"))).error


class TestFaultsWithoutAnAnswer:
    def test_a_name_that_is_not_known(self, desk: Desk) -> None:
        report = desk.collect(desk.source("feed", NEWS))
        assert report.error.startswith("dns: news.example: Name or service not known")
        assert desk.state().reason.startswith("dns, failed once: again in ")

    def test_a_server_that_is_not_there(self, desk: Desk) -> None:
        with serve({}) as site:
            pass
        report = desk.collect(desk.source("feed", site.url("/feed")))
        assert report.error.startswith("refused: 127.0.0.1 ")
        assert desk.state().reason.startswith("refused, failed once: again in ")

    def test_a_certificate_of_somebody_else(self, desk: Desk, world: World) -> None:
        with serve({"/feed": a_feed()}, tls=server_context()) as site:
            world.put("news.example", PUBLIC, site)
            report = desk.collect(desk.source("feed", "https://news.example/feed"))
        assert report.error.startswith("tls: news.example: its certificate is not trusted: ")
        assert desk.state().reason.startswith("tls, failed once: again in ")

    def test_a_body_that_breaks_off_is_not_taken(self, desk: Desk) -> None:
        head = b"HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 5000\r\n\r\n"
        with serve({"/feed": exactly(head + rss(entry(1)))}) as site:
            source = desk.source("feed", site.url("/feed"))
            assert desk.collect(source).error.startswith("protocol: ")
            assert desk.titles() == []
            site.routes["/feed"] = a_feed()
            assert desk.collect(source).new == 1
        assert "if-none-match" not in site.requests[-1].headers
