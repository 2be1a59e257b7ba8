"""What a site calls itself, as far as one of its pages and what led there tell: to be told from titles of articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from unicodedata import normalize

from lxml.html import HtmlElement

from aggregator.base.links import host_of
from aggregator.base.text import one_line
from aggregator.parse.addresses import page_address

_LONGEST = 40
"""Characters of a link to the start page that may be the site's name."""
_LEAST_CONTAINED = 4
"""Characters of a name that is also known in front of, or behind, a few others: `某省卫健委` in `某省卫健委网站`."""
_MOST_AROUND = 6
_IGNORED = re.compile(r"[\W_]+")
_GENERIC = frozenset(
    str.split(
        "home homepage startpage start 首页 网站首页 返回首页 主页 logo menu back index rss feed search skiptocontent"
    )
)
_HOST_PARTS = frozenset(str.split("www m amp mobile com org net edu gov co ac cn uk de fr jp au eu info news blog"))
_OUTLET = re.compile(
    r"(?:网|网站|门户|在线|日报|晚报|时报|早报|周刊|频道|官网|委员会|人民政府|政府|卫健委|电视台|论坛|博客|客户端)\Z"
    r"|\b(?:News|Times|Post|Daily|Journal|Herald|Tribune|Gazette|Magazine|Blog|Online|Network|Press|Reuters|Wikipedia"
    r"|YouTube|Medium|Wiki)\Z"
    r"|\A[\w-]{1,40}(?:\.[\w-]{1,40}){0,3}\.[a-z]{2,6}\Z"
)
_PAPER = re.compile(r"(?:网|网站|日报|晚报|在线|频道)\Z")
_CHANNEL = re.compile(
    r"(?:新闻|资讯|要闻|动态|公告|通知|公示|文件|信息|政务|时政|社会|健康|财经|科技|国内|国际|媒体|专题|正文|详情|内容|频道|栏目|中心|首页)+"
    r"(?:中心|页|频道|栏目|公开|公告|动态|报道|发布|要闻|滚动|聚焦)*\Z"
)
_LONGEST_CHANNEL = 8
_LONGEST_OUTLET = 30
_MOST_WORDS = 5


def squeezed(name: str) -> str:
    """What of a name can be compared: letters and digits, without a leading article."""
    words = normalize("NFKC", name).casefold().strip()
    return _IGNORED.sub("", words.removeprefix("the "))


@dataclass(frozen=True)
class SiteNames:
    """Names that are known. Nothing is known where they are empty."""

    stated: tuple[str, ...] = ()
    """By the page, or by what led there."""
    sections: tuple[str, ...] = ()
    """Of the site, in which the article stands."""
    host: str = ""

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(filter(None, map(squeezed, self.stated)))

    @cached_property
    def _sections(self) -> frozenset[str]:
        return frozenset(filter(None, map(squeezed, self.sections)))

    @cached_property
    def _of_host(self) -> frozenset[str]:
        """The host's own words: of ``www.bbc.co.uk`` ``bbc``, and all of it."""
        labels = [label for label in self.host.split(".") if label not in _HOST_PARTS and len(label) > 1]
        whole = self.host.removeprefix("www.")
        names = (*labels, whole, *(label.removeprefix("the") for label in labels))
        return frozenset(filter(None, map(squeezed, names)))

    def is_stated(self, part: str) -> bool:
        """Whether it is a name of the site, perhaps with a word before or behind it."""
        name = squeezed(part)
        return bool(name) and (name in self._known or any(_is_in(known, name) for known in self._known))

    def is_of_host(self, part: str) -> bool:
        """Whether the host is named like that (``Ars Technica`` of arstechnica.com, ``BBC News`` of bbc.co.uk)."""
        words = part.split()
        name = squeezed(part)
        if not name or len(words) > _MOST_WORDS:
            return False
        return name in self._of_host or (len(words) > 1 and squeezed(words[0]) in self._of_host and len(words) <= 3)

    def is_site(self, part: str) -> bool:
        return self.is_stated(part) or self.is_of_host(part)

    def is_section(self, part: str) -> bool:
        if squeezed(part) in self._sections:
            return True
        return len(part) <= _LONGEST_CHANNEL and _CHANNEL.match(part) is not None


def sounds_like_an_outlet(part: str, *, strict: bool = False) -> bool:
    """Whether names of sites end like that; ``strict``: and hardly anything else does."""
    if len(part) > _LONGEST_OUTLET or len(part.split()) > _MOST_WORDS:
        return False
    return (_PAPER if strict else _OUTLET).search(part) is not None


def site_names(root: HtmlElement, base: str, stated: Iterable[str], sections: Iterable[str], url: str) -> SiteNames:
    """``stated``: what the page and those who led there call the site. Links to its start page are asked besides."""
    names = [one_line(name) for name in stated]
    names += _of_links(root, base)
    return SiteNames(tuple(name for name in names if _is_name(name)), tuple(map(one_line, sections)), host_of(url))


def _is_name(name: str) -> bool:
    return squeezed(name) not in _GENERIC and bool(squeezed(name))


def _of_links(root: HtmlElement, base: str) -> Iterator[str]:
    """Words, and words for a picture, of links to the start page."""
    host, found = host_of(base), 0
    for anchor in root.iter("a"):
        if found == 10:
            break
        href = (anchor.get("href") or "").strip()
        is_start = "home" in (anchor.get("rel") or "").lower().split() or _is_start(href, base, host)
        if not is_start:
            continue
        found += 1
        images = [image.get("alt") or "" for image in anchor.iter("img")]
        for said in (anchor.text_content(), anchor.get("title") or "", *images):
            name = one_line(said)
            if name and len(name) <= _LONGEST:
                yield name


def _is_start(href: str, base: str, host: str) -> bool:
    if href in {"/", "./", "../"}:
        return href == "/"
    if not href.startswith(("http://", "https://", "//")) or len(href) > len(host) + 15:
        return False
    address = page_address(href, base)
    return host_of(address) == host and address.rstrip("/").count("/") == 2


def _is_in(known: str, name: str) -> bool:
    if len(known) < _LEAST_CONTAINED or len(name) - len(known) > _MOST_AROUND:
        return False
    return name.startswith(known) or name.endswith(known)
