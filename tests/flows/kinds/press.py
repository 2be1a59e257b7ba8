"""What publishers serve in these tests: articles about bridges as feeds, list pages, sitemaps and pages."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from aggregator.model.reading import Entry
from desk import Desk
from feeds.feed_rules import check_feed, children
from loopback import Answer, Site

RSS = "application/rss+xml"
HTML = "text/html; charset=utf-8"


def title_of(number: int) -> str:
    return f"第{number}座大桥合龙"


def text_of(number: int, sentences: int = 3) -> str:
    """Of any length, and of each number its own."""
    told = (
        f"第{number}座大桥的第{step}道工序今天完成，工人们已经在江上忙了{number * 7 + step}个日夜。"
        for step in range(sentences)
    )
    return "".join(told)


def item(
    number: int,
    *,
    title: str | None = None,
    text: str | None = None,
    guid: str | None = None,
    link: str = "",
    more: str = "",
) -> str:
    """An RSS item. ``link``: the address of its page, where it has one."""
    named = title_of(number) if title is None else title
    told = text_of(number) if text is None else text
    address = f"<link>{link}</link>" if link else ""
    name = guid or f"tag:news.example,2026:{number}"
    return (
        f'<item><guid isPermaLink="false">{name}</guid><title>{named}</title>{address}'
        f"<pubDate>Thu, 30 Apr 2026 {number % 24:02}:00:00 GMT</pubDate>"
        f"<description><![CDATA[{told}]]></description>{more}</item>"
    )


def rss(*items: str, head: str = "") -> bytes:
    text = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>大桥日报</title>{head}'
    return f"{text}{''.join(items)}</channel></rss>".encode()


def served_rss(*items: str) -> Answer:
    return Answer(200, {"Content-Type": RSS}, rss(*items))


def page(title: str, text: str, more: str = "") -> Answer:
    """The page of an article, with what surrounds it on a site."""
    return Answer(
        200,
        {"Content-Type": HTML},
        f"<!doctype html><html><head><meta charset=utf-8><title>{title} - 大桥日报</title></head><body>"
        f"<nav><a href=/>首页</a></nav><article><h1>{title}</h1>{more}<div class=text><p>{text}</p></div></article>"
        "<footer>版权所有</footer></body></html>".encode(),
    )


def listing(*items: str, head: str = "") -> Answer:
    """A page that lists articles."""
    body = f"<!doctype html><html><head><meta charset=utf-8><title>要闻</title>{head}</head><body><ul class=list>"
    return Answer(200, {"Content-Type": HTML}, f"{body}{''.join(items)}</ul></body></html>".encode())


def listed(number: int, link: str | None = None, date: str = "2026-04-30 09:00", summary: str = "") -> str:
    said = f"<p class=sum>{summary}</p>" if summary else ""
    address = f"/a/{number}.html" if link is None else link
    return f"<li><a href='{address}'>{title_of(number)}</a><span class=date>{date}</span>{said}</li>"


def published(desk: Desk, key: str = "bridges") -> list[etree._Element]:
    """The entries of a feed that we publish; the feed keeps every rule."""
    body = desk.feed(key)
    faults = check_feed(body, desk.clock.now())
    assert not faults, faults
    return children(etree.fromstring(body), "entry")


def published_titles(desk: Desk) -> list[str]:
    return sorted(entry.findtext("{*}title") or "" for entry in published(desk))


def paths(site: Site) -> list[str]:
    """What was asked since this was last called, robots.txt aside."""
    asked = [request.target for request in site.requests if request.target != "/robots.txt"]
    site.requests.clear()
    return asked


def pages(numbers: Iterable[int], sentences: int = 8) -> dict[str, Answer]:
    return {f"/a/{number}.html": page(title_of(number), text_of(number, sentences)) for number in numbers}


def repairs_of(desk: Desk, entry: Entry) -> tuple[str, ...]:
    """What was mended in the newest text of an article, as it is stored."""
    dossier = desk.storage.archive.article(str(entry.id))
    assert dossier is not None
    return dossier.repairs
