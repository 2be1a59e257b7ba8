"""The style sheets: readable in light and dark, and nothing loaded from elsewhere."""

from __future__ import annotations

import re

import pytest

from aggregator.site.assets import STATIC_TYPES, static_body

CSS = static_body("site.css").decode()
SCHEMES = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
LIGHT, DARK = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in SCHEMES[:2])

PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "tint"),
    ("soft", "paper"),
    ("soft", "card"),
    ("accent", "paper"),
    ("accent", "card"),
    ("accent", "tint"),
    ("accent-ink", "accent"),
    ("mark-ink", "mark"),
]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(scheme[text], scheme[ground]) >= 4.5


def test_both_schemes_set_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)


@pytest.mark.parametrize("name", [name for name in STATIC_TYPES if name.endswith((".css", ".svg"))])
def test_static_files_load_nothing(name: str) -> None:
    text = static_body(name).decode()
    assert not re.search(r"url\(|@import|<script", text)


def test_the_feed_style_hides_what_is_for_readers_only() -> None:
    text = static_body("feed.css").decode()
    assert "feed > *|*, entry > *|* { display: none; }" in text
    shown = set(re.findall(r"^(?:feed|entry) > (\w+) \{", text, re.MULTILINE)) | set(
        re.findall(r"^(?:feed|entry) > ([\w|]+) \{ display: block", text, re.MULTILINE)
    )
    assert shown == {"title", "subtitle", "entry", "dcterms|available", "summary"}
