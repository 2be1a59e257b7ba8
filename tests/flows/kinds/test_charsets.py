"""Encodings that are declared wrongly, or not at all: the right words are published, or none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aggregator.model.config import Select
from desk import Desk
from flows.kinds.press import published, repairs_of
from loopback import Answer, Site

SIMPLIFIED = (
    "跨江大桥今天上午正式合龙，全长三千二百米，双向六车道。记者从建设指挥部了解到，该项目总投资四十六亿元，施工历时四年，预计明年"
    "年底建成通车。专家认为，这座大桥将让两岸群众的往来时间从一个多小时缩短到十分钟，对当地经济发展有重要意义。随着交通条件不断改善，"
    "越来越多的企业正在向这里集中。“我们希望大家早一天走上这座桥。”一位负责人说。指挥部还将与高校合作，开展健康监测和技术研究，"
    "为今后同类工程的建设和管理积累经验。此外，周边道路的改造也已经全面开工。"
)
TRADITIONAL = (
    "跨江大橋今天上午正式合龍，全長三千二百米，雙向六車道。記者從建設指揮部瞭解到，該項目總投資四十六億元，施工歷時四年，預計明年"
    "年底建成通車。專家認為，這座大橋將讓兩岸群眾的往來時間從一個多小時縮短到十分鐘，對當地經濟發展有重要意義。隨著交通條件不斷改善，"
    "越來越多的企業正在向這裡集中。“我們希望大家早一天走上這座橋。”一位負責人說。指揮部還將與高校合作，開展健康監測和技術研究，"
    "為今後同類工程的建設和管理積累經驗。此外，周邊道路的改造也已經全面開工。"
)
RARE = SIMPLIFIED + "总工程师䶮先生、𬱖先生、𠮷田先生出席了仪式。"
"""With characters that GB 18030 writes in four bytes."""
ENCODINGS = {
    "GBK": ("gbk", SIMPLIFIED),
    "GB 18030": ("gb18030", RARE),
    "Big5": ("big5", TRADITIONAL),
    "UTF-16 LE": ("utf-16-le", RARE),
    "UTF-16 BE": ("utf-16-be", RARE),
}
WAYS = [("gbk", ""), ("utf-8", ""), ("iso-8859-1", ""), ("", "utf-8"), ("", "gbk"), ("big5", "iso-8859-1"), ("", "")]
"""What the header says, and what the document says of itself."""
DOUBTS: dict[str, Callable[[str], str]] = {
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("windows-1252", "replace").replace("\ufffd", "\x9d"),
    "UTF-8 read as GBK": lambda text: text.encode().decode("gbk", "replace"),
    "GBK read as Latin-1": lambda text: text.encode("gbk", "replace").decode("latin-1"),
    "replacement characters": lambda text: text.encode("gbk", "replace").decode("utf-8", "replace"),
}


def a_feed(text: str, declared: str) -> str:
    told = f' encoding="{declared}"' if declared else ""
    item = f"<item><guid>1</guid><title>{title_of(text)}</title><description>{text}</description></item>"
    return f'<?xml version="1.0"{told}?><rss version="2.0"><channel><title>N</title>{item}</channel></rss>'


def a_page(text: str, declared: str) -> str:
    return _html(f"<title>{title_of(text)}</title><h1>{title_of(text)}</h1><p>{text}</p>", declared)


def a_list(text: str, link: str, declared: str) -> str:
    return _html(f"<title>{text}</title><h1><a href={link}>{title_of(text)}</a></h1>", declared)


def _html(inner: str, declared: str) -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<!doctype html><html><head>{meta}</head>{inner}</html>"


def title_of(text: str) -> str:
    return text[:24]


def answer(text: str, encoding: str, header: str, kind: str) -> Answer:
    media_type = f"text/{kind}" + (f"; charset={header}" if header else "")
    return Answer(200, {"Content-Type": media_type}, text.encode(encoding))


def texts(text: str) -> list[tuple[int, str, tuple[str, str]]]:
    """For each way a text of its own, so that each gives an article of its own."""
    return [(number, f"{'一二三四五六七'[number]}、{text}", said) for number, said in enumerate(WAYS)]


def mended(desk: Desk, title: str) -> list[str]:
    entry = next(entry for entry in desk.entries() if entry.title == title)
    return [repair.partition(":")[0] for repair in repairs_of(desk, entry)]


def told(encoding: str, said: tuple[str, str]) -> list[str]:
    """The repair that is recorded: where something was declared wrongly, or nothing where something must be."""
    family = {"gbk": "gb18030"}.get(encoding, encoding)
    declared = [{"gbk": "gb18030"}.get(name, name) for name in said if name]
    right = all(name == family for name in declared) and bool(declared or encoding.startswith("utf-16"))
    return [] if right else ["encoding"]


@pytest.mark.parametrize(("encoding", "text"), ENCODINGS.values(), ids=ENCODINGS)
def test_a_feed_is_read_in_its_true_encoding_whatever_is_declared(
    desk: Desk, site: Site, encoding: str, text: str
) -> None:
    for number, own, said in texts(text):
        site.routes[f"/{number}"] = answer(a_feed(own, said[1]), encoding, said[0], "xml")
    sources = [desk.source("feed", site.url(f"/{number}"), f"news-{number}") for number in range(len(WAYS))]
    assert [(report.new, report.error) for report in desk.collect_all(*sources)] == [(1, "")] * len(WAYS)
    ours = {entry.findtext("{*}title"): entry.findtext("{*}content") or "" for entry in published(desk)}
    for _, own, said in texts(text):
        assert own in ours[title_of(own)], said
        assert mended(desk, title_of(own)) == told(encoding, said), said


@pytest.mark.parametrize(("encoding", "text"), ENCODINGS.values(), ids=ENCODINGS)
def test_a_list_and_its_page_are_read_in_their_true_encoding_whatever_is_declared(
    desk: Desk, site: Site, encoding: str, text: str
) -> None:
    for number, own, said in texts(text):
        site.routes[f"/{number}"] = answer(a_list(own, f"/a{number}", said[1]), encoding, said[0], "html")
        site.routes[f"/a{number}"] = answer(a_page(own, said[1]), encoding, said[0], "html")
    sources = [
        desk.source("page", site.url(f"/{number}"), f"news-{number}", select=Select(entry="h1"), full_text="p")
        for number in range(len(WAYS))
    ]
    assert [(report.new, report.error) for report in desk.collect_all(*sources)] == [(1, "")] * len(WAYS)
    ours = {entry.findtext("{*}title"): entry.findtext("{*}content") or "" for entry in published(desk)}
    for _, own, said in texts(text):
        assert own in ours[title_of(own)], said
        assert mended(desk, title_of(own)) == told(encoding, said), said


@pytest.mark.parametrize("garble", DOUBTS.values(), ids=DOUBTS)
def test_garbled_text_is_an_error_and_never_published(desk: Desk, site: Site, garble: Callable[[str], str]) -> None:
    source = desk.source("feed", site.url("/feed"))
    site.routes["/feed"] = answer(a_feed(SIMPLIFIED, "utf-8"), "utf-8", "utf-8", "xml")
    desk.collect(source)
    before = desk.feed()
    site.routes["/feed"] = answer(a_feed(garble(SIMPLIFIED + "新"), "utf-8"), "utf-8", "utf-8", "xml")
    desk.clock.move(hours=2)
    report = desk.collect(source)
    assert report.error.startswith(("mojibake: ", "not-text: "))
    assert desk.state().failures == 1
    assert desk.titles() == [title_of(SIMPLIFIED)]
    assert desk.feed() == before, "what was published stays as it was"


@pytest.mark.parametrize("garble", DOUBTS.values(), ids=DOUBTS)
def test_a_garbled_page_leaves_the_digest(desk: Desk, site: Site, garble: Callable[[str], str]) -> None:
    feed = a_feed(SIMPLIFIED, "utf-8").replace("<guid>", f"<link>{site.url('/a')}</link><guid>")
    site.routes["/feed"] = answer(feed, "utf-8", "utf-8", "xml")
    site.routes["/a"] = answer(a_page(garble(SIMPLIFIED * 2), "utf-8"), "utf-8", "utf-8", "html")
    assert desk.collect(desk.source("feed", site.url("/feed"), full_text="p")).new == 1
    (entry,) = desk.entries()
    assert entry.html == SIMPLIFIED
    assert mended(desk, entry.title) == ["full-text"]
