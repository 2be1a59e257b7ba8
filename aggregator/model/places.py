"""Where one set-up lives on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aggregator.model.config import Configuration


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one set-up, as given on the command line."""

    config: Path
    data: Path
    database: str | None = None
    """Overrides ``storage.url`` of the configuration."""

    @property
    def site(self) -> Path:
        return self.data / "site"

    @property
    def collect_lock(self) -> Path:
        """Held by `collect`: one at a time."""
        return self.data / "collect.lock"

    @property
    def worker_lock(self) -> Path:
        """Held by the daemon's worker: where nobody holds it, what the last one took is free."""
        return self.data / "worker.lock"

    @property
    def publish_lock(self) -> Path:
        """Held while published files are replaced."""
        return self.data / "publish.lock"

    @property
    def run_lock(self) -> Path:
        """Held by the daemon."""
        return self.data / "run.lock"

    @property
    def backup_lock(self) -> Path:
        """Held by `backup`: one at a time."""
        return self.data / "backup.lock"

    @property
    def backup_note(self) -> Path:
        """When the last verified backup was made."""
        return self.data / "backup.json"

    @property
    def restore_mark(self) -> Path:
        """Is there while a restore is under way, or was cut off."""
        return self.data / "restoring"

    def database_url(self, configuration: Configuration) -> str:
        default = f"sqlite:///{(self.data / 'aggregator.sqlite3').resolve()}"
        return self.database or configuration.storage.url or default
