"""What an operator reads of a visit in the log: what failed, what was rejected, what is new."""

from __future__ import annotations

import structlog

from aggregator.model.running import SourceReport

LOG = structlog.get_logger()
REJECTIONS_LOGGED = 20
"""Of one source in one visit."""
_TOLD = ("new", "changed", "duplicate", "moved", "rejected", "failed", "vanished")


def log_visit(report: SourceReport) -> None:
    """One line for the visit with its counts as fields, and one for each thing to look at."""
    if report.error:
        LOG.error("source failed", source=report.name, error=report.error)
    if report.alarm:
        LOG.warning("source alarm", source=report.name, alarm=report.alarm)
    for line in report.rejections[:REJECTIONS_LOGGED]:
        LOG.warning("document without article", source=report.name, document=line)
    if (more := len(report.rejections) - REJECTIONS_LOGGED) > 0:
        LOG.warning("more documents without article: `aggregator status` lists them", source=report.name, more=more)
    log_counts(report)


def log_counts(report: SourceReport) -> None:
    """The visit in one line."""
    counts = {name: number for name in _TOLD if (number := getattr(report, name))}
    level = LOG.info if counts or report.error else LOG.debug
    level("source visited", source=report.name, found=report.found, **counts)
