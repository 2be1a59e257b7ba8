"""Where an article's own words begin: behind city, date, agency and reporter, which each outlet puts there anew.

``新华社北京4月27日电（记者 张三）``, ``本报讯``, ``BEIJING, April 27 (Xinhua) --``: copies of one article differ
in them, and nobody looks for what they say. Forms are told by how they are built, not by a list of cities; where they
could be words of the article (``The … (WHO) — a …``) a known outlet or a date is asked for.
"""

from __future__ import annotations

import re

LONGEST = 160
"""Characters that are looked at."""

_READ_FOR_SIGNS = 64
_BRACKETS = frozenset("(（【[〔［")

_DAY = r"(?:\d{4} ?年 ?)?(?:\d{1,2} ?月 ?)?\d{1,2} ?[日号號]"
_NAME = r"[A-Za-z0-9\u3400-\u9fff·]"
_WIRES = (
    "(?:新[华華](?:社|[网網]|[财財][经經])|中新(?:社|[网網]|[经經][纬緯])|中[国國]新[闻聞][网網]|人民(?:[网網]|日[报報])|"
    "央[视視](?:[网網]|新[闻聞](?:客[户戶]端)?|[财財][经經])|央[广廣][网網]?|[国國][际際]在[线線]|中央社|[财財][联聯]社|"
    "(?:[环環]球|[参參]考消息|[观觀]察者|海外|中[国國]|光明|中[国國](?:青年|日[报報]|[经經][济濟]))[网網]|中青在[线線]|"
    "[环環]球[时時][报報]|(?:美[联聯]|法新|路透|塔斯|共同|[韩韓][联聯]|[埃德俄]新|彭博|中通)社|路透|IT之家|快科技|36氪|CCTV|"
    "(?:新浪|[腾騰][讯訊]|搜狐|[网網]易|[凤鳳]凰[网網]?)(?:[财財][经經]|科技|[体體]育|[娱娛][乐樂]|新[闻聞])?|每[经經](?:AI)?|"
    "本[报報台臺刊社站[网網]|本[网網])"
)
"""Those whose name alone, before ``消息`` or ``报道``, is no statement of the article."""
_OUTLET = (
    f"(?:{_WIRES}|《{_NAME}{{2,10}}》|{_NAME}{{1,14}}?"
    "(?:[报報社台臺网網]|在[线線]|客[户戶]端|新[闻聞]|[财財][经經]|周刊|APP|e公司))"
)
_PLACE = r"[A-Za-z\u3400-\u9fff·、/／ ]{0,14}?"
_IS_DISPATCH = "[电電](?![力商视視影子动動池脑腦竞競价價费費量网網台臺信梯器报報讯訊])"
_IS_NEWS = "[讯訊](?![飞飛员員息问問号號])"
_KIND = "(?:新媒[体體]|[体體]育|[综綜]合|[专專])*"
_SAYS = "(?:消息(?![称稱指说說人来來源灵靈面])|[综綜]合?[报報][道導导]|[报報][道導导])"
_REPORTER = "(?:[记記]者|通[讯訊][员員]|[编編][辑輯])"
_BEHIND = rf"(?=[:：,，(（】\])）〕\s|丨今昨近前本当當记記]|{_DAY})"

