"""Which undated files of a site's repository are its own pages, and which are articles all the same."""

from __future__ import annotations

import pytest

from aggregator.errors import RejectedError
from normalize.test_normalize_cases import read

WORDS = "今天，医院的新楼在郑州建成，有床位一千张。\n"

PAGES = {
    # location: front matter, body, the sign that is told
    "about.md": ("title: 关于我", WORDS, "its name is about"),
    "About-Us.markdown": ("", WORDS, "its name is about-us"),
    "source/about/index.md": ("title: 关于", WORDS, "its name is about"),
    "content/about/_index.zh-cn.md": ("title: 关于", WORDS, "its name is index"),
    "pages/关于我们.md": ("title: 关于我们", WORDS, "its name is 关于我们"),
    "關於我們.md": ("", WORDS, "its name is 关于我们"),
    "contact.html": ("title: Contact", WORDS, "its name is contact"),
    "privacy_policy.md": ("", WORDS, "its name is privacy-policy"),
    "legal/Terms of Service.md": ("", WORDS, "its name is terms-of-service"),
    "LICENSE.md": ("", WORDS, "its name is license"),
    "README.zh-CN.md": ("", WORDS, "its name is readme"),
    "docs/README_en.md": ("", WORDS, "its name is readme"),
    "_sidebar.md": ("", WORDS, "its name is sidebar"),
    "index.md": ("title: 首页", WORDS, "its name is index"),
    "index.html": ("", WORDS, "its name is index"),
    "_index.md": ("title: 首页", WORDS, "its name is index"),
    "content/post/_index.md": ("title: 文章", WORDS, "its name is index"),
    "blog/index.md": ("title: 博客", WORDS, "its name is index"),
    "source/tags/index.md": ("title: 标签\ntype: tags", WORDS, "its type is tags"),
    "source/links/index.md": ("title: 友链\nlayout: link", WORDS, "its layout is link"),
    "me.md": ("title: 我\nlayout: page", WORDS, "its layout is page"),
    "wo.md": ("title: 我\nLayout: About", WORDS, "its layout is about"),
    "404.html": ("layout: default\npermalink: /404.html", WORDS, "its layout is default"),
    "x.md": ("permalink: /privacy-policy/", WORDS, "its address is /privacy-policy/"),
    "y.md": ("permalink: /", WORDS, "its address is /"),
    "z.md": ("url: /contact.html", WORDS, "its address is /contact.html"),
    "news.md": ("title: x", "{% for post in site.posts %}\n{{ post.title }}", "it lists the articles of its site"),
    "list.md": ("title: x", "{%- for item in collections.posts -%}x{% endfor %}", "it lists the articles of its site"),
    "range.md": ("title: x", "{{ range .Site.RegularPages }}x{{ end }}", "it lists the articles of its site"),
    "hexo.md": ("title: x", "<% site.posts.each(function(post){ %>x", "it lists the articles of its site"),
}  # fmt: skip

ARTICLES = {
    # location: front matter, body
    "posts/new-hospital.md": ("title: 新医院", WORDS),
    "content/post/new-hospital/index.md": ("title: 新医院", WORDS),
    "new-hospital/index.md": ("title: 新医院", WORDS),
    "_posts/about.md": ("title: 关于新医院", WORDS),
    "about.md": ("title: 关于新医院\nlayout: post", WORDS),
    "contact.md": ("title: 通讯\ndate: 2024-03-01", WORDS),
    "index.md": ("title: 月报\ndate: 不详", WORDS),
    "2024-03-01-about.md": ("title: 关于新医院", WORDS),
    "2024/03/01/index.md": ("title: 新医院", WORDS),
    "about-the-new-hospital.md": ("title: 关于新医院", WORDS),
    "contact-tracing.md": ("title: 追踪", WORDS),
    "关于新医院的通知.md": ("title: 通知", WORDS),
    "indexes.md": ("title: 指数", WORDS),
    "terms-of-trade.md": ("title: 贸易条件", WORDS),
    "a.md": ("title: 新医院\ntype: post\nlayout: single", WORDS),
    "b.md": ("from: https://example.cn/about/", WORDS),
    "c.md": ("permalink: /news/about-hospitals/", WORDS),
    "d.md": ("title: 模板", WORDS + "\n```\n{% for post in site.posts %}\n```\n"),
    "e.md": ("title: 模板", WORDS + "\n`{{ site.posts }}`，{% raw %}{% for post in site.posts %}{% endraw %}"),
    "f.md": ("title: 图", WORDS + "\n![]({{ site.baseurl }}/a.png) {{ site.url }}"),
}


def file_of(front: str, body: str) -> str:
    return f"---\n{front}\n---\n{body}" if front else body


@pytest.mark.parametrize(("location", "front", "body", "sign"), [(key, *value) for key, value in PAGES.items()])
def test_a_page_of_a_site_is_no_article(location: str, front: str, body: str, sign: str) -> None:
    with pytest.raises(RejectedError) as caught:
        read(file_of(front, body), location=location)
    assert caught.value.code == "not-news"
    assert str(caught.value) == f"it has no date, and is a page of its site: {sign}"
    assert "`layout: post`" in caught.value.code.remedy


@pytest.mark.parametrize(("location", "front", "body"), [(key, *value) for key, value in ARTICLES.items()])
def test_an_article_is_one_with_or_without_a_date(location: str, front: str, body: str) -> None:
    assert read(file_of(front, body), location=location).text.startswith("今天，医院的新楼")


@pytest.mark.parametrize("location", [location for location in PAGES if location != "news.md"])
@pytest.mark.parametrize("remedy", ["date: 2024-03-01", "layout: post"])
def test_the_remedy_makes_it_one(location: str, remedy: str) -> None:
    front = "\n".join(line for line in PAGES[location][0].splitlines() if not line.lower().startswith("layout"))
    assert read(file_of(f"{front}\n{remedy}".strip(), WORDS), location=location).text
