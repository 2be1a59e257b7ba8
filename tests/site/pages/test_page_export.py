"""The pages as files on a static host."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.model.reading import Rendering
from aggregator.site.folder import Folder, file_name
from aggregator.site.pages import topic
from aggregator.site.pages.export import export_pages
from web.fake_archive import FakeArchive
from web.sample import CONFIGURATION, REGIONAL, TOPICS, a_dossier, an_archive, an_article_id

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
HREF = re.compile(r'(?:href|src)="([^":]*)"')


def exported(archive: FakeArchive, **changed: Any) -> list[Rendering]:
    """All files that there are."""
    planned = export_pages(archive, replace(CONFIGURATION, hosting="files", **changed))
    return [rendering for file in planned if (rendering := file.render(NOW))]


def test_every_page_is_written_in_both_languages() -> None:
    archive = an_archive()
    paths = [rendering.path for rendering in exported(archive)]
    assert (
        len(paths)
        == len(set(paths))
        == 6 + 1 + 3 + 2 * (1 + 1 + len(TOPICS) + 1 + len(TOPICS) + 2 + len(archive.dossiers))
    )
    assert {"/", "/en/", "/404.html", "/static/site.css", f"/topics/{REGIONAL}", "/en/topics/none"} <= set(paths)
    assert f"/en/articles/{an_article_id(5)}" in paths


def test_further_pages_have_paths_and_every_link_finds_its_file(tmp_path: Path) -> None:
    archive = FakeArchive(a_dossier(number) for number in range(70))
    folder = Folder(tmp_path)
    renderings = exported(archive)
    folder.put(renderings)
    assert folder.get("/topics/all/page-3") is not None
    for rendering in renderings:
        if rendering.media_type.startswith("text/html") and rendering.path != "/404.html":
            here = tmp_path / file_name(rendering.path)
            for href in HREF.findall(rendering.body.decode()):
                # As a browser finds it on a disk, where nobody knows of an index of a folder.
                target = (here.parent / href.partition("?")[0].partition("#")[0]).resolve()
                assert target.is_file() or target == tmp_path / "feeds.opml" or href.startswith("#"), (here, href)
    assert not [it for it in renderings if b"?page=" in it.body]


def test_the_error_page_is_right_at_any_address() -> None:
    missing = next(it for it in exported(an_archive()) if it.path == "/404.html")
    links = HREF.findall(missing.body.decode())
    assert links
    assert all(link.startswith(("/", "#")) for link in links)


def test_the_same_archive_gives_the_same_files() -> None:
    first, second = ((exported(an_archive())) for _ in range(2))
    assert first == second


def test_topics_are_counted_once_and_every_article_is_read_once() -> None:
    archive = FakeArchive(a_dossier(7 * number) for number in range(60))
    (exported(archive))
    assert archive.countings == 1
    index, lists, articles, sitemap = 1, len(TOPICS) + 2, len(archive.dossiers), 1
    # Of each article its own, and what stands beside it.
    assert archive.reads == index + lists + 2 * articles + sitemap


def test_lists_are_the_same_however_many_pages_are_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = FakeArchive(a_dossier(number) for number in range(200))
    whole = exported(archive)
    monkeypatch.setattr(topic, "AT_A_TIME", 2)
    assert (exported(archive)) == whole


def test_a_withdrawn_article_is_not_written() -> None:
    archive = an_archive()
    archive.dossiers[0] = replace(archive.dossiers[0], withdrawn=NOW)
    assert not [it for it in exported(archive) if str(an_article_id(0)) in it.body.decode(errors="ignore")]


def test_what_is_for_operators_is_in_no_file() -> None:
    site = replace(CONFIGURATION.site, machinery="operators")
    written = exported(an_archive(), site=site)
    paths = {rendering.path for rendering in written}
    # The sixth article is in no topic.
    assert f"/articles/{an_article_id(4)}" in paths
    assert not paths & {"/topics/none", "/en/topics/none", f"/articles/{an_article_id(5)}"}
    bodies = "".join(rendering.body.decode(errors="ignore") for rendering in written)
    machinery = ("/topics/none", str(an_article_id(5)), "1:9f2c4be0", "_posts/", '<details class="dossier"')
    assert not [sign for sign in machinery if sign in bodies]
