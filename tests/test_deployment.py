"""The image, the Compose file, the locks and `make run`: what an operator gets who has read nothing."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[1]
NAME = re.compile(r"[A-Za-z0-9._-]+")


def locked(name: str) -> dict[str, str]:
    """Package to its line, without hashes."""
    lines = (PROJECT / name).read_text().splitlines()
    found = [line.removesuffix(" \\") for line in lines if line[:1].isalpha()]
    assert all("==" in line for line in found)
    return {line: line.partition("==")[0] for line in found}


def instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile, continued lines joined."""
    text = re.sub(r"\\\n", " ", (PROJECT / "Dockerfile").read_text())
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    start = max(number for number, (verb, _) in enumerate(found) if verb == "FROM")
    return found[start:]


def direct() -> Iterator[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    listed = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    yield from (found[0] for each in listed if (found := NAME.match(each)))


def needed(packages: Iterator[str]) -> set[str]:
    """These and all that they need here, by what is installed."""
    found: set[str] = set()
    waiting = list(packages)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in found:
            continue
        found.add(name)
        plain = [line for line in requires(name) or () if ";" not in line]
        waiting += [match[0] for line in plain if (match := NAME.match(line))]
    return found


def test_what_runs_is_locked_whole_and_without_tools_of_tests() -> None:
    runs = {name.lower().replace("_", "-") for name in locked("requirements-runtime.lock").values()}
    assert needed(direct()) <= runs
    groups = tomllib.loads((PROJECT / "pyproject.toml").read_text())["dependency-groups"]
    tools = {found[0] for group in groups.values() for each in group if (found := NAME.match(each))}
    assert runs & (tools - set(direct())) == set()
    assert not runs & {"pytest", "mypy", "ruff", "hypothesis", "playwright", "hatchling"}


@pytest.mark.parametrize("name", ["requirements-runtime.lock", "requirements-build.lock"])
def test_the_smaller_locks_say_what_the_whole_one_says(name: str) -> None:
    whole = locked("requirements.lock").keys()
    # The backend's own TOML writer is needed for building alone.
    assert {line for line in locked(name) if line not in whole} == set()
    assert "--hash=sha256:" in (PROJECT / name).read_text()


def test_the_image_is_built_in_stages_from_one_exact_version() -> None:
    found = instructions()
    argument = next(text for verb, text in found if verb == "ARG")
    tag = re.fullmatch(r"PYTHON=(3\.\d+\.\d+-slim-[a-z]+)(@sha256:[0-9a-f]{64})?", argument)
    assert tag, argument
    bases = [text for verb, text in found if verb == "FROM"]
    assert len(bases) > 1
    assert all(base.startswith("python:${PYTHON}") for base in bases)


def test_in_what_runs_nothing_is_installed_and_nobody_is_root() -> None:
    stage = last_stage()
    verbs = dict(stage)
    assert verbs["USER"] not in {"root", "0"}
    assert "HEALTHCHECK" in verbs
    assert not [text for verb, text in stage if verb == "RUN" and "install" in text.replace("install --directory", "")]
    copied = [text for verb, text in stage if verb == "COPY"]
    assert not [text for text in copied if "requirements" in text or "tests" in text]
    installs = [text for verb, text in instructions() if verb == "RUN" and "pip install" in text]
    assert all("--require-hashes" in text or "--no-deps" in text for text in installs)
    assert not [text for text in installs if "requirements.lock" in text]


def test_what_the_image_copies_is_sent_to_its_build() -> None:
    lines = (PROJECT / ".dockerignore").read_text().split()
    sent = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        source.removeprefix("./")
        for verb, text in instructions()
        if verb == "COPY" and "--from" not in text
        for source in shlex.split(text)[:-1]
    }
    assert copied == sent
    assert all((PROJECT / name).exists() for name in copied)


def service() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]["aggregator"]
    return read


def test_compose_bounds_memory_processes_and_logs() -> None:
    told = service()
    assert re.fullmatch(r"[0-9]+[mg]", told["mem_limit"])
    assert told["pids_limit"] > 0
    options = told["logging"]["options"]
    assert re.fullmatch(r"[0-9]+[km]", options["max-size"])
    assert int(options["max-file"]) >= 1


def test_compose_gives_no_rights_that_are_not_needed() -> None:
    told = service()
    assert told["read_only"] is True
    assert told["tmpfs"] == ["/tmp"]  # noqa: S108 - the container's
    assert told["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in told["security_opt"]
    assert all(port.startswith("127.0.0.1:") for port in told["ports"])
    assert [volume for volume in told["volumes"] if volume.startswith("./")] == ["./config:/config:ro"]


def test_make_says_what_it_installs_before_it_does() -> None:
    told = subprocess.run(
        ["make", "--dry-run", "--always-make", "VENV=/nowhere", "run"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "installing into /nowhere" in told
    assert told.index("installing into /nowhere") < told.index("venv /nowhere") < told.index("pip install")
