"""``check``, ``explain`` and ``status``: what is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.base.times import spoken
from aggregator.cli.alarms import show_alarms
from aggregator.cli.failures import DONE, FAILED, USAGE
from aggregator.cli.options import Call, command
from aggregator.cli.output import Cell, Printer, counted

if TYPE_CHECKING:
    from aggregator.operations.reports import (
        ArticleExplanation,
        CheckReport,
        ExplainReport,
        SourceStatus,
        StatusReport,
        TopicExplanation,
    )


@command
def check(call: Call) -> int:
    """Validate the configuration.

    Names every fault at once, as file:line:column: message (hint).
    """
    from aggregator.operations.check import check

    report = check(call.places.config)
    if call.as_json:
        call.out.json(report)
    else:
        _show_check(report, call.out)
    return USAGE if report.faults else DONE


def _show_check(report: CheckReport, out: Printer) -> None:
    for fault in report.faults:
        out.line(str(fault))
    for warning in report.warnings:
        out.line(f"{warning} [warning]", "yellow")
    if report.faults:
        out.line(counted(len(report.faults), "fault"), "bold red")
    else:
        counts = f"{counted(report.sources, 'source')}, {counted(report.topics, 'topic')}"
        out.line(f"the configuration is good: {counts}", "green")


@command
def explain(
    call: Call,
    article: Annotated[
        str, typer.Argument(metavar="ARTICLE", help="An article's id, address or file path.", show_default=False)
    ],
) -> int:
    """Show why an article is in its topics.

    What it is, where it was seen, and for every topic the rules that matched and their score.
    """
    from aggregator import app
    from aggregator.operations.explain import explain

    with app.parts(call.places, create=False) as parts:
        report = explain(parts, article)
    if call.as_json:
        call.out.json(report)
    else:
        _show_explanation(report, call.out)
    return DONE


def _show_explanation(report: ExplainReport, out: Printer) -> None:
    article = report.article
    out.facts("article", _facts(article))
    out.table(
        "origin",
        ("location", "source", "status", "seen", "url"),
        [(origin.location, origin.source, origin.status, origin.seen, origin.url) for origin in article.origins],
    )
    out.table(
        "revision",
        ("number", "seen", "significant", "hash", "title"),
        [(r.number, r.seen, _yes(r.significant), r.content_hash, r.title) for r in article.revisions],
    )
    out.table(
        "topic",
        ("topic", "matched", "score", "threshold", "why", "entered"),
        [
            (t.slug, (_yes(t.matched), "green" if t.matched else "dim"), t.score, t.threshold, t.why_not, _entered(t))
            for t in report.topics
        ],
    )
    out.table("reason", ("topic", "rule", "field", "position", "weight", "passage"), _passages(report))
    for note in (*report.notes, *((_PENDING,) if report.pending else ())):
        out.facts("explain", (("note", (note, "yellow")),))


_PENDING = (
    "the rules changed since this article was sorted, and this is what the new ones say; to sort it anew "
    "run `aggregator collect`, or send SIGHUP to the daemon"
)


def _facts(article: ArticleExplanation) -> list[tuple[str, Cell]]:
    return [
        ("title", article.title),
        ("id", str(article.id) if article.id else None),
        ("stored", _yes(article.stored)),
        ("url", article.url),
        ("published", article.published),
        ("date", article.date_kind),
        ("updated", article.updated),
        ("first seen", article.first_seen),
        ("content hash", article.content_hash),
        ("story", article.story),
        ("identity", article.identity),
        ("repairs", ", ".join(article.repairs)),
    ]


def _passages(report: ExplainReport) -> list[list[Cell]]:
    return [
        [topic.slug, p.rule, p.field, p.position, p.weight, f"{p.before}[{p.matched}]{p.after}"]
        for topic in report.topics
        for p in topic.reasons
    ]


def _entered(topic: TopicExplanation) -> Cell:
    return "waits for its day" if topic.waits else topic.entered


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"


@command
def status(
    call: Call,
    rejected: Annotated[bool, typer.Option("--rejected", help="List every document that gives no article.")] = False,
) -> int:
    """Show how sources and topics stand.

    Sources: what they hold, rejected documents with the reason, last success, next look and why then, errors,
    alarms. Topics: what they hold.
    """
    from aggregator import app
    from aggregator.operations.status import status

    with app.salvaged(call.places) as (parts, request):
        report = status(parts, request)
    if call.as_json:
        call.out.json(report)
    else:
        _show_status(report, None if rejected else _REFUSALS_SHOWN, call.out)
    if not report.faults:
        return DONE
    faults = "\n".join(map(str, report.faults))
    call.err.failure(
        f"the configuration is faulty; this is what is stored\n{faults}",
        "mend it, then run `aggregator check`; a running daemon keeps the last good configuration",
    )
    return FAILED


_REFUSALS_SHOWN = 20


def _show_status(report: StatusReport, limit: int | None, out: Printer) -> None:
    _show_sources(report, out)
    shown = report.refusals[:limit]
    out.table("rejected", ("rejected", "status"), [(str(refusal), refusal.status) for refusal in shown])
    if len(shown) < len(report.refusals):
        out.line(f"and {len(report.refusals) - len(shown)} more: `aggregator status --rejected`")
    out.table(
        "topic",
        ("topic", "articles", "waiting", "newest", "changed"),
        [(t.slug, t.counts.articles, t.counts.waiting, t.counts.newest, t.changed) for t in report.topics],
    )
    out.facts("feed", [(t.slug, t.feed) for t in report.topics])
    idle = [source.name for source in report.sources if _is_idle(source)]
    facts: list[tuple[str, Cell]] = [
        *([("disabled", ", ".join(idle))] if idle else []),
        ("in no topic", report.uncategorized),
        ("database", report.database),
        ("daemon", "running" if report.running else "not running"),
        *([("clock", f"{spoken(report.ahead)} behind what is stored: is it right?")] if report.ahead else []),
    ]
    out.facts("status", facts)


def _is_idle(source: SourceStatus) -> bool:
    """Whether its name says all of it: it is disabled and holds nothing."""
    return source.standing == "disabled" and not (source.articles or source.error or source.alarm)


def _show_sources(report: StatusReport, out: Printer) -> None:
    """In several tables, because one would be too wide for most terminals."""
    sources = [source for source in report.sources if not _is_idle(source)]
    out.table(
        "source",
        ("source", "articles", "rejected", "failed", "last success", "last new"),
        [(s.name, s.articles, s.rejected, s.failed, s.last_success, s.last_new) for s in sources],
    )
    out.table(
        "schedule",
        ("source", "next due", "why then", "failures", "note"),
        [(s.name, s.next_due, s.reason, s.failures, (s.standing, "yellow")) for s in sources],
    )
    out.table("error", ("source", "error"), [(s.name, (s.error, "red")) for s in sources if s.error])
    show_alarms(sources, out)
    remarks = [(s.name, remark.detail, remark.code) for s in sources for remark in s.remarks]
    out.table("remark", ("source", "remark", "code"), remarks)
    moved = [(s.name, s.proposal, s.move.since) for s in sources if s.proposal and s.move]
    out.table("proposal", ("source", "url", "moved for good since"), moved)
