"""One more operation is a function of its own; on the command line it is an adapter and its line among the commands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer

from aggregator import app
from aggregator.cli import main as command_line
from aggregator.cli.failures import DONE, FAILED, USAGE
from aggregator.cli.main import main
from aggregator.cli.options import Call, command
from aggregator.errors import AggregatorError, UsageError
from aggregator.model.places import Places
from aggregator.model.reading import Query
from aggregator.ports import Parts
from set_up import SetUp, make_set_up


@dataclass(frozen=True, slots=True)
class LongestRequest:
    source: str
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class LongestReport:
    source: str
    title: str


def longest(parts: Parts, request: LongestRequest) -> LongestReport:
    """The longest title of a source. Raises UsageError for one that is not configured."""
    if request.source not in {source.name for source in parts.configuration.sources}:
        raise UsageError(f"there is no source called {request.source!r}", "see sources.yaml")
    titles = [entry.title for entry in parts.archive.entries(Query(source=request.source))]
    found = max(titles, key=len, default="")
    if len(found) < request.at_least:
        raise AggregatorError("no title is as long as that")
    return LongestReport(request.source, found)


@command
def title(
    call: Call,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The name of a source.")],
    at_least: Annotated[int, typer.Option("--at-least", metavar="N", help="Characters that it has to have.")] = 0,
) -> int:
    """Show the longest title of a source."""
    with app.parts(call.places, create=False) as parts:
        report = longest(parts, LongestRequest(source, at_least))
    if call.as_json:
        call.out.json(report)
    else:
        call.out.facts("title", (("source", report.source), ("title", report.title)))
    return DONE


@pytest.fixture
def set_up(tmp_path: Path) -> SetUp:
    set_up = make_set_up(tmp_path)
    set_up.post("a.md", "大桥", "大桥今天合龙。")
    set_up.post("b.md", "大桥合龙", "各界人士出席了仪式。")
    assert ask(set_up, "collect", "--json") == DONE
    return set_up


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "COMMANDS", [*command_line.COMMANDS, title])


def ask(set_up: SetUp, *arguments: str) -> int:
    return main(["--config", str(set_up.config), "--data", str(set_up.data), *arguments])


def test_help_lists_it_after_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == DONE
    assert capsys.readouterr().out.rstrip().splitlines()[-1].split(maxsplit=1) == [
        "title",
        "Show the longest title of a source.",
    ]
    assert main(["title", "--help"]) == DONE
    shown = capsys.readouterr().out
    assert all(each in shown for each in ("SOURCE", "--at-least N", "--config DIR", "--json"))


def test_it_is_asked_with_values_and_answers_with_one(set_up: SetUp) -> None:
    with app.parts(Places(set_up.config, set_up.data)) as parts:
        assert longest(parts, LongestRequest("news")) == LongestReport("news", "大桥合龙")


def test_its_report_is_shown_to_people_and_scripts(set_up: SetUp, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert ask(set_up, "title", "news") == DONE
    assert capsys.readouterr().out == "title\tsource=news\ntitle\ttitle=大桥合龙\n"
    assert ask(set_up, "title", "news", "--json") == DONE
    assert json.loads(capsys.readouterr().out) == {"source": "news", "title": "大桥合龙"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nobody"], USAGE, "error: there is no source called 'nobody'\n  hint: see sources.yaml\n"),
        (["news", "--at-least", "9"], FAILED, "error: no title is as long as that\n"),
        ([], USAGE, "error: Missing argument 'SOURCE'.\n  hint: see `aggregator title --help`\n"),
    ],
)
def test_its_errors_become_words_and_exit_codes(
    set_up: SetUp, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    capsys.readouterr()
    assert ask(set_up, "title", *arguments) == code
    assert capsys.readouterr() == ("", words)
