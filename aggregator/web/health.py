"""``/healthz``: what the daemon says of itself, or that it cannot say anything."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from starlette.requests import Request
from starlette.responses import Response

from aggregator.base.secrets import hidden

LOG = structlog.get_logger()
PATIENCE = 5.0
"""Seconds until a daemon that says nothing counts as failed: who watches it waits about as long."""
HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store"}


class Health:
    """An endpoint. ``health`` may block, and may raise when the database is locked or broken."""

    def __init__(self, health: Callable[[], Mapping[str, object]]) -> None:
        self._health = health

    async def answer(self, _request: Request) -> Response:
        try:
            # A thread that waits for a lock is left to itself.
            return _answer(200, await asyncio.wait_for(asyncio.to_thread(self._health), PATIENCE))
        except TimeoutError:
            problem = f"no answer within {PATIENCE:g} s"
        except Exception as error:
            # Whatever it is: it goes to the log, and only its kind to whoever asks.
            LOG.exception("health cannot be told")
            problem = type(error).__name__
        return _answer(503, {"status": "failed", "problems": [problem]})


def _answer(status: int, words: Mapping[str, object]) -> Response:
    return Response(hidden(json.dumps(dict(words), default=_plain)), status, headers=HEADERS)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
