"""Every word on the pages that is not an operator's or a publisher's, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from aggregator.base.calendar import day_in_words, moment_in_words
from aggregator.model.article import Objection
from aggregator.site.catalog import Language

WORDS_ZH: Mapping[str, str] = {
    "skip": "跳到正文",
    "topics": "主题",
    "sections": "栏目",
    "all_topics": "全部文章",
    "all_description": "所有主题的文章，每篇只出现一次。",
    "no_topic": "未归入主题的文章",
    "no_topic_nav": "未归类",
    "no_topic_description": "已收录、但没有进入任何主题的文章，以及没有进入的原因。",
    "newest": "最新文章",
    "more_newest": "查看全部文章",
    "intro_one": "每篇文章只收录一次，按规则归入主题；每个主题都有一个可以订阅的 Atom 订阅源。目前有 {n} 个主题。",
    "intro_many": "每篇文章只收录一次，按规则归入主题；每个主题都有一个可以订阅的 Atom 订阅源。目前有 {n} 个主题。",
    "articles_one": "{n} 篇文章",
    "articles_many": "{n} 篇文章",
    "newest_date": "最新",
    "nothing_yet": "还没有文章。",
    "subscribe": "订阅",
    "subscribe_all": "订阅全部文章",
    "subscribe_to": "订阅“{title}”",
    "feed_address_of": "“{title}”的订阅地址",
    "how_to": "如何订阅",
    "how_to_1": "复制下面的订阅地址：点一下就全选。",
    "how_to_2": "打开任意一款阅读器，在“添加订阅”里粘贴。",
    "how_to_3": "完成。以后的新文章会自动出现在那里。",
    "opml": "下载 OPML 文件",
    "waiting_one": "另有 {n} 篇较早的文章已显示在本页，会在以后几天陆续进入订阅源。",
    "waiting_many": "另有 {n} 篇较早的文章已显示在本页，会在以后几天陆续进入订阅源。",
    "pages": "翻页",
    "page_of": "第 {page} 页，共 {pages} 页",
    "newer": "较新的文章",
    "older": "较早的文章",
    "updated": "更新",
    "original": "阅读原文",
    "attachments": "附件",
    "in_part": "这里不提供全文，请到原网站阅读。",
    "about": "关于这篇文章",
    "why_in": "为什么属于这些主题",
    "why_not": "为什么不属于其他主题",
    "why_none": "没有进入任何主题的原因",
    "no_rule_of_these": "下列主题没有一条规则与这篇文章相符：",
    "no_rule_any": "没有任何主题的任何规则与这篇文章相符。",
    "score": "得分 {score}，需要 {threshold}",
    "why_joint": "；",
    "why_only_in_ignored_names": "只出现在不算数的名称里：{names}",
    "why_not_counted_in_ignored_names": "不算数的名称：{names}",
    "why_vetoed_by": "被排除规则否决：{names}",
    "why_not_found": "缺少：{names}",
    "why_score": "得分 {score}，不到 {threshold}",
    "why_no_rule": "没有一条规则与这篇文章相符。",
    "rule": "规则",
    "weight": "分值",
    "position": "{field}第 {n} 字起",
    "field_title": "标题",
    "field_text": "正文",
    "field_lead": "导语",
    "field_labels": "标签",
    "field_author": "作者",
    "field_url": "网址",
    "folded_note": "匹配时不区分繁体与简体、全角与半角、大写与小写，也忽略中文里的空格；这里显示的是统一之后的文字。",
    "sources": "收录自",
    "seen": "最近一次见到",
    "gone": "原处已不存在",
    "address": "网址",
    "revisions": "版本",
    "significant": "内容有变化",
    "insignificant": "细微改动，不通知订阅者",
    "first_revision": "首次收录",
    "feeds": "订阅源",
    "entered": "进入于 {date}",
    "waits": "排队等待进入",
    "identity": "永久编号",
    "content_hash": "内容指纹",
    "first_seen": "首次收录于",
    "date_kind": "日期依据",
    "date_stated": "发布者写明",
    "date_crawl": "抓取时间，并非发布者写明",
    "date_path": "取自文件名",
    "date_missing": "文中没有日期，以首次收录的时间为准",
    "repairs": "读取时的修补",
    "labels": "原有标签",
    "home": "回到首页",
    "other_language": "English",
    "switch": "Read this page in English",
    "made_by": "由 aggregator {version} 生成",
    "error_404": "没有这个页面",
    "error_404_text": "这个地址下没有内容。可能是输错了，也可能是主题已经改名。",
    "error_405": "不支持这种请求",
    "error_405_text": "这里的内容只能读取，不能提交。",
    "error_410": "这篇文章已撤下",
    "error_410_text": "文章曾经收录在这里，现在它的来源已经撤下。如果来源重新放出，它会回到这个地址。",
    "error_500": "页面没能生成",
    "error_500_text": "程序出了错，错误已经记录。订阅源不受影响。",
    "error_503": "订阅源还没有准备好",
    "error_503_text": "正在第一次生成，请过一会儿再来。",
    "articles": "文章",
    "how_to_lead": "订阅之后，有新文章时阅读器会自己告诉你。不用注册，不用留邮箱，随时可以退订。",
    "copy_address": "点一下地址就会全选，复制后粘贴到阅读器的“添加订阅”里。"
    "给它本站任何一页的地址也可以，它会自己找到订阅源。",
    "not_within_reach": "这个地址只在本机或内网里有效：网上的阅读器读不到它，请用装在本机的阅读器。",
    "open_reader": "在阅读器中打开",
    "application": "本机的阅读器",
    "application_note": "“本机的阅读器”会打开已安装的应用，例如 NetNewsWire、Reeder；"
    "没有安装时不会有反应。其余链接打开各家网站，由你在那里确认。",
    "formats": "格式",
    "formats_note": "阅读器都认得。直接打开可以先看看里面有什么。",
    "own_server": "自己搭建的阅读器",
    "own_server_note": "把下面地址里的主机名换成你自己的：",
    "one_topic": "只订阅一个主题",
    "every_topic": "分别订阅所有主题",
    "opml_note": "下载这个 OPML 文件，在阅读器里选“导入 OPML”：每个主题成为一个单独的订阅。",
    "other_feeds": "其他主题与全部文章",
    "about_what": "收录自哪里、为什么归入这些主题、有过哪些改动",
    "beside": "“{title}”中相邻的文章",
    "newer_one": "较新一篇",
    "older_one": "较早一篇",
}

WORDS_EN: Mapping[str, str] = {
    "skip": "Skip to the content",
    "topics": "Topics",
    "sections": "Sections",
    "all_topics": "All articles",
    "all_description": "The articles of every topic, each of them once.",
    "no_topic": "Articles in no topic",
    "no_topic_nav": "In no topic",
    "no_topic_description": "Articles that were collected but belong to no topic, and the reason why.",
    "newest": "Newest articles",
    "more_newest": "See all articles",
    "intro_one": "Each article is kept once and routed by rules. "
    "There is {n} topic, with an Atom feed that you can subscribe to.",
    "intro_many": "Each article is kept once and routed by rules. "
    "There are {n} topics, each with an Atom feed that you can subscribe to.",
    "articles_one": "{n} article",
    "articles_many": "{n} articles",
    "newest_date": "newest",
    "nothing_yet": "No articles yet.",
    "subscribe": "Subscribe",
    "subscribe_all": "Subscribe to all articles",
    "subscribe_to": "Subscribe to “{title}”",
    "feed_address_of": "Feed address of “{title}”",
    "how_to": "How to subscribe",
    "how_to_1": "Copy the feed address below: one tap selects it.",
    "how_to_2": "Open any feed reader and paste it under “add a subscription”.",
    "how_to_3": "That is all. New articles will appear there by themselves.",
    "opml": "Download the OPML file",
    "waiting_one": "{n} older article is shown here already and will enter the feed in the next days.",
    "waiting_many": "{n} older articles are shown here already and will enter the feed over the next days.",
    "pages": "Pages",
    "page_of": "Page {page} of {pages}",
    "newer": "Newer articles",
    "older": "Older articles",
    "updated": "Updated",
    "original": "Read the original",
    "attachments": "Attachments",
    "in_part": "The full text is not shown here; please read it at its publisher.",
    "about": "About this article",
    "why_in": "Why it is in these topics",
    "why_not": "Why it is not in the others",
    "why_none": "Why it is in no topic",
    "no_rule_of_these": "No rule of these topics matches this article:",
    "no_rule_any": "No rule of any topic matches this article.",
    "score": "score {score}, {threshold} needed",
    "why_joint": "; ",
    "why_only_in_ignored_names": "only in names that do not count: {names}",
    "why_not_counted_in_ignored_names": "names that do not count: {names}",
    "why_vetoed_by": "vetoed by: {names}",
    "why_not_found": "not found: {names}",
    "why_score": "score {score} is less than {threshold}",
    "why_no_rule": "None of its rules matches this article.",
    "rule": "Rule",
    "weight": "Weight",
    "position": "{field}, from character {n}",
    "field_title": "Title",
    "field_text": "Text",
    "field_lead": "Opening",
    "field_labels": "Labels",
    "field_author": "Author",
    "field_url": "Address",
    "folded_note": "Matching ignores the difference between traditional and simplified characters, full and half "
    "width, upper and lower case, and spaces inside Chinese. The matched text is shown in that common form.",
    "sources": "Collected from",
    "seen": "last seen",
    "gone": "no longer there",
    "address": "address",
    "revisions": "Revisions",
    "significant": "the content changed",
    "insignificant": "a small change, subscribers are not told",
    "first_revision": "first text",
    "feeds": "Feeds",
    "entered": "entered on {date}",
    "waits": "waits to enter",
    "identity": "Permanent id",
    "content_hash": "Content hash",
    "first_seen": "First seen",
    "date_kind": "Date taken from",
    "date_stated": "the publisher",
    "date_crawl": "the time of crawling, not from the publisher",
    "date_path": "the file name",
    "date_missing": "no date in the text, so the time when it was first seen",
    "repairs": "Mended while reading",
    "labels": "Original labels",
    "home": "Back to the start page",
    "other_language": "中文",
    "switch": "阅读本页的中文版",
    "made_by": "made by aggregator {version}",
    "error_404": "There is no such page",
    "error_404_text": "Nothing is kept at this address. It may be mistyped, or the topic was renamed.",
    "error_405": "This kind of request is not supported",
    "error_405_text": "What is here can be read, not written.",
    "error_410": "This article was taken down",
    "error_410_text": "It was kept here until its source took it away. "
    "If the source brings it back, it will be at this address again.",
    "error_500": "The page could not be made",
    "error_500_text": "The program failed, and the failure was recorded. The feeds are not affected.",
    "error_503": "This feed is not ready yet",
    "error_503_text": "It is being built for the first time. Please come back in a moment.",
    "articles": "Articles",
    "how_to_lead": "Once subscribed, your reader tells you of every new article. No account, no e-mail "
    "address, and you can leave at any time.",
    "copy_address": "One tap selects the whole address. Copy it, and paste it into your reader under "
    "“add a subscription”. The address of any page here works too: readers find the feed by themselves.",
    "not_within_reach": "This address holds on this machine or network only: readers on the web cannot "
    "ask for it, so use one that is installed here.",
    "open_reader": "Open in a reader",
    "application": "Your installed reader",
    "application_note": "“Your installed reader” opens an application such as NetNewsWire or Reeder; "
    "nothing happens where there is none. The other links lead to the readers’ own sites, where you confirm.",
    "formats": "Formats",
    "formats_note": "Every reader knows them. Open one to see what is in it.",
    "own_server": "A reader on your own server",
    "own_server_note": "Put your own host in place of the one in the address:",
    "one_topic": "Subscribe to one topic",
    "every_topic": "Subscribe to every topic separately",
    "opml_note": "Download this OPML file and choose “import OPML” in your reader: each topic becomes a "
    "subscription of its own.",
    "other_feeds": "Other topics, and all articles",
    "about_what": "where it was collected, why it is in these topics, what was changed",
    "beside": "Next to it in “{title}”",
    "newer_one": "Newer",
    "older_one": "Older",
}


class Words:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._table = WORDS_ZH if language == "zh" else WORDS_EN

    def __call__(self, key: str, **values: object) -> str:
        """The words for a key, with its places filled. Raises KeyError."""
        return self._table[key].format(**values) if values else self._table[key]

    def count(self, key: str, number: int) -> str:
        """The singular or plural form of ``key``, with the number in it."""
        return self(f"{key}_one" if number == 1 else f"{key}_many", n=number)

    def why_not(self, objections: Sequence[Objection]) -> str:
        """A verdict's ``why_not`` in this language; a topic of which nothing is stored had no rule that matched."""
        return self("why_joint").join(map(self._why_not, objections)) or self("why_no_rule")

    def _why_not(self, objection: Objection) -> str:
        key = f"why_{objection.code.replace('-', '_')}"
        names = ", ".join(objection.names)
        return self(key, names=names, score=objection.score, threshold=objection.threshold)

    def date(self, instant: datetime, zone: str) -> str:
        """The day as people write it, in that zone."""
        return day_in_words(instant, zone, english=self.language == "en")

    def moment(self, instant: datetime, zone: str) -> str:
        """The day and the minute, in that zone."""
        return moment_in_words(instant, zone, english=self.language == "en")
