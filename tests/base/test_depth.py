"""How deep elements are nested: what libxml2 makes of a text counts, and most texts are told without asking it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator.base import depth
from aggregator.base.depth import deeper_xml, html_is_deeper, whole_body
from counted import calls

DOCUMENT = {"html", "head", "body"}


def levels(html: str) -> int:
    """The depth of the tree that libxml2 makes of a body."""
    root = etree.fromstring(f"<body>{whole_body(html)}".encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    deepest, left = 0, [(root, 0)]
    while left:
        element, level = left.pop()
        level += isinstance(element.tag, str) and element.tag not in DOCUMENT
        deepest = max(deepest, level)
        left += [(child, level) for child in element]
    return deepest


SHAPES = {
    "shapes of SVG": ("<svg>" + "<path d='M0 0'/>" * 300 + "</svg>", 2),
    "shapes of SVG, in groups": ("<svg>" + "<g><circle r=\"1\"/><rect x='1' />\n<use/></g>" * 300 + "</svg>", 3),
    "o:p of word processors, that close themselves": ("<p>甲<o:p/></p>" * 300, 2),
    "o:p in pairs": ("<p>甲<o:p></o:p></p>" * 300, 2),
    "o:p that the paragraph closes": ("<div><o:p></div>" * 300, 2),
    "v:shape, w:sdt": ("<v:shape id=a><v:imagedata src='a'/></v:shape><w:sdt/>" * 300, 2),
    "mathematics": ("<math><mrow><mi>x</mi><mspace width='1'/></mrow></math>" * 300, 3),
    "any that closes itself": ("<div/><span class='clear'/><a name='a'/><i/>" * 300, 1),
    "void elements unknown to libxml2": ("<p><wbr>乙<embed src=a><video><source src='b'><track></video>" * 300, 3),
    "void elements": ("甲<br><hr><img src=a><img src='b'/><input><br/>" * 300, 1),
    "paragraphs without end": ("<p>甲" * 300, 1),
    "paragraphs before blocks": ("<p>甲<div>乙</div>" * 300, 1),
    "paragraphs that their blocks close": ("<div><p>甲</div>" * 300, 2),
    "items without end": ("<ul>" + "<li>甲" * 300 + "</ul>", 2),
    "terms without end": ("<dl>" + "<dt>甲<dd>乙" * 300 + "</dl>", 2),
    "cells without end": ("<table>" + "<tr><td>甲<td>乙" * 300 + "</table>", 3),
    "cells with paragraphs without end": ("<table>" + "<tr><td><p>甲<td><p>乙" * 300 + "</table>", 4),
    "options without end": ("<select>" + "<option>甲" * 300 + "</select>", 2),
    "links that the next one closes": ("<a name=a>甲" * 300, 1),
    "bold and italic crossed": ("<b><i>甲</b></i>" * 300, 2),
    "end tags of nothing": ("</div></span></p></table>" * 300, 0),
    "what is commented out": ("<div></div><!-- <div> -->" * 300, 1),
    "what scripts write": ("<script>document.write('<div><div><div>')</script>" * 300, 1),
    "an attribute's tags": ("<a title='<div><div>'>甲</a>" * 300, 1),
    # What is as deep as it looks, or deeper.
    "blocks without end": ("<div>" * 300, 300),
    "a slash that ends a value": ("<path d=a/>" * 300, 300),
    "a slash that is a value": ("<div a=/>" * 300, 300),
    "a slash before a blank": ("<div/ >" * 300, 300),
    "lists in lists": ("<ul><li>" * 150, 300),
    "paragraphs in spans": ("<p><span>" * 150, 300),
    "end tags that blocks keep out": ("<font><div></font></div>" * 300, 301),
    "end tags in comments": ("<div><!--</div>-->" * 300, 300),
    "end tags in attributes": ("<div title='</div>'>" * 300, 300),
    "end tags in what is no tag": ("<div><?</div><div><!</div><div></ </div><div><![CDATA[</div>]]>" * 80, 320),
    "end tags in scripts": ("<div><script></div></script>" * 300, 301),
    "end tags in twofold scripts": ("<div><script><!--<script></script></div>--></script>" * 300, 301),
    "end tags in titles and text fields": ("<div><title></div></title><div><textarea></div></textarea>" * 150, 301),
    "comments that text fields end": ("<textarea><!--</textarea><div>--></textarea>" * 300, 300),
    "behind scripts that close themselves": ("<script/><div>" * 300, 300),
    "behind styles that close themselves": ("<style/><b>" * 300, 300),
    "names that are alike in small letters": ("<ſ><div></DIV><DIV></div><K></K>" * 2 + "<B>" * 300, 300),
}  # fmt: skip


@pytest.mark.parametrize(("html", "deep"), SHAPES.values(), ids=SHAPES)
def test_depth_is_depth(html: str, deep: int) -> None:
    assert levels(html) == deep
    assert not html_is_deeper(html, max(deep, 3))
    assert deep <= 4 or html_is_deeper(html, deep - 1)


def test_well_formed_shapes_need_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(depth, "_is_deeper")
    for name, (html, deep) in SHAPES.items():
        if deep <= 4 and " that " not in name and "crossed" not in name and "nothing" not in name:
            assert not html_is_deeper(html, 5), name


PIECES = """
<div> </div> <p> </p> <span> </span> <b> </b> <a> </a> <font> </font> <h1> </h1>
<ul> </ul> <li> </li> <dl> <dt> <dd> </dl> <Wbr>
<table> </table> <tr> </tr> <td> </td> <tbody> <thead> <th> <select> <option> </select> <form> </form> <br> <br/>
<wbr> <embed/a=b> </embed> <source/a='/'/> <track>
<o:p> <o:p/> </o:p> <path/d='a'/> <i/a=b/> <div/> <div/ > <img> </body> </html> <body> <head> <title> </title>
<textarea> </textarea> <script> </script> <script/> <style> </style> <!-- --> <!--> <!---> --!> <? <! </ > < " ' a="
<i/a="> <i/a='> <noscript> </noscript> <iframe> </iframe> <xmp> </xmp> <plaintext> <frameset> <frame> <svg> </svg>
<math> <template> </template> <caption> <colgroup> <col> <pre> <address> <section> </section> <button> </button> <DIV>
</DIV>
""".split()


@settings(max_examples=1_000, deadline=None)
@example(["<div>", "<? ", "</div>", ">"] * 3, 2)
@example(["<h1>", "<p>", "</h1>", "<h1>"] * 3, 2)
@given(st.lists(st.sampled_from([*PIECES, "x", " "]), max_size=40), st.integers(0, 6))
def test_any_soup_is_as_deep_as_its_tree(pieces: list[str], nesting: int) -> None:
    html = "".join(pieces)
    assert html_is_deeper(html, nesting) is (levels(html) > nesting)


def test_what_closes_an_element_here_closes_it_there() -> None:
    for element, starts in depth._CLOSED_BY.items():
        for start in starts:
            assert levels(f"<{element}><{start}>") <= 1, (element, start)


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>",
        "<b>",
        "<div></a>",
        "<p><span>",
        "<div><!--</div>-->",
        "<font><div></font></div>",
        "<x></X y='>'>",
        "<p <p",
    ],
)
def test_a_hostile_text_takes_steps_that_grow_as_it_does_and_no_more(hostile: str) -> None:
    def steps(times: int) -> int:
        return calls(lambda: html_is_deeper(hostile * times, 256))

    assert steps(20_000) <= 2 * steps(10_000) + 100


def test_what_is_far_too_deep_is_not_read_to_its_end() -> None:
    html = "<div>" * 2_000
    assert html_is_deeper(html, 256)
    assert calls(lambda: html_is_deeper(html * 20, 256)) <= calls(lambda: html_is_deeper(html, 256)) + 10


def test_depth_of_ill_formed_xml() -> None:
    assert deeper_xml("<a><b/></a>" * 300, 2) is None
    assert deeper_xml("<a><b></a>" * 300, 2) is None
    assert deeper_xml("<a><!-- <a> --><![CDATA[<a>]]></a>" * 300, 1) is None
    assert deeper_xml("<a>\n<a>\n<a>", 2) == 8
