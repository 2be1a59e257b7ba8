"""``/healthz`` over a real connection."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Mapping

import pytest

from aggregator.web import health
from web.conftest import HEALTH, Live


def test_health_is_json_and_never_kept(live: Live) -> None:
    response, body = live.raw("/healthz")
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert body == b'{"status": "ok", "now": "2022-04-27T01:15:48+00:00"}'


def test_a_broken_database_is_told_in_json_without_its_words(live: Live) -> None:
    def broken() -> Mapping[str, object]:
        raise sqlite3.OperationalError("unable to open /srv/secret.sqlite3")

    live.health = broken
    response, body = live.raw("/healthz")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert json.loads(body) == {"status": "failed", "problems": ["OperationalError"]}


def test_a_locked_database_keeps_nobody_waiting(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def locked() -> Mapping[str, object]:
        released.wait(20)
        return HEALTH

    live.health = locked
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    try:
        response, body = live.raw("/healthz")
    finally:
        released.set()
    assert response.status_code == 503
    assert json.loads(body) == {"status": "failed", "problems": ["no answer within 0.05 s"]}
