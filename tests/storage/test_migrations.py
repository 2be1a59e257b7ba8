"""What becomes of the rows of earlier schemas."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.base.titles import title_key
from aggregator.codes import AlarmCode, Code
from aggregator.model.alarm import Alarm
from aggregator.model.reading import FeedVersion, PathVersion
from aggregator.model.trouble import Trouble
from builders import a_trouble
from old_stores import make_old
from storage import open_store

CREATED = datetime(2026, 1, 1, 8, 0, 0, 500_000, tzinfo=UTC)
MODIFIED = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stored(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)


def test_feed_versions_of_0002_are_parted_into_what_is_wanted_and_what_is_at_a_path(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    make_old(path, "0002")
    created, modified = stored(CREATED), stored(MODIFIED)
    rows = [
        ("bridges", 7, 7, "recipe", "etag", modified, created, True),
        ("behind", 3, 2, "recipe", "etag 2", modified, created, True),
        ("noted", 1, -1, "recipe", "etag 3", modified, created, False),
        ("never-built", 1, -1, "", "", None, created, False),
        ("feeds.opml", 0, 0, "recipe 2", "etag 4", modified, created, False),
    ]
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("INSERT INTO feed_version VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
    storage = open_store(f"sqlite:///{path}")
    assert storage.archive.feed_versions() == {
        "bridges": FeedVersion("bridges", 7, CREATED, entered_once=True),
        "behind": FeedVersion("behind", 3, CREATED, entered_once=True),
        "noted": FeedVersion("noted", 1, CREATED, entered_once=False),
        "never-built": FeedVersion("never-built", 1, CREATED, entered_once=False),
    }
    paths = ("/feeds/bridges.atom", "/feeds/behind.atom", "/feeds/noted.atom", "/feeds.opml")
    assert [storage.archive.path_version(path) for path in paths] == [
        PathVersion("/feeds/bridges.atom", 7, "recipe", "etag", MODIFIED),
        PathVersion("/feeds/behind.atom", 2, "recipe", "etag 2", MODIFIED),
        PathVersion("/feeds/noted.atom", -1, "recipe", "etag 3", MODIFIED),
        PathVersion("/feeds.opml", 0, "recipe 2", "etag 4", MODIFIED),
    ]
    assert storage.archive.path_version("/feeds/never-built.atom") is None
    storage.close()


SENTENCES = {
    "": None,
    "empty: no text": a_trouble("empty: no text"),
    "http-404: https://a.example/1 answers 404": a_trouble("http-404: https://a.example/1 answers 404"),
    "full-text: timeout: a.example: no whole answer": a_trouble("full-text: timeout: a.example: no whole answer"),
    "full-text: no article was found in the page": a_trouble("full-text: no article was found in the page"),
    "full-text: https://a.example: a page": Trouble(Code.FULL_TEXT, "", "https://a.example: a page"),
    "nobody: ever wrote this": Trouble(Code.NONE, "", "nobody: ever wrote this"),
}


def test_what_was_wrong_with_a_place_of_0005_has_its_code(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    make_old(path, "0005")
    with closing(sqlite3.connect(path)) as connection:
        for reason in SENTENCES:
            row = ("s", reason or "sound", "1", "d", "r", "rejected", stored(CREATED), "", reason)
            connection.execute(
                "INSERT INTO sighting (source, location, stamp, digest, recipe, status, seen, content_hash, reason) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        connection.commit()
    storage = open_store(f"sqlite:///{path}")
    sightings = storage.agenda.sightings("s")
    assert {reason: sightings[reason or "sound"].trouble for reason in SENTENCES} == SENTENCES
    assert {reason: str(sightings[reason or "sound"].trouble or "") for reason in SENTENCES} == {
        reason: reason for reason in SENTENCES
    }
    storage.close()


def test_why_a_source_of_0005_failed_has_its_code_and_reads_the_same(tmp_path: Path) -> None:
    errors = {"": None, "dns: a.example has no address (check the spelling)": Code.DNS, "KeyError: 'x'": Code.NONE}
    path = tmp_path / "old.sqlite3"
    make_old(path, "0005")
    with closing(sqlite3.connect(path)) as connection:
        for name, error in enumerate(errors):
            connection.execute(
                "INSERT INTO source (name, enabled, definition, next_due, reason, failures, error, alarm, articles, "
                "cursor, ticket, holder) VALUES (?, 1, '', 0, '', 0, ?, '', 0, '', 0, '')",
                (str(name), error),
            )
        connection.commit()
    storage = open_store(f"sqlite:///{path}")
    assert {state.error: state.error_code for state in storage.agenda.states()} == errors
    storage.close()


def test_an_alarm_of_0007_is_of_no_class_and_reads_the_same(tmp_path: Path) -> None:
    sentences = ("", '9 of 20 documents are left; "a" 三')
    path = tmp_path / "old.sqlite3"
    make_old(path, "0007")
    with closing(sqlite3.connect(path)) as connection:
        for sentence in sentences:
            connection.execute(
                "INSERT INTO source (name, enabled, definition, next_due, reason, failures, error, alarm, articles, "
                "cursor, ticket, holder) VALUES (?, 1, '', 0, '', 0, '', ?, 0, '', 0, '')",
                (sentence, sentence),
            )
        connection.commit()
    storage = open_store(f"sqlite:///{path}")
    told = {state.name: (state.alarms, state.remarks) for state in storage.agenda.states()}
    assert told == {"": ((), ()), sentences[1]: ((Alarm(AlarmCode.NONE, sentences[1]),), ())}
    storage.close()


def test_an_alarm_that_this_version_does_not_know_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "later.sqlite3"
    make_old(path, "0008")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO source (name, enabled, definition, next_due, reason, failures, error, alarms, articles, "
            "cursor, ticket, holder) VALUES ('s', 1, '', 0, '', 0, '', '[[\"of-later\",\"words\"]]', 0, '', 0, '')"
        )
        connection.commit()
    storage = open_store(f"sqlite:///{path}")
    [state] = storage.agenda.states()
    assert state.alarms == (Alarm(AlarmCode.NONE, "of-later: words"),)
    storage.close()


def test_a_code_that_this_version_does_not_know_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "later.sqlite3"
    open_store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO sighting (source, location, stamp, digest, recipe, status, seen, content_hash, code, reason) "
            "VALUES ('s', 'a', '', '', '', 'rejected', 0, '', 'of-later', 'words')"
        )
        connection.commit()
    storage = open_store(f"sqlite:///{path}")
    trouble = storage.agenda.sightings("s")["a"].trouble
    assert (trouble and trouble.code, str(trouble)) == (Code.NONE, "of-later: words")
    storage.close()


def test_articles_of_0007_are_found_by_their_titles(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    make_old(path, "0007")
    with closing(sqlite3.connect(path)) as connection:
        article = ("a" * 32, "s", "a.md", stored(CREATED), "stated", stored(CREATED), stored(CREATED), "1:x", 2)
        connection.execute(
            "INSERT INTO article (key, id, source, location, published, date_kind, updated, first_seen, content_hash, "
            "revision, rules, filed) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0)",
            article,
        )
        for number, title in enumerate(("大桥开工", "大桥合龙"), start=1):
            connection.execute(
                "INSERT INTO revision (article, number, content_hash, seen, significant, source, location, title, "
                "summary, author, categories, tags, front_matter, repairs, folded_title, folded_labels, folded_author, "
                "folded_url, folded_text, html) "
                "VALUES (1, ?, '1:x', 0, 1, 's', 'a.md', ?, '', '', '[]', '[]', '{}', '[]', ?, '', '', '', '', '')",
                (number, title, title),
            )
        connection.commit()
    open_store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT title_key FROM article").fetchall() == [
            (title_key("s", "大桥合龙", CREATED),)
        ]
