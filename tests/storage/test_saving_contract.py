"""What `save` promises, by way of what readers see afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.base.canonical import address_key
from aggregator.codes import RepairCode
from aggregator.errors import StoreError
from aggregator.model.article import ADDRESS, Admission, Routing
from aggregator.model.document import Repair
from aggregator.model.reading import Query
from builders import NOW, PUBLISHED, a_change, a_hash, a_prepared, a_sighting, a_trouble, again, an_article
from storage import Storage
from store_steps import LATER, dossier, enter, known_of, revised, save, sight, wanted


def test_a_new_article_comes_back_field_by_field(storage: Storage) -> None:
    repairs = (Repair(RepairCode.TITLE_QUOTES, "unescaped", 3), Repair(RepairCode.ENCODING))
    article = an_article(
        image="https://news.example/a.jpg",
        categories=("医疗", "新闻"),
        tags=("a", "b"),
        metadata={"layout": "post", "odd": "\ud800"},
        repairs=repairs,
    )
    change = a_change(a_prepared(article))
    save(storage, change)
    found = dossier(storage, change.identity.id)
    entry = found.entry
    assert (entry.id, entry.source, entry.url) == (change.identity.id, "seeds", article.url)
    assert (entry.title, entry.html, entry.summary) == (article.title, article.html, article.summary)
    assert (entry.author, entry.image) == (article.author, article.image)
    assert (entry.categories, entry.tags, entry.topics, entry.also) == (article.categories, article.tags, (), ())
    assert (entry.published, entry.updated, entry.first_seen) == (PUBLISHED, PUBLISHED, NOW)
    assert found.content_hash == change.prepared.content_hash
    assert found.date_kind == "stated"
    assert found.repairs == ("title-quotes: unescaped (line 3)", "encoding")
    assert [(o.location, o.status, o.seen) for o in found.origins] == [("2026/a.md", "new", NOW)]
    assert [(r.number, r.title, r.significant) for r in found.revisions] == [(1, article.title, True)]
    assert found.withdrawn is None


# What the document states → what is minted; the clock stands half a second after NOW.
DATES = [
    # published, updated, expected published, expected updated
    (PUBLISHED, None, PUBLISHED, PUBLISHED),
    (PUBLISHED, PUBLISHED + timedelta(days=1), PUBLISHED, PUBLISHED + timedelta(days=1)),
    (PUBLISHED, PUBLISHED - timedelta(days=1), PUBLISHED, PUBLISHED),  # updated before it was published
    (PUBLISHED, NOW + timedelta(days=1), PUBLISHED, PUBLISHED),  # updated in the future
    (None, None, NOW, NOW),  # no date: first seen stands in
    (NOW + timedelta(days=9), None, NOW, NOW),  # published in the future
    (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), None, *2 * (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),)),
]


@pytest.mark.parametrize(("published", "updated", "minted", "changed"), DATES)
def test_dates_are_minted_once_and_never_in_the_future(
    storage: Storage, published: datetime | None, updated: datetime | None, minted: datetime, changed: datetime
) -> None:
    change = a_change(a_prepared(an_article(published=published, updated=updated)))
    save(storage, change, now=NOW + timedelta(seconds=0.5))
    entry = dossier(storage, change.identity.id).entry
    assert (entry.published, entry.updated, entry.first_seen) == (minted, changed, NOW)


def test_a_significant_revision_keeps_the_id_and_moves_updated(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    second = revised(change, "全文。", url="https://news.example/b")
    save(storage, second, now=LATER)
    found = dossier(storage, change.identity.id)
    assert found.entry.html == "<p>全文。</p>"
    assert found.entry.url == "https://news.example/b"
    assert (found.entry.published, found.entry.first_seen) == (PUBLISHED, NOW)
    assert found.entry.updated == LATER.replace(microsecond=0)
    assert found.content_hash == second.prepared.content_hash
    assert [(r.number, r.content_hash, r.significant) for r in found.revisions] == [
        (1, change.prepared.content_hash, True),
        (2, second.prepared.content_hash, True),
    ]


def test_an_insignificant_revision_leaves_updated(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    save(storage, revised(change, "第一段！", significant=False), now=LATER)
    found = dossier(storage, change.identity.id)
    assert found.entry.html == "<p>第一段！</p>"
    assert found.entry.updated == PUBLISHED
    assert [r.significant for r in found.revisions] == [True, False]


def test_updated_never_runs_back_nor_ahead(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    save(storage, revised(change, "二"), now=LATER)
    save(storage, revised(change, "三"), now=LATER - timedelta(minutes=1))
    assert dossier(storage, change.identity.id).entry.updated == LATER.replace(microsecond=0)


def test_an_articles_address_is_the_one_that_the_change_says(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    without = revised(change, "全文。", url=None)
    save(storage, replace(without, url="https://news.example/a"))
    assert dossier(storage, change.identity.id).entry.url == "https://news.example/a"
    save(storage, revised(change, "又一篇全文。", url=None))
    assert dossier(storage, change.identity.id).entry.url is None


def test_the_same_text_cleaned_anew_replaces_it_in_place(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    prepared = replace(change.prepared, article=replace(change.prepared.article, html="<p>clean</p>"))
    save(storage, a_change(prepared, "revision", id=change.identity.id, significant=False), now=LATER)
    found = dossier(storage, change.identity.id)
    assert found.entry.html == "<p>clean</p>"
    assert [(r.number, r.seen) for r in found.revisions] == [(1, NOW)]


def test_a_correction_of_the_same_words_replaces_all_but_the_dates(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    enter(storage, change.identity.id)
    article = replace(
        change.prepared.article,
        location="2026/b.md",
        html="<p>neu</p>",
        summary="neu",
        author="李四",
        url="https://news.example/b",
        image="https://news.example/b.jpg",
        categories=("一",),
        tags=("二",),
        metadata={"layout": "post"},
        repairs=(Repair(RepairCode.ENCODING),),
        published=PUBLISHED - timedelta(days=1),
    )
    prepared = replace(a_prepared(article), content_hash=change.prepared.content_hash)
    save(storage, a_change(prepared, "revision", id=change.identity.id, significant=False), now=LATER)
    found, entry = dossier(storage, change.identity.id), dossier(storage, change.identity.id).entry
    assert (entry.html, entry.summary, entry.author, entry.url) == ("<p>neu</p>", "neu", "李四", article.url)
    assert (entry.image, entry.categories, entry.tags) == (article.image, ("一",), ("二",))
    assert (found.repairs, found.subject) == (("encoding",), prepared.subject)
    assert (entry.published, entry.updated, len(found.revisions)) == (PUBLISHED, PUBLISHED, 1)
    assert wanted(storage) == 2
    with storage.store.write() as unit:
        [known] = known_of(unit, prepared)[ADDRESS][address_key("https://news.example/b")]
    assert known.place == ("seeds", "2026/b.md")


def test_a_correction_that_no_entry_shows_raises_no_feed(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    enter(storage, change.identity.id)
    article = replace(change.prepared.article, metadata={"layout": "post"}, repairs=(Repair(RepairCode.ENCODING),))
    prepared = replace(change.prepared, article=article)
    save(storage, a_change(prepared, "revision", id=change.identity.id, significant=False))
    assert dossier(storage, change.identity.id).repairs == ("encoding",)
    assert wanted(storage) == 1


def test_changes_of_one_article_count_in_their_order_within_a_batch(storage: Storage) -> None:
    first = a_change()
    save(storage, first, revised(first, "二"), revised(first, "三"), again(first, "copy.md"))
    found = dossier(storage, first.identity.id)
    assert found.entry.html == "<p>三</p>"
    assert [r.number for r in found.revisions] == [1, 2, 3]
    assert found.content_hash == a_hash("国家区域医疗中心开工", "三")


@pytest.mark.parametrize("kind", ["revision", "same"])
def test_a_change_of_an_unknown_article_is_refused(storage: Storage, kind: str) -> None:
    change = a_change(kind="revision" if kind == "revision" else "same")
    with pytest.raises(StoreError, match="is not stored"):
        save(storage, change)


def test_minting_an_article_twice_is_refused_and_leaves_nothing(storage: Storage) -> None:
    change = a_change()
    with pytest.raises(StoreError, match="minted twice"):
        save(storage, change, change)
    assert storage.archive.entries(Query()) == ()
    save(storage, change)
    with pytest.raises(StoreError, match="database: UNIQUE"):
        save(storage, change)


def test_a_failing_block_undoes_all_of_it(storage: Storage) -> None:
    def fail() -> None:
        with storage.store.write() as unit:
            unit.save([a_change()], NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert storage.archive.entries(Query()) == ()
    assert storage.archive.change_number() == "0"


# --- feeds that show a changed article --------------------------------------------------------------


def test_every_visible_change_raises_the_feeds_it_has_entered(storage: Storage) -> None:
    change = a_change()
    copy = again(change, "copy.md")
    recleaned = replace(change.prepared, article=replace(change.prepared.article, html="<p>clean</p>"))
    gone = replace(copy.sighting, status="vanished")
    save(storage, change)
    enter(storage, change.identity.id)
    steps: list[Callable[[], None]] = [
        lambda: save(storage, copy),  # also seen elsewhere
        lambda: sight(storage, gone),  # no more
        lambda: save(storage, a_change(recleaned, "revision", id=change.identity.id, significant=False)),
        lambda: save(storage, revised(change, "二")),
    ]
    for number, step in enumerate(steps, start=2):
        step()
        assert wanted(storage) == number


def test_what_nobody_sees_raises_nothing(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    enter(storage, change.identity.id)
    unchanged = replace(change.sighting, status="unchanged", stamp="2", seen=LATER)
    sight(storage, unchanged, a_sighting("broken.md", "rejected", trouble=a_trouble("empty: no text")))
    save(storage, a_change(change.prepared, "same", status="unchanged"))
    save(storage, a_change(change.prepared, "revision", significant=False))
    assert wanted(storage) == 1


def test_a_waiting_article_raises_nothing(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    with storage.store.write() as unit:
        unit.route([Routing(change.identity.id, (), (Admission("centers", None),))], "rules", NOW)
    save(storage, revised(change, "二"))
    assert storage.archive.feed_versions() == {}
