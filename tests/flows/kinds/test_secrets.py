"""A canary in each place that can hold a secret: no command, log, page, feed or error sings."""

from __future__ import annotations

import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from aggregator.cli.main import COMMANDS
from flows.kinds.press import RSS, page
from loopback import Answer, Asked, Site, redirect
from running import daemon, log_of
from set_up import SetUp, make_set_up
from waiting import until

CANARY = re.compile(r"c4n[a4]ry", re.IGNORECASE)
"""Part of each of them."""
PLACES = ("query", "word", "header", "cookie", "auth", "bearer", "proxy", "user", "database")
SECRET = {place: f"c4nary-{place}-7" for place in PLACES}
SEEN = f"http://reader:{SECRET['user']}@"


@pytest.fixture
def stranger(site: Site) -> Site:
    """It says what it was told: in links, guids, redirects and errors."""
    site.routes |= {
        "/feed": echoing_feed,
        "/page": redirect(f"/gone?key={SECRET['query']}"),
        "/basic": Answer(401, {"WWW-Authenticate": "Basic realm=x"}, b"no"),
        "/a": page("第1座大桥合龙", "第1座大桥今天合龙。"),
    }
    return site


def echoing_feed(asked: Asked) -> Answer:
    own = f"http://127.0.0.1{asked.target}"
    told = asked.headers.get("x-reader", "") + asked.headers.get("cookie", "")
    links = [
        f"{own}&id=1&{told}",
        f"/a?id=2&token={SECRET['query']}",
        f"{SEEN}127.0.0.1/a?id=3",
        f"/a/{SECRET['word']}/4",
    ]
    items = "".join(
        f"<item><guid>{link}</guid><link>{quoted(link)}</link><title>第{n}座大桥合龙</title>"
        f"<description>&lt;a href='{quoted(quoted(link))}'&gt;大桥{n}今天合龙。&lt;/a&gt;</description></item>"
        for n, link in enumerate(links)
    )
    head = f"<title>大桥</title><link>{quoted(own)}</link><description>{quoted(own)}</description>"
    return Answer(200, {"Content-Type": RSS}, f"<rss version='2.0'><channel>{head}{items}</channel></rss>".encode())


def quoted(text: str) -> str:
    return text.replace("&", "&amp;")


@pytest.fixture
def set_up(tmp_path: Path, stranger: Site) -> SetUp:
    made = make_set_up(tmp_path / "set-up", sources_of(stranger))
    (made.root / "config" / "login").write_text(f"reader:{SECRET['auth']}")
    (made.root / "config" / "bearer").write_text(f"Bearer {SECRET['bearer']}")
    made.post("a.md", "大桥合龙", "大桥今天合龙。")
    return made


def sources_of(site: Site) -> str:
    return f"""\
sources:
  - {{name: news, kind: files, path: ../posts}}
  - name: feed
    kind: feed
    url: '{site.url("/feed")}?key={SECRET["query"]}&q={SECRET["word"]}'
    headers: {{X-Reader: '{SECRET["header"]}', Cookie: 'a=1; sid={SECRET["cookie"]}'}}
    allow_private: true
  - name: page
    kind: page
    url: '{site.url("/page")}?token={SECRET["query"]}'
    allow_private: true
    select: {{entry: li}}
  - {{name: basic, kind: feed, url: '{site.url("/basic")}', auth_file: login, allow_private: true}}
  - {{name: bearer, kind: feed, url: '{site.url("/basic")}?x={SECRET["word"]}', auth_file: bearer, allow_private: true}}
  - {{name: refused, kind: feed, url: 'http://127.0.0.1:1/?key={SECRET["query"]}', allow_private: true}}
  - name: proxied
    kind: feed
    url: https://feeds.example/?password={SECRET["query"]}
    proxy: 'http://reader:{SECRET["proxy"]}@127.0.0.1:1'
"""


ARGUMENTS = {
    "backup": ("one.backup",),
    "restore": ("one.backup",),
    "export": ("public",),
    "preview": ("feed",),
    "explain": ("大桥合龙.md",),
}
"""Of commands that want some; a command that is new must be told of here if it does."""


def spoken(set_up: SetUp, *options: str) -> Iterator[str]:
    for name in [each.__name__ for each in COMMANDS if each.__name__ != "run"]:
        for form in ((), ("--json",), ("-v",)):
            arguments = ("x.md",) if name == "explain" else ARGUMENTS.get(name, ())
            command = set_up.command(*options, name, *arguments, *form)
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=set_up.root)
            assert "--help" not in done.stderr, f"{name}: arguments are missing here: {done.stderr}"
            yield f"$ {name} {form}\n{done.stdout}{done.stderr}"


