"""Which documents go on with which articles whose places are gone, whatever order they come in."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from aggregator.identify.continued import Sentences, continued
from aggregator.identify.figures import other_figures
from aggregator.identify.likeness import Standing
from aggregator.identify.settle import Settler
from aggregator.model.article import KnownArticle, Prepared
from builders import PUBLISHED, a_prepared, a_sighting, an_article

SPACE = UUID(int=9)
SENTENCES = (
    "新院区今天破土动工",
    "各界人士到场祝贺",
    "院长介绍了科室的安排",
    "市民在江边观看大桥合龙",
    "气象台说周末有大雨",
    "校长说图书馆年底建成",
)
WRITTEN = st.tuples(
    st.sampled_from(["医院开工", "大桥合龙", "要闻"]),
    st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=5, unique=True),
    st.sampled_from([0, 0, 1, 30]),
)
Written = tuple[str, list[str], int]


def documents_of(written: list[Written]) -> list[Prepared]:
    return [
        a_prepared(
            an_article(f"new/{n}.md", title, "。".join(said), published=PUBLISHED + timedelta(days=days), url=None)
        )
        for n, (title, said, days) in enumerate(written)
    ]


def articles_of(written: list[Written]) -> list[KnownArticle]:
    return [
        KnownArticle(
            id=uuid5(SPACE, str(n)),
            content_hash=document.content_hash,
            published=document.article.published,
            date_kind="stated",
            url=None,
            title=document.subject.title,
            text=document.subject.text,
            place=("seeds", f"old/{n}.md"),
        )
        for n, document in enumerate(documents_of(written))
    ]


@given(st.lists(WRITTEN, max_size=6), st.lists(WRITTEN, max_size=6), st.randoms(use_true_random=False))
def test_each_article_goes_on_in_one_document_at_most_in_whatever_order_they_come(
    held: list[Written], come: list[Written], chance: Random
) -> None:
    articles, documents = articles_of(held), documents_of(come)
    chosen = continued(documents, lambda _: articles, articles, lambda _: Standing.GONE)
    goes_on = [it.article for it in chosen.values()]
    assert len(goes_on) == len(set(goes_on))
    chance.shuffle(articles)
    chance.shuffle(documents)
    assert continued(documents, lambda _: articles, articles, lambda _: Standing.GONE) == chosen


@given(st.lists(WRITTEN, min_size=1, max_size=6))
def test_what_is_still_there_is_gone_on_with_by_nothing(written: list[Written]) -> None:
    articles = articles_of(written)
    assert continued(documents_of(written), lambda _: articles, articles, lambda _: Standing.THERE) == {}


@given(st.lists(WRITTEN, min_size=1, max_size=6), st.integers(0, 5))
def test_a_document_with_the_same_words_comes_before_all_others(written: list[Written], number: int) -> None:
    articles, documents = articles_of(written), documents_of(written)
    known = articles[number % len(articles)]
    chosen = continued(documents, lambda _: [known], (), lambda _: Standing.GONE)
    assert [(it.article, it.likeness.why) for it in chosen.values()] == [(known.id, "the same words")]


def test_an_article_is_found_by_what_it_says_however_many_are_lost() -> None:
    lost = articles_of(
        [(f"题{n}", [f"第{n}号工地上今天来了新的班组", f"编号{n}的设备已经全部到场"], 0) for n in range(500)]
    )
    (document,) = documents_of([("全新的题目", ["第321号工地上今天来了新的班组", "其余的话都改写过了"], 0)])
    assert [known.id for known in Sentences(lost).find(document)] == [lost[321].id]


def test_a_sentence_that_all_have_finds_nobody() -> None:
    lost = articles_of([(f"题{n}", ["本报记者在现场为您报道"], 0) for n in range(20)])
    (document,) = documents_of([("题", ["本报记者在现场为您报道"], 0)])
    assert Sentences(lost).find(document) == []


def test_only_what_is_written_over_tells_issues_apart() -> None:
    assert other_figures("新增12例", "新增13例")
    assert other_figures("一月份", "二月份")
    assert other_figures("on monday", "on friday")
    assert not other_figures("新增12例", "新增12例，累计340例")
    assert not other_figures("今天开工", "今天开工")


def test_a_place_taken_by_another_document_meanwhile_is_no_place_to_go_on_from() -> None:
    """Copies of one moved file, each edited: one goes on with the article, the other is a copy of it."""
    written: list[Written] = [("医院开工", list(SENTENCES[:5]), 0)]
    (known,) = articles_of(written)
    (document,) = documents_of(written)
    text = document.subject.text
    edited = [
        a_prepared(an_article(name, "医院开工", text + end, url=None))
        for name, end in (("a.md", "。完"), ("b.md", "。毕"))
    ]
    settler = Settler({"lost": {known.id: (known,)}, "title": {}, "location": {}, "hash": {}, "address": {}})
    gone = a_sighting("old/0.md", article=known.id, digest="other")
    changes = settler.settle(edited, {"old/0.md": gone}, [gone], "r", PUBLISHED)
    assert {change.identity.id for change in changes} == {known.id}
    assert sorted(change.identity.rung for change in changes) == ["copy", "moved"]
