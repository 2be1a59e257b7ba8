"""Pages of a site's own among the article files of its repository: about, contact, legal notices, indexes.

They are told by their shape, and only where nothing says when they were published: without that they would be
news of the day on which they were first seen. A file in doubt is an article.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from aggregator.base.text import fold
from aggregator.model.document import ParsedArticle

_LAYOUTS = frozenset(
    str.split(
        "404 about archive archives categories category contact default friends home index landing legal link links "
        "page pages privacy search sitemap splash tag tags terms"
    )
)
"""Of ``layout`` and ``type``, as Jekyll, Hexo, Hugo and their themes name them."""
_NAMES = frozenset(
    str.split(
        "404 about about-me about-site about-this-site about-us aboutme aboutus archive archives authors categories "
        "category changelog code-of-conduct colophon contact contact-me contact-us contacts contributing contributors "
        "cookie-policy cookies copying copyright coverpage disclaimer donate faq feed footer friends guestbook home "
        "humans imprint impressum index legal legal-notice licence license link links navbar offline "
        "pull-request-template issue-template privacy privacy-notice privacy-policy readme robots rss search security "
        "sidebar sitemap subscribe summary tag tags terms terms-and-conditions terms-of-service terms-of-use thank-you "
        "thanks tos 404页面 关于 关于我 关于我们 关于本站 关于网站 标签 版权 版权声明 版权信息 分类 服务条款 服务协议 "
        "归档 联系 联系方式 联系我 联系我们 留言 留言板 免责声明 目录 首页 使用条款 隐私 隐私声明 隐私政策 隐私条款 "
        "友链 友情链接 自述 自述文件"
    )
)
"""What such pages are called: their file, or the last part of their ``permalink``."""
_FOLDERS_OF_ALL = frozenset(
    str.split(
        "article articles blog cn content contents de docs en es fr ja ko news pages post posts pt ru source src "
        "website zh zh-cn zh-hans zh-hant zh-tw"
    )
)
"""Folders of whose articles a file ``index`` is the list; in others it may be the article itself (Hugo's bundles)."""
_POST_FOLDERS = frozenset({"_drafts", "_post", "_posts"})
_LANGUAGE = re.compile(r"[-_.](?:cn|tw|hk|(?:de|en|es|fr|it|ja|ko|pt|ru|zh)(?:[-_][a-z]{2,4})?)$")
_CODE = re.compile(r"^(```|~~~)[^\n]*\n.*?(?:^\1|\Z)|`[^`\n]*`|\{%-? *raw.*?(?:endraw|\Z)", re.DOTALL | re.MULTILINE)
_LIST_OF_ARTICLES = re.compile(
    r"\{%-?\s*(?:for|tablerow)\s+\w{1,40}\s+in\s+(?:site|paginator|collections?|pagination|posts)\b"
    r"|\{\{-?\s*range\b[^{}\n]{0,80}(?:\.Site|\.Pages|\.Paginator|\.Data)\b"
    r"|\{\{-?\s*(?:site|paginator)\.(?:posts|pages|categories|tags|related_posts|data)\b"
    r"|<%-?\s*(?:site|page)\.(?:posts|pages|categories|tags)\b"
)
"""Templates of Jekyll, Hugo, Eleventy and Hexo that write a list of articles."""


def sign_of_page(parsed: ParsedArticle, location: str) -> str:
    """Why an undated file is a page of the site's own, in a few words; empty if it is none.

    ``location``: its path below the root of its source.
    """
    stated = {key.lower(): value for key, value in parsed.metadata.items() if isinstance(value, str)}
    layouts = [(key, fold(stated[key])) for key in ("layout", "type") if key in stated]
    if any(layout in {"post", "posts"} for _, layout in layouts):
        return ""
    for key, layout in layouts:
        if layout in _LAYOUTS:
            return f"its {key} is {layout}"
    if name := _name_of_page(PurePosixPath(location)):
        return f"its name is {name}"
    for address in (stated.get("permalink", ""), stated.get("slug", ""), *parsed.links):
        if _is_address_of_page(address):
            return f"its address is {address[:80]}"
    if _LIST_OF_ARTICLES.search(parsed.body) and _LIST_OF_ARTICLES.search(_CODE.sub("", parsed.body)):
        return "it lists the articles of its site"
    return ""


def _name_of_page(path: PurePosixPath) -> str:
    """The name by which the file is a page; empty if it is none."""
    folders = [fold(folder) for folder in path.parent.parts]
    if not _POST_FOLDERS.isdisjoint(folders):
        return ""
    name = _plain(path.name.partition(".")[0] if not path.name.startswith(".") else path.name[1:])
    if name != "index":
        return name if name in _NAMES else ""
    if not folders or folders[-1] in _FOLDERS_OF_ALL or path.name.startswith("_"):
        return name
    folder = _plain(folders[-1])
    return folder if folder in _NAMES else ""


def _is_address_of_page(address: str) -> bool:
    """Whether an address within the site is a page's. Full addresses are where an article came from."""
    if not address or "://" in address or address.startswith("//"):
        return False
    last = PurePosixPath(address).name
    return _plain(last.partition(".")[0]) in _NAMES if last else address == "/"


def _plain(name: str) -> str:
    """``README_zh-CN`` and ``Privacy Policy`` as ``readme`` and ``privacy-policy``."""
    return re.sub(r"[\s_]+", "-", _LANGUAGE.sub("", fold(name)).strip("_- "))
