"""Rows of sources, hosts and visits to values and back. Nothing here touches a database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any, TypeVar

from aggregator.codes import AlarmCode, RemarkCode
from aggregator.model.alarm import Alarm, Remark
from aggregator.model.document import Pace
from aggregator.model.fetching import HostMemory, RobotsFile
from aggregator.model.running import Memory, Move, SourceReport, SourceState
from storage.values import MICROSECOND, Values, escaped, instant, instant_or_none, plain, stored, trouble_of

READ_AGAIN = "changed rules of reading"
"""Why a source is due whose documents are to be read again."""
C = TypeVar("C", AlarmCode, RemarkCode)
_REPORT = tuple(field.name for field in fields(SourceReport))


def report_text(report: SourceReport) -> str:
    return escaped({name: getattr(report, name) for name in _REPORT} | {"alarms": _coded(report.alarms)})


def alarms_text(alarms: Sequence[Alarm | Remark]) -> str:
    """JSON of alarms, or of remarks."""
    return plain(_coded(alarms)) if alarms else "[]"


def _coded(alarms: Sequence[Alarm | Remark]) -> list[tuple[str, str]]:
    return [(alarm.code, alarm.detail) for alarm in alarms]


def alarms_of(text: str) -> tuple[Alarm, ...]:
    """A code that this version does not know is of no class, and reads the same."""
    return tuple(Alarm(*_known(AlarmCode, *pair)) for pair in json.loads(text)) if text != "[]" else ()


def remarks_of(text: str) -> tuple[Remark, ...]:
    return tuple(Remark(*_known(RemarkCode, *pair)) for pair in json.loads(text)) if text != "[]" else ()


def _known(codes: type[C], code: str, detail: str) -> tuple[C, str]:
    try:
        return codes(code), detail
    except ValueError:
        return codes(""), f"{code}: {detail}"


def state_of(row: Any) -> SourceState:
    error = trouble_of(row.error_code, None, row.error, row.remedy or "")
    rests = row.read_due is None or row.next_due <= row.read_due
    return SourceState(
        name=row.name,
        last_run=instant_or_none(row.last_run),
        last_success=instant_or_none(row.last_success),
        last_new=instant_or_none(row.last_new),
        next_due=instant(row.next_due if rests else row.read_due),
        reason=row.reason if rests else READ_AGAIN,
        error=str(error or ""),
        error_code=error.code if error else None,
        remedy=(error.remedy or error.code.remedy) if error else "",
        failures=row.failures,
        alarms=alarms_of(row.alarms),
        remarks=remarks_of(row.remarks),
        articles=row.articles,
        move=_move_of(row),
        gone_since=instant_or_none(row.gone_since),
    )


def _move_of(row: Any) -> Move | None:
    return Move(row.moved_to, instant(row.moved_since)) if row.moved_to else None


def memory_of(row: Any) -> Memory:
    return Memory(
        cursor=row.cursor,
        failures=row.failures,
        rhythm=None if row.rhythm is None else timedelta(microseconds=row.rhythm),
        pace=_pace_of(row.pace) if row.pace != "{}" else Pace(),
        gone_since=instant_or_none(row.gone_since),
        move=_move_of(row),
        seen=bool(row.seen),
    )


def memory_values(memory: Memory) -> Values:
    return {
        "cursor": memory.cursor,
        "failures": memory.failures,
        "rhythm": None if memory.rhythm is None else memory.rhythm // MICROSECOND,
        "pace": _pace_text(memory.pace),
        "gone_since": memory.gone_since and stored(memory.gone_since),
        "moved_to": memory.move and memory.move.to,
        "moved_since": memory.move and stored(memory.move.since),
    }


def _pace_text(pace: Pace) -> str:
    spans = {name: span.total_seconds() for name in ("ttl", "period") if (span := getattr(pace, name))}
    skips = {name: sorted(skip) for name in ("skip_hours", "skip_days") if (skip := getattr(pace, name))}
    return plain(spans | skips) if spans or skips else "{}"


def _pace_of(text: str) -> Pace:
    told = json.loads(text)
    return Pace(
        ttl=timedelta(seconds=told["ttl"]) if "ttl" in told else None,
        period=timedelta(seconds=told["period"]) if "period" in told else None,
        skip_hours=frozenset(told.get("skip_hours", ())),
        skip_days=frozenset(told.get("skip_days", ())),
    )


def host_memory_of(row: Any) -> HostMemory:
    robots = {
        origin: RobotsFile(instant(seen), status, text)
        for origin, (seen, status, text) in json.loads(row.robots).items()
    }
    held_until, held_since = instant_or_none(row.held_until), instant_or_none(row.held_since)
    return HostMemory(row.host, held_until, row.reason, row.strikes, robots, held_since)


def host_values(host: HostMemory) -> Values:
    robots = {origin: [stored(file.seen), file.status, file.text] for origin, file in host.robots.items()}
    return {
        "host": host.host,
        "held_until": host.held_until and stored(host.held_until),
        "held_since": host.held_since and stored(host.held_since),
        "reason": host.reason,
        "strikes": host.strikes,
        "robots": plain(robots),
    }
