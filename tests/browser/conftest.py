"""One Chromium for all tests here, and a site for it: Debian's browser, which must be installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from aggregator.feeds.assemble import assemble
from aggregator.feeds.formats.atom import ATOM
from web.conftest import FEED, MODIFIED, Live, serving
from web.fake_archive import INSTALLATION
from web.sample import CONFIGURATION, REGIONAL, an_archive

FLAGS = [
    *("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-sandbox"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


# Of a module, not a session: while it is open, its event loop is the thread's, and no other test could run one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "the package chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The sample site, with the feed of one topic."""
    archive = an_archive(30)
    entries = tuple(dossier.entry for dossier in archive.dossiers if REGIONAL in dossier.entry.topics)
    feed = assemble(REGIONAL, CONFIGURATION, entries, MODIFIED, INSTALLATION)
    with serving(tmp_path_factory.mktemp("site"), archive) as live:
        live.publish(ATOM.write(feed).body, FEED)
        yield live
