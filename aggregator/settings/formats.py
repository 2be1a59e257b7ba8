"""How single values are written: slugs, durations, zones, addresses, expressions.

Each is a pydantic type: a check that raises UnfitError with a hint, and what the JSON Schema says of it.
``FORMATS`` tells which field of the model is written how.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, AllowInfNan, BeforeValidator, Field, PlainValidator, WithJsonSchema

from aggregator.base import cron
from aggregator.classify.patterns import compile_pattern
from aggregator.collect.kinds import KINDS
from aggregator.model.config import (
    RESERVED_SLUGS,
    Clean,
    Condition,
    FeedPolicy,
    KeepFetched,
    Limits,
    Regex,
    Retention,
    Schedule,
    Select,
    Server,
    Site,
    Source,
    Storage,
    Topic,
)
from aggregator.normalize.clean import compile_line, compile_selector
from aggregator.settings import network, rules
from aggregator.settings.document import Value
from aggregator.settings.unfit import UnfitError, UnfitPartsError

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"
DURATION = r"[0-9]{1,6}[smhd]"
_PLAIN_SELECTOR = re.compile(r"(?:\w[\w-]*|[.#][A-Za-z_][\w-]*)(?:[ ]?[.#][A-Za-z_][\w-]*|[ ][A-Za-z]\w*)*")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=3650)


def slug(written: str) -> str:
    if re.fullmatch(SLUG, written):
        return written
    better = "-".join(re.findall("[a-z0-9]+", written.lower()))
    raise UnfitError(
        f"{written!r} is no slug: small letters, digits and single hyphens",
        f"did you mean {better!r}?" if better else "for instance 'city-health'",
    )


def source_kind(written: str) -> str:
    if written not in KINDS:
        *others, last = map(repr, KINDS)
        raise UnfitError(f"{written!r} is not known here", f"one of {', '.join(others)} or {last}")
    return written


def topic_slug(written: str) -> str:
    if slug(written) in RESERVED_SLUGS:
        raise UnfitError(f"the slug {written!r} is reserved", f"not {', '.join(sorted(RESERVED_SLUGS))}")
    return written


def duration(written: object) -> timedelta:
    if isinstance(written, str) and re.fullmatch(DURATION, written):
        span = timedelta(**{_UNITS[written[-1]]: int(written[:-1])})
        if span <= _LONGEST:
            return span
        raise UnfitError(f"{written!r} is longer than {_LONGEST.days}d", "give a shorter time")
    digits = isinstance(written, str) and written.isascii() and written.isdigit()
    hint = f"add the unit: '{written}m'" if digits else "a number and s, m, h or d: '90s', '10m', '2h', '1d'"
    raise UnfitError(f"{written!r} is no duration", hint)


def interval(written: object) -> timedelta:
    span = duration(written)
    if not span:
        raise UnfitError("must be longer than 0", "for instance '10m'")
    return span


def timezone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (KeyError, ValueError, OSError) as error:
        names = {name.lower(): name for name in available_timezones()}
        close = get_close_matches(written.lower(), names, 1, 0.7)
        hint = f"did you mean {names[close[0]]!r}?" if close else "for instance 'Asia/Shanghai' or 'UTC'"
        raise UnfitError(f"there is no time zone {written!r}", hint) from error
    return written


def cron_expression(written: str) -> str:
    return _tried(cron.check, written, "for instance '*/15 8-20 * * mon-fri'")


def selector(written: str) -> str:
    """One that both readers of pages know: articles are cleaned by lxml, lists are read by soupsieve.

    Names, classes and ids one within another, which most are, cannot be wrong; so they are not worth its import.
    """
    hint = "for instance 'div.footer' or '#share'"
    _tried(compile_selector, written, hint)
    if not _PLAIN_SELECTOR.fullmatch(written):
        import soupsieve  # noqa: PLC0415 - a quarter of the time that reading the files takes

        try:
            soupsieve.compile(written)
        except (soupsieve.SelectorSyntaxError, NotImplementedError) as error:
            reason = str(error).split("\n", 1)[0].split(". ", 1)[0].rstrip(".")
            raise UnfitError(f"not a CSS selector: {reason}", hint) from error
    return written


def full_text(written: str) -> str:
    if written in {"off", "auto"}:
        return written
    if written.lower() in {"on", "yes", "no", "true", "false"}:
        raise UnfitError(f"{written!r} is not known here", "'off', 'auto' or a CSS selector of the article")
    return selector(written)


def line_pattern(written: str) -> str:
    return _tried(compile_line, written, quote=True)


def database(written: str) -> str:
    scheme, colon, place = written.partition("://")
    hint = "for instance 'sqlite:////var/lib/aggregator/archive.db'"
    if not colon:
        raise UnfitError(f"{written!r} is no database address", hint)
    if scheme not in {"sqlite", "sqlite+pysqlite"}:
        raise UnfitError(f"this version stores in SQLite only, not in {scheme!r}", hint)
    if place in {"", "/", "/:memory:"} or not place.startswith("/"):
        raise UnfitError(f"{written!r} names no file", hint)
    return written


def language(written: str) -> str:
    if not re.fullmatch(LANGUAGE, written):
        better = written.replace("_", "-")
        hint = f"did you mean {better!r}?" if re.fullmatch(LANGUAGE, better) else "for instance 'zh-CN'"
        raise UnfitError(f"{written!r} is no language tag", hint)
    return written


def text(written: str) -> str:
    if not written.strip():
        raise UnfitError("is empty", "give it a text")
    return written


def without_breaks(written: str) -> str:
    if "\n" in text(written).strip():
        raise UnfitError("must be one line", "take out the line break")
    return written.strip()


def rule(written: Value) -> Condition:
    condition, mistakes = rules.read(written, compile_pattern)
    if condition is None:
        raise UnfitPartsError(mistakes)
    return condition


def ignored(written: Value) -> str | Regex:
    name, mistakes = rules.read_ignored(written, compile_pattern)
    if name is None or mistakes:
        raise UnfitPartsError(mistakes)
    return name


def _tried(check: Callable[[str], object], written: str, hint: str = "", *, quote: bool = False) -> str:
    try:
        check(written)
    except ValueError as error:
        raise UnfitError(str(error), hint, quote=quote) from error
    return written


SourceKind = Annotated[str, AfterValidator(source_kind)]
Slug = Annotated[str, AfterValidator(slug), WithJsonSchema({"type": "string", "pattern": f"^{SLUG}$"})]
TopicSlug = Annotated[
    str,
    AfterValidator(topic_slug),
    WithJsonSchema({"type": "string", "pattern": f"^{SLUG}$", "not": {"enum": sorted(RESERVED_SLUGS)}}),
]
Duration = Annotated[
    timedelta, BeforeValidator(duration), WithJsonSchema({"type": "string", "pattern": f"^{DURATION}$"})
]
Interval = Annotated[
    timedelta, BeforeValidator(interval), WithJsonSchema({"type": "string", "pattern": f"^{DURATION}$"})
]
Zone = Annotated[str, AfterValidator(timezone)]
Cron = Annotated[str, AfterValidator(cron_expression)]
Selector = Annotated[str, AfterValidator(selector)]
LinePattern = Annotated[str, AfterValidator(line_pattern)]
Address = Annotated[str, AfterValidator(network.address), WithJsonSchema({"type": "string", "pattern": "^https?://"})]
PublicAddress = Annotated[
    str, AfterValidator(network.public_address), WithJsonSchema({"type": "string", "pattern": "^https?://"})
]
Network = Annotated[str, AfterValidator(network.network)]
Host = Annotated[str, AfterValidator(network.host)]
BaseUrl = Annotated[str, AfterValidator(network.base_url), WithJsonSchema({"type": "string", "pattern": "^https?://"})]
FullText = Annotated[str, AfterValidator(full_text)]
Branch = Annotated[str, AfterValidator(network.branch)]
CredentialsFile = Annotated[str, AfterValidator(network.credentials_file)]
HeaderValue = Annotated[str, AfterValidator(network.header_value)]
Headers = Annotated[
    Mapping[str, str],
    PlainValidator(network.headers),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": ["string", "number"]}}),
]
DatabaseUrl = Annotated[str, AfterValidator(database)]
Language = Annotated[str, AfterValidator(language), WithJsonSchema({"type": "string", "pattern": f"^{LANGUAGE}$"})]
Text = Annotated[str, AfterValidator(text)]
OneLine = Annotated[str, AfterValidator(without_breaks)]
Rule = Annotated[Condition, PlainValidator(rule), WithJsonSchema({})]
Ignored = Annotated[str | Regex, PlainValidator(ignored), WithJsonSchema({})]
AboveZero = Annotated[int, Field(ge=1)]
NotNegative = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(gt=0), AllowInfNan(False)]

TYPES: dict[Any, Any] = {timedelta: Duration, Condition: Rule}
"""Types that are written in one way wherever they stand."""

FORMATS: dict[tuple[type, str], Any] = {
    (Source, "name"): Slug,
    (Source, "kind"): SourceKind,
    (Source, "path"): Text,
    (Source, "url"): Text,
    (Source, "branch"): Branch | None,
    (Source, "include"): Annotated[tuple[Text, ...], Field(min_length=1)],
    (Source, "exclude"): tuple[Text, ...],
    (Source, "full_text"): FullText | None,
    (Source, "every"): Interval | None,
    (Source, "cron"): Cron | None,
    (Source, "min"): Interval,
    (Source, "max"): Interval,
    (Source, "user_agent"): HeaderValue | None,
    (Source, "headers"): Headers,
    (Source, "auth_file"): CredentialsFile | None,
    (Source, "proxy"): Address | None,
    (Source, "rights"): OneLine,
    (Source, "timezone"): Zone,
    (Source, "link"): LinePattern | None,
    (Source, "home"): PublicAddress | None,
    (Source, "silent_after"): Interval | None,
    (Source, "crawl_dates"): LinePattern | None,
    (Source, "owns"): tuple[Host, ...],
    (Source, "weight"): Annotated[float, Field(gt=0), AllowInfNan(False)],
    (Clean, "remove"): tuple[Selector, ...],
    (Clean, "drop_lines"): tuple[LinePattern, ...],
    (Clean, "ignore_images"): tuple[Text, ...],
    (Limits, "bytes"): AboveZero,
    (Limits, "front_matter"): AboveZero,
    (Limits, "nesting"): AboveZero,
    (Limits, "seconds"): Seconds,
    (Limits, "entries"): AboveZero,
    (Limits, "download"): AboveZero,
    (Limits, "download_seconds"): Seconds,
    (Select, "entry"): Selector,
    (Select, "link"): Selector,
    (Select, "title"): Selector | None,
    (Select, "date"): Selector | None,
    (Select, "summary"): Selector | None,
    (Topic, "slug"): TopicSlug,
    (Topic, "title"): OneLine,
    (Topic, "ignore"): tuple[Ignored, ...],
    (Topic, "threshold"): Annotated[float, AllowInfNan(False)],
    (Site, "title"): OneLine,
    (Site, "base_url"): BaseUrl,
    (Site, "contact"): OneLine,
    (Site, "language"): Language,
    (Site, "timezone"): Zone,
    (FeedPolicy, "entries"): Annotated[int, Field(ge=1, le=1000)],
    (FeedPolicy, "late_per_day"): NotNegative,
    (FeedPolicy, "at_once"): NotNegative,
    (FeedPolicy, "share"): Annotated[float, Field(gt=0, le=1), AllowInfNan(False)],
    (Server, "host"): Text,
    (Server, "port"): Annotated[int, Field(ge=0, le=65535)],
    (Server, "connections"): AboveZero,
    (Server, "per_address"): AboveZero,
    (Server, "trusted_proxies"): tuple[Network, ...],
    (Server, "request_time"): Interval,
    (Server, "idle_time"): Interval,
    (Server, "stall_time"): Interval,
    (Server, "cache_megabytes"): NotNegative,
    (Schedule, "parallel"): Annotated[int, Field(ge=1, le=64)],
    (Schedule, "longest"): Interval,
    (Storage, "url"): DatabaseUrl | None,
    (Retention, "revisions"): NotNegative,
    (KeepFetched, "days"): NotNegative,
    (KeepFetched, "megabytes"): NotNegative,
}
"""Fields whose values are more than their type says."""
