"""What `save`, `sight`, `withdraw` and `known` promise, by way of what readers see afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from aggregator.errors import StoreError
from aggregator.model.article import Admission, Change, Reason, Repair, Routing, Sighting, SightingStatus
from aggregator.model.reading import Dossier, Query
from builders import NOW, PUBLISHED, a_change, a_hash, a_prepared, a_sighting, a_verdict, again, an_article
from storage import Storage

LATER = NOW + timedelta(hours=1, microseconds=5)


def save(storage: Storage, *changes: Change, now: datetime = NOW) -> None:
    with storage.store.write() as unit:
        unit.save(changes, now)


def sight(storage: Storage, *sightings: Sighting) -> None:
    with storage.store.write() as unit:
        unit.sight(sightings)


def dossier(storage: Storage, article: UUID) -> Dossier:
    found = storage.archive.article(str(article))
    assert found is not None
    return found


def enter(storage: Storage, article: UUID, feed: str = "centers") -> None:
    with storage.store.write() as unit:
        unit.route([Routing(article, (), (Admission(feed, NOW),))], "rules", NOW)


def wanted(storage: Storage, feed: str = "centers") -> int:
    return storage.archive.feed_versions()[feed].wanted


def revised(
    change: Change, text: str, *, significant: bool = True, url: str | None = "https://news.example/a"
) -> Change:
    article = an_article(change.sighting.location, text=text, url=url)
    return a_change(a_prepared(article), "revision", id=change.identity.id, significant=significant)


def test_a_new_article_comes_back_field_by_field(storage: Storage) -> None:
    repairs = (Repair("title-quotes", "unescaped", 3), Repair("encoding"))
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


def test_a_revision_without_address_keeps_the_known_one(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    save(storage, revised(change, "全文。", url=None))
    assert dossier(storage, change.identity.id).entry.url == "https://news.example/a"


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
        repairs=(Repair("encoding"),),
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
        [known] = unit.known([prepared]).by_url["https://news.example/b"]
    assert known.place == ("seeds", "2026/b.md")


def test_a_correction_that_no_entry_shows_raises_no_feed(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    enter(storage, change.identity.id)
    article = replace(change.prepared.article, metadata={"layout": "post"}, repairs=(Repair("encoding"),))
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
    assert storage.archive.revision() == "0"


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
    sight(storage, unchanged, a_sighting("broken.md", "rejected", reason="empty: no text"))
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


# --- sightings --------------------------------------------------------------------------------------


def test_sightings_are_remembered_as_they_were_written(storage: Storage) -> None:
    change = a_change(seen=LATER)
    rejected = a_sighting("broken.md", "rejected", reason="yaml-alias: an alias", line=4, seen=LATER)
    save(storage, change)
    sight(storage, rejected)
    assert storage.agenda.memory("seeds").sightings == {"2026/a.md": change.sighting, "broken.md": rejected}
    assert storage.agenda.memory("elsewhere").sightings == {}


def test_a_rejected_document_keeps_the_article_last_seen_there(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    sight(storage, a_sighting(change.sighting.location, "rejected", digest="other", reason="empty: no text"))
    kept = storage.agenda.memory("seeds").sightings["2026/a.md"]
    assert (kept.status, kept.digest, kept.reason) == ("rejected", "other", "empty: no text")
    assert (kept.article, kept.content_hash) == (change.identity.id, change.prepared.content_hash)
    assert kept.url == change.sighting.url
    assert kept.article == change.identity.id
    with storage.store.write() as unit:
        assert unit.known([change.prepared]).by_location["2026/a.md"].id == change.identity.id


@pytest.mark.parametrize("status", ["rejected", "failed"])
def test_a_document_that_cannot_be_read_keeps_the_address_of_its_place(
    storage: Storage, status: SightingStatus
) -> None:
    change = a_change()
    copy = again(change, "copy.md", source="other", url="https://copy.example/1")
    save(storage, change, copy)
    enter(storage, change.identity.id)
    sight(storage, a_sighting("copy.md", status, source="other", article=change.identity.id, content_hash="1:0"))
    kept = storage.agenda.memory("other").sightings["copy.md"]
    assert (kept.status, kept.url, kept.content_hash) == (status, copy.sighting.url, copy.sighting.content_hash)
    assert [origin.url for origin in storage.archive.entries(Query())[0].also] == [copy.sighting.url]
    assert wanted(storage) == 1


def test_a_sighting_of_an_unknown_article_is_refused(storage: Storage) -> None:
    with pytest.raises(StoreError, match="is not stored"):
        sight(storage, a_sighting(article=uuid4()))


def test_text_that_utf8_cannot_carry_is_spelled_out_and_keeps_no_batch_away(storage: Storage) -> None:
    odd = an_article(
        "a\udcff.md", "题\ud800", "文\ud800", url=None, tags=("签\ud800",), repairs=(Repair("date", "\ud800"),)
    )
    change, other = a_change(a_prepared(odd, content_hash=a_hash("odd"), digest="d")), a_change()
    verdict = replace(a_verdict(), reasons=(Reason("r", "匹\ud800", "title", 0, 1.0),))
    save(storage, change, other)
    with storage.store.write() as unit:
        unit.route([Routing(change.identity.id, (verdict,), ())], "rules", NOW)
        unit.sight([a_sighting("b\udcff.md", "rejected", reason="yaml: \udcff")])
        known = unit.known([change.prepared])
    found = dossier(storage, change.identity.id)
    assert (found.entry.title, found.entry.html) == ("题\\ud800", "<p>文\\ud800</p>")
    assert (found.entry.tags, found.repairs) == (("签?",), ("date: ?",))
    assert found.verdicts[0].reasons[0].matched == "匹?"
    assert known.by_location["a\udcff.md"].id == change.identity.id
    sightings = storage.agenda.memory("seeds").sightings
    assert set(sightings) == {"2026/a.md", "a\\udcff.md", "b\\udcff.md"}
    assert sightings["b\\udcff.md"].reason == "yaml: \\udcff"
    with storage.store.write() as unit:
        unit.withdraw("seeds", ["a\udcff.md"], NOW)
    assert dossier(storage, change.identity.id).withdrawn == NOW


def test_withdrawn_is_what_is_seen_nowhere_else(storage: Storage) -> None:
    first, second = a_change(), a_change(a_prepared(an_article("b.md", "另一篇")))
    save(storage, first, second, again(second, "elsewhere.md", source="other"))
    enter(storage, first.identity.id)
    with storage.store.write() as unit:
        unit.sight([replace(c.sighting, status="vanished") for c in (first, second)])
        unit.withdraw("seeds", ["2026/a.md", "b.md", "never-seen.md"], LATER)
    assert [entry.id for entry in storage.archive.entries(Query())] == [second.identity.id]
    assert storage.archive.entries(Query(feed="centers")) == ()
    assert dossier(storage, first.identity.id).withdrawn == LATER
    assert wanted(storage) == 3  # entered; lost its place; withdrawn


@pytest.mark.parametrize("how", ["sight", "save"])
def test_an_article_that_is_seen_again_is_back(storage: Storage, how: str) -> None:
    change = a_change()
    save(storage, change)
    enter(storage, change.identity.id)
    with storage.store.write() as unit:
        unit.withdraw("seeds", ["2026/a.md"], NOW)
    before = wanted(storage)
    if how == "sight":
        sight(storage, replace(change.sighting, status="unchanged"))
    else:
        save(storage, again(change, "moved.md"))
    assert [entry.id for entry in storage.archive.entries(Query())] == [change.identity.id]
    assert wanted(storage) > before


def test_a_rejected_document_brings_nothing_back(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    with storage.store.write() as unit:
        unit.withdraw("seeds", ["2026/a.md"], NOW)
    sight(storage, a_sighting(change.sighting.location, "rejected", reason="empty: no text"))
    assert storage.archive.entries(Query()) == ()


def test_only_what_a_page_shows_changes_the_revision_of_the_archive(storage: Storage) -> None:
    change = a_change()
    save(storage, change)
    before = storage.archive.revision()
    save(storage)
    save(storage, a_change(change.prepared, "same", status="unchanged", seen=LATER))
    with storage.store.write() as unit:
        unit.sight([])
        unit.sight([replace(change.sighting, status="unchanged", stamp="2", seen=LATER)])
        unit.sight([a_sighting("broken.md", "rejected", reason="empty: no text")])
        unit.withdraw("seeds", [], NOW)
        unit.withdraw("seeds", ["never-seen.md"], NOW)
        unit.route([], "rules", NOW)
    assert storage.archive.revision() == before
    steps: list[Callable[[], None]] = [
        lambda: save(storage, again(change, "copy.md")),
        lambda: sight(storage, a_sighting("copy.md", "vanished", article=change.identity.id)),
        lambda: save(storage, revised(change, "二")),
        lambda: enter(storage, change.identity.id),
    ]
    for step in steps:
        step()
        assert storage.archive.revision() != before
        before = storage.archive.revision()


# --- known ------------------------------------------------------------------------------------------


def test_known_finds_by_place_by_any_hash_and_by_address(storage: Storage) -> None:
    first = a_change()
    second = revised(first, "全文。")
    other = a_change(a_prepared(an_article("b.md", "另一篇", url=first.sighting.url)))
    save(storage, first, second, other)
    with storage.store.write() as unit:
        known = unit.known([first.prepared])
        elsewhere = unit.known([a_prepared(an_article(source="other", url=None))])
        assert unit.known([]).by_location == {}
    here = known.by_location["2026/a.md"]
    assert (here.id, here.content_hash) == (first.identity.id, second.prepared.content_hash)
    assert (here.title, here.text) == ("国家区域医疗中心开工", "全文。")
    assert (here.html, here.author, here.labels) == ("<p>全文。</p>", "张三", "医疗")
    assert here.place == ("seeds", "2026/a.md")
    [by_hash] = known.by_hash[first.prepared.content_hash]
    assert (by_hash.place, by_hash.html, by_hash.author, by_hash.labels) == (("", ""), "", "", "")
    assert (here.published, here.date_kind, here.url) == (PUBLISHED, "stated", first.sighting.url)
    assert [(a.id, a.title, a.text) for a in known.by_hash[first.prepared.content_hash]] == [
        (first.identity.id, "", "")
    ]
    assert {a.id: a.text for a in known.by_url["https://news.example/a"]} == {
        first.identity.id: "全文。",
        other.identity.id: "第一段。\n第二段。",
    }
    assert elsewhere.by_location == {}
    assert elsewhere.by_url == {}
    assert [a.id for a in elsewhere.by_hash[first.prepared.content_hash]] == [first.identity.id]


def place(storage: Storage, change: Change) -> tuple[str, str]:
    """The place that provides the newest text."""
    with storage.store.write() as unit:
        [known] = unit.known([change.prepared]).by_url["https://news.example/a"]
    return known.place


def test_the_place_of_a_text_moves_with_its_file_and_with_its_provider(storage: Storage) -> None:
    first = a_change()
    fuller = revised(again(first, "b.md"), "全文。")
    steps: list[tuple[list[Change], tuple[str, str]]] = [
        ([first], ("seeds", "2026/a.md")),
        ([again(first, "copy.md")], ("seeds", "2026/a.md")),
        ([again(first, "2025/a.md", status="moved")], ("seeds", "2025/a.md")),
        ([moved_elsewhere(first)], ("seeds", "2025/a.md")),
        ([fuller], ("seeds", "b.md")),
        ([again(first, "c.md", status="moved"), revised(again(first, "d.md"), "三")], ("seeds", "d.md")),
        ([revised(again(first, "e.md"), "四"), again(first, "f.md", status="moved")], ("seeds", "f.md")),
    ]
    for changes, expected in steps:
        save(storage, *changes)
        assert place(storage, first) == expected


def moved_elsewhere(change: Change) -> Change:
    article = replace(change.prepared.article, source="other", location="x.md")
    return a_change(a_prepared(article), "same", id=change.identity.id, status="moved")


def test_known_takes_more_than_one_statement_can_hold(storage: Storage) -> None:
    changes = [
        a_change(a_prepared(an_article(f"{n}.md", f"第{n}篇", url=f"https://news.example/{n}"))) for n in range(1201)
    ]
    with storage.store.write() as unit:
        unit.save(changes, NOW)
        known = unit.known([change.prepared for change in changes])
    assert len(known.by_location) == len(known.by_hash) == len(known.by_url) == 1201
