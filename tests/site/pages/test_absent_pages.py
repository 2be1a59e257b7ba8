"""What people find where there is no page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html

from aggregator.site.catalog import LANGUAGES, Language
from aggregator.site.pages.error import error_page
from aggregator.site.pages.page import Absence, Stored
from aggregator.site.pages.registry import read_page
from aggregator.site.pages.route import Route
from web.fake_archive import FakeArchive
from web.sample import CONFIGURATION, FIRST, a_dossier, an_article_id


def test_a_withdrawn_article_has_no_page_and_says_that_it_may_return() -> None:
    archive = FakeArchive([replace(a_dossier(), withdrawn=FIRST)])
    for language in LANGUAGES:
        route = Route("article", language, (str(an_article_id(0)),))
        assert read_page(Stored(archive, archive.topic_counts), CONFIGURATION, route) is Absence.WITHDRAWN
    assert "如果来源重新放出" in error_page(CONFIGURATION, "zh", 410)
    assert "If the source brings it back" in error_page(CONFIGURATION, "en", 410)


@pytest.mark.parametrize("status", [404, 405, 410, 500, 503])
@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_are_pages_too(language: Language, status: int) -> None:
    tree = html.document_fromstring(error_page(CONFIGURATION, language, status))
    assert tree.xpath("//p[@class='status']/text()") == [str(status)]
    assert tree.xpath("//main//a/@href") == ["/" if language == "zh" else "/en/"]
    assert not tree.xpath("//link[@rel='canonical']")
