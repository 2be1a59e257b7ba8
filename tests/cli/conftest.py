"""Every command's operation, stood in for."""

from __future__ import annotations

import pytest

import cli_samples as samples
from aggregator.cli import work
from cli.calls import Calls, noting


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    made = Calls()
    answers = {
        "collect": samples.COLLECT,
        "export": samples.EXPORT,
        "preview": samples.PREVIEW,
        "explain": samples.EXPLAIN,
        "status": samples.STATUS,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(work, name, noting(made, name, answer))
    monkeypatch.setattr("aggregator.operations.check.check", noting(made, "check", samples.CHECK))
    monkeypatch.setattr("aggregator.process.log.log_to_stderr", made.log_levels.append)
    for name in ("AGGREGATOR_CONFIG", "AGGREGATOR_DATA", "AGGREGATOR_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    return made
