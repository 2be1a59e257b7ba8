"""Instants, numbers and addresses of files as text, the same in every language; filters of the templates."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit


def stamp(instant: datetime) -> str:
    """For machines."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number(value: float) -> str:
    """With at most two places."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def size(length: int) -> str:
    """Bytes as people write them."""
    value, unit = float(length), "B"
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if value >= 10 or unit == "B" else f"{value:.1f} {unit}"


def file_name(address: str) -> str:
    """What people call a file: the last part of its address, or the host."""
    parts = urlsplit(address)
    return unquote(parts.path.rstrip("/").rpartition("/")[2]).strip() or parts.hostname or address
