"""A folder of YAML files → Configuration, or all that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aggregator.errors import ConfigurationError, Fault
from aggregator.model.config import Configuration
from aggregator.settings import check, document, mistakes, rules, words
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

    Raises ConfigurationError with every fault of every file, by ``file:line:column``.
    """
    if not folder.is_dir():
        raise ConfigurationError((Fault(str(folder), 1, 1, "no such folder", "name it with --config"),))
    general = _file(folder / "aggregator.yaml", AggregatorFile, optional=True)
    sources = _file(folder / "sources.yaml", SourcesFile)
    topics = _file(folder / "topics.yaml", TopicsFile, arrange=rules.lift_ignored)
    faults = general.faults + sources.faults + topics.faults
    if faults:
        raise ConfigurationError(faults)
    missing = check.missing_folders(sources.value.sources, folder)
    return Configuration(
        folder=str(folder),
        site=general.value.site,
        feeds=general.value.feeds,
        server=general.value.server,
        storage=general.value.storage,
        sources=sources.value.sources,
        topics=topics.value.topics,
        warnings=tuple(map(str, mistakes.faults(missing, sources.root, str(folder / "sources.yaml")))),
    )


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
