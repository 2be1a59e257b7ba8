"""What publishers' servers give in these tests, feeds, list pages and articles about bridges; and what came of it."""

from __future__ import annotations

from aggregator.model.config import Select
from desk import Desk
from loopback import Answer, Site

TEXT = "大桥今天正式合龙，全长三公里，双向六车道，预计明年通车。记者从建设指挥部获悉，施工历时四年，投资数十亿元。"
LIST = Select(entry="li")


def entry(number: int, text: str = TEXT, link: str = "", more: str = "") -> str:
    """An RSS item; ``link``: of its page, where it has one."""
    told = f"<title>第{number}座大桥合龙</title>" + (f"<link>{link}</link>" if link else "")
    return (
        f"<item><guid isPermaLink='false'>tag:news.example,2026:{number}</guid>{told}"
        f"<pubDate>Fri, 01 May 2026 0{number % 8}:00:00 GMT</pubDate><description>{text}</description>{more}</item>"
    )


def rss(*entries: str, channel: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/'
        f'syndication/"><channel><title>新闻</title>{channel}{"".join(entries)}</channel></rss>'
    ).encode()


def a_feed(*entries: str, channel: str = "", **headers: str) -> Answer:
    """``headers``: their names with underscores."""
    fields = {"Content-Type": "application/rss+xml"} | {name.replace("_", "-"): v for name, v in headers.items()}
    return Answer(200, fields, rss(*(entries or (entry(1),)), channel=channel))


def a_page(number: int, text: str = TEXT * 4) -> Answer:
    """The page of an article, its text longer than that of the feed."""
    body = (
        f"<!doctype html><meta charset=utf-8><title>第{number}座大桥合龙</title><article><h1>第{number}座大桥合龙</h1>"
    )
    return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, f"{body}<p>{text}</p></article>".encode())


def a_list(*links: str) -> Answer:
    items = "".join(f'<li><a href="{link}">大桥之{number}</a>' for number, link in enumerate(links, 1))
    return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, f"<!doctype html><ul>{items}</ul>".encode())


PAGES = {f"/{number}": a_page(number) for number in range(1, 7)}


def robots(text: str) -> Answer:
    return Answer(200, {"Content-Type": "text/plain"}, text.encode())


def paths(site: Site) -> list[str]:
    return [asked.target for asked in site.requests]


def repairs(desk: Desk, title: str) -> list[str]:
    """What had to be mended, or done without, for an article."""
    (found,) = [entry for entry in desk.entries() if entry.title == title]
    dossier = desk.storage.archive.article(str(found.id))
    assert dossier is not None
    return list(dossier.repairs)
