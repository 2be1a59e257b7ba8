"""What each command says beside its report: alarms, warnings, what is not as it should be."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

import cli_samples as samples
from aggregator import app
from aggregator.cli.main import main
from aggregator.model.config import Configuration, Site, Term, Topic
from aggregator.model.places import Places
from aggregator.operations.reports import Refusal, SourceStatus
from cli.calls import Calls

Waiting = Callable[[str], None]


def test_what_failed_is_named_and_exits_1(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("aggregator.operations.collect.collect", lambda *_: samples.BROKEN)
    assert main(["collect", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["problems"] == ["x"]
    assert said.err == "error: city: cannot be listed\nerror: seeds: 2 documents failed\nerror: x\n"


def test_check_names_faults_and_exits_2(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("aggregator.operations.check.check", lambda *_: samples.FAULTY)
    assert main(["check"]) == 2
    assert capsys.readouterr().out == "sources.yaml:3:5: unknown key 'pth' (did you mean 'path'?)\n1 fault\n"
    assert main(["check", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["faults"] == [
        {"file": "sources.yaml", "line": 3, "column": 5, "message": "unknown key 'pth'", "hint": "did you mean 'path'?"}
    ]


def test_waiting_for_another_pass_is_said(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def collecting(_places: Places, _parts: object, waiting: Waiting) -> AbstractContextManager[object]:
        waiting("4711")
        return nullcontext()

    monkeypatch.setattr(app, "collecting", collecting)
    assert main(["collect"]) == 0
    assert capsys.readouterr().err == "waiting: process 4711 is collecting in the same data folder\n"


def test_run_prints_the_feeds_and_warnings(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    topics = (Topic(slug="centers", title="中心", match=Term("中心")),)
    asked: list[object] = []

    def run(places: Places, host: str | None, port: int | None, announce: Callable[..., None], level: int) -> None:
        asked.extend((places, host, port))
        announce("http://127.0.0.1:8123", Configuration("config", topics=topics, warnings=("a folder is missing",)))

    monkeypatch.setattr(app, "run", run)
    assert main(["run", "--host", "::1", "--port", "8123"]) == 0
    assert asked == [Places(Path("config"), Path("var")), "::1", 8123]
    assert capsys.readouterr() == (
        (
            "serving\tsite=http://127.0.0.1:8123\n"
            "serving\tall=http://127.0.0.1:8123/feeds/all.atom\n"
            "serving\tcenters=http://127.0.0.1:8123/feeds/centers.atom\n"
        ),
        (
            "warning: a folder is missing\n"
            "warning: feeds and pages name http://127.0.0.1:8000, not http://127.0.0.1:8123; set site.base_url\n"
        ),
    )
    main(["run", "--json"])
    assert json.loads(capsys.readouterr().out)["feeds"]["centers"] == "http://127.0.0.1:8123/feeds/centers.atom"


@pytest.mark.parametrize(
    ("base_url", "served", "warned"),
    [
        ("http://127.0.0.1:8000", "http://0.0.0.0:8000", False),
        ("http://localhost:8000", "http://127.0.0.1:8001", True),
        ("http://[::1]", "http://[::1]:80", False),
        ("http://[::1]:8000", "http://[::1]:80", True),
        ("https://feeds.example.org", "http://127.0.0.1:8000", False),
    ],
)
def test_run_warns_of_addresses_that_lead_elsewhere(
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    base_url: str,
    served: str,
    warned: bool,
) -> None:
    configuration = Configuration("config", site=Site(base_url=base_url))
    monkeypatch.setattr(app, "run", lambda _places, _host, _port, announce, _level: announce(served, configuration))
    main(["run"])
    assert ("set site.base_url" in capsys.readouterr().err) is warned


def test_status_lists_twenty_rejected_documents_or_all(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refusals = tuple(Refusal("seeds", f"{n}.md", None, "rejected", "empty: no text", samples.NOON) for n in range(23))
    monkeypatch.setattr("aggregator.operations.status.status", lambda *_: replace(samples.STATUS, refusals=refusals))
    main(["status"])
    short = capsys.readouterr().out
    assert short.count("rejected\tseeds: ") == 20
    assert "and 3 more: `aggregator status --rejected`\n" in short
    main(["status", "--rejected"])
    assert capsys.readouterr().out.count("rejected\tseeds: ") == 23


def test_status_names_disabled_sources_that_hold_nothing_in_one_line(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    idle = [SourceStatus(name, standing="disabled") for name in ("example-a", "example-b")]
    held = SourceStatus("paused", articles=3, standing="disabled")
    monkeypatch.setattr(
        "aggregator.operations.status.status", lambda *_: replace(samples.STATUS, sources=(*idle, held))
    )
    main(["status"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[1] for line in lines if line.startswith("source\t")] == ["paused"]
    assert "status\tdisabled=example-a, example-b" in lines


def test_status_of_a_faulty_configuration_shows_what_is_stored(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "aggregator.operations.status.status", lambda *_: replace(samples.STATUS, faults=samples.FAULTY.faults)
    )
    assert main(["status"]) == 1
    said = capsys.readouterr()
    assert "topic\tcenters" in said.out
    assert said.err == (
        "error: the configuration is faulty; this is what is stored\n"
        "sources.yaml:3:5: unknown key 'pth' (did you mean 'path'?)\n"
        "  hint: mend it, then run `aggregator check`; a running daemon keeps the last good configuration\n"
    )


def test_explain_says_that_the_rules_changed(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "aggregator.operations.explain.explain", lambda *_: replace(samples.EXPLAIN, pending=True, notes=("so",))
    )
    main(["explain", "a.md"])
    assert "explain\tnote=so\nexplain\tnote=the rules changed since" in capsys.readouterr().out


def test_check_counts_as_people_do(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "aggregator.operations.check.check", lambda *_: replace(samples.CHECK, warnings=(), sources=1, topics=0)
    )
    main(["check"])
    assert capsys.readouterr().out == "the configuration is good: 1 source, 0 topics\n"
