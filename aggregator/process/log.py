"""Log lines: on stderr, one a line, in colour on a terminal and as JSON elsewhere."""

from __future__ import annotations

import logging
import sys

import structlog

from aggregator.base import visible


def log_to_stderr(level: int) -> None:
    """Sets the process up to log from ``level`` on."""
    if sys.stderr.isatty():
        # Other formatters show the values of all variables, secrets among them.
        plain = structlog.dev.plain_traceback
        renderer: structlog.typing.Processor = structlog.dev.ConsoleRenderer(exception_formatter=plain)
    else:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            visible.event,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
