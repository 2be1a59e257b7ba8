"""Each page of ``lists/``, and beside it (``.yaml``) the selectors of its source and the list it must be read as."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.model.alarm import in_a_line
from aggregator.model.config import Limits, Select, Source
from aggregator.model.document import ParsedIndex, RawDocument
from aggregator.parse.page.list_page import parse_list

CASES = sorted((Path(__file__).parent / "lists").glob("*.html"))
URL = "https://wjw.example/tzgg/"
LINKS = Select("li")


def read(body: bytes | str, select: Select = LINKS, media_type: str = "text/html", **fields: Any) -> ParsedIndex:
    raw = body.encode() if isinstance(body, str) else body
    seen = datetime(2026, 5, 1, tzinfo=UTC)
    document = RawDocument("s", URL, "", raw, "", seen, kind="list-page", url=URL, media_type=media_type)
    return parse_list(document, Source("s", "page", select=select, **fields))


def items(count: int) -> str:
    return "<ul>" + "".join(f'<li><a href="/{number}">第{number}条</a></li>' for number in range(count)) + "</ul>"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_is_read_as_expected(case: Path) -> None:
    written = yaml.safe_load(case.with_suffix(".yaml").read_text(encoding="utf-8"))
    index = read(case.read_bytes(), Select(**written["select"]), follow=written.get("follow", True))
    expected = written["expected"]
    for entry, told in zip(index.entries, expected["entries"], strict=True):
        found = asdict(entry.article) | {"link": entry.link}
        assert {key: found[key] for key in told} == told
        assert entry.location == entry.link
        assert entry.article.links == (entry.link,)
        assert entry.article.markup == "html"
    assert [{"location": fault.location, "code": fault.code} for fault in index.faults] == expected["faults"]
    assert (index.title, index.home, index.note) == (expected["title"], expected["home"], expected["note"])


NOTES = (
    "<h1>Log</h1><div class=n id=n2><h3>Second <i>note</i></h3><time>2024-05-02</time>"
    "<p>The bridge is open again.</p></div>"
    "<div class=n><p>The bridge is closed for repairs. Buses run instead.</p><time>2024-05-01</time></div>"
    "<div class=n><p>The bridge is closed for repairs. Buses run instead.</p><time>2024-05-01</time></div>"
    "<div class=n>short</div>"
)


def test_entries_without_a_page_of_their_own_are_articles_by_their_text() -> None:
    index = read(NOTES, Select(".n", date="time"))
    second, first = index.entries
    assert (second.location, second.link, second.article.links) == (f"{URL}#n2", "", (f"{URL}#n2",))
    assert (second.article.title, second.article.published) == ("Second note", "2024-05-02")
    assert "<p>The bridge is open again.</p>" in second.article.body
    assert second.article.provenance["title"] == "heading <h3>"
    assert (first.article.title, first.article.links) == ("The bridge is closed for repairs.", (URL,))
    assert first.location.startswith("sha256:")
    assert [fault.code for fault in index.faults] == ["no-link"]


def test_the_place_of_an_entry_stays_when_others_come_and_its_text_is_mended() -> None:
    before = read(NOTES, Select(".n", date="time")).entries
    page = "<div class=n id=n3>A third note stands before the others.</div>" + NOTES.replace(
        "Buses run", "Two buses run"
    )
    after = read(page, Select(".n", date="time")).entries
    assert [entry.location for entry in after][1:] == [entry.location for entry in before]
    assert after[2].digest != before[1].digest


def test_where_the_operator_says_where_links_are_their_lack_is_a_fault() -> None:
    index = read(NOTES, Select(".n", link="a.more", date="time"))
    assert index.entries == ()
    assert {fault.code for fault in index.faults} == {"no-link"}
    assert "select.link 'a.more' finds no http or https address" in index.faults[0].message


def test_a_list_without_entries_is_heard_of() -> None:
    with pytest.raises(RejectedError, match=r"select.entry 'li' finds nothing in the page; has its layout changed\?"):
        read("<p>Welcome to our new site.</p>")


@pytest.mark.parametrize(
    ("select", "key"),
    [
        (Select("li["), "entry"),
        (Select("li", link="a:nosuch"), "link"),
        (Select("li", title=">"), "title"),
        (Select("li", date="::text"), "date"),
        (Select("li", summary="p:has("), "summary"),
    ],
)
def test_a_faulty_selector_is_named(select: Select, key: str) -> None:
    with pytest.raises(RejectedError, match=f"select.{key}") as caught:
        read(items(1), select)
    assert caught.value.code == "bad-selector"
    assert "\n" not in str(caught.value)


def test_the_first_entries_count_and_the_others_are_told() -> None:
    index = read(items(30), limits=Limits(entries=10))
    assert [entry.article.title for entry in index.entries] == [f"第{number}条" for number in range(10)]
    assert in_a_line(index.alarms) == "20 of 30 entries were left out (limits.entries)"


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (("第1条", "第1条"), True),
        (("<ul>", "<ul class='new'><li><a href='/new'>新</a></li>"), True),
        (("第1条", "第一条"), False),
        (('href="/1"', 'href="/1.html"'), False),
    ],
)
def test_a_digest_changes_only_with_what_the_entry_says(change: tuple[str, str], same: bool) -> None:
    before = next(entry for entry in read(items(3)).entries if entry.link.endswith("/1"))
    digests = {entry.digest for entry in read(items(3).replace(*change)).entries}
    assert (before.digest in digests) is same


def test_a_page_in_gbk_is_read_whoever_declares_it() -> None:
    page = items(40).replace("条", "条通知：关于做好国家区域医疗中心建设工作的若干意见")
    index = read(page.encode("gb18030"), media_type="text/html; charset=iso-8859-1")
    assert index.entries[7].article.title == "第7条通知：关于做好国家区域医疗中心建设工作的若干意见"
    assert [repair.code for repair in index.repairs] == ["encoding"]


def test_a_long_address_is_named_by_its_digest() -> None:
    (entry,) = read(f'<li><a href="/{"a" * 600}">Long</a></li>').entries
    assert entry.location.startswith("sha256:")
    assert len(entry.location) == 71
    assert entry.link == f"https://wjw.example/{'a' * 600}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "empty"),
        (items(200_000), "too-large"),
        ("<!--" * 300_000, "too-many-marks"),
        ("<div>" * 40_000 + items(1), "too-deep"),
        ("<li " + " ".join(f"a{number}=1" for number in range(200_000)) + ">", "too-many-attributes"),
        ("<p>" * 200_000, "too-many-marks"),
    ],
)
def test_what_no_parser_should_see_is_refused_before(body: str, code: str) -> None:
    with pytest.raises(RejectedError) as caught:
        read(body)
    assert caught.value.code == code


@given(
    st.lists(
        st.sampled_from(["<li>", "</li>", "<a href='", "/x'>", "</a>", "<", ">", "&#0;", "<!--", "x", "<base href=//["])
    )
)
def test_no_page_is_a_fault_of_the_program(pieces: list[str]) -> None:
    try:
        index = read("".join(pieces))
    except RejectedError:
        return
    assert all(entry.article.links[0].startswith("https://") for entry in index.entries)
