"""What each command hands on, prints and answers; the operations are stood in for."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import cli_samples as samples
from aggregator.cli import work
from aggregator.cli.main import main
from aggregator.errors import (
    AggregatorError,
    CollectError,
    ConfigurationError,
    Fault,
    InUseError,
    SchemaError,
    UsageError,
)
from aggregator.model.config import Configuration, Term, Topic
from aggregator.places import Places


@dataclass
class Calls:
    """What the commands asked for."""

    made: list[tuple[Any, ...]] = field(default_factory=list)
    log_levels: list[int] = field(default_factory=list)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    made = Calls()
    answers = {
        "collect": samples.COLLECT,
        "export": samples.EXPORT,
        "check": samples.CHECK,
        "preview": samples.PREVIEW,
        "explain": samples.EXPLAIN,
        "status": samples.STATUS,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(work, name, _noting(made, name, answer))
    monkeypatch.setattr("aggregator.log.log_to_stderr", made.log_levels.append)
    for name in ("AGGREGATOR_CONFIG", "AGGREGATOR_DATA", "AGGREGATOR_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    return made


def _noting(made: Calls, name: str, answer: object) -> Callable[..., object]:
    def called(*arguments: object) -> object:
        made.made.append((name, *(argument for argument in arguments if not callable(argument))))
        return answer

    return called


HERE = Places(Path("config"), Path("var"))
ASKED = [
    (["collect"], ("collect", HERE, None)),
    (["collect", "seeds", "city"], ("collect", HERE, ("seeds", "city"))),
    (["export", "out"], ("export", HERE, Path("out"), None)),
    (["export", "out", "--base-url", "https://x.org"], ("export", HERE, Path("out"), "https://x.org")),
    (["check"], ("check", Path("config"))),
    (["preview", "seeds"], ("preview", HERE, "seeds", 20)),
    (["preview", "seeds", "--limit", "3"], ("preview", HERE, "seeds", 3)),
    (["explain", "a.md"], ("explain", HERE, "a.md")),
    (["status"], ("status", HERE)),
]


@pytest.mark.parametrize(("arguments", "call"), ASKED, ids=[" ".join(arguments) for arguments, _ in ASKED])
def test_commands_ask_for(calls: Calls, arguments: list[str], call: tuple[object, ...]) -> None:
    assert main(arguments) == 0
    assert calls.made == [call]


PLACES = [
    # arguments, environment, the places used
    (["status"], {}, Places(Path("config"), Path("var"), None)),
    (["--config", "c", "--data", "d", "--database", "u", "status"], {}, Places(Path("c"), Path("d"), "u")),
    (["status", "--config", "c", "--data", "d", "--database", "u"], {}, Places(Path("c"), Path("d"), "u")),
    (["--config", "before", "status", "--config", "after"], {}, Places(Path("after"), Path("var"), None)),
    (["status"], {"CONFIG": "ec", "DATA": "ed", "DATABASE": "eu"}, Places(Path("ec"), Path("ed"), "eu")),
    (["--config", "c", "status"], {"CONFIG": "ec", "DATA": "ed"}, Places(Path("c"), Path("ed"), None)),
    (["status", "--config", "c"], {"CONFIG": "ec", "DATA": ""}, Places(Path("c"), Path("var"), None)),
]


@pytest.mark.parametrize(("arguments", "environment", "places"), PLACES)
def test_places(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, arguments: list[str], environment: dict[str, str], places: Places
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"AGGREGATOR_{name}", value)
    assert main(arguments) == 0
    assert calls.made == [("status", places)]


PLAIN = {
    "collect": """\
source\tseeds\tfound=3\tnew=1\tchanged=1\tduplicate=0\tmoved=0\tunchanged=0\trejected=1\tfailed=0\tvanished=0
source\tcity\tfound=0\tnew=0\tchanged=0\tduplicate=0\tmoved=0\tunchanged=0\trejected=0\tfailed=0\tvanished=0
rejected\tseeds/a.md:3: no text\tsource=seeds
alarm\tcity\talarm=most files are gone
pass\trerouted=7
pass\tfeeds changed=all, centers
""",
    "export out": "export\tfolder=out\nexport\tfiles=12\nexport\twritten=3\n",
    "check": """\
sources.yaml:3:4: a folder is missing [warning]
the configuration is good: 2 sources, 4 topics
""",
    "preview seeds": """\
article\ta.md\tfate=new\tpublished=2026-05-01 12:00:00Z\ttitle=床位<120 张\ttopics=centers\tcharacters=0\
\turl=https://example.org/a\twhy=nothing like it is stored\trepairs=title-quotes
article\tb.md\tfate=rejected\tpublished=\ttitle=\ttopics=\tcharacters=0\turl=\twhy=empty: no text\trepairs=
preview\tsource=seeds
preview\tfound=5
preview\tshown=2
""",
    "explain a.md": """\
article\ttitle=国家医学中心挂牌
article\tid=0b0e5a0c-0000-5000-8000-000000000001
article\tstored=yes
article\turl=https://example.org/a
article\tpublished=2026-05-01 12:00:00Z
article\tdate=stated
article\tcontent hash=1:abc
origin\ta.md\tsource=seeds\tstatus=new\tseen=2026-05-01 12:00:00Z\turl=
revision\t1\tseen=2026-05-01 12:00:00Z\tsignificant=yes\thash=1:abc\ttitle=国家医学中心挂牌
topic\tcenters\tmatched=yes\tscore=1.5\tthreshold=1\twhy=\tentered=2026-05-01 12:00:00Z
topic\tbeds\tmatched=no\tscore=0\tthreshold=1\twhy=no rule matched\tentered=
reason\tcenters\trule=中心\tfield=title\tposition=2\tweight=1.5\tpassage=国家[医学中心]挂牌
""",
    "status": """\
