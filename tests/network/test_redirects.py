"""Redirects: which are followed, how far, what is said of them, and what goes along."""

from __future__ import annotations

from io import BytesIO

import pytest

from aggregator.model.fetching import Ask, Manner
from aggregator.network.client import Payload
from aggregator.network.redirects import MOST
from loopback import Answer, Asked, redirect, serve
from network.conftest import Wanderer, inside

HERE, THERE = "93.184.216.34", "198.41.0.4"


@pytest.mark.parametrize(
    ("chain", "moved"),
    [
        ([301], "/1"),
        ([308], "/1"),
        ([302], None),
        ([303], None),
        ([307], None),
        ([301, 308], "/2"),
        ([301, 302], "/1"),
        ([301, 302, 301], "/1"),
        ([302, 301], None),
    ],
)
def test_moved_is_the_end_of_the_unbroken_permanent_chain(
    wanderer: Wanderer, chain: list[int], moved: str | None
) -> None:
    routes = {f"/{step}": redirect(f"/{step + 1}", status) for step, status in enumerate(chain)}
    with serve({**routes, f"/{len(chain)}": Answer(body=b"end")}) as site:
        reply = wanderer.get(inside(site, "/0"))
        assert (reply.url, reply.body) == (site.url(f"/{len(chain)}"), b"end")
        assert reply.moved == (moved and site.url(moved))


def test_a_reply_that_was_not_redirected_has_the_asked_address(wanderer: Wanderer) -> None:
    with serve({"/新": Answer(), "/%E6%96%B0": Answer()}) as site:
        assert wanderer.get(inside(site, "/新")).url == site.url("/新")


@pytest.mark.parametrize("status", [300, 304, 305, 301])
def test_what_has_nowhere_to_go_is_the_answer(wanderer: Wanderer, status: int) -> None:
    headers = {"Location": "/other"} if status != 301 else {}
    with serve({"/": Answer(status, headers)}) as site:
        assert wanderer.get(inside(site)).status == status


def test_a_circle_is_told(wanderer: Wanderer) -> None:
    with serve({"/a": redirect("/b"), "/b": redirect("/a#again")}) as site:
        fault = wanderer.fault(inside(site, "/a"))
        assert fault.code == "redirects"
        assert "in a circle" in str(fault)
        assert len(site.requests) == 2


def test_a_chain_has_an_end(wanderer: Wanderer) -> None:
    def further(asked: Asked) -> Answer:
        return redirect(f"/?{int(asked.target[2:]) + 1}")

    with serve({"/": further}) as site:
        assert wanderer.code(inside(site, "/?1")) == "redirects"
        assert len(site.requests) == MOST + 1
        site.requests.clear()
        site.routes[f"/?{MOST + 1}"] = Answer(body=b"just")
        assert wanderer.get(inside(site, "/?1")).body == b"just"


def test_credentials_and_headers_go_to_their_origin_alone(wanderer: Wanderer) -> None:
    secrets = (("X-Key", "k"), ("Cookie", "c=1"))
    with (
        serve({"/feed": redirect("http://other.example/feed"), "/back": Answer()}) as site,
        serve({"/feed": redirect("http://feeds.example/back")}) as other,
    ):
        wanderer.world.put("feeds.example", HERE, site)
        wanderer.world.put("other.example", THERE, other)
        manner = Manner(origin="http://feeds.example", headers=secrets, authorization="Bearer t")
        assert wanderer.get(Ask("http://feeds.example/feed", manner)).status == 200
        first, last = site.requests
        for asked in (first, last):
            assert [asked.headers.get(name) for name in ("x-key", "cookie", "authorization")] == [
                "k",
                "c=1",
                "Bearer t",
            ]
        (elsewhere,) = other.requests
        assert not elsewhere.headers.keys() & {"x-key", "cookie", "authorization", "referer"}


@pytest.mark.parametrize(
    "elsewhere", ["http://feeds.example:81/", "http://www.feeds.example/", "http://feeds.example.evil/"]
)
def test_a_neighbour_is_another_origin(wanderer: Wanderer, elsewhere: str) -> None:
    with serve({"/feed": redirect(elsewhere)}) as site, serve({"/": Answer()}) as other:
        wanderer.world.put("feeds.example", HERE, site)
        for name in ("www.feeds.example", "feeds.example.evil"):
            wanderer.world.put(name, THERE, other)
        site.routes["/"] = Answer()
        wanderer.get(Ask("http://feeds.example/feed", Manner("http://feeds.example", authorization="Bearer t")))
        asked = (site.asked("/") + other.asked("/"))[0]
        assert "authorization" not in asked.headers


def test_cookies_are_not_kept(wanderer: Wanderer) -> None:
    with serve({"/": redirect("/a"), "/a": Answer(headers={"Set-Cookie": ("a=1", "b=2")})}) as site:
        site.routes["/"] = Answer(302, {"Location": "/a", "Set-Cookie": "a=1; Path=/"})
        wanderer.get(inside(site))
        wanderer.get(inside(site))
        assert all("cookie" not in asked.headers for asked in site.requests)


@pytest.mark.parametrize(
    ("answered_by", "sent_to"),
    [("", ["/feed"]), ("/feed", ["/feed"]), ("/real", ["/real"]), ("/gone", [])],
)
def test_validators_go_to_the_address_that_gave_them(wanderer: Wanderer, answered_by: str, sent_to: list[str]) -> None:
    with serve({"/feed": redirect("/real"), "/real": Answer()}) as site:
        by = answered_by and site.url(answered_by)
        wanderer.get(inside(site, "/feed", etag='W/"1"', last_modified="yesterday", answered_by=by))
        got = [asked.target for asked in site.requests if asked.headers.get("if-none-match") == 'W/"1"']
        assert got == sent_to
        assert got == [asked.target for asked in site.requests if "if-modified-since" in asked.headers]


@pytest.mark.parametrize(("status", "followed"), [(301, False), (302, False), (303, False), (307, True), (308, True)])
def test_a_post_is_repeated_only_where_the_status_says_so(wanderer: Wanderer, status: int, followed: bool) -> None:
    with serve({"/pack": redirect("/other", status), "/other": Answer(body=b"packed")}) as site:
        into = BytesIO()
        reply = wanderer.fetcher.stream(
            inside(site, "/pack"), into, Payload("POST", b"want", (("Content-Type", "x/y"),))
        )
        assert (reply.status, into.getvalue()) == ((200, b"packed") if followed else (status, b""))
        assert {(a.method, a.body, a.headers["content-type"]) for a in site.requests} == {("POST", b"want", "x/y")}
