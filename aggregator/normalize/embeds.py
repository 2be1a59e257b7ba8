"""What pages embed, as a link to what is shown there: players do not run in what we publish.

A poster is shown where the document names one. None is asked of the host of a film: reading a text would tell that
host who reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from aggregator.base.links import absolute, host_of

EMBEDS = frozenset(
    str.split(
        "amp-audio amp-iframe amp-vimeo amp-video amp-youtube audio embed iframe lite-vimeo lite-youtube object video"
    )
)
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original", "data")
_PARAMETERS = frozenset({"movie", "src", "url", "filename"})
_BY_ID = {"youtube": "https://www.youtube.com/watch?v={}", "vimeo": "https://vimeo.com/{}"}
_IDS = ("videoid", "data-videoid", "video-id", "data-video-id")
_SOUND = re.compile(r"\.(?:mp3|m4a|aac|ogg|oga|opus|wav|flac)\Z", re.IGNORECASE)
_FILM = re.compile(r"\.(?:mp4|m4v|mov|webm|ogv|m3u8)\Z", re.IGNORECASE)
_OF_FILMS = tuple(
    str.split("youtube.com youtu.be vimeo.com bilibili.com v.qq.com youku.com dailymotion.com ixigua.com twitch.tv")
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?<![\w-])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)", re.IGNORECASE
)
_TINY = frozenset({"0", "1", "0px", "1px"})
_NOT_SHOWN = re.compile(
    r"(?:^|\.)(?:googletagmanager\.com|doubleclick\.net|googlesyndication\.com|google-analytics\.com|disqus\.com|"
    r"addthis\.com|adnxs\.com|amazon-adsystem\.com|taboola\.com|outbrain\.com|hm\.baidu\.com|cnzz\.com)$"
)
"""Hosts of counters, advertisements and comments."""

_Made = Callable[[re.Match[str], dict[str, list[str]]], str]
_ID = r"([\w-]{1,64})"


def _path(address: str) -> _Made:
    return lambda match, query: address.format(*match.groups())  # noqa: ARG005


def _query(*choices: tuple[str, str]) -> _Made:
    """The address of the first key that the query has."""
    return lambda match, query: next((form.format(query[key][0]) for key, form in choices if query.get(key)), "")  # noqa: ARG005


_PLAYERS: tuple[tuple[str, re.Pattern[str], _Made], ...] = (
    ("youtube.com", re.compile("/embed/videoseries"), _query(("list", "https://www.youtube.com/playlist?list={}"))),
    ("youtube.com", re.compile(f"/(?:embed|v|shorts|live)/{_ID}"), _path("https://www.youtube.com/watch?v={}")),
    ("youtube-nocookie.com", re.compile(f"/(?:embed|v)/{_ID}"), _path("https://www.youtube.com/watch?v={}")),
    ("youtu.be", re.compile(f"/{_ID}"), _path("https://www.youtube.com/watch?v={}")),
    ("player.vimeo.com", re.compile("/video/([0-9]+)"), _path("https://vimeo.com/{}")),
    (
        "player.bilibili.com",
        re.compile("/"),
        _query(
            ("bvid", "https://www.bilibili.com/video/{}"),
            ("aid", "https://www.bilibili.com/video/av{}"),
            ("season_id", "https://www.bilibili.com/bangumi/play/ss{}"),
        ),
    ),
    ("v.qq.com", re.compile("/(?:txp/)?iframe/"), _query(("vid", "https://v.qq.com/x/page/{}.html"))),
    ("player.youku.com", re.compile("/embed/([\\w=]{1,64})"), _path("https://v.youku.com/v_show/id_{}.html")),
    (
        "player.youku.com",
        re.compile("/player.php/.{0,200}?sid/([\\w=]{1,64})"),
        _path("https://v.youku.com/v_show/id_{}.html"),
    ),
    ("dailymotion.com", re.compile(f"/embed/video/{_ID}"), _path("https://www.dailymotion.com/video/{}")),
    ("w.soundcloud.com", re.compile("/player"), _query(("url", "{}"))),
    ("open.spotify.com", re.compile(f"/embed(?:-podcast)?/([a-z]+)/{_ID}"), _path("https://open.spotify.com/{}/{}")),
    ("embed.podcasts.apple.com", re.compile("(/.+)"), _path("https://podcasts.apple.com{}")),
    ("embed.ted.com", re.compile("(/talks/.+)"), _path("https://www.ted.com{}")),
    ("ixigua.com", re.compile("/iframe/([0-9]+)"), _path("https://www.ixigua.com/{}")),
    (
        "player.twitch.tv",
        re.compile("/"),
        _query(("video", "https://www.twitch.tv/videos/{}"), ("channel", "https://www.twitch.tv/{}")),
    ),
    ("facebook.com", re.compile("/plugins/(?:video|post)"), _query(("href", "{}"))),
)
"""Host (or what it ends in), path, and where people watch the same."""


def shown_at(address: str) -> str:
    """Where people see what a player at ``address`` shows; the address itself where nobody knows."""
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return address
    host = host_of(address)
    for end, pattern, made in _PLAYERS:
        if (host == end or host.endswith(f".{end}")) and (match := pattern.match(parts.path)):
            return absolute(made(match, query)) or address
    return address


def address_of(element: etree._Element, base: str | None) -> str | None:
    """Where people see what the element shows; None where it shows nothing, or is not to be seen."""
    if _is_hidden(element):
        return None
    for written in _stated(element):
        address = absolute(written, base)
        if address and not _NOT_SHOWN.search(host_of(address)):
            return shown_at(address)
    return None


def _stated(element: etree._Element) -> Iterator[str]:
    for name in _SOURCES:
        if written := element.get(name):
            yield written
    kind = str(element.tag)
    for service, form in _BY_ID.items():
        if kind.endswith(service) and (found := next(filter(None, map(element.get, _IDS)), "")):
            yield form.format(found)
    for child in element:
        if child.tag == "source":
            yield child.get("src") or ""
        elif child.tag == "param" and (child.get("name") or "").lower() in _PARAMETERS:
            yield child.get("value") or ""


def _is_hidden(element: etree._Element) -> bool:
    is_tiny = element.get("width") in _TINY or element.get("height") in _TINY
    return is_tiny or element.get("hidden") is not None or bool(_HIDDEN.search((element.get("style") or "")[:500]))


def poster_of(element: etree._Element, base: str | None) -> str | None:
    written = element.get("poster") or element.get("data-poster") or ""
    return absolute(written, base)


def label_of(element: etree._Element, address: str, is_chinese: bool) -> str:
    """The words of the link."""
    if title := " ".join((element.get("title") or element.get("aria-label") or "").split())[:200]:
        return title
    kind, path = str(element.tag), urlsplit(address).path
    if "audio" in kind or _SOUND.search(path):
        return "音频" if is_chinese else "Audio"
    if kind in {"embed", "iframe", "object"} and not (_FILM.search(path) or _is_film(host_of(address))):
        return host_of(address)
    return "视频" if is_chinese else "Video"


def _is_film(host: str) -> bool:
    return any(host == end or host.endswith(f".{end}") for end in _OF_FILMS)