source\tseeds\tarticles=2\tlast success=2026-05-01 12:00:00Z\tlast new=\tnext due=2026-05-01 12:00:00Z\
\twhy then=every 0:10:00\tfailures=0\terror=\talarm=
topic\tcenters\ttitle=中心\tarticles=2\twaiting=1\tnewest=2026-05-01 12:00:00Z\tchanged=2026-05-01 12:00:00Z
feed\tcenters\taddress=http://127.0.0.1:8000/feeds/centers.atom
status\tin no topic=3
status\tdatabase=sqlite:///var/archive.db
status\tdaemon=running
status\tdisk=1 GB free
""",
}


@pytest.mark.parametrize("line", PLAIN)
def test_plain_lines_in_a_pipe(calls: Calls, capsys: pytest.CaptureFixture[str], line: str) -> None:
    assert main(line.split()) == 0
    assert capsys.readouterr() == (PLAIN[line], "")


def test_v_logs_more(calls: Calls) -> None:
    main(["status"])
    main(["-v", "status"])
    assert calls.log_levels == [logging.WARNING, logging.INFO]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main(arguments)
    return json.loads(capsys.readouterr().out)


def test_json_of_collect(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    report = answer(capsys, "collect", "--json")
    assert set(report) == {"sources", "rerouted", "feeds", "left_out", "problems"}
    assert report["sources"][0] == {
        "name": "seeds",
        "found": 3,
        "new": 1,
        "changed": 1,
        "duplicate": 0,
        "moved": 0,
        "unchanged": 0,
        "rejected": 1,
        "failed": 0,
        "vanished": 0,
        "repaired": 0,
        "rejections": ["seeds/a.md:3: no text"],
        "error": "",
        "alarm": "",
    }


def test_json_of_explain(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    report = answer(capsys, "--json", "explain", "a.md")
    assert {"id", "title", "url", "content_hash", "story"} <= set(report["article"])
    assert report["article"]["id"] == str(samples.ID)
    assert report["article"]["published"] == "2026-05-01T12:00:00Z"
    assert [(topic["slug"], topic["matched"], topic["score"]) for topic in report["topics"]] == [
        ("centers", True, 1.5),
        ("beds", False, 0.0),
    ]
    assert report["topics"][0]["reasons"][0]["matched"] == "医学中心"


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("check --json", "topics", 4),
        ("export out --json", "written", 3),
        ("preview seeds --json", "found", 5),
        ("status --json", "extra", {"disk": "1 GB free"}),
    ],
)
def test_json_of_the_others(
    calls: Calls, capsys: pytest.CaptureFixture[str], line: str, key: str, value: object
) -> None:
    assert answer(capsys, *line.split())[key] == value


def test_what_failed_is_named_and_exits_1(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(work, "collect", lambda *_: samples.BROKEN)
    assert main(["collect", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["problems"] == ["x"]
    assert said.err == "error: city: cannot be listed\nerror: seeds: 2 documents failed\nerror: x\n"


def test_check_names_faults_and_exits_2(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(work, "check", lambda *_: samples.FAULTY)
    assert main(["check"]) == 2
    assert capsys.readouterr().out == "sources.yaml:3:5: unknown key 'pth' (did you mean 'path'?)\n1 fault\n"
    assert main(["check", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["faults"] == [
        {"file": "sources.yaml", "line": 3, "column": 5, "message": "unknown key 'pth'", "hint": "did you mean 'path'?"}
    ]


def test_waiting_for_another_pass_is_said(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def collect(_places: Places, _names: object, _progress: object, waiting: Callable[[str], None]) -> object:
        waiting("4711")
        return samples.COLLECT

    monkeypatch.setattr(work, "collect", collect)
    assert main(["collect"]) == 0
    assert capsys.readouterr().err == "waiting: process 4711 is collecting in the same data folder\n"


def test_run_prints_the_feeds_and_warnings(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    topics = (Topic(slug="centers", title="中心", match=Term("中心")),)
    asked: list[object] = []

    def run(places: Places, host: str | None, port: int | None, announce: Callable[..., None]) -> None:
        asked.extend((places, host, port))
        announce("http://127.0.0.1:8123", Configuration("config", topics=topics, warnings=("a folder is missing",)))

    monkeypatch.setattr(work, "run", run)
    assert main(["run", "--host", "::1", "--port", "8123"]) == 0
    assert asked == [HERE, "::1", 8123]
    assert capsys.readouterr() == (
        (
            "serving\tsite=http://127.0.0.1:8123\n"
            "serving\tall=http://127.0.0.1:8123/feeds/all.atom\n"
            "serving\tcenters=http://127.0.0.1:8123/feeds/centers.atom\n"
        ),
        "warning: a folder is missing\n",
    )
    main(["run", "--json"])
    assert json.loads(capsys.readouterr().out)["feeds"]["centers"] == "http://127.0.0.1:8123/feeds/centers.atom"


ERRORS = [
    (
        UsageError("there is no source 'x'", "sources: seeds"),
        2,
        "error: there is no source 'x'\n  hint: sources: seeds\n",
    ),
    (InUseError("var is in use", "end it first"), 3, "error: var is in use\n  hint: end it first\n"),
    (CollectError("gone", "seeds cannot be listed"), 1, "error: seeds cannot be listed\n"),
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


@pytest.mark.parametrize(("error", "code", "words"), ERRORS, ids=[type(error).__name__ for error, _, _ in ERRORS])
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

    monkeypatch.setattr(work, "status", fails)
    assert main(["status", "--json"]) == code
    assert capsys.readouterr() == ("", words)
    main(["status", "-v"])
    traced = "Traceback" in capsys.readouterr().err
    assert traced is not isinstance(error, AggregatorError)


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
