"""Makes article files in the shapes that writers of the field produce, all different, from our own words."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

PLACES = tuple("河北 山西 辽宁 吉林 安徽 福建 江西 河南 湖北 湖南 海南 四川 贵州 云南 陕西 甘肃 青海".split())
WHAT = tuple("粮食生产 水利工程 乡村道路 职业教育 港口建设 文化惠民 社区养老 湿地保护".split())
ON_TOPIC = tuple("分级诊疗 县域医共体 国家区域医疗中心 国家医学中心".split())
ON_TOPIC_EVERY = 20
"""One article of so many is on one of the default topics: news are mostly about something else."""
DOES = tuple("有序推进 取得进展 加快建设 全面启动 通过验收 迎来新机 受到关注 完成规划".split())
SENTENCES = (
    "{place}{what}{does}，有关部门介绍，今年已安排资金{number}亿元，涉及项目{other}个。",
    "负责人表示，下一步将围绕{what}补短板、强弱项，力争在{year}年底前见到成效。",
    "记者在{place}看到，现场机器轰鸣，{number}名建设者正在抢抓工期，{other}台设备同时作业。",
    "当地群众说，“以前要走{number}公里，现在在家门口就能办好”，变化看得见、摸得着。",
    "专家认为，{what}既要算经济账，也要算民生账，{place}的做法提供了可以借鉴的经验。",
)


def write_articles(folder: Path, count: int, seed: int = 1) -> None:
    """``count`` files of about 4 KB below ``folder``, dated through the last years, with their times set to match."""
    dice = random.Random(seed)
    for number in range(count):
        date = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=233 * number)
        name, text = _SHAPES[number % len(_SHAPES)](number, date, dice)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (date.timestamp(), date.timestamp()))


def _sentence(dice: random.Random, year: int, subjects: Sequence[str]) -> str:
    return dice.choice(SENTENCES).format(
        place=dice.choice(PLACES),
        what=dice.choice(subjects),
        does=dice.choice(DOES),
        number=dice.randint(2, 900),
        other=dice.randint(2, 90),
        year=year,
    )


def _subjects(number: int) -> Sequence[str]:
    return WHAT if number % ON_TOPIC_EVERY else ON_TOPIC


def paragraphs(dice: random.Random, year: int, number: int) -> list[str]:
    return ["".join(_sentence(dice, year, _subjects(number)) for _ in range(4)) for _ in range(8)]


def title(dice: random.Random, number: int) -> str:
    return f"{dice.choice(PLACES)}{dice.choice(_subjects(number))}{dice.choice(DOES)}（{number}）"


def _jekyll(number: int, date: datetime, dice: random.Random) -> tuple[str, str]:
    """HTML paragraphs, the address in angle brackets, a line of links back."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs(dice, date.year, number))
    picture = f'<center><img src="https://img.example/{number}.jpg" width="580" style="border:1px solid;" /></center>'
    return f"_posts/{date:%Y-%m-%d}-{number}.md", (
        f'---\nlayout: post\ntitle: "{title(dice, number)}"\ndate: {date:%Y-%m-%d %H:%M:%S} +0800\n'
        f"categories: fastnews\ntags: 快讯新闻\n---\n{body}\n {picture}"
        f'<p class="em_media">（文章来源：快讯）</p>\n\n<https://news.example/{number}.html>\n\n'
        f"[返回快讯](//site.example/fastnews.html)｜[返回首页](//site.example/)\n"
    )


def _hexo(number: int, date: datetime, dice: random.Random) -> tuple[str, str]:
    """One div of a crawled page, with styles, a QR box and the editor's line."""
    body = "\n".join(f'<p cms-style="font-L">　　{text}</p>' for text in paragraphs(dice, date.year, number))
    return f"source/_posts/财经/{date:%Y}/{number}.md", (
        f"\n---\ntitle: '{title(dice, number)}'\ncategories: \n - 财经\n - 国内\n"
        f"headimg: 'https://img.example/h{number}.png'\nauthor: 财经\ncomments: false\n"
        f"date: {date:%a, %d %b %Y %H:%M:%S} GMT\nthumbnail: 'https://img.example/h{number}.png'\n---\n\n"
        f"<div>   \n{body}<!-- keywords -->\n\n\n<!-- 总声明-->\n\n"
        "            <style>\n            .appendQr_wrap&#123;border:1px solid #E6E6E6;&#125;\n            </style>\n"
        '            <div class="clearfix appendQr_wrap">\n'
        '                <div class="appendQr_normal"><img src="https://img.example/qr.png"></div>\n'
        '                <div class="appendQr_normal_txt">海量资讯</div>\n            </div>\n\n'
        '<p class="article-editor">责任编辑：甲 </p>\n\n  \n</div>\n            '
    )


def _markdown(number: int, date: datetime, dice: random.Random) -> tuple[str, str]:
    """Plain Markdown with its address in the front matter."""
    body = "\n\n".join(paragraphs(dice, date.year, number))
    return f"notes/{date:%Y}/{date:%Y-%m-%d}-{number}.md", (
        f"---\nlayout: post\ntitle: {title(dice, number)}\ndate: {date:%Y-%m-%d}\n"
        f"from: https://notes.example/{number}\ntags: [ 观察 ]\ncategories: [ 观察 ]\n---\n\n"
        f"## 背景\n\n{body}\n\n* 第一点\n* 第二点\n"
    )


_SHAPES = (_jekyll, _hexo, _jekyll, _hexo, _markdown)