def assert_silent(*told: str) -> None:
    for text in told:
        lines = [line for line in text.splitlines() if CANARY.search(line) or encoded() & set(line.split())]
        assert not lines, "\n".join([text.splitlines()[0], *lines])


def encoded() -> set[str]:
    return {b64encode(f"reader:{SECRET[place]}".encode()).decode() for place in ("auth", "proxy", "user")}


def test_no_command_tells_a_secret(set_up: SetUp) -> None:
    # `collect` comes first, so that there is something to tell.
    set_up.run("collect", code=1)
    assert_silent(*spoken(set_up))
    assert_silent(*(file.read_text(errors="replace") for file in (set_up.root / "public").rglob("*") if file.is_file()))
    for source in ("page", "basic", "bearer", "refused", "proxied"):
        for form in ((), ("--json",)):
            done = subprocess.run(set_up.command("preview", source, *form), capture_output=True, text=True, check=False)
            assert_silent(f"$ preview {source}\n{done.stdout}{done.stderr}")
    for address in (f"/a?id=2&token={SECRET['query']}", "大桥合龙"):
        done = subprocess.run(set_up.command("explain", address), capture_output=True, text=True, check=False)
        assert_silent(f"$ explain\n{done.stdout}{done.stderr}")


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://reader:{SECRET['database']}@127.0.0.1:1/news",
        f"sqlite:////nowhere/x.sqlite3?key={SECRET['database']}",
        f"mysql://reader:{quote(SECRET['database'] + '@/')}@h/x",
    ],
)
def test_nor_the_address_of_a_database(set_up: SetUp, url: str) -> None:
    assert_silent(*spoken(set_up, "--database", url))
    (set_up.config / "aggregator.yaml").write_text(f"storage: {{url: '{url}'}}\n", encoding="utf-8")
    assert_silent(*spoken(set_up))


FAULTS = [
    f"url: 'http://reader:{SECRET['user']}@feeds.example/'",
    f"url: 'http//x?key={SECRET['query']}'",
    f"url: 'https://feeds.example:99999/?key={SECRET['query']}'",
    f"{{url: 'https://feeds.example/', proxy: 'socks9://reader:{SECRET['proxy']}@h'}}",
    f"{{url: 'https://feeds.example/', headers: {{'X Key': '{SECRET['header']}'}}}}",
    f"{{url: 'https://feeds.example/', headers: {{'X-Key': \"{SECRET['header']}\\n\"}}}}",
    f"{{url: 'https://feeds.example/', auth_file: 'reader:{SECRET['auth']}'}}",
    f"{{url: 'https://feeds.example/?key={SECRET['query']}', kind: fed}}",
    f"{{url: ['https://feeds.example/?key={SECRET['query']}'",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_nor_a_fault_of_the_configuration(set_up: SetUp, fault: str) -> None:
    keys = fault if fault.startswith("{") else f"{{{fault}}}"
    body = f"{{name: feed, kind: feed, {keys[1:]}"
    (set_up.config / "sources.yaml").write_text(f"sources:\n  - {body}\n", encoding="utf-8")
    checked = set_up.run("check", code=2).stdout
    assert "sources.yaml:2:" in checked
    assert_silent(checked, *spoken(set_up))


def test_nor_the_daemon_its_pages_and_its_log(set_up: SetUp) -> None:
    with daemon(set_up) as running:
        until(lambda: len(running.titles("all")) == 5)
        until(lambda: '"source": "refused"' in log_of(set_up) and '"source": "proxied"' in log_of(set_up))
        seen, waiting = set[str](), ["/", "/healthz", "/feeds.opml", "/sitemap.xml", "/robots.txt", "/feeds/all.atom"]
        while waiting:
            path = waiting.pop()
            if path in seen or path.startswith("/static"):
                continue
            seen.add(path)
            answer = running.get(path)
            assert_silent(f"GET {path}\n{answer.headers}\n{answer.text}")
            waiting += re.findall(r'href="(/[^"#]*)"', answer.text)
        assert sum("/articles/" in path for path in seen) >= 5
        assert_silent(running.get(f"/nowhere?key={SECRET['query']}").text)
    assert_silent(log_of(set_up))
