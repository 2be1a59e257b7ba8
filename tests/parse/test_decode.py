"""Bytes to text: which encodings are told apart, and what is recorded of it."""

from __future__ import annotations

import codecs
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.parse.encoding.decode import decode

NEWS = "---\ntitle: 县医院建成\n---\n本报讯：县医院今天建成，设有三百张床位，年底以前开诊。\n" * 3
TAIWAN = "縣醫院今天建成，設有三百張床位。"


@pytest.mark.parametrize(
    ("body", "text", "encoding"),
    [
        (NEWS.encode(), NEWS, None),
        (NEWS.encode("utf-8-sig"), NEWS, None),
        (NEWS.encode("utf-16"), NEWS, "utf-16-le"),
        (b"\xfe\xff" + NEWS.encode("utf-16-be"), NEWS, "utf-16-be"),
        (NEWS.encode("utf-16-le"), NEWS, "utf-16-le"),
        (NEWS.encode("utf-16-be"), NEWS, "utf-16-be"),
        (NEWS.encode("utf-32"), NEWS, "utf-32-le"),
        (NEWS.encode("gb2312"), NEWS, "gb18030"),
        (NEWS.encode("gb18030")[:-2], NEWS[:-2] + "\ufffd", "gb18030"),
        (TAIWAN.encode("gbk"), TAIWAN, "gb18030"),
        (NEWS.encode().replace("院".encode(), b"\xe9\x99", 1), NEWS.replace("院", "\ufffd", 1), "utf-8"),
        (b"caf\xe9 au lait, un r\xe9sum\xe9.", "caf\ufffd au lait, un r\ufffdsum\ufffd.", "utf-8"),
    ],
)
def test_an_encoding_is_recognized_and_any_but_utf8_recorded(body: bytes, text: str, encoding: str | None) -> None:
    decoded = decode(body)
    assert decoded.text == text
    codes = [repair.code for repair in decoded.repairs if repair.code != "byte-order-mark"]
    assert codes == (["encoding"] if encoding else [])
    assert body.startswith(codecs.BOM_UTF8) == any(repair.code == "byte-order-mark" for repair in decoded.repairs)
    assert encoding is None or decoded.repairs[0].detail.startswith(f"read as {encoding}")


def test_unreadable_bytes_are_counted_and_placed() -> None:
    (repair,) = decode(NEWS.encode() + b"\xe9\x99\n").repairs
    assert (repair.detail, repair.line) == ("read as utf-8, 1 unreadable characters", 13)


def test_control_characters_are_dropped_and_placed() -> None:
    decoded = decode("第一行有十个以上的字\n第二行\x00\x1b也有这么多字\n三\ufffe".encode())
    assert decoded.text == "第一行有十个以上的字\n第二行也有这么多字\n三"
    assert [(r.code, r.detail, r.line) for r in decoded.repairs] == [("control-chars", "3 dropped", 2)]


@pytest.mark.parametrize("body", [zlib.compress(NEWS.encode() * 9), b"\x01\x02\x03\x04" * 50 + b"text"])
def test_what_is_no_text_is_rejected(body: bytes) -> None:
    with pytest.raises(RejectedError) as caught:
        decode(body)
    assert caught.value.code == "not-text"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_rejected(body: bytes) -> None:
    try:
        text = decode(body).text
    except RejectedError:
        text = ""
    assert "\r" not in text
    assert "\0" not in text
    text.encode()


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["C"], exclude_characters="\ufffd")),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_text_survives_its_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text.removeprefix("\ufeff")
