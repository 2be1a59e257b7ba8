"""Help: complete, and without waiting for what the commands import."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from aggregator import __version__
from aggregator.cli.main import main

SHARED = {"--config DIR", "--data DIR", "--database URL", "--json", "-v, --verbose", "-h, --help"}
COMMANDS = {
    "run": {"--host H", "--port N"},
    "collect": {"SOURCE", "--accept-deletions"},
    "export": {"DIR", "--base-url URL"},
    "check": set[str](),
    "preview": {"SOURCE", "--limit N", "--offline"},
    "explain": {"ARTICLE"},
    "status": {"--rejected"},
    "backup": {"FILE", "--kept"},
    "restore": {"FILE", "--keep-config"},
}


def helped(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments, "--help"]) == 0
    return capsys.readouterr().out


def test_all_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    text = helped(capsys)
    listed = re.findall(r"^  (\w+)  +\S", text.split("Commands:")[1], re.MULTILINE)
    assert set(listed) == set(COMMANDS)
    assert "..." not in text.split("Commands:")[1]
    assert "Exit codes: 0 done" in text
    assert all(option in text for option in SHARED)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented(capsys: pytest.CaptureFixture[str], command: str) -> None:
    text = helped(capsys, command)
    for name in SHARED | COMMANDS[command]:
        assert re.search(rf"^  \[?{re.escape(name)}\b.*\s{{2,}}\S", text, re.MULTILINE), name


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"aggregator {__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "aggregator", "--help"], capture_output=True, text=True, check=True
    )
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in imported
    heavy = {
        "httpx",
        "lxml",
        "pydantic",
        "rich",
        "sqlalchemy",
        "sqlmodel",
        "structlog",
        "uvicorn",
        "yaml",
    }
    assert not imported & heavy


def test_a_reader_who_has_enough_is_no_error() -> None:
    command = [sys.executable, "-m", "aggregator", "--help"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert said == ""
    assert process.returncode == 1
