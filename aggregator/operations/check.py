"""Whether a configuration is good. Reads its files only; opens no database."""

from __future__ import annotations

from pathlib import Path

from aggregator.errors import ConfigurationError
from aggregator.operations.reports import CheckReport
from aggregator.settings.load import load


def check(config: Path) -> CheckReport:
    """Every fault of every file in the folder, and warnings. Raises UsageError if there is no such folder."""
    try:
        configuration = load(config)
    except ConfigurationError as error:
        return CheckReport(error.faults)
    return CheckReport((), configuration.warnings, len(configuration.sources), len(configuration.topics))
