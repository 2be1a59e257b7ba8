"""Codes: each says what to do, or says expressly that only the fault itself can."""

from __future__ import annotations

import ast
import inspect
import pickle
import re

import pytest

from aggregator import codes
from aggregator.codes import Code, RepairCode

SAID_BY_THE_FAULT = {Code.NONE, Code.TOO_DEEP, Code.TOO_MANY_ATTRIBUTES, Code.TOO_MANY_MARKS, Code.NOT_HTML}
SAID_BY_THE_FAULT |= {Code.PROTOCOL}


def test_every_code_has_a_remedy_beside_it_or_is_left_without_one_expressly() -> None:
    assert {code for code in Code if not code.remedy} == SAID_BY_THE_FAULT
    assert all(len(code.remedy.splitlines()) <= 1 for code in Code)


def test_a_remedy_is_written_beside_every_member() -> None:
    classes = [it for it in ast.parse(inspect.getsource(codes)).body if isinstance(it, ast.ClassDef)]
    (body,) = (it.body for it in classes if it.name == "Code")
    members = [it.value for it in body if isinstance(it, ast.Assign)]
    assert len(members) == len(Code)
    assert all(isinstance(value, ast.Tuple) and len(value.elts) == 2 for value in members)


def test_codes_are_words_for_scripts() -> None:
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", word) for word in (*Code, *RepairCode) if word)


def test_a_status_of_http_is_a_code_of_a_family() -> None:
    gone = Code.http(410)
    assert (gone, gone.remedy) == ("http-410", "open the address in a browser; has it moved?")
    assert gone is Code("http-410")
    assert pickle.loads(pickle.dumps(gone)) is gone  # noqa: S301 - our own bytes
    assert gone not in list(Code), "a status is no member of its own"
    assert (Code.http(599), Code.http(599).remedy) == ("http-599", "")


@pytest.mark.parametrize("word", ["http-4", "http-404x", "http-٤٠٤", "gone", 404, None])
def test_nothing_else_is_a_code(word: object) -> None:
    with pytest.raises(ValueError, match="is not a valid Code"):
        Code(word)  # type: ignore[arg-type]
