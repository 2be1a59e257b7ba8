"""What each command hands on, prints and answers; the operations are stood in for."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

import cli_samples as samples
from aggregator import app
from aggregator.cli.main import main
from aggregator.model.places import Places
from aggregator.operations.collect import CollectRequest
from aggregator.operations.export import ExportRequest
from aggregator.operations.preview import PreviewRequest
from cli.calls import SET_UP, Calls

HERE = Places(Path("config"), Path("var"))
ASKED = [
    (["collect"], ("collect", HERE, CollectRequest(None, accept_losses=False))),
    (["collect", "seeds", "city"], ("collect", HERE, CollectRequest(("seeds", "city"), accept_losses=False))),
    (["collect", "--accept-deletions"], ("collect", HERE, CollectRequest(None, accept_losses=True))),
    (["export", "out"], ("export", HERE, ExportRequest(Path("out"), None))),
    (["export", "out", "--base-url", "https://x.org"], ("export", HERE, ExportRequest(Path("out"), "https://x.org"))),
    (["check"], ("check", Path("config"))),
    (["preview", "seeds"], ("preview", HERE, PreviewRequest("seeds", 20))),
    (["preview", "seeds", "--limit", "3"], ("preview", HERE, PreviewRequest("seeds", 3))),
    (["preview", "seeds", "--offline"], ("preview", HERE, PreviewRequest("seeds", 20, offline=True))),
    (["explain", "a.md"], ("explain", HERE, "a.md")),
    (["status"], ("status", HERE, SET_UP)),
    (["backup", "one.backup"], ("backup", HERE, Path("one.backup"), False)),
    (["backup", "one.backup", "--kept"], ("backup", HERE, Path("one.backup"), True)),
    (["restore", "one.backup"], ("restore", HERE, Path("one.backup"), False)),
    (["restore", "one.backup", "--keep-config"], ("restore", HERE, Path("one.backup"), True)),
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
    assert calls.made == [("status", places, SET_UP)]


PLAIN = {
    "backup one.backup": ("backup\tfile=one.backup\nbackup\tbytes=4711\nbackup\tarticles=12\nbackup\tfiles=3\n"),
    "restore one.backup": (
        "restore\tfile=one.backup\nrestore\tfrom=2026-05-01 12:00:00Z\nrestore\tarticles=12\nrestore\tfiles=3\n"
        "restore\taside=var/before-restore-20260501T120000Z\n"
    ),
    "collect": """\
source\tseeds\tfound=3\tnew=1\tchanged=1\tduplicate=0\tmoved=0\tunchanged=0\trejected=1\tfailed=0\tvanished=0
source\tcity\tfound=0\tnew=0\tchanged=0\tduplicate=0\tmoved=0\tunchanged=0\trejected=0\tfailed=0\tvanished=0
rejected\tseeds/a.md:3: no text\tsource=seeds
alarm\tcity\talarm=most files are gone\tcode=most-gone\tremedy=if it is meant, collect it with `--accept-deletions`
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
source\tseeds\tarticles=2\trejected=1\tfailed=0\tlast success=2026-05-01 12:00:00Z\tlast new=
source\told\tarticles=0\trejected=0\tfailed=0\tlast success=2026-05-01 12:00:00Z\tlast new=2026-05-01 12:00:00Z
schedule\tseeds\tnext due=2026-05-01 12:00:00Z\twhy then=every 10m\tfailures=0\tnote=
schedule\told\tnext due=\twhy then=\tfailures=0\tnote=no longer configured
error\told\terror=cannot be listed
rejected\tseeds: a.md:3: empty: no text\tstatus=rejected
topic\tcenters\tarticles=2\twaiting=1\tnewest=2026-05-01 12:00:00Z\tchanged=2026-05-01 12:00:00Z
feed\tcenters=http://127.0.0.1:8000/feeds/centers.atom
status\tin no topic=3
status\tdatabase=sqlite:///var/archive.db
status\tdaemon=running
""",
}


@pytest.mark.parametrize("line", PLAIN)
def test_plain_lines_in_a_pipe(calls: Calls, capsys: pytest.CaptureFixture[str], line: str) -> None:
    assert main(line.split()) == 0
    assert capsys.readouterr() == (PLAIN[line], "")


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("status", logging.WARNING),
        ("status -v", logging.INFO),
        ("-v status", logging.INFO),
        ("run", logging.INFO),
        ("run -v", logging.DEBUG),
    ],
)
def test_what_is_logged(calls: Calls, monkeypatch: pytest.MonkeyPatch, line: str, level: int) -> None:
    monkeypatch.setattr(app, "run", lambda *_: None)
    assert main(line.split()) == 0
    assert calls.log_levels[-1] == level


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main(arguments)
    return json.loads(capsys.readouterr().out)


def test_json_of_collect(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    report = answer(capsys, "collect", "--json")
    assert set(report) == {"sources", "rerouted", "feeds", "left_out", "problems", "stopped"}
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
        "alarms": [],
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
    ],
)
def test_json_of_the_others(
    calls: Calls, capsys: pytest.CaptureFixture[str], line: str, key: str, value: object
) -> None:
    assert answer(capsys, *line.split())[key] == value
