"""One dialect of CSS selectors, wherever one is written: what both readers of pages know."""

from __future__ import annotations

from typing import cast

import pytest
from bs4 import BeautifulSoup
from lxml import html

from aggregator.normalize.clean import compile_selector
from aggregator.settings.formats import full_text, selector
from aggregator.settings.unfit import UnfitError

PAGE = """<html><body><ul class="n x"><li id="a">1<a href="/p?q">t</a></li><li lang="zh">2<b></b></li>
<li class="n">3<a title="x y">大桥</a></li></ul><p>z</p><p class="n">w</p></body></html>"""
GOOD = """
li|.n|#a|ul.n li|ul > li|li + li|ul ~ p|[href]|a[href^="/p"]|a[title~=y]|a[href$=q]|a[href*=q]|li, p|*|A
li:first-child|li:last-child|li:nth-child(2n+1)|li:nth-last-child(1)|p:nth-of-type(odd)|p:last-of-type
b:empty|li:not(.n)|:is(li,p).n|li:has(> a)|li:has(+ li)|a[title="X Y" i]
""".replace("\n", "|").strip("|")


@pytest.mark.parametrize("css", GOOD.split("|"))
def test_both_readers_find_the_same(css: str) -> None:
    assert selector(css) == css
    by_soup = [element.name for element in BeautifulSoup(PAGE, "lxml").select(css)]
    by_lxml = compile_selector(css)(html.document_fromstring(PAGE))
    assert by_soup == [element.tag for element in cast("list[html.HtmlElement]", by_lxml)]
    assert by_soup


FAULTY = ["", "li[", "a > > b", "li:foo", "> a", "li:not(.a, .b)", "a:any-link", "p::text", "li:nth-child(2 of .n)"]


@pytest.mark.parametrize("css", [*FAULTY, "ns|a", "li:first"])
def test_what_one_of_them_does_not_know_is_refused_everywhere(css: str) -> None:
    for check in (selector, full_text):
        with pytest.raises(UnfitError, match=r"^not a CSS selector: ") as caught:
            check(css)
        assert caught.value.hint == "for instance 'div.footer' or '#share'"
