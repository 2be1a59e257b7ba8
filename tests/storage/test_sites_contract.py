"""What sources say of their sites, and the language of texts, as stored and read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from aggregator.model.article import Admission, Routing, StatedSite
from aggregator.model.config import Source
from aggregator.model.reading import Query
from aggregator.model.running import Ending, Memory, NextVisit, SourceReport
from builders import NOW, a_change, a_prepared, a_verdict, an_article
from old_stores import make_old
from storage import Storage, open_store

HOUR = timedelta(hours=1)
SITE = StatedSite("晚报", "https://paper.example/", "https://paper.example/feed.xml")


def visited(storage: Storage, site: StatedSite | None, *, url: str = "https://paper.example/feed") -> None:
    """A visit to the source ``seeds`` that heard so of its site."""
    [ticket] = storage.agenda.take(["seeds"], "worker", NOW + HOUR, NOW)
    ending = Ending(ticket, NextVisit(NOW, ""), Memory(), SourceReport("seeds"), site=site)
    with storage.store.write() as unit:
        unit.finish([ending], NOW)


def stored(storage: Storage, language: str = "en") -> None:
    storage.agenda.sync([Source("seeds", kind="feed", url="https://paper.example/feed")], NOW)
    change = a_change(a_prepared(replace(an_article(), language=language)))
    with storage.store.write() as unit:
        unit.save([change], NOW)
        unit.route([Routing(change.identity.id, (a_verdict("centers"),), (Admission("centers", NOW),))], "rules", NOW)


def site_of(storage: Storage) -> StatedSite:
    [entry] = storage.archive.entries(Query())
    return entry.origin


def test_an_entry_knows_its_language(storage: Storage) -> None:
    stored(storage, "ar")
    [entry] = storage.archive.entries(Query())
    assert entry.language == "ar"


def test_what_a_source_says_of_its_site_stays_until_it_says_something_else(storage: Storage) -> None:
    stored(storage)
    assert site_of(storage) == StatedSite()
    for said, known in ((SITE, SITE), (None, SITE), (StatedSite("早报"), StatedSite("早报"))):
        visited(storage, said)
        assert site_of(storage) == known


def test_a_page_that_names_the_feed_alone_takes_nothing_back(storage: Storage) -> None:
    stored(storage)
    visited(storage, StatedSite("早报", "https://paper.example/"))
    visited(storage, StatedSite(feed="https://paper.example/feed.xml"))
    assert site_of(storage) == StatedSite("早报", "https://paper.example/", "https://paper.example/feed.xml")


def test_feeds_that_name_a_source_are_wanted_anew_when_it_says_something_else(storage: Storage) -> None:
    stored(storage)
    wanted, pages = [], []
    for said in (SITE, SITE, None, StatedSite("早报"), StatedSite("早报")):
        visited(storage, said)
        wanted.append(storage.archive.feed_versions()["centers"].wanted)
        pages.append(storage.archive.change_number())
    assert wanted[0] == wanted[1] == wanted[2] == wanted[3] - 1 == wanted[4] - 1
    assert len(set(pages)) == 2


def test_another_address_has_another_site(storage: Storage) -> None:
    stored(storage)
    visited(storage, SITE)
    storage.agenda.sync([Source("seeds", kind="feed", url="https://other.example/feed")], NOW)
    assert site_of(storage) == StatedSite()


def test_texts_of_0011_have_their_language(tmp_path: Path) -> None:
    texts = {
        "en": "the ministry of health said that twelve hospitals, which were built",
        "zh": "国家医学中心今天开诊",
        "": "12345",
    }
    path = tmp_path / "old.sqlite3"
    make_old(path, "0011")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO article (key, id, source, location, published, date_kind, updated, first_seen, content_hash, "
            "revision, rules, filed) VALUES (1, ?, 's', 'a.md', 0, 'stated', 0, 0, '1:x', 3, '', 0)",
            ("a" * 32,),
        )
        for number, text in enumerate(texts.values(), start=1):
            connection.execute(
                "INSERT INTO revision (article, number, content_hash, seen, significant, source, location, title, "
                "summary, author, categories, tags, front_matter, repairs, folded_title, folded_labels, folded_author, "
                "folded_url, folded_text, html) "
                "VALUES (1, ?, '1:x', 0, 1, 's', 'a.md', '', '', '', '[]', '[]', '{}', '[]', '', '', '', '', ?, '')",
                (number, text),
            )
        connection.commit()
    open_store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT language FROM revision ORDER BY number").fetchall()
    assert [language for (language,) in found] == list(texts)
