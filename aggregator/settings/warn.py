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
from aggregator.model.kinds import Key
from aggregator.settings import network
from aggregator.settings.mistakes import Mistake

PACKAGE = "topic-feed-aggregator"


def warnings_of(sources: tuple[Source, ...], folder: Path) -> Iterator[Mistake]:
    """Of all enabled sources; ``folder`` is what relative paths start at."""
    for number, source in enumerate(sources):
        if source.enabled:
            for found in _of(source, folder):
                yield found.below(("sources", number))


def _of(source: Source, folder: Path) -> Iterator[Mistake]:
    for key in source.traits.keys:
        yield from _missing(key, getattr(source, key.name), folder)
    if source.traits.key("url") is None:
        return
    if source.auth_file and not (folder / source.auth_file).is_file():
        # Its name is not repeated: it may be the token itself.
        hint = "a file with `user:password`, or `Bearer …`, relative to the configuration folder"
        yield Mistake(("auth_file",), "there is no such file", hint)
    yield from _private(source)
    yield from _extras(source)


def _missing(key: Key, written: object, folder: Path) -> Iterator[Mistake]:
    """A folder or file that is not there."""
    place = network.repository_folder(str(written)) if key.form == "repository" else str(written)
    if key.form not in {"folder", "file", "repository"} or place is None:
        return
    path = folder / place
    if not (path.is_file() if key.form == "file" else path.is_dir()):
        what = f"is no {'file' if key.form == 'file' else 'folder'}" if path.exists() else "does not exist"
        # An address may stand where a folder belongs. (``Path`` makes one slash of two.)
        shown = network.without_password(str(path)) if ":/" in str(path) else path
        yield Mistake((key.name,), f"{shown} {what}", "mount or create it; until then it fails")


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
    kind = source.traits
    reads_pages = "article-page" in kind.parsers and (kind.document != "list-page" or source.follow)
    if reads_pages and source.extraction == "auto" and find_spec("trafilatura") is None:
        hint = f"pip install '{PACKAGE}[fulltext]', or name the article by a selector in `full_text`"
        yield Mistake(("full_text",), "full text needs the package trafilatura", hint)
    if (needs := kind.needs) and find_spec(needs.module) is None:
        what = f"kind {kind.name} needs the package {needs.module}"
        yield Mistake(("kind",), what, f"pip install '{PACKAGE}[{needs.extra}]'")
