"""Log lines: on stderr, one a line, in colour on a terminal and as JSON elsewhere, whoever writes them."""

from __future__ import annotations

import atexit
import logging
import sys
import threading
import time

import structlog

from aggregator.base import visible
from aggregator.process.repeats import Event, Repeats

FLUSH_SECONDS = 5.0
"""Between looks for counts that are due."""


def log_to_stderr(level: int) -> None:
    """Sets the process up to log from ``level`` on; of libraries, warnings and worse."""
    if sys.stderr.isatty():
        # Other formatters show the values of all variables, secrets among them.
        plain = structlog.dev.plain_traceback
        renderer: structlog.typing.Processor = structlog.dev.ConsoleRenderer(exception_formatter=plain)
    else:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    repeats = Repeats(time.monotonic, _tell)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _the_exception_itself,
            repeats,
            structlog.processors.format_exc_info,
            visible.event,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_OfLibraries(logging.WARNING)], level=logging.WARNING)
    threading.Thread(target=_flush, args=(repeats,), name="log", daemon=True).start()
    atexit.register(repeats.flush, all_of_them=True)


class _OfLibraries(logging.Handler):
    """Messages of libraries become events like ours."""

    def emit(self, record: logging.LogRecord) -> None:
        # Of a message only what the library itself wrote tells whether it is the same again: asyncio's has that in
        # its first line, and in the others who was concerned.
        template = str(record.msg).partition("\n")[0]
        structlog.get_logger().log(
            record.levelno, record.getMessage(), logger=record.name, template=template, exc_info=record.exc_info
        )


def _the_exception_itself(_logger: object, _method: str, event: Event) -> Event:
    """In place of the word that there is one."""
    if event.get("exc_info") is True:
        event["exc_info"] = sys.exc_info()
    return event


def _tell(event: Event) -> None:
    fields = dict(event)
    level, words = fields.pop("level"), fields.pop("event")
    structlog.get_logger().log(logging.getLevelName(level.upper()), words, **fields)


def _flush(repeats: Repeats) -> None:
    while True:
        time.sleep(FLUSH_SECONDS)
        repeats.flush()
