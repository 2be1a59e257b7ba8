"""Pictures that stand where an article has none: random ones, fillers, a site's logo. They are told by their address.

A picture is one of these by the host that serves it, by what is asked of an interface, or by its whole name; never by
a part of a name: ``default-rates-rise.jpg`` and ``openai-logo.jpg`` may show what an article is about.
"""

from __future__ import annotations

import re

_HOSTS = frozenset(
    str.split(
        # Another picture at each request.
        "picsum.photos unsplash.it loremflickr.com lorempixel.com placeimg.com api.ixiaowai.cn api.btstu.cn "
        "api.dujin.org api.isoyu.com api.lyiqk.cn api.mtyqx.cn api.paugram.com api.r10086.com api.sunweihu.com "
        "api.vvhan.com api.yimian.xyz bing.img.run bing.ioliu.cn dmoe.cc imgapi.cn img.paulzzh.com img.paulzzh.tech "
        "img.xjh.me iw233.cn loliapi.com random.52ecy.cn t.alcy.cc t.mwm.moe tuapi.eees.cc uploadbeta.com "
        # A figure of the size asked for, or always one of the same few.
        "placehold.it placehold.co placehold.jp placeholder.com placeholder.pics placeholdit.imgix.net dummyimage.com "
        "dummyimg.com fakeimg.pl baconmockup.com fillmurray.com placebear.com placebeard.it placecage.com "
        "placecats.com placedog.net placekeanu.com placekitten.com"
    )
)
"""Serve nothing else, themselves and the hosts below them."""
_CHOSEN_BY_ID = re.compile(r"/[\w-]{11}(?:/[0-9]+x[0-9]+)?/?")
"""At ``source.unsplash.com``: one picture. All other paths there are of a random one."""
_ASKED_FOR = frozenset(str.split("rand randimg random random-image random-img random-pic randomimg randompic sjtp"))
"""Parts of the path of an interface that answers with any picture, as it has no name of a picture at its end."""
_ASKED_OF_API = _ASKED_FOR | frozenset(str.split("acg bing bing-daily bingimg dongman fengjing meizi wallpaper"))
"""The same where the host is an interface by its own name."""
_PICTURE = re.compile(r"\.(?:avif|bmp|gif|heic|ico|jfif|jpe?g|png|svg|tiff?|webp)$", re.IGNORECASE)

_STAND_INS = frozenset(
    str.split(
        "blank default dummy fallback favicon lazyload loading logo nocover noimage noimg nophoto nopic nopicture "
        "nothumb nothumbnail placeholder spacer transparent"
    )
)
_PICTURES = frozenset(str.split("cover image images img photo pic picture thumb thumbnail"))
_BESIDE = _PICTURES | frozenset(
    str.split(
        "1x 2x 3x apple article avatar available avatars background banner bg big black blog card content dark desktop "
        "facebook feature featured found full gray grey head header hd hero icon large light main meta mobile news no "
        "not og page post profile share site size small social square touch twitter user wechat white wide"
    )
)
"""Words that say no more of a picture than where it is used; any other word says what it shows."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+x[0-9]*|[0-9]+|[^\x00-\x7f]+")
_OWN_FOLDER = re.compile(r"[0-9]")
"""In the path of a picture that is called ``default`` as all of its system are: its number or its size."""
_MEANT = frozenset(str.split("暂无图片 无图 默认 默认图 默认图片 默认封面 占位图 缺省图"))
_ADDRESS = re.compile(r"https?://(?:[^/?#@]*@)?([^/?#:]*)[^/?#]*([^?#]*)(\?[^#]*)?", re.IGNORECASE)


def is_placeholder(address: str) -> bool:
    """Whether an absolute address is that of a picture which shows nothing of the article."""
    parts = _ADDRESS.match(address)
    if parts is None:
        return False
    host, path = parts[1].lower(), parts[2]
    if _serves_placeholders(host) or (host == "source.unsplash.com" and not _CHOSEN_BY_ID.fullmatch(path)):
        return True
    folders, _, name = path.rpartition("/")
    if not _PICTURE.search(name):
        asked = _ASKED_OF_API if host.startswith("api.") else _ASKED_FOR
        return any(part.partition(".")[0] in asked for part in path.lower().split("/"))
    return _says_nothing(name.rpartition(".")[0], folders)


def _serves_placeholders(host: str) -> bool:
    while host:
        if host in _HOSTS:
            return True
        host = host.partition(".")[2]
    return False


def _says_nothing(name: str, folders: str) -> bool:
    """Whether a picture's name, without its ending, says that it stands in for one."""
    if name in _MEANT:
        return True
    words = [word.lower() for word in _WORD.findall(name)]
    if not all(word in _STAND_INS or word in _BESIDE or word[0].isdecimal() for word in words):
        return False
    if "no" in words or "not" in words:
        return any(word in _PICTURES for word in words)
    if words == ["default"]:
        return not _OWN_FOLDER.search(folders)
    return any(word in _STAND_INS for word in words)
