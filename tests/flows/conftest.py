"""A set-up in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from set_up import SetUp, make_set_up


@pytest.fixture
def set_up(tmp_path: Path) -> SetUp:
    return make_set_up(tmp_path / "set-up")
