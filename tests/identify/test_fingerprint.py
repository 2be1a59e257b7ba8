"""What the content hash sees, and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.base import text as base_text
from aggregator.base.text import fold, skeleton
from aggregator.identify import fingerprint
from aggregator.identify.fingerprint import mint_id
from aggregator.model.article import Subject

SAME = [
    ("spaces and line ends", "第一段。\n第二段。", "第一段。 第二段。"),
    ("kinds of quotation marks", "“看病难”问题", "_看病难_问题"),
    ("full and half width", "ＡＢＣ，１２３", "ABC,123"),
    ("traditional characters", "國家醫學中心", "国家医学中心"),
    ("capital letters", "Atom Feed", "ATOM feed"),
    ("city, date, agency and reporter", "新华社北京4月27日电（记者 张三）大桥今天合龙。", "大桥今天合龙。"),
    ("another agency", "中新网4月27日电 大桥今天合龙。", "央视网消息（新闻联播）：大桥今天合龙。"),
    ("an English one", "BEIJING, April 27 (Xinhua) -- A bridge opened.", "A bridge opened."),
    ("a sign before a number", "(Reuters) - 5 bridges opened.", "5 bridges opened."),
]
DIFFERENT = [
    ("one character", "第一批名单", "第二批名单"),
    ("a number", "新增12例", "新增13例"),
    ("a decimal point", "1.5倍", "15倍"),
    ("a sign", "同比-3%", "同比3%"),
    ("a range", "10-20人", "1020人"),
    ("the day that a yearly notice is of", "本报讯 4月27日放假。", "本报讯 4月28日放假。"),
    ("where it is told from, in its own words", "北京今天放假。", "上海今天放假。"),
    ("who has it from whom", "据新华社报道，大桥合龙。", "大桥合龙。"),
]


def hash_of(text: str, title: str = "题", html: str = "") -> str:
    return fingerprint.hashes(Subject(title=fold(title), text=fold(text)), html).content


@pytest.mark.parametrize(("what", "one", "other"), SAME, ids=[case[0] for case in SAME])
def test_the_same_words(what: str, one: str, other: str) -> None:
    assert hash_of(one) == hash_of(other)


@pytest.mark.parametrize(("what", "one", "other"), DIFFERENT, ids=[case[0] for case in DIFFERENT])
def test_different_words(what: str, one: str, other: str) -> None:
    assert hash_of(one) != hash_of(other)


def test_the_title_counts() -> None:
    assert hash_of("同文", "甲") != hash_of("同文", "乙")


def test_title_and_text_do_not_run_together() -> None:
    assert hash_of("乙丙", "甲") != hash_of("丙", "甲乙")


LEAD_IN, WORDS = "新华社北京4月27日电（记者 张三）", "大桥今天合龙。"


def test_formerly_the_lead_in_and_what_the_text_repeats_counted() -> None:
    def of(text: str, repeated: str = "") -> fingerprint.Hashes:
        return fingerprint.hashes(Subject(fold("题"), fold(text)), repeated=fold(repeated))

    with_all = of(LEAD_IN + WORDS, "大桥合龙。")
    assert with_all.content == of(WORDS).content
    assert of(WORDS).former == ""
    assert with_all.former == of(f"大桥合龙。\n{LEAD_IN}{WORDS}").content
    assert of(WORDS, "大桥合龙。").former == of(f"大桥合龙。\n{WORDS}").content


def test_behind_a_lead_in_the_title_alone_is_known_by_its_pictures() -> None:
    one, other = (f'<p>央视网消息：题</p><img src="https://x.example/{n}.png">' for n in (1, 2))
    assert hash_of("央视网消息：题", html=one) != hash_of("央视网消息：题", html=other)


def test_pictures_count_only_where_there_are_no_words() -> None:
    one, other = '<p><img src="https://x.example/1.png"></p>', '<p><img src="https://x.example/2.png"></p>'
    assert hash_of("有字", html=one) == hash_of("有字", html=other)
    assert hash_of("", html=one) != hash_of("", html=other)
    assert hash_of("", html=one) == hash_of("", html=one.replace(".png", ".png?random=81"))


def test_the_version_stands_before_the_hash() -> None:
    assert hash_of("文").startswith("1:")


def test_ids_are_stable() -> None:
    """A changed id shows every article again in every reader: this value may never change."""
    date = datetime(2022, 4, 27, 1, 15, 48, tzinfo=UTC)
    assert str(mint_id("seeds", "1:abc", date)) == "4d109291-0112-5e04-9ceb-4da5ce6af09f"
    assert mint_id("seeds", "1:abc", date).version == 5
    assert mint_id("seeds", "1:abc", None) != mint_id("seeds", "1:abc", date) != mint_id("other", "1:abc", date)


@given(st.text(max_size=200))
def test_a_skeleton_has_no_spaces_and_is_its_own_skeleton(text: str) -> None:
    bare = skeleton(fold(text))
    assert not any(character.isspace() for character in bare)
    assert skeleton(bare) == bare


@given(st.text(alphabet="甲a1½②٣.-+/%，", max_size=40))
def test_the_quick_way_for_bare_texts_gives_what_the_pattern_gives(text: str) -> None:
    assert "".join(base_text._WORDS.findall(skeleton(text))) == skeleton(text)
