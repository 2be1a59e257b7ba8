"""Lines of Python that the process which reads documents runs first: what a test patches, that process never sees."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ENDLESS = "never ends"
"""A document that says so is never done, where STANDS_STILL was run."""
STANDS_STILL = f"""\
import os, signal
import aggregator.prepare.stages
made = aggregator.prepare.stages.preparer
def preparer(source, classifier):
    prepare = made(source, classifier)
    def slow(documents):
        if any({ENDLESS.encode()!r} in document.body for document in documents):
            os.kill(os.getpid(), signal.SIGSTOP)
        return prepare(documents)
    return slow
aggregator.prepare.stages.preparer = preparer
"""
LITTLE_MEMORY = "import aggregator.prepare.sandbox\naggregator.prepare.sandbox.MEMORY = 64 * 1024 * 1024\n"
_BEGIN = "from aggregator.prepare import sandbox\nsandbox.serve(sandbox.work, memory=sandbox.MEMORY)\n"


def run_before_reading(lines: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has every such process that is started from now on run ``lines`` first."""
    program = folder / "python"
    program.write_text(f"#!{sys.executable}\n{lines}{_BEGIN}", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
