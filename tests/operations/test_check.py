"""``check`` as an operation: a folder of files to a report."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.errors import UsageError
from aggregator.operations.check import check
from set_up import make_set_up


def test_a_good_configuration_is_counted(tmp_path: Path) -> None:
    report = check(make_set_up(tmp_path / "good").config)
    assert (report.faults, report.warnings, report.sources, report.topics) == ((), (), 1, 2)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    report = check(make_set_up(tmp_path / "bad", "sources: [{name: A}]", "topics: [{slug: b}]").config)
    assert {Path(fault.file).name for fault in report.faults} == {"sources.yaml", "topics.yaml"}
    assert (report.sources, report.topics) == (0, 0)


def test_a_folder_that_is_not_there_is_no_fault_of_its_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        check(tmp_path / "nowhere")
