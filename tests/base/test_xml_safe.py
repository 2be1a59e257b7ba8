"""Text that XML can carry, and text on one line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator.base.text import one_line, xml_safe


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("医学 center\t\r\n", "医学 center\t\r\n"),
        ("a\x00\x01\x08\x0b\x0c\x0e\x1fb", "ab"),
        ("a\ud800\udfffb", "ab"),
        ("a\ufffe\uffffb", "ab"),
        ("\x7f\x85\ue000\ufffd\U00010000\U0010ffff", "\x7f\x85\ue000\ufffd\U00010000\U0010ffff"),
    ],
)
def test_what_xml_forbids_goes_and_the_rest_stays(text: str, safe: str) -> None:
    assert xml_safe(text) == safe


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None), max_size=20))
def test_a_strict_parser_reads_it(text: str) -> None:
    element = etree.Element("t")
    element.text = xml_safe(text)

    assert etree.fromstring(etree.tostring(element, encoding="utf-8")).text == (element.text or None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  a \t b\r\nc\u2028d\u3000e\u00a0f ", "a b c d e f"),
        ("医 学", "医 学"),
        ("\n", ""),
    ],
)
def test_white_space_of_every_kind_becomes_single_spaces(text: str, line: str) -> None:
    assert one_line(text) == line