_CHINESE = (
    # Words that others use, too: by a known one, and set off or with a date.
    f"{_WIRES} ?(?:快[讯訊]|{_SAYS}){_BEHIND}|{_WIRES} ?{_PLACE}{_DAY} ?{_SAYS}"
    # An outlet, perhaps a place, a date, and that it is a dispatch; or what can only be one without a date.
    f"|(?:[据據] ?)?{_OUTLET} ?{_PLACE}{_DAY} ?{_KIND}(?:{_IS_DISPATCH}|{_IS_NEWS})"
    f"|(?:[据據] ?)?(?:{_WIRES} ?(?:{_PLACE}(?=[电電讯訊] ?[(（]))?{_KIND}{_IS_DISPATCH}|{_OUTLET} ?快?{_IS_NEWS}"
    rf"|{_NAME}{{2,8}}[讯訊](?= ?[(（][^()（）\n]{{0,12}}{_REPORTER}))"
    # Whoever wrote it, and from where, with a slash.
    f"|{_REPORTER}[ :：]?[\u3400-\u9fff·、 ]{{2,14}}[/／][\u3400-\u9fff ]{{2,8}}[报報][道導导]"
)
_WITHOUT_MARKS = r"[^()（）【】〔〕\[\]［］。,，\n]"
_IN_BRACKETS = (
    rf"[(（【\[〔［](?:{_WITHOUT_MARKS}{{0,12}}{_REPORTER}[^()（）【】〔〕\[\]［］。\n]{{1,40}}|文[/／]{_WITHOUT_MARKS}{{2,20}}"
    rf"|{_WITHOUT_MARKS}{{1,16}}?(?:{_DAY} ?[电電讯訊]|[报報社网網][专專]?[讯訊]|[报報][道導导]))[)）】\]〕］]"
)
_ASIDE = r"[(（【\[〔［][^()（）【】〔〕\[\]［］。\n]{1,60}[)）】\]〕］]"
"""Behind a dispatch: its reporter, its programme."""
_WITHIN = rf"{_REPORTER}[^()（）【】〔〕\[\]［］。\n]{{1,30}}(?=[)）】\]〕］])"
_TOLD_BY = rf"{_REPORTER}[ :：]?[\u3400-\u9fff·、 ]{{2,20}}?[报報][道導导]"
_AT_THE_HOUR = rf"(?:北京[时時][间間] ?)?{_DAY} ?(?:[凌早上下晚午][晨间間午])?消息[,，:：]"
_BYLINE = (
    rf"(?:本[报報][台臺社网網刊]?|{_WIRES}|[\u3400-\u9fff]{{2,4}}新[闻聞])"
    r"(?:[首见見实實特][席习習約约])?[记記]者 ?[\u3400-\u9fff· ]{2,12}\n"
)
"""A line of its own; such words may also begin a heading (``本报记者探访…``)."""
_NO_BYLINE = "(?!.{0,24}[从從在探访訪获獲悉问問看到走直手调調观觀了今昨日前再就])"

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|janv|janvier|févr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|août|septembre|"
    r"octobre|novembre|décembre|ene(?:ro)?|abr(?:il)?|mayo|junio|julio|ago(?:sto)?|dic(?:iembre)?)\.?"
)
_DATE = rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:,? \d{{4}})?"
_AGENCY = (
    r"(?:(?:thomson )?reuters(?: [a-z]+)?|xinhua|ap|afp|upi|ani|pti|ians|tass|interfax|dpa(?:-afx)?|efe|ansa|"
    r"yonhap|kyodo(?: news)?|jiji(?: press)?|bernama|antara|cnn|cna|bloomberg(?: news)?|anadolu|ukrinform|aap|"
    r"the canadian press|pa media|associated press|dow jones|business wire|globe newswire|pr ?newswire|"
    r"chinanews|ecns|cgtn|sputnik)"
)
_CITY = r"(?!(?:the|a|an|by|in|on|at) )[a-z\u00df-\u024f][\w.'’/\-]*(?:,? [\w.'’/\-]+){0,4}?"
_DASH = r" ?\.?(?:--|[-–—―_]){1,2} ?"
_BY = r"(?:by [^\n]{3,60}\n)?"
_WESTERN = (
    rf"{_BY}(?:"
    rf"(?:{_CITY},? )?(?:{_DATE},? ?)?[(/]{_AGENCY}[)/](?:{_DASH}|:? (?<=[:]) )"
    rf"|{_CITY}--?[(]{_AGENCY}[)]{_DASH}"
    rf"|{_CITY}, {_DATE} [(]{_AGENCY}[)] ?"
    rf"|{_CITY}, {_DATE} [(][^()\n]{{2,30}}[)]{_DASH}"
    rf"|[(]{_AGENCY}[)] ?"
    rf"|{_CITY}, {_DATE}{_DASH}"
    r"|[а-яё\-]{3,20}[.,] \d{1,2} [а-яё]{3,8}\.? ?[-–—/]? ?"
    r"(?:тасс|риа новости|интерфакс|interfax(?:\.ru)?)/?\.?(?: ?[-–—])? ?"
    rf")"
)
_COLUMN = r"[(（][\u3400-\u9fff\w ]{2,16}[)）](?=中新)"
"""What an article is part of, as one agency puts it there."""
_OPEN, _CLOSE = r"[(（【\[〔［]?", r"[)）】\]〕］]?"
_BEFORE_WORDS = r"[\s:：,，|丨—–-]*"
_IN_CHINESE = re.compile(
    rf"\s*(?:(?:{_NO_BYLINE}{_BYLINE})?(?:{_COLUMN})?{_OPEN}(?:{_CHINESE})\s?(?:{_ASIDE})?\s?(?:{_TOLD_BY})?(?:{_WITHIN})?{_CLOSE}"
    rf"\s?(?:{_AT_THE_HOUR})?|(?:{_IN_BRACKETS}\s?){{1,2}}|{_NO_BYLINE}{_BYLINE}){_BEFORE_WORDS}",
    re.IGNORECASE,
)
_IN_WESTERN = re.compile(rf"\s*{_WESTERN}{_BEFORE_WORDS}", re.IGNORECASE)


def opening_of(text: str) -> int:
    """Where the article's own words begin, raw or folded; 0 where they begin at once, or nothing else is said."""
    head = text[:_READ_FOR_SIGNS]
    if _may_be_chinese(head):
        found = _IN_CHINESE.match(text, 0, LONGEST)
    elif _may_be_western(head):
        found = _IN_WESTERN.match(text, 0, LONGEST)
    else:
        return 0
    return found.end() if found and found.end() < len(text) else 0


def _may_be_chinese(head: str) -> bool:
    """Whether what each Chinese form has is there: a look for each is much faster than a pattern."""
    if "电" in head or "讯" in head or "消息" in head or "报道" in head or "报导" in head:
        return True
    if "電" in head or "訊" in head or "報道" in head or "報導" in head:
        return True
    return ("\n" in head or head[:1] in _BRACKETS) and (
        "记者" in head or "記者" in head or "文/" in head or "文／" in head
    )


def _may_be_western(head: str) -> bool:
    return "(" in head or "-" in head or "–" in head or "—" in head or "/" in head
