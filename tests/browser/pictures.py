"""Takes the pictures of the documentation from the sample site: ``make pictures``. Needs Chinese fonts."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

import aggregator.collect.kinds  # noqa: F401  # makes the kinds of sources known
from aggregator.feeds.assemble import assemble
from aggregator.feeds.formats.atom import ATOM
from browser.conftest import FLAGS
from web.conftest import FEED, MODIFIED, serving
from web.fake_archive import INSTALLATION
from web.sample import CONFIGURATION, REGIONAL, an_archive

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
Scheme = Literal["light", "dark"]
SHOTS: tuple[tuple[str, str, tuple[int, int], float, Scheme], ...] = (
    ("index", "/", (1100, 850), 1, "light"),
    ("phone", f"/topics/{REGIONAL}", (390, 844), 1.5, "dark"),
    ("subscribe", f"/subscribe/{REGIONAL}", (1100, 850), 1, "light"),
    ("feed", FEED, (1100, 850), 1, "light"),
    ("article", f"/articles/{an_archive(30).dossiers[0].entry.id}", (1100, 850), 1, "light"),
    ("english", f"/en/topics/{REGIONAL}", (1100, 850), 1, "dark"),
)


def main() -> None:
    archive = an_archive(30)
    entries = tuple(dossier.entry for dossier in archive.dossiers if REGIONAL in dossier.entry.topics)
    feed = assemble(REGIONAL, CONFIGURATION, entries, MODIFIED, INSTALLATION)
    with sync_playwright() as playwright, serving(Path(tempfile.mkdtemp()), archive) as live:
        live.publish(ATOM.write(feed).body, FEED)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, path, (width, height), scale, scheme in SHOTS:
            page = browser.new_page(
                viewport={"width": width, "height": height}, device_scale_factor=scale, color_scheme=scheme
            )
            page.route("https://**", lambda route: route.abort())
            page.goto(str(live.client.base_url).rstrip("/") + path)
            page.screenshot(path=PICTURES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
