"""Draws the mark as icon.png, logo.png and favicon.ico from icon.svg, with Chromium: ``make marks``."""

from __future__ import annotations

import struct
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).parents[2] / "aggregator" / "site" / "static"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
CHROMIUM = "/usr/bin/chromium"


def drawn(page: Page, width: int, height: int, mark: int) -> bytes:
    """The mark, so many pixels wide, in the middle of a picture with nothing behind it."""
    svg = (STATIC / "icon.svg").read_text()
    page.set_viewport_size({"width": width, "height": height})
    style = f"margin:0;display:grid;place-items:center;width:{width}px;height:{height}px"
    page.set_content(f'<body style="{style}">{svg.replace("<svg", f"<svg width={mark} height={mark}", 1)}</body>')
    return page.screenshot(omit_background=True)


def as_icon(png: bytes, size: int) -> bytes:
    """A PNG as the one picture of an ICO file."""
    header = struct.pack("<HHH", 0, 1, 1)
    return header + struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(png), 22) + png


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        (STATIC / "icon.png").write_bytes(drawn(page, 192, 192, 192))
        (STATIC / "logo.png").write_bytes(drawn(page, 400, 200, 160))
        (STATIC / "favicon.ico").write_bytes(as_icon(drawn(page, 32, 32, 32), 32))
        browser.close()


if __name__ == "__main__":
    main()
