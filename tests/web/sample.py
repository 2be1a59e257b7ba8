"""A small site: four topics, and articles that show every case a page has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from aggregator.model.article import Objection, ObjectionCode, Reason, Verdict
from aggregator.model.config import Configuration, Site, Source, Term, Topic
from aggregator.model.reading import Dossier, Entry, Origin, Revision
from web.fake_archive import INSTALLATION, FakeArchive

NATIONAL, REGIONAL, PROVINCIAL, RESOURCES = "national-centers", "regional-centers", "provincial-centers", "resources"

TOPICS = (
    Topic(
        NATIONAL,
        "国家医学中心",
        Term("国家医学中心"),
        title_en="National medical centers",
        description="国家医学中心的设置与建设：每个专科类别的最高水平。",
        description_en="How national medical centers are set up and built, one for each category of disease.",
    ),
    Topic(
        REGIONAL,
        "国家区域医疗中心",
        Term("国家区域医疗中心"),
        title_en="National regional medical centers",
        description="输出医院到患者外流较多的省份建设分院，让大病不出省。",
        description_en="Branches that strong hospitals run in provinces whose patients used to travel.",
    ),
    Topic(
        PROVINCIAL,
        "省级区域医疗中心",
        Term("省级区域医疗中心"),
        title_en="Provincial regional medical centers",
        description="省内大城市的医院带动地市。",
        description_en="The same model inside a province.",
        threshold=1.5,
    ),
    Topic(RESOURCES, "优质医疗资源扩容", Term("优质医疗资源"), description="分级诊疗、医联体、医共体、千县工程。"),
)

CONFIGURATION = Configuration(
    folder="config",
    site=Site(
        title="医学中心政策聚合",
        title_en="Medical center policy",
        base_url="http://127.0.0.1:8000",
        language="zh-CN",
    ),
    sources=(Source("seeds", title="种子文章"), Source("daily", title="健康日报", home="https://daily.example.org/")),
    topics=TOPICS,
)

FIRST = datetime(2022, 4, 27, 1, 15, 48, tzinfo=UTC)

STORIES = (
    ("首批三个区域医疗中心项目通过验收，明年起接诊", (REGIONAL, RESOURCES)),
    ("一家儿童医院挂牌国家医学中心，牵头八省协作", (NATIONAL,)),
    ("“大病不出省”怎样落地？记者走访三座地级市", (REGIONAL, PROVINCIAL, RESOURCES)),
    ("县医院开出第一张异地会诊单：医共体的一天", (RESOURCES,)),
    ("床位<120 张的县级医院也能加入专科联盟 & 远程会诊", (RESOURCES,)),
    ("市里的新医院开诊，名字里有“医疗中心”", ()),
    ("Regional medical center opens its first ward in the north-west", (REGIONAL,)),
)

PARAGRAPHS = (
    "<p>记者从发布会上获悉，项目建设今年进入第三年。按照规划，每个省份至少有一个项目落地，"
    "由水平较高的医院派出团队，在当地建起同质化管理的分院。</p>"
    "<p>“病人少跑一趟，家里就少垫一份钱。”当地卫生部门负责人说，过去三年，"
    "外省就医的人数下降了两成多，<strong>疑难病例</strong>的会诊时间缩短到 48 小时以内。</p>"
    "<h2>钱从哪里来</h2>"
    "<p>建设资金由三部分组成，其中设备购置占一半左右。详情见"
    '<a href="https://daily.example.org/plan" rel="noopener noreferrer nofollow">建设方案</a>。</p>'
    "<blockquote><p>要让群众在家门口看得上、看得好病。</p></blockquote>"
    "<table><tr><th>年份</th><th>项目数</th></tr><tr><td>2021</td><td>10</td></tr><tr><td>2022</td><td>26</td></tr></table>"
)


def an_entry(number: int = 0, **changes: Any) -> Entry:
    """The article of STORIES with that number, counted round; each a day and an hour older than the one before."""
    title, topics = STORIES[number % len(STORIES)]
    published = FIRST - timedelta(hours=25 * number)
    entry = Entry(
        id=uuid5(INSTALLATION, str(number)),
        title=title,
        html=PARAGRAPHS,
        summary="记者从发布会上获悉，项目建设今年进入第三年。按照规划，每个省份至少有一个项目落地，由水平较高的医院派出团队。",
        published=published,
        updated=published,
        first_seen=published + timedelta(minutes=7),
        source="daily" if number % 2 else "seeds",
        url=f"https://daily.example.org/news/{number}.html?a=1&b=2",
        author="健康日报记者",
        categories=("时政", "健康"),
        tags=("医改",),
        topics=topics,
    )
    return replace(entry, **changes)


def a_dossier(number: int = 0, **changes: Any) -> Dossier:
    """All of an article; ``changes`` are those of its entry."""
    entry = an_entry(number, **changes)
    verdicts = tuple(_verdict(topic) for topic in entry.topics)
    if not entry.topics and number % 2:
        reason = Reason("医疗中心", "医疗中心", "title", 12, 0.5)
        verdicts = (
            Verdict(REGIONAL, False, 0.5, (reason,), (Objection(ObjectionCode.SCORE, score=0.5, threshold=1.0),)),
        )
    return Dossier(
        entry=entry,
        content_hash="1:9f2c4be07b1d44c0a1f3",
        date_kind="stated",
        origins=(Origin(entry.source, f"_posts/2022-04-{number:02}.md", entry.url, "new", entry.first_seen),),
        revisions=(Revision(1, "1:9f2c4be07b1d44c0a1f3", entry.title, entry.first_seen, True),),
        verdicts=verdicts,
        admissions=dict.fromkeys((*entry.topics, "all"), entry.first_seen) if entry.topics else {},
    )


def _verdict(topic: str) -> Verdict:
    reasons = (
        Reason("国家区域医疗中心", "国家区域医疗中心", "title", 3, 1.0),
        Reason("(?:国家|省级)[^，。]{0,7}区域医疗中心", "省级和国家区域医疗中心", "text", 128, 0.75),
    )
    return Verdict(topic, True, 1.75, reasons)


_SCORE = (Objection(ObjectionCode.SCORE, score=0.5, threshold=1.0),)
_ONLY_IGNORED = (Objection(ObjectionCode.ONLY_IN_IGNORED_NAMES, ("国家军事医学中心",)),)


def a_rich_dossier() -> Dossier:
    """An article with two sources, two revisions, a picture, a place in a queue and a repair."""
    plain = a_dossier(2)
    later = plain.entry.published + timedelta(days=1, hours=2)
    entry = replace(plain.entry, updated=later, image="https://daily.example.org/static/head.jpg")
    return replace(
        plain,
        entry=entry,
        origins=(*plain.origins, Origin("daily", "old_post/moved.md", None, "vanished", later)),
        revisions=(*plain.revisions, Revision(2, "1:77aa", "“大病不出省”怎样落地？（更新）", later, True)),
        verdicts=(*plain.verdicts, Verdict(NATIONAL, False, 0.0, (), _ONLY_IGNORED)),
        admissions={**plain.admissions, PROVINCIAL: None},
        repairs=("title-quotes: 标题里的引号没有转义（第 2 行）",),
    )


def an_archive(articles: int = 7) -> FakeArchive:
    """``articles`` articles; the third of them is the rich one."""
    return FakeArchive(a_rich_dossier() if number == 2 else a_dossier(number) for number in range(articles))


def an_article_id(number: int) -> UUID:
    return an_entry(number).id
