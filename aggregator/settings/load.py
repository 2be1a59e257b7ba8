"""A folder of YAML files → Configuration, or all that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aggregator.base import secrets
from aggregator.errors import ConfigurationError, Fault, UsageError
from aggregator.model.config import Configuration
from aggregator.settings import check, document, mistakes, rules, warn, words
from aggregator.settings.document import DocumentError, Node, Scalar
from aggregator.settings.shapes import AggregatorFile, SourcesFile, TopicsFile, adapter


@dataclass(frozen=True, slots=True)
class _Read:
    """What one file said: ``value`` None where there are faults."""

    value: Any
    root: Node
    faults: tuple[Fault, ...] = ()


def load(folder: Path) -> Configuration:
    """Reads ``aggregator.yaml`` (which may be missing), ``sources.yaml`` and ``topics.yaml`` in ``folder``.

    Raises ConfigurationError with every fault of every file, by ``file:line:column``; UsageError if there
    is no such folder.
    """
    configuration, faults = salvage(folder)
    if faults:
        raise ConfigurationError(faults)
    return configuration


def salvage(folder: Path) -> tuple[Configuration, tuple[Fault, ...]]:
    """What can be had of a configuration, and all faults: a faulty section or file counts as one that says nothing.

    For looking at what is stored while the files are faulty. Raises UsageError if there is no such folder.
    """
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise UsageError(f"the configuration folder {folder.absolute()} {what}", "name it with --config")
    general = _file(folder / "aggregator.yaml", AggregatorFile, optional=True)
    sources = _file(folder / "sources.yaml", SourcesFile)
    topics = _file(folder / "topics.yaml", TopicsFile, arrange=rules.lift_ignored)
    site = general.value if general.value and not general.faults else _sections(folder / "aggregator.yaml")
    configuration = Configuration(
        folder=str(folder),
        site=site.site,
        feeds=site.feeds,
        server=site.server,
        schedule=site.schedule,
        storage=site.storage,
        retention=site.retention,
        sources=sources.value.sources if not sources.faults else (),
        topics=topics.value.topics if not topics.faults else (),
    )
    return _warned(configuration, sources.root, topics.root), general.faults + sources.faults + topics.faults


def _sections(path: Path) -> AggregatorFile:
    """The sound sections of a faulty file."""
    try:
        written = document.plain(document.read(path.read_bytes(), str(path)))
    except (OSError, DocumentError):
        return AggregatorFile()
    sound: dict[str, Any] = {}
    for name, section in written.items() if isinstance(written, dict) else ():
        try:
            sound[name] = getattr(adapter(AggregatorFile).validate_python({name: section}), name)
        except (ValidationError, AttributeError):
            continue
    return AggregatorFile(**sound)


def _warned(configuration: Configuration, sources: Node, topics: Node) -> Configuration:
    """The same with what is doubtful, though no fault."""
    folder = Path(configuration.folder)
    warned = warn.warnings_of(configuration.sources, folder)
    idle = check.out_of_reach(configuration.topics)
    found = (
        *mistakes.faults(warned, sources, str(folder / "sources.yaml")),
        *mistakes.faults(idle, topics, str(folder / "topics.yaml")),
    )
    return replace(configuration, warnings=tuple(map(str, found)))


def _file(
    path: Path, cls: type, *, optional: bool = False, arrange: Callable[[Node], Node] = lambda root: root
) -> _Read:
    nothing = Scalar(1, 1, None, given=False)
    try:
        root = document.read(path.read_bytes(), str(path))
    except FileNotFoundError:
        if optional:
            return _Read(cls(), nothing)
        return _Read(None, nothing, (Fault(str(path), 1, 1, "no such file", "create it; the README shows one"),))
    except OSError as error:
        hint = "make it a file that this user may read"
        return _Read(None, nothing, (Fault(str(path), 1, 1, f"cannot be read: {error.strerror}", hint),))
    except DocumentError as error:
        return _Read(None, nothing, error.faults)
    # Before anything is said of it.
    secrets.learn(secrets.of_configuration(document.plain(root)))
    return _validated(arrange(root), cls, str(path))


def _validated(root: Node, cls: type, file: str) -> _Read:
    values = {} if isinstance(root, Scalar) and not root.given else document.plain(root)
    found = list(check.mistakes(root))
    value = None
    try:
        value = adapter(cls).validate_python(values)
    except ValidationError as error:
        found += words.mistakes(error, cls)
    return _Read(value, root, tuple(mistakes.faults(found, root, file)))
