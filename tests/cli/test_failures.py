"""Errors in words, and the exit codes that go with them."""

from __future__ import annotations

import errno

import pytest

from aggregator.cli.main import main
from aggregator.codes import Code
from aggregator.errors import (
    AggregatorError,
    CollectError,
    ConfigurationError,
    Fault,
    InUseError,
    SchemaError,
    UsageError,
)
from cli.calls import Calls

ERRORS = [
    (
        NotADirectoryError(errno.ENOTDIR, "Not a directory", "out/x"),
        1,
        (
            "error: out/x: Not a directory\n"
            "  hint: a folder is needed where a file is: name another place, or move the file\n"
        ),
    ),
    (
        OSError(errno.ENOSPC, "No space left on device"),
        1,
        "error: No space left on device\n  hint: make room on that disk, then run it again\n",
    ),
    (
        UsageError("there is no article 'bad\x1b[2J\u202e.md'"),
        2,
        "error: there is no article 'bad [2J .md'\n",
    ),
    (
        UsageError("there is no source 'x'", "sources: seeds"),
        2,
        "error: there is no source 'x'\n  hint: sources: seeds\n",
    ),
    (InUseError("var is in use", "end it first"), 3, "error: var is in use\n  hint: end it first\n"),
    (CollectError(Code.UNREADABLE, "seeds cannot be listed"), 1, "error: seeds cannot be listed\n"),
    (SchemaError("written by a newer version", "upgrade"), 1, "error: written by a newer version\n  hint: upgrade\n"),
    (
        ConfigurationError((Fault("a.yaml", 1, 2, "bad"), Fault("b.yaml", 3, 4, "worse", "mend it"))),
        2,
        (
            "error: a.yaml:1:2: bad\nb.yaml:3:4: worse (mend it)\n"
            "  hint: fix the lines named above, then run `aggregator check`\n"
        ),
    ),
    (
        ZeroDivisionError("by 0"),
        1,
        "error: unexpected ZeroDivisionError: by 0\n  hint: run it again with -v to see where it arose\n",
    ),
]


@pytest.mark.parametrize(
    ("error", "code", "words"), ERRORS, ids=[f"{type(error).__name__} {n}" for n, (error, _, _) in enumerate(ERRORS)]
)
def test_errors(
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
    words: str,
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("aggregator.operations.status.status", fails)
    assert main(["status", "--json"]) == code
    assert capsys.readouterr() == ("", words)
    main(["status", "-v"])
    traced = "Traceback" in capsys.readouterr().err
    assert traced is not isinstance(error, (AggregatorError, OSError))


USAGE = [
    (["colect"], "error: No such command 'colect'. Did you mean 'collect'?\n  hint: see `aggregator --help`\n"),
    (["preview"], "error: Missing argument 'SOURCE'.\n  hint: see `aggregator preview --help`\n"),
    (["run", "--port", "x"], "  hint: see `aggregator run --help`\n"),
    (["run", "--port", "70000"], "  hint: see `aggregator run --help`\n"),
    (["preview", "seeds", "--limit", "0"], "  hint: see `aggregator preview --help`\n"),
    (["status", "--jsn"], "  hint: see `aggregator status --help`\n"),
]


@pytest.mark.parametrize(("arguments", "words"), USAGE)
def test_usage_errors(calls: Calls, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.endswith(words)
    assert said.err.count("\n") == 2
    assert calls.made == []


def test_no_command_shows_help_and_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().err
