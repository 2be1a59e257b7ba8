"""One more format is one file and one line: here a feed's titles as plain text, and a list of feeds as lines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from lxml import html

from aggregator import app
from aggregator.cli.main import main
from aggregator.feeds.formats.atom import ATOM
from aggregator.feeds.formats.format import AnyFormat, Format, Rendered
from aggregator.feeds.formats.registry import FORMATS, register
from aggregator.model.config import Configuration
from aggregator.model.reading import Feed, FeedList
from aggregator.operations.export import ExportRequest, export
from aggregator.pipeline import publish
from aggregator.process import log
from aggregator.site.folder import Folder
from aggregator.site.outputs import outputs
from aggregator.web.server import make_app
from fakes import StoppedClock
from publishing import BRIDGES, CONFIGURATION, HARVEST, PublishingDesk
from storage import open_store

MORNING = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
PLAIN = "text/plain; charset=utf-8"


def titles(feed: Feed) -> Rendered:
    return Rendered("".join(f"{entry.title}\n" for entry in feed.entries).encode())


def addresses(feeds: FeedList) -> Rendered:
    return Rendered("".join(f"{each.feed}\n" for each in feeds.subscriptions).encode())


def not_empty(_feed: Feed, rendered: Rendered) -> None:
    if not rendered.body:
        raise ValueError("nothing was written")


TITLES = Format(".txt", PLAIN, titles, reads=Feed)
ADDRESSES = Format(".lines", PLAIN, addresses, reads=FeedList)


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    before = list(FORMATS)
    register(TITLES)
    register(ADDRESSES)
    yield
    FORMATS[:] = before


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PublishingDesk]:
    storage = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    yield PublishingDesk(storage, tmp_path / "site", StoppedClock(MORNING))
    storage.close()


def file(desk: PublishingDesk, path: str) -> str:
    return (desk.folder / path.lstrip("/")).read_text("utf-8")


def get(desk: PublishingDesk, path: str, **headers: str) -> httpx.Response:
    site = make_app(lambda: desk.configuration, desk.storage.archive, desk.folder, dict)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://site") as client:
            return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return asyncio.run(ask())


def test_it_is_published_when_a_feed_changes(desk: PublishingDesk) -> None:
    desk.store(1)
    assert desk.publish() == {
        *("bridges", "harvest", "all", "feeds.opml"),
        *("bridges.txt", "harvest.txt", "all.txt", "feeds.lines"),
    }
    assert (file(desk, "/feeds/bridges.txt"), file(desk, "/feeds/harvest.txt")) == ("第1座大桥\n", "")
    assert file(desk, "/feeds.lines").splitlines()[0] == "http://127.0.0.1:8000/feeds/all.atom"
    desk.clock.move(minutes=5)
    desk.store(2)
    assert desk.publish() == {"bridges", "bridges.txt", "all", "all.txt"}
    assert file(desk, "/feeds/bridges.txt") == "第2座大桥\n第1座大桥\n"
    assert desk.publish() == set()


def test_each_path_has_a_version_of_its_own(desk: PublishingDesk) -> None:
    FORMATS.remove(TITLES)
    desk.store(1)
    desk.publish()
    desk.clock.move(days=1)
    register(TITLES)
    assert desk.publish() == {"bridges.txt", "harvest.txt", "all.txt"}
    versions = {path: desk.storage.archive.path_version(path) for path in ("/feeds/all.atom", "/feeds/all.txt")}
    assert {path: version and version.modified for path, version in versions.items()} == {
        "/feeds/all.atom": MORNING,
        "/feeds/all.txt": desk.clock.now(),
    }
    assert len({version and version.etag for version in versions.values()}) == 2


def test_what_fails_in_one_format_stops_no_other(desk: PublishingDesk) -> None:
    FORMATS[FORMATS.index(TITLES)] = replace(TITLES, check=not_empty)
    desk.store(1)
    outcomes = publish(desk.parts)
    assert {name: outcome.problem for name, outcome in outcomes.items() if outcome.problem} == {
        "harvest.txt": "feed harvest.txt: PublishError: /feeds/harvest.txt: nothing was written"
    }
    assert outcomes["harvest"].changed
    assert outcomes["all.txt"].changed


def test_it_is_served_with_its_media_type_and_confirmed(desk: PublishingDesk) -> None:
    desk.store(1)
    desk.publish()
    for path in ("/feeds/bridges.txt", "/feeds.lines"):
        answer = get(desk, path, Sec_Fetch_Dest="document")
        assert (answer.status_code, answer.headers["content-type"]) == (200, PLAIN)
        assert answer.text == file(desk, path)
        assert answer.headers["last-modified"] == "Fri, 01 May 2026 08:00:00 GMT"
        assert get(desk, path, If_None_Match=answer.headers["etag"]).status_code == 304
    assert get(desk, "/feeds/none.txt").status_code == 404
    found = Folder(desk.folder).get("/feeds/bridges.txt")
    assert found is not None
    assert found.media_type == PLAIN


def test_it_is_exported(desk: PublishingDesk, tmp_path: Path) -> None:
    desk.store(1)
    target = tmp_path / "public"
    report = export(desk.parts, ExportRequest(target, "https://pub.example"))
    assert report.problems == ()
    assert (target / "feeds/bridges.txt").read_text("utf-8") == "第1座大桥\n"
    assert (target / "feeds.lines").read_text("utf-8").splitlines()[0] == "https://pub.example/feeds/all.atom"


def test_pages_link_it_beside_the_others(desk: PublishingDesk) -> None:
    links = html.fromstring(get(desk, "/topics/bridges").text).findall(".//link[@rel='alternate'][@type]")
    found = {link.get("href"): link.get("type") for link in links}
    assert found == {
        "http://127.0.0.1:8000/feeds/bridges.atom": "application/atom+xml",
        "http://127.0.0.1:8000/feeds/bridges.txt": "text/plain",
    }


def test_it_names_itself_in_what_it_is_made_of(desk: PublishingDesk) -> None:
    def own_links(feed: Feed) -> Rendered:
        return Rendered("".join(f"{link.href} {link.type}" for link in feed.links if link.rel == "self").encode())

    FORMATS[FORMATS.index(TITLES)] = replace(TITLES, render=own_links)
    desk.publish()
    assert file(desk, "/feeds/all.txt") == "http://127.0.0.1:8000/feeds/all.txt text/plain"


def test_it_goes_with_its_topic(desk: PublishingDesk) -> None:
    desk.publish()
    desk.configuration = replace(CONFIGURATION, topics=(BRIDGES,))
    desk.publish()
    assert sorted(path.name for path in (desk.folder / "feeds").iterdir()) == [
        *("all.atom", "all.txt", "bridges.atom", "bridges.txt")
    ]
    assert get(desk, "/feeds/harvest.txt").status_code == 404


def test_run_says_where_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    configuration = Configuration("config", topics=(HARVEST,))
    monkeypatch.setattr(log, "log_to_stderr", lambda _level: None)
    monkeypatch.setattr(app, "run", lambda *arguments: arguments[-2]("http://127.0.0.1:8000", configuration))
    assert main(["run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["feeds"] == {
        "all": "http://127.0.0.1:8000/feeds/all.atom",
        "harvest": "http://127.0.0.1:8000/feeds/harvest.atom",
        "all.txt": "http://127.0.0.1:8000/feeds/all.txt",
        "harvest.txt": "http://127.0.0.1:8000/feeds/harvest.txt",
    }


@pytest.mark.parametrize("suffix", [".atom", ".txt", "txt", "", ".tar.gz", "./x"])
def test_a_suffix_is_one_and_nobody_elses(suffix: str) -> None:
    added: AnyFormat = replace(TITLES, suffix=suffix)
    with pytest.raises(ValueError, match=r"is no suffix|already"):
        register(added)


def test_all_paths_differ() -> None:
    paths = [output.path for output in outputs(CONFIGURATION)]
    assert len(paths) == len(set(paths)) == 8
    assert ATOM.path("all") in paths
