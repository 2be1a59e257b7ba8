"""``check``, ``explain`` and ``status``: what is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.failures import DONE, USAGE
from aggregator.cli.options import Call, command
from aggregator.cli.output import Cell, Output

if TYPE_CHECKING:
    from aggregator.operations.reports import (
        ArticleExplanation,
        CheckReport,
        ExplainReport,
        StatusReport,
        TopicExplanation,
    )


def register(app: typer.Typer) -> None:
    app.command("check")(check)
    app.command("explain")(explain)
    app.command("status")(status)


@command
def check(call: Call) -> int:
    """Validate the configuration.

    Names every fault at once, as file:line:column: message (hint).
    """
    from aggregator.cli import work

    report = work.check(call.places.config)
    if call.as_json:
        call.out.json(report)
    else:
        _show_check(report, call.out)
    return USAGE if report.faults else DONE


def _show_check(report: CheckReport, out: Output) -> None:
    for fault in report.faults:
        out.line(str(fault))
    for warning in report.warnings:
        out.line(f"{warning} [warning]", "yellow")
    if report.faults:
        out.line(f"{len(report.faults)} fault{'s' if len(report.faults) > 1 else ''}", "bold red")
    else:
        out.line(f"the configuration is good: {report.sources} sources, {report.topics} topics", "green")


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
    from aggregator.cli import work

    report = work.explain(call.places, article)
    if call.as_json:
        call.out.json(report)
    else:
        _show_explanation(report, call.out)
    return DONE


def _show_explanation(report: ExplainReport, out: Output) -> None:
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
def status(call: Call) -> int:
    """Show how sources and topics stand.

    Sources: last success, last new article, next look and why then, errors, alarms. Topics: what they hold.
    """
    from aggregator.cli import work

    report = work.status(call.places)
    if call.as_json:
        call.out.json(report)
    else:
        _show_status(report, call.out)
    return DONE


def _show_status(report: StatusReport, out: Output) -> None:
    out.table(
        "source",
        ("source", "articles", "last success", "last new", "next due", "why then", "failures", "error", "alarm"),
        [
            (
                s.name,
                s.articles,
                s.last_success,
                s.last_new,
                s.next_due,
                s.reason,
                s.failures,
                (s.error, "red"),
                (s.alarm, "yellow"),
            )
            for s in report.sources
        ],
    )
    out.table(
        "topic",
        ("topic", "title", "articles", "waiting", "newest", "changed"),
        [(t.slug, t.title, t.counts.articles, t.counts.waiting, t.counts.newest, t.changed) for t in report.topics],
    )
    out.table("feed", ("feed of", "address"), [(t.slug, t.feed) for t in report.topics])
    facts: list[tuple[str, Cell]] = [
        ("in no topic", report.uncategorized),
        ("database", report.database),
        ("daemon", "running" if report.running else "not running"),
    ]
    out.facts("status", facts + [(name, value) for name, value in report.extra.items()])
