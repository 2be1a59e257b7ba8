"""Each file of ``cases/``, and beside it (``.yaml``) what it must be read as, or why it is rejected."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from aggregator.errors import RejectedError
from aggregator.model.config import Source
from aggregator.model.document import RawDocument
from aggregator.parse.post.document import parse_post

CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))
CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
MAY_BE_REJECTED = {"alias-growth", "cut-in-front-matter", "empty-file", "front-matter-only", "yaml-tag"}
REPAIRED_LATER = {"bad-date", "empty-title-date-url", "script-body"}
"""Of the faulty files: those whose fault is not one of the format; normalize records it."""


def document(body: bytes, location: str = "a.md") -> RawDocument:
    return RawDocument("s", location, "", body, sha256(body).hexdigest(), datetime(2026, 5, 1, tzinfo=UTC))


def expectation(case: Path) -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load(case.with_suffix(".yaml").read_text(encoding="utf-8"))
    return written


def test_every_case_has_an_expectation() -> None:
    assert CASES
    assert [case.stem for case in CASES] == sorted(path.stem for path in CASES[0].parent.glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_is_read_as_expected(case: Path) -> None:
    expected = expectation(case)
    if "rejected" in expected:
        with pytest.raises(RejectedError) as caught:
            parse_post(document(case.read_bytes()), Source("s"))
        assert {"code": caught.value.code, "line": caught.value.line} == expected["rejected"]
        assert "\n" not in str(caught.value)
        return
    parsed = asdict(parse_post(document(case.read_bytes()), Source("s")))
    parsed["repairs"] = [{"code": it["code"], "detail": it["detail"], "line": it["line"]} for it in parsed["repairs"]]
    expected.setdefault("repairs", [])
    for field, value in expected.items():
        found = parsed[field]
        assert (list(found) if isinstance(found, tuple) else found) == value, field


@pytest.mark.parametrize("case", [case for case in CASES if "rejected" not in expectation(case)], ids=lambda c: c.stem)
def test_line_ends_and_byte_order_mark_do_not_matter(case: Path) -> None:
    body = case.read_bytes()
    plain = parse_post(document(body), Source("s"))
    for other in (body.replace(b"\n", b"\r\n"), body.replace(b"\n", b"\r"), b"\xef\xbb\xbf" + body):
        found = parse_post(document(other), Source("s"))
        assert found.repairs[0].code in {"line-ends", "byte-order-mark"}
        assert replace(found, repairs=found.repairs[1:]) == plain


if CORPUS.exists():
    FILES = sorted(path for path in CORPUS.rglob("*.*") if path.is_file() and path.name != "README.md")

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_a_sample_file_is_read(path: Path) -> None:
        raw = document(path.read_bytes(), path.name)
        if path.stem in MAY_BE_REJECTED:
            with pytest.raises(RejectedError) as caught:
                parse_post(raw, Source("s"))
            assert caught.value.line
            return
        parsed = parse_post(raw, Source("s"))
        assert parsed.body.strip()
        if path.parent.name == "broken" and path.stem not in REPAIRED_LATER:
            assert parsed.repairs
        if path.parent.name != "broken" and path.stem != "rsshub-broken-title":
            assert [repair.code for repair in parsed.repairs] in ([], ["line-ends"])
            assert parsed.title
