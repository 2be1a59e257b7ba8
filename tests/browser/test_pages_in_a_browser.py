"""Pages and an opened feed in Chromium: nothing in the console, and no violation of WCAG 2.2 A and AA."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from web.conftest import FEED, Live
from web.sample import REGIONAL, an_article_id

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SCREENS = {"phone": (390, 844), "desktop": (1100, 850)}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PATHS = [
    "/",
    f"/topics/{REGIONAL}",
    f"/articles/{an_article_id(2)}",
    "/subscribe",
    f"/subscribe/{REGIONAL}",
    "/nothing",
]
VISIBLE = """() => {
  const texts = document.createTreeWalker(document, NodeFilter.SHOW_TEXT), shown = [];
  while (texts.nextNode()) if (texts.currentNode.parentElement.checkVisibility()) shown.push(texts.currentNode.data);
  return shown.join(" ");
}"""
"""All text that is shown; an XML document has none of its own to ask for."""


def _nothing_from_others(route: Route) -> None:
    """Pictures of publishers are not asked for; an empty one stands for each."""
    if "127.0.0.1" in route.request.url:
        route.continue_()
    else:
        route.fulfill(content_type="image/svg+xml", body='<svg xmlns="http://www.w3.org/2000/svg"/>')


@contextmanager
def opened(browser: Browser, site: Live, path: str, screen: str, scheme: Scheme) -> Iterator[tuple[Page, list[str]]]:
    """The page, and what the console said of it. axe-core is put into the page past its policy."""
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True)
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", _nothing_from_others)
    page.goto(str(site.client.base_url).rstrip("/") + path)
    try:
        yield page, said
    finally:
        context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("path", PATHS)
def test_everybody_can_use_a_page(
    browser: Browser, site: Live, path: str, language: str, screen: str, scheme: Scheme
) -> None:
    with opened(browser, site, language + path, screen, scheme) as (page, said):
        found = Axe().run(page, options=RULES)
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == []
        # The browser itself tells of the status of an error page.
        assert [line for line in said if "404" not in line or path != "/nothing"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("screen", SCREENS)
def test_an_opened_feed_says_what_it_is(browser: Browser, site: Live, screen: str, scheme: Scheme) -> None:
    with opened(browser, site, FEED, screen, scheme) as (page, said):
        shown = page.evaluate(VISIBLE)
        assert "这是一个订阅源" in shown
        assert "2022年4月27日 09:15" in shown
        assert "2022-04-27T" not in shown
        assert "记者从发布会上获悉" in shown
        links = page.evaluate("[...document.querySelectorAll('a')].map(link => new URL(link.href).pathname)")
        assert links == [f"/topics/{REGIONAL}", f"/subscribe/{REGIONAL}"]
        assert said == []


@pytest.mark.parametrize("screen", SCREENS)
def test_the_machinery_is_folded_until_it_is_wanted(browser: Browser, site: Live, screen: str) -> None:
    with opened(browser, site, f"/articles/{an_article_id(2)}", screen, "light") as (page, _):
        rule = page.locator(".rule").first
        assert not rule.is_visible()
        page.locator("details.dossier > summary").click()
        assert rule.is_visible()


def test_one_tap_selects_an_address(browser: Browser, site: Live) -> None:
    with opened(browser, site, f"/subscribe/{REGIONAL}", "phone", "light") as (page, _):
        page.locator("code.address").click()
        assert page.evaluate("getSelection().toString()") == f"http://127.0.0.1:8000{FEED}"
