"""Every command's operation, stood in for."""

from __future__ import annotations

import pytest

import cli_samples as samples
from aggregator import app
from cli import calls as stand_ins
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
        "check": samples.CHECK,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(f"aggregator.operations.{name}.{name}", noting(made, name, answer))
    for name, answer in (("backup", samples.BACKUP), ("restore", samples.RESTORE)):
        monkeypatch.setattr(app, name, noting(made, name, answer))
    for name in ("parts", "salvaged", "collecting"):
        monkeypatch.setattr(app, name, getattr(stand_ins, name))
    monkeypatch.setattr("aggregator.process.log.log_to_stderr", made.log_levels.append)
    for name in ("AGGREGATOR_CONFIG", "AGGREGATOR_DATA", "AGGREGATOR_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    return made
