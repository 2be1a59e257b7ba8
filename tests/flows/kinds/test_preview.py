"""``preview`` on each kind: what a source would yield, where each field came from, and nothing stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from aggregator.model.config import Select
from aggregator.operations.reports import PreviewReport
from desk import Desk
from flows.kinds.press import HTML, item, listed, listing, page, pages, paths, rss, served_rss, text_of, title_of
from git_repositories import Repository
from loopback import Answer, Site
from set_up import SetUp, make_set_up

POST = "---\ntitle: 第1座大桥合龙\ndate: 2026-04-30 08:00:00\nauthor: 王晓\ncategories: [交通]\n---\n<p>大桥合龙。</p>\n\n<https://x.example/1>\n"
SELECT = Select(entry="ul.list > li", date=".date", summary=".sum")


def where(report: PreviewReport, number: int = 0) -> Mapping[str, str]:
    return report.articles[number].provenance


def stores_nothing(desk: Desk) -> bool:
    return not desk.entries() and not (desk.root / "site").exists()


def test_of_a_feed(desk: Desk, site: Site) -> None:
    site.routes["/feed"] = served_rss(item(1, link="https://news.example/1"), item(2), "<item/>")
    report = desk.preview(desk.source("feed", site.url("/feed")))
    assert report.facts is not None
    assert (report.facts.title, report.found) == ("大桥日报", 2)
    assert [(a.fate, a.title) for a in report.articles] == [
        ("rejected", ""),
        ("new", title_of(1)),
        ("new", title_of(2)),
    ]
    assert report.articles[0].why.endswith("empty-entry: the entry has neither title nor text nor link nor media")
    article = report.articles[1]
    assert [verdict.topic for verdict in article.verdicts] == ["bridges"]
    assert article.characters == len(text_of(1))
    assert article.provenance == {
        "title": "title",
        "body": "description",
        "published": "pubDate",
        "url": "link",
        "id": "guid",
    }
    assert stores_nothing(desk)


def test_of_a_feed_with_full_text(desk: Desk, site: Site) -> None:
    site.routes |= {"/feed": served_rss(item(1, link=site.url("/a/1.html"))), **pages((1,))}
    report = desk.preview(desk.source("feed", site.url("/feed"), full_text="auto"))
    assert (where(report)["body"], where(report)["title"]) == ("full text (trafilatura)", "title")
    report = desk.preview(desk.source("feed", site.url("/feed"), full_text="div.gone"))
    assert where(report)["body"].startswith("description: full_text 'div.gone' finds nothing in the page")
    assert [repair.code for repair in report.articles[0].repairs] == ["full-text"]
    assert stores_nothing(desk)


def test_of_a_page_that_names_its_feed(desk: Desk, site: Site) -> None:
    head = b'<html><link rel="alternate" type="application/rss+xml" href="/feed">'
    site.routes |= {"/": Answer(200, {"Content-Type": HTML}, head), "/feed": served_rss(item(1))}
    report = desk.preview(desk.source("feed", site.url("/")))
    assert report.note == f"this address is a page; its feed is {site.url('/feed')}"
    assert [article.title for article in report.articles] == [title_of(1)]


def test_of_a_list_page(desk: Desk, site: Site) -> None:
    site.routes |= {"/list": listing(listed(1, summary="大桥"), "<li>x</li>"), **pages((1,))}
    report = desk.preview(desk.source("page", site.url("/list"), select=SELECT, full_text="div.text"))
    article = next(article for article in report.articles if article.fate == "new")
    assert article.provenance == {
        "url": "select.link 'a'",
        "title": "text of the link",
        "published": "select.date '.date'",
        "body": "full text (full_text 'div.text')",
    }
    assert next(article.why for article in report.articles if article.fate == "rejected").startswith("no-link: ")
    assert stores_nothing(desk)


def test_of_a_sitemap(desk: Desk, site: Site) -> None:
    address = site.url("/a/1.html")
    body = f"<urlset><url><loc>{address}</loc><lastmod>2026-04-30</lastmod></url></urlset>".encode()
    site.routes |= {"/map.xml": Answer(200, {}, body), "/a/1.html": page(title_of(1), text_of(1))}
    report = desk.preview(desk.source("sitemap", site.url("/map.xml")))
    assert where(report) == {"url": "loc", "updated": "lastmod", "title": "h1", "body": "full text (trafilatura)"}
    assert stores_nothing(desk)


def test_of_article_files(desk: Desk) -> None:
    (desk.root / "posts").mkdir()
    (desk.root / "posts" / "1.md").write_text(POST, encoding="utf-8")
    (desk.root / "posts" / "2026-04-29-2.md").write_text("---\ntitle: 大桥\nlink: https://x.example/2\n---\nx", "utf-8")
    (desk.root / "posts" / "4.md").write_text(POST.replace("author: 王晓", "link: https://x.example/4"), "utf-8")
    (desk.root / "posts" / "3.md").write_text("<p>大桥</p>", encoding="utf-8")
    report = desk.preview(desk.source("files", path="posts", allow_private=False))
    found = {article.location: article.provenance for article in report.articles}
    assert found["1.md"] == {
        "title": "front matter: title",
        "published": "front matter: date",
        "author": "front matter: author",
        "url": "link rule",
        "body": "after the front matter",
        "categories": "front matter: categories",
    }
    assert found["2026-04-29-2.md"] == {
        "title": "front matter: title",
        "published": "path",
        "url": "front matter: link",
        "body": "after the front matter",
    }
    assert found["4.md"]["url"] == "link rule", "which comes before the front matter"
    assert found["3.md"] == {"title": "first words of the text", "body": "whole file"}
    assert stores_nothing(desk)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    repository = Repository(tmp_path / "news.git")
    yield repository
    repository.repo.close()


def test_of_a_repository(desk: Desk, repository: Repository) -> None:
    repository.commit({"1.md": POST})
    report = desk.preview(desk.source("git", str(repository.path)))
    assert [(article.location, article.title) for article in report.articles] == [("1.md", title_of(1))]
    assert where(report)["published"] == "front matter: date"
    assert stores_nothing(desk)


def test_it_asks_as_if_for_the_first_time_and_leaves_no_trace(desk: Desk, site: Site) -> None:
    answer = Answer(200, {"ETag": '"1"', "Last-Modified": "Thu, 30 Apr 2026 00:00:00 GMT"}, rss(item(1)))
    site.routes["/feed"] = answer
    source = desk.source("feed", site.url("/feed"))
    desk.collect(source)
    before = (desk.state(), desk.entries())
    site.requests.clear()
    desk.clock.move(minutes=5)
    report = desk.preview(source)
    assert [(article.fate, article.title) for article in report.articles] == [("unchanged", title_of(1))]
    (asked,) = site.requests
    assert not {"if-none-match", "if-modified-since"} & set(asked.headers)
    assert (desk.state(), desk.entries()) == before
    desk.collect(source)
    assert site.requests[-1].headers["if-none-match"] == '"1"'


def test_no_more_is_read_than_asked_for(desk: Desk, site: Site) -> None:
    site.routes |= {"/list": listing(*(listed(n) for n in range(1, 9))), **pages(range(1, 9))}
    report = desk.preview(desk.source("page", site.url("/list"), select=SELECT), limit=2)
    assert (report.found, len(report.articles)) == (8, 2)
    assert len(paths(site)) <= 4


SOURCES = """\
sources:
  - name: news
    kind: feed
    url: {}
    allow_private: true
"""


@pytest.fixture
def program(tmp_path: Path, site: Site) -> SetUp:
    return make_set_up(tmp_path / "set-up", SOURCES.format(site.url("/feed")))


def test_the_command_shows_it_as_a_table_and_as_json(program: SetUp, site: Site) -> None:
    site.routes["/feed"] = served_rss(item(1, link="https://news.example/1"))
    text = program.run("preview", "news").stdout
    for told in (title_of(1), "https://news.example/1", "bridges", "大桥日报", "pubDate", "description"):
        assert told in text, told
    told = program.json("preview", "news")
    assert (told["source"], told["found"], told["facts"]["title"]) == ("news", 1, "大桥日报")
    (article,) = told["articles"]
    assert (article["fate"], article["title"], article["published"]) == ("new", title_of(1), "2026-04-30T01:00:00Z")
    assert article["provenance"]["published"] == "pubDate"
    site.routes["/feed"] = Answer(404)
    failed = program.run("preview", "news", code=1)
    assert "answers 404" in failed.stderr
    assert json.loads(program.run("status", "--json").stdout)["sources"][0]["last_run"] is None
