"""What a robots.txt lets us read (RFC 9309)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.fetching import Reply, RobotsFile
from aggregator.network.robots import MOST_BYTES, Ruling, for_robot, robots_file, ruling, stale
from builders import NOW
from counted import calls

AGENT = "aggregator/0.1.0 (+https://operator.example/contact)"
SITE = "https://news.example"


def a_file(text: str, status: int = 200) -> RobotsFile:
    return RobotsFile(NOW, status, text)


def fetched(body: bytes, status: int = 200) -> RobotsFile:
    return robots_file(Reply(f"{SITE}/robots.txt", status, {}, body), NOW)


def asked(text: str, path: str, agent: str = AGENT) -> Ruling:
    return ruling(a_file(text), SITE + path, agent)


RULES = [
    # robots.txt, path, whether it may be read
    ("", "/a", True),
    ("User-agent: *\nDisallow: /", "/a", False),
    ("User-agent: *\nDisallow:", "/a", True),
    ("User-agent: *\nDisallow: /private/", "/private/a", False),
    ("User-agent: *\nDisallow: /private/", "/privat", True),
    ("User-agent: *\nDisallow: /private/", "/Private/a", True),
    # The longest match counts; allow wins a draw (section 2.2.2).
    ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/a", True),
    ("User-agent: *\nAllow: /news/\nDisallow: /news/old", "/news/old/a", False),
    ("User-agent: *\nDisallow: /news\nAllow: /news", "/news", True),
    # Special characters (section 2.2.3).
    ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
    ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
    ("User-agent: *\nDisallow: /*?print=", "/a?x=1&print=1", True),
    ("User-agent: *\nDisallow: /*?*print=", "/a?x=1&print=1", False),
    ("User-agent: *\nDisallow: /a # not b", "/a", False),
    ("User-agent: *\nDisallow: /a%23b", "/a%23b", False),
    # Whose rules (section 2.2.1).
    ("User-agent: Aggregator\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True),
    ("User-agent: Aggregator\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/a", False),
    ("User-agent: aggregator/2.0\nDisallow: /a", "/a", False),
    ("User-agent: *\nDisallow: /a\nUser-agent: aggregator\nAllow: /", "/a", True),
    ("User-agent: aggregator\nUser-agent: other\nDisallow: /a", "/a", False),
    ("User-agent: other\n\nUser-agent: aggregator\nDisallow: /a", "/a", False),
    ("User-agent: other\nSitemap: https://x/\nUser-agent: aggregator\nDisallow: /a", "/a", False),
    ("User-agent: aggregator\nDisallow: /a\nUser-agent: aggregator\nDisallow: /b", "/a", False),
    ("User-agent: agg\nDisallow: /", "/a", True),
    ("User-agent: aggregator-news\nDisallow: /", "/a", True),
    ("User-agent: operator\nDisallow: /", "/a", True),
    ("User-agent: other\nDisallow: /", "/a", True),
    ("Disallow: /", "/a", True),
    # As people write it.
    ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
    ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
    ("User-agent: *\rDisallow: /a\r", "/a", False),
    ("USER-AGENT : *\n\n\n  disallow : /a  ", "/a", False),
    ("useragent *\ndissalow /a", "/a", False),
    ("User-agent: *\nNoindex: /a\nAllowance: /a\nDisallowed: /a\nAllow /", "/a", True),
    ("<!doctype html><title>404</title><p>Disallow: /", "/a", True),
    ("User-agent: *\nDisallow: /a\u2028Disallow: /b", "/b", True),
    # Escapes, and Chinese in UTF-8 and in GBK.
    ("User-agent: *\nDisallow: /国家/", "/%E5%9B%BD%E5%AE%B6/a", False),
    ("User-agent: *\nDisallow: /%e5%9b%bd%E5%AE%B6/", "/国家/a", False),
    ("User-agent: *\nDisallow: /%B9%FA/", "/%b9%fa/a", False),
    ("User-agent: *\nDisallow: /%B9%FA/", "/%C8%CB/a", True),
    ("User-agent: *\nDisallow: /%7Ea", "/~a", False),
    ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
    ("User-agent: *\nDisallow: /?", "?q=1", False),
    ("User-agent: *\nDisallow: //", "//a", False),
    ("User-agent: *\nDisallow: /a", "/b#/a", True),
    # The file itself is always allowed.
    ("User-agent: *\nDisallow: /", "/robots.txt", True),
]


@pytest.mark.parametrize(("text", "path", "allowed"), RULES)
def test_a_rule(text: str, path: str, allowed: bool) -> None:
    assert asked(text, path).allowed is allowed


REASONS = [
    (
        "User-agent: *\nDisallow: /a\nDisallow: /a/private/\nDisallow: /b",
        "robots.txt disallows /a/private/ for all robots",
    ),
    ("User-agent: aggregator\nDisallow: /*/private", "robots.txt disallows /*/private for aggregator"),
    ("User-agent: *\nDisallow: /a" + "*" * 300, f"robots.txt disallows /a{'*' * 98}… for all robots"),
    ("User-agent: *\nDisallow: /*\x1b*\nDisallow: /a*\u2028*\nDisallow: /a", "robots.txt disallows /a for all robots"),
]


@pytest.mark.parametrize(("text", "reason"), REASONS)
def test_the_reason_names_the_rule(text: str, reason: str) -> None:
    assert asked(text, "/a/private/b").reason == reason


def test_no_rule_writes_to_the_operators_terminal() -> None:
    reason = asked("User-agent: *\nDisallow: /\x1b[31m\u2028", "/%1b[31m\u2028").reason
    assert reason == "robots.txt disallows /\ufffd[31m for all robots"


STATUSES = [
    (200, True, "robots.txt allows it"),
    (404, True, "there is no robots.txt (404)"),
    (403, True, "there is no robots.txt (403)"),
    (304, True, "there is no robots.txt (304)"),
    (429, False, f"{SITE}/robots.txt answered 429, so all is disallowed"),
    (503, False, f"{SITE}/robots.txt answered 503, so all is disallowed"),
    (0, False, f"{SITE}/robots.txt could not be reached, so all is disallowed"),
]


@pytest.mark.parametrize(("status", "allowed", "reason"), STATUSES)
def test_where_there_are_no_rules(status: int, allowed: bool, reason: str) -> None:
    assert ruling(a_file("", status), f"{SITE}/a", AGENT) == Ruling(allowed, reason, lasting=allowed)


def test_what_was_not_read_or_is_no_address_is_not_allowed() -> None:
    assert ruling(None, f"{SITE}/a", AGENT) == Ruling(False, f"{SITE}/robots.txt was not read yet")
    for url in ("", "ftp://news.example/a", "https://[a/", "https://a:99999999/", "javascript:alert(1)"):
        assert ruling(a_file(""), url, AGENT) == Ruling(False, "not an http address")


DELAYS = [("5", 5.0), ("0.5", 0.5), ("0", 0.0), ("3600", 30.0), ("inf", None), ("nan", None), ("-1", None), ("x", None)]


@pytest.mark.parametrize(("written", "delay"), DELAYS)
def test_crawl_delay(written: str, delay: float | None) -> None:
    assert asked(f"User-agent: *\nCrawl-delay: {written}", "/a").delay == delay
    assert asked(f"User-agent: *\nDisallow: /\nCrawl-delay: {written}", "/a").delay == delay
    assert asked(f"User-agent: other\nCrawl-delay: {written}", "/a").delay is None


AGES = [(200, 24), (404, 24), (503, 1), (0, 1), (429, 1)]


@pytest.mark.parametrize(("status", "hours"), AGES)
def test_how_long_a_file_is_used(status: int, hours: int) -> None:
    file = a_file("", status)
    assert not stale(file, NOW + timedelta(hours=hours))
    assert stale(file, NOW + timedelta(hours=hours, seconds=1))
    assert stale(None, NOW)


def test_a_file_that_was_read_by_a_clock_that_is_set_back_since_is_read_again() -> None:
    assert stale(a_file(""), NOW - timedelta(minutes=10))


def test_what_is_kept_of_an_answer() -> None:
    assert fetched(b"\xef\xbb\xbfUser-agent: *") == a_file("User-agent: *")
    assert fetched("# 国".encode("gbk") + b"\0\nAllow: /").text == "# \ufffd\ufffd\nAllow: /"
    assert fetched(b"Disallow: /", 404) == a_file("", 404)
    assert robots_file(None, NOW) == a_file("", 0)


def test_only_the_first_500_kib_are_read_and_no_rule_is_cut_in_two() -> None:
    head = b"User-agent: *\n" + b"#" * (MOST_BYTES - 28) + b"\n"
    assert len(head) == MOST_BYTES - 13
    text = fetched(head + b"Disallow: /private/").text
    assert len(text) < MOST_BYTES
    assert ruling(a_file(text), f"{SITE}/public", AGENT).allowed
    assert fetched(b"#" * (MOST_BYTES + 1)).text == ""


@pytest.mark.parametrize(
    "url", ["ftp://news.example/", "https:///a", "http://a:x/", "https://user:secret@a.example/", "https://\udfff.cn"]
)
def test_what_is_no_address_may_not_be_read(url: str) -> None:
    assert ruling(None, url, AGENT) == Ruling(False, "not an http address")


LINES = st.sampled_from(["User-agent: *", "User-agent: aggregator", "Disallow: /", "Allow: /*$", "Crawl-delay: 1e999"])
TEXTS = st.lists(LINES | st.text() | st.text().map("Disallow: /{}".format) | st.text().map("Allow: {}$".format)).map(
    "\n".join
)


@given(TEXTS, st.text(alphabet=st.characters()) | st.text().map("https://news.example/{}".format), st.text())
def test_nothing_is_too_odd(text: str, url: str, agent: str) -> None:
    answer = ruling(a_file(text), url, agent)
    assert answer.reason
    assert len(answer.reason.splitlines()) == 1


def test_half_characters_are_no_fault() -> None:
    assert asked("User-agent: *\nDisallow: /\ud800", "/a\ud800").allowed
    assert not asked("User-agent: *\nDisallow: /\ud800", "/\ud800").allowed


@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd(body: bytes) -> None:
    text = fetched(b"User-agent: *\nDisallow: /" + body).text
    assert "\0" not in text
    ruling(a_file(text), f"{SITE}/a", AGENT)


@given(st.text(min_size=1).filter(lambda text: text.strip() and not set(text) & set("#?*$%\r\n")))
def test_a_path_that_is_disallowed_letter_by_letter_is_not_read(path: str) -> None:
    rule = f"/{path.strip()}"
    assert not asked(f"User-agent: *\nDisallow: {rule}", rule).allowed


HOSTILE = {
    "names times rules": "".join(f"User-agent: robot{n}\n" for n in range(12_000)) + "Disallow: /\n" * 20_000,
    "our name, often": "User-agent: aggregator\n" * 20_000 + "Disallow: /b\n" * 5_000,
    "stars": "User-agent: *\nDisallow: /" + "*a" * 250_000 + "b",
    "many rules with stars": "User-agent: *\n" + "".join(f"Disallow: /*a*a*a*{n}\n" for n in range(20_000)),
    "near misses": "User-agent: *\n" + "".join(f"Disallow: /*{'a' * 20}b{n}\n" for n in range(12_000)),
    "many rules, the last one holds": "User-agent: *\n"
    + "".join(f"Disallow: /{n}\n" for n in range(30_000))
    + "Disallow: /a",
    "escapes": "User-agent: *\nDisallow: /" + "%B9" * 160_000,
    "blanks": "User-agent" + " " * 500_000,
    "dollars": "User-agent: *\n" + "Disallow: /$$$$$$$$$$\n" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_as_many_steps_as_it_is_long(name: str) -> None:
    file = fetched(HOSTILE[name].encode())
    assert calls(lambda: ruling(file, f"{SITE}/{'a' * 7_000}", AGENT)) <= 12 * len(file.text)


def test_an_address_that_is_too_long_is_refused() -> None:
    answer = asked("User-agent: *\nAllow: /", "/" + "a" * 9_000)
    assert answer == Ruling(False, "the address is too long to be checked against robots.txt (9001 characters)")


def test_only_the_rules_for_one_robot_are_kept() -> None:
    text = "User-agent: other\nDisallow: /o\n\nUser-agent: aggregator\nDisallow: /a\nAllow: /a/b\nCrawl-delay: 3\n"
    whole = RobotsFile(NOW, 200, text)
    kept = for_robot(whole, "aggregator/1 (+https://desk.example)")
    assert "/o" not in kept.text
    for path in ("/a", "/a/b", "/o", "/"):
        url = f"https://x.example{path}"
        assert ruling(kept, url, "aggregator/1") == ruling(whole, url, "aggregator/1")
