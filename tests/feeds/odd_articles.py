"""Three hundred odd articles, always the same: files and the items of one feed, in what publishers write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from itertools import count, islice, product

from aggregator.model.config import Term, Topic

PLACES = {"bridges": "大桥", "tunnels": "隧道", "stations": "车站", "harbours": "港口"}
"""Topic to the word that its articles are found by."""
TOPICS = tuple(Topic(slug, f"{word} & <路>", Term(word)) for slug, word in PLACES.items())
FILES, ITEMS = 240, 80

ENGLISH = (
    "The new crossing that the engineers of this region have built was opened with a party for the people who "
    "work there, and the trains which were late are on time."
)
ARABIC = "أعلنت الوزارة اليوم عن افتتاح مشروع جديد في المدينة بعد سنوات من العمل المتواصل والتخطيط الدقيق للمهندسين."

TITLES = (
    "第{n}处{word}今天启用",
    "",
    "<b>重磅</b>：第{n}处<em>{word}</em>",
    "床位<120 & 医生>300，第{n}处",
    "AT&amp;T 与 Q&A 的{word}，{n}",
    "第{n}处\u202e{word}\u202c",
    "第{n}\u200b处\u2060{word}\xad",
    "\ufeff第{n}处{word}\ufeff",
    "第{n}\x9b处\x7f{word}\x80",
    "👨\u200d👩\u200d👧 在第{n}处{word} 🎉",
    "گزارش می\u200cگوید {n}",
    "第{n}处" + "很长的题目" * 90,
    "结束]]>以后，第{n}处",
    "“引号” \"直\" '单' 第{n}处\\",
    "第{n}处\t两行\n题目",
    "&lt;script&gt;alert({n})&lt;/script&gt;",
    "🎉🏥✨",
    "\u200b\u2060\ufeff",
    "Crossing number {n} is open",
    "第{n}大橋が開通しました",
    "&#146;第{n}&#x9b;处&#0;&#x202E;",
    "{{{{ n }}}} {{% x %}} 第{n}处",
    "<img src=x onerror=alert(1)>第{n}处",
)
BODIES = (
    "<p>{said}</p>",
    "{said}\n\n```\nif (a < b && c > d) {{ x = ']]>'; }} // &amp; \x9b\n```\n",
    "<h1>一</h1><p>{said}</p><h3>二</h3><p>文</p><h6>三</h6><p>文</p><h3>四</h3>",
    "# 一\n\n{said}\n\n### 二\n\n- 甲\n  - 乙\n\n> 引\n\n| a | b |\n|---|---|\n| 1<2 | & |\n",
    "<p>{said}</p><img src='/a.jpg?w=1&h=2'><img src='https://img.example/b.png' alt='图'><img src='data:image/gif;x'>",
    "<script>x()</script><style>p{{}}</style><p onclick='y()' style='color:red'>{said}</p><iframe src='//v.example/1'>",
    "<p>{said}\x80\x85\x92\x9f\x7f&#150;&#x8a;</p>",
    "<p>{said} \u202eturned\u202c \u2067isolated\u2069 👩🏽\u200d⚕️</p>",
    "<p><img src='https://img.example/{n}.jpg'></p><p>{said}</p><video src='//v.example/{n}.mp4' poster='/p.jpg'>",
    "<p>{said}</p><p><a href='https://a.example/?a=1&b=2&c=3&amp;d=4'>更多</a> <a href='javascript:x'>x</a></p>",
    "<p>{said}</p>" + "<p>这一段很长，重复多次，为的是让正文超过通常的长度。</p>" * 300,
    "<svg><title>t</title></svg><math><mi>x</mi></math><p>{said} &nbsp;&copy;&unknown; a<b</p>",
    "<table><tr><td>{said}<td>1<tr><td>2</table><dl><dt>甲<dd>乙</dl>",
    "<div><div><p>{said}<br>乙<br><br>丙</div></div><hr><blockquote>丁]]>戊</blockquote>",
    f"<p>{ENGLISH}</p><p>{ENGLISH} {{said}}</p>",
    f"<p>{ARABIC}</p><p>{ARABIC} {{said}}</p>",
    "<details><summary>{said}</summary><p>内</p></details><ruby>医<rt>yi</rt></ruby>",
)
AUTHORS = ("", "张三", "<b>李四</b>", "王\u200b五\u202e", "Johnson &amp; Johnson", "a\x9bb\x7f", "记者 赵<i>六</i>")
DATES = (
    "2026-04-{day:02} 08:00:00",
    "",
    "2026-04-01 12:00:00",
    "Thu, 02 Apr 2026 08:00:{day:02} +0900",
    "2026年4月{day}日",
    "soon",
    "2036-01-01",
)
TAGS: tuple[list[str], ...] = ([], ["交通", "<b>建设</b>"], ["A&B", "\u202e甲", "x\x9b"], ["长" * 200])


def article_files() -> Mapping[str, str]:
    """Path to text, of each file."""
    return {f"{number // 40}/{number:03}.md": _file(number, *parts) for number, parts in _numbered(0, FILES)}


def feed_document(home: str) -> bytes:
    """An RSS feed of further articles; ``home``: the address of its site."""
    items = "".join(_item(number, *parts) for number, parts in _numbered(FILES, ITEMS))
    head = f"<title>&lt;b&gt;晚报&lt;/b&gt;\u202e 首页</title><link>{home}</link><description>x</description>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def word_of(number: int) -> str:
    return list(PLACES.values())[number % len(PLACES)]


def _numbered(first: int, most: int) -> Iterator[tuple[int, tuple[str, str]]]:
    """So many pairs of a title and a body: each title meets many bodies, each body many titles."""
    pairs = ((TITLES[t], BODIES[(t + b) % len(BODIES)]) for b, t in product(range(len(BODIES)), range(len(TITLES))))
    return islice(zip(count(), pairs, strict=False), first, first + most)


def _file(number: int, title: str, body: str) -> str:
    said = f"第{number}处{word_of(number)}今天启用，编号{number * 7919}。"
    head = {
        "title": title.format(n=number, word=word_of(number)),
        "author": AUTHORS[number % len(AUTHORS)],
        "date": DATES[number % len(DATES)].format(day=number % 28 + 1),
        "tags": TAGS[number % len(TAGS)],
    }
    front_matter = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in head.items() if value)
    return f"---\n{front_matter}---\n{body.format(n=number, said=said)}\n"


def _item(number: int, title: str, body: str) -> str:
    said = f"第{number}处{word_of(number)}今天启用，编号{number * 7919}。"
    told = {
        "title": title.format(n=number, word=word_of(number)),
        "author": AUTHORS[number % len(AUTHORS)],
        "pubDate": DATES[number % len(DATES)].format(day=number % 28 + 1),
        "description": "" if number % 20 == 19 else body.format(n=number, said=said),
    }
    if not told["description"]:
        told["title"] = f"第{number}处{word_of(number)}的图集"
    texts = "".join(f"<{name}>{escape(text, quote=False)}</{name}>" for name, text in told.items() if text)
    link = f"<link>https://paper.example/{number}.html?a=1&amp;b={number}</link>" if number % 3 else ""
    media = f'<enclosure url="https://v.example/{number}.mp3" type="audio/mpeg" length="7"/>' if number % 5 == 0 else ""
    return f'<item><guid isPermaLink="false">odd-{number}</guid>{texts}{link}{media}</item>'
