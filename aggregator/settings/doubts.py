"""Warnings of sources: what is no fault of the file, but will fail as things stand on this machine.

An unmounted disk or a missing package must not stop the daemon. A source that is not enabled is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from aggregator.model.config import Source
from aggregator.settings import network
from aggregator.settings.mistakes import Mistake

PACKAGE = "topic-feed-aggregator"


def doubts(sources: tuple[Source, ...], folder: Path) -> Iterator[Mistake]:
    """Of all enabled sources; ``folder`` is what relative paths start at."""
    for number, source in enumerate(sources):
        if source.enabled:
            for found in _of(source, folder):
                yield found.below(("sources", number))


def _of(source: Source, folder: Path) -> Iterator[Mistake]:
    if source.kind == "files":
        yield from _missing_folder("path", folder / source.path)
        return
    if source.kind == "git" and (place := network.repository_folder(source.url)) is not None:
        yield from _missing_folder("url", folder / place)
    if source.auth_file and not (folder / source.auth_file).is_file():
        # Its name is not repeated: it may be the token itself.
        hint = "a file with `user:password`, or `Bearer …`, relative to the configuration folder"
        yield Mistake(("auth_file",), "there is no such file", hint)
    yield from _private(source)
    yield from _extras(source)


def _missing_folder(key: str, place: Path) -> Iterator[Mistake]:
    if not place.is_dir():
        what = "is no folder" if place.exists() else "does not exist"
        # An address may stand where a folder belongs. (``Path`` makes one slash of two.)
        shown = network.masked(str(place)) if ":/" in str(place) else place
        yield Mistake((key,), f"{shown} {what}", "mount or create it; until then it fails")


def _private(source: Source) -> Iterator[Mistake]:
    """Only what the address itself shows: names are looked up when they are connected to."""
    host = (urlsplit(source.url).hostname or "") if "://" in source.url else ""
    try:
        is_public = ip_address(host).is_global
    except ValueError:
        if host.rstrip(".") != "localhost" and not host.endswith(".localhost"):
            return
        is_public = False
    if not is_public and not source.allow_private:
        yield Mistake(
            ("url",), f"{host} is a private address: it is refused", "add `allow_private: true` if you mean it"
        )
    if is_public and source.allow_private:
        yield Mistake(("allow_private",), f"{host} is a public address", "remove `allow_private`")


def _extras(source: Source) -> Iterator[Mistake]:
    reads_pages = source.remote and (source.kind != "page" or source.follow)
    if reads_pages and source.extraction == "auto" and find_spec("trafilatura") is None:
        hint = f"pip install '{PACKAGE}[fulltext]', or name the article by a selector in `full_text`"
        yield Mistake(("full_text",), "full text needs the package trafilatura", hint)
    if source.kind == "git" and find_spec("dulwich") is None:
        yield Mistake(("kind",), "kind git needs the package dulwich", f"pip install '{PACKAGE}[git]'")
