"""What pages embed becomes a link to what is shown there; an entry without words is known by where it leads."""

from __future__ import annotations

import pytest

from aggregator.base.text import fold
from aggregator.identify.fingerprint import hashes
from aggregator.model.article import Subject
from aggregator.normalize.embeds import shown_at
from normalize.test_remote_articles import article

SHOWN = [
    ("//player.bilibili.com/player.html?bvid=BV1xx&page=1", "https://www.bilibili.com/video/BV1xx"),
    ("https://www.youtube-nocookie.com/embed/abc_1?rel=0", "https://www.youtube.com/watch?v=abc_1"),
    ("https://www.youtube.com/embed/videoseries?list=PL1", "https://www.youtube.com/playlist?list=PL1"),
    ("https://v.qq.com/txp/iframe/player.html?vid=a1", "https://v.qq.com/x/page/a1.html"),
    ("https://player.youku.com/embed/XMQ==", "https://v.youku.com/v_show/id_XMQ==.html"),
    ("https://player.vimeo.com/video/12", "https://vimeo.com/12"),
    ("https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b", "https://soundcloud.com/a/b"),
    ("https://maps.example/x", "https://maps.example/x"),
]


@pytest.mark.parametrize("attribute", ["src", "data-src"])
@pytest.mark.parametrize(("player", "address"), SHOWN, ids=[address for _, address in SHOWN])
def test_a_player_is_a_link_to_what_it_shows(player: str, address: str, attribute: str) -> None:
    found = article(f'<p>文</p><iframe {attribute}="{player}"></iframe>')
    assert f'<a href="{address}"' in found.html
    assert found.text == "文", "the words of the link are none of the text"


CASES = [
    (
        '<video poster="/p.jpg" title="开幕"><source src="/a.mp4">您的浏览器不支持</video>',
        '<a href="https://feeds.example.org/a.mp4"><img src="https://feeds.example.org/p.jpg" alt="">开幕</a>',
        "",
    ),
    ('<audio src="/a.mp3"></audio>', '<a href="https://feeds.example.org/a.mp3">Audio</a>', ""),
    ('<lite-youtube videoid="x"></lite-youtube>', '<a href="https://www.youtube.com/watch?v=x">Video</a>', ""),
    (
        '<object><param name="movie" value="https://youtu.be/x"><embed src="https://youtu.be/x"></object>',
        '<a href="https://www.youtube.com/watch?v=x">Video</a>',
        "",
    ),
    ('<p>文</p><video src="/a.mp4"><p>后备</p></video>', None, "文\n后备"),
    ("<noscript><p>后备</p></noscript>", "<p>后备</p>", "后备"),
    ('<p>文</p><iframe src="about:blank"></iframe>', "<p>文</p>", "文"),
    ('<p>文</p><iframe src="https://t.example/" width="1" height="1"></iframe>', "<p>文</p>", "文"),
    ('<p>文</p><iframe src="https://x.doubleclick.net/a"></iframe>', "<p>文</p>", "文"),
    ('<p>文</p><iframe src="javascript:alert(1)"></iframe>', "<p>文</p>", "文"),
    ("<p>文</p><noscript>Please enable JavaScript.</noscript>", "<p>文</p>", "文"),
]


@pytest.mark.parametrize(("body", "html", "text"), CASES, ids=[body[:40] for body, *_ in CASES])
def test_what_is_embedded(body: str, html: str | None, text: str) -> None:
    found = article(body)
    bare = found.html.replace(' rel="noopener noreferrer"', "").replace(' referrerpolicy="no-referrer"', "")
    assert html is None or bare == html
    assert found.text == text


def test_an_address_that_is_no_player_stays() -> None:
    assert shown_at("https://[x") == "https://[x"
    assert shown_at("https://notyoutube.com/embed/1") == "https://notyoutube.com/embed/1"


def test_an_entry_that_says_its_address_alone_is_an_article() -> None:
    found = article("", title="", links=("https://news.example/a/1.html?x=1",))
    assert found.title == "news.example/a/1.html"
    assert '<a href="https://news.example/a/1.html?x=1"' in found.html


def test_the_daily_news_without_words_are_an_article_a_day() -> None:
    def hash_of(url: str) -> str:
        return hashes(Subject(fold("十点新闻"), fold("十点新闻"), url=url)).content

    assert hash_of("https://v.example/watch?v=1") != hash_of("https://v.example/watch?v=2")
    assert hash_of("https://v.example/1") == hash_of("http://www.v.example/1/#top")
