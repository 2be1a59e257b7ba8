"""What was fetched is kept: edited rules read it again, and no publisher is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from aggregator.model.config import Clean, Select, Source
from desk import Desk
from flows.kinds.press import listed, listing, page, text_of, title_of
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
