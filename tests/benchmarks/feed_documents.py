"""Makes feeds as publishers write them, half Atom, half RSS, all different and always the same, of our own words."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from article_files import paragraphs, title

ENTRIES = 20


@dataclass(frozen=True, slots=True)
class Post:
    """What one entry says."""

    number: int
    """Unique over all feeds."""
    title: str
    published: datetime
    html: str
    summary: str

    @property
    def url(self) -> str:
        return f"https://news.example/{self.published:%Y/%m}/{self.number}.html"


def make_feed(number: int, entries: int = ENTRIES) -> tuple[str, bytes]:
    """Media type and bytes of feed ``number``, newest entry first; even ones are Atom, odd ones RSS."""
    posts = tuple(_posts(number, entries))
    if number % 2:
        return "application/rss+xml; charset=utf-8", _rss(number, posts).encode()
    return "application/atom+xml; charset=utf-8", _atom(number, posts).encode()


def _posts(feed: int, entries: int) -> Iterator[Post]:
    dice = random.Random(feed)
    for number in reversed(range(feed * entries, (feed + 1) * entries)):
        published = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=233 * number)
        texts = paragraphs(dice, published.year, number)
        html = _illustrated(number, texts) if feed % 2 else _plain(number, texts)
        yield Post(number, title(dice, number), published, html, texts[0][:90])


def _plain(number: int, texts: Sequence[str]) -> str:
    """Text with a link in it and the site's furniture round it, marked up as in the first of the two seeds."""
    link = (
        f'<span id="place_{number}"><a href="https://news.example/places/{number}.html" class="keyword"'
        f' target="_blank" data-click="content_keywords_p">{texts[0][:4]}</a></span><span id="quote_{number}"></span>'
    )
    body = "\n".join(f'<p cms-style="font-L">　　{text}</p>' for text in texts)
    return (
        f'<div>\n<p cms-style="font-L">　　{link}：</p>\n{body}\n<style>.qr {{ float: left; }}</style>\n'
        '<div class="clearfix qr_wrap"><div class="qr_normal">'
        '<img src="https://img.example/qr.png" referrerpolicy="no-referrer"></div>'
        f'<div class="qr_text">扫码关注</div></div>\n<p class="article-editor">责任编辑：记者{number % 50}</p>\n</div>'
    )


def _illustrated(number: int, texts: Sequence[str]) -> str:
    """Text between pictures, marked up as in the second of the two seeds."""
    pictures = (
        f'<center><img src="https://img.example/{number}_{page}.jpg" width="580" height="820" title="{page}.jpg"'
        ' style="border:#d1d1d1 1px solid;padding:3px;margin:5px 0;" /></center>'
        for page in range(101, 101 + len(texts))
    )
    body = "\n".join(f"<p>　　{text}</p>\n{picture}" for text, picture in zip(texts, pictures, strict=True))
    return f'{body}\n<p class="em_media">（文章来源：示例网）</p>'


def _atom(number: int, posts: tuple[Post, ...]) -> str:
    entries = "".join(
        f"  <entry>\n    <id>tag:news.example,2020:{post.number}</id>\n    <title>{escape(post.title)}</title>\n"
        f'    <link rel="alternate" type="text/html" href="{post.url}"/>\n'
        f"    <published>{post.published.isoformat()}</published>\n"
        f"    <updated>{post.published.isoformat()}</updated>\n"
        f'    <author><name>记者{post.number % 50}</name></author>\n    <category term="要闻"/>\n'
        f"    <summary>{escape(post.summary)}</summary>\n"
        f'    <content type="html">{escape(post.html)}</content>\n  </entry>\n'
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">\n'
        f"  <id>tag:news.example,2020:feed-{number}</id>\n  <title>要闻 {number}</title>\n"
        f'  <link rel="alternate" href="https://news.example/list/{number}"/>\n'
        f"  <updated>{posts[0].published.isoformat()}</updated>\n{entries}</feed>\n"
    )


def _rss(number: int, posts: tuple[Post, ...]) -> str:
    items = "".join(
        f"    <item>\n      <title>{escape(post.title)}</title>\n      <link>{post.url}</link>\n"
        f'      <guid isPermaLink="false">news-{post.number}</guid>\n'
        f"      <pubDate>{format_datetime(post.published)}</pubDate>\n"
        f"      <dc:creator>记者{post.number % 50}</dc:creator>\n      <category>要闻</category>\n"
        f"      <description>{escape(post.summary)}</description>\n"
        f"      <content:encoded><![CDATA[{post.html}]]></content:encoded>\n    </item>\n"
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n  <channel>\n'
        f"    <title>要闻 {number}</title>\n    <link>https://news.example/list/{number}</link>\n"
        f"    <description>要闻</description>\n    <language>zh-CN</language>\n"
        f"    <lastBuildDate>{format_datetime(posts[0].published)}</lastBuildDate>\n{items}  </channel>\n</rss>\n"
    )
