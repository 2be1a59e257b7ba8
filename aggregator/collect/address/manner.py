"""How the operator wants a source's address to be asked: with which name, credentials and permissions."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from aggregator.base.secrets import learn, of_credentials
from aggregator.codes import Code
from aggregator.errors import CollectError
from aggregator.model.config import Source
from aggregator.model.fetching import Manner
from aggregator.network.address import origin

_MOST = 8_192
"""Bytes of a file with credentials."""


def manner_of(source: Source, folder: Path) -> Manner:
    """Reads the source's ``auth_file``, relative to ``folder``, anew each time: passwords change.

    Raises CollectError ``auth-file``.
    """
    return Manner(
        origin=origin(source.url),
        user_agent=source.user_agent or "",
        headers=tuple(source.headers.items()),
        authorization=_authorization(folder / source.auth_file) if source.auth_file else "",
        proxy=source.proxy,
        allow_private=source.allow_private,
        gap=source.gap.total_seconds(),
    )


def _authorization(path: Path) -> str:
    """Value of the Authorization header: ``Bearer …`` as it stands, ``user:password`` as Basic (RFC 7617)."""
    try:
        with path.open("rb") as file:
            written = file.read(_MOST).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise CollectError(Code.AUTH_FILE, f"{path}: {reason}", "`auth_file` of the source names it") from error
    learn(of_credentials(written))
    if "\n" in written or not written.isprintable() or not written:
        raise CollectError(Code.AUTH_FILE, f"{path}: must hold one line", "`user:password`, or `Bearer …`")
    if " " in written and ":" not in written.partition(" ")[0]:
        if not written.isascii():
            raise CollectError(Code.AUTH_FILE, f"{path}: a header holds ASCII only", "`user:password`, or `Bearer …`")
        return written
    return f"Basic {b64encode(written.encode()).decode()}"
