"""``collect`` and ``preview``: what sources yield."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.alarms import show_alarms
from aggregator.cli.failures import DONE, FAILED
from aggregator.cli.options import Call, command
from aggregator.cli.output import Cell, Printer

if TYPE_CHECKING:
    from aggregator.model.article import Verdict
    from aggregator.model.running import SourceReport
    from aggregator.operations.reports import CollectReport, PreviewReport

_COUNTS = ("found", "new", "changed", "duplicate", "moved", "unchanged", "rejected", "failed", "vanished")


@command
def collect(
    call: Call,
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE", help="Names of sources; all enabled ones if none.")
    ] = None,
    accept_deletions: Annotated[
        bool,
        typer.Option(
            "--accept-deletions",
            help="After an alarm `N of M documents are left`: take the missing ones as deleted.",
        ),
    ] = False,
) -> int:
    """Look at the sources once, then stop.

    Stores and publishes what is new; says what came of each source.
    """
    from aggregator import app
    from aggregator.operations.collect import CollectRequest, collect

    def waiting(holder: str) -> None:
        call.err.line(f"waiting: process {holder} is collecting in the same data folder")

    request = CollectRequest(tuple(sources) if sources else None, accept_deletions)
    with (
        call.progress() as progress,
        app.parts(call.places) as parts,
        app.collecting(call.places, parts, waiting) as lock,
    ):
        report = collect(parts, request, progress, lock)
    if call.as_json:
        call.out.json(report)
    else:
        _show_collected(report, call.out)
    for problem in _problems(report):
        call.err.line(f"error: {problem}", "bold red")
    return FAILED if report.failed else DONE


def _show_collected(report: CollectReport, out: Printer) -> None:
    out.table(
        "source",
        ("source", *_COUNTS),
        [(source.name, *(_count(source, count, out) for count in _COUNTS)) for source in report.sources],
    )
    rejected = [(line, source.name) for source in report.sources for line in source.rejections]
    out.table("rejected", ("rejected", "source"), rejected)
    show_alarms(report.sources, out)
    out.facts("pass", (("rerouted", report.rerouted or None), ("feeds changed", ", ".join(report.feeds))))


def _count(source: SourceReport, count: str, out: Printer) -> Cell:
    """People are spared zeros, and with them the columns that hold nothing else; scripts get every count."""
    number: int = getattr(source, count)
    return number if number or count in {"found", "new"} or not out.terminal else None


def _problems(report: CollectReport) -> list[str]:
    failed = [
        f"{source.name}: {source.error or f'{source.failed} documents failed'}"
        for source in report.sources
        if source.error or source.failed
    ]
    return [*failed, *report.problems, *report.left_out]


@command
def preview(
    call: Call,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The name of a source.", show_default=False)],
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most so many articles.")] = 20,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody: read what is kept of it.")] = False,
) -> int:
    """Show what a source yields now; store nothing.

    For each article: what it would be, its title, date and topics.
    """
    from aggregator import app
    from aggregator.operations.preview import PreviewRequest, preview

    with app.parts(call.places, create=False) as parts:
        report = preview(parts, PreviewRequest(source, limit, offline))
    if call.as_json:
        call.out.json(report)
    else:
        _show_preview(report, call.out)
    return DONE


def _show_preview(report: PreviewReport, out: Printer) -> None:
    rows: list[list[Cell]] = [
        [
            article.location,
            (article.fate, "red" if article.fate == "rejected" else "green"),
            article.published,
            article.title,
            _topics(article.verdicts),
            article.characters,
            article.url,
            article.why,
            ", ".join(repair.code for repair in article.repairs),
        ]
        for article in report.articles
    ]
    columns = ("location", "fate", "published", "title", "topics", "characters", "url", "why", "repairs")
    out.table("article", columns, rows)
    out.table("provenance", ("location", *_FIELDS), _provenance(report))
    facts = report.facts
    out.facts(
        "preview",
        (
            ("source", report.source),
            ("title", facts.title if facts else None),
            ("site", facts.home if facts else None),
            ("repairs", ", ".join(repair.code for repair in facts.repairs) if facts else None),
            ("found", report.found),
            ("shown", len(report.articles)),
            ("note", (report.note, "yellow") if report.note else None),
        ),
    )


_FIELDS = ("title", "published", "author", "url", "body", "image")


def _provenance(report: PreviewReport) -> list[list[Cell]]:
    """For each article the parts of its document that its fields were read from."""
    return [
        [article.location, *(article.provenance.get(field, "") for field in _FIELDS)]
        for article in report.articles
        if article.provenance
    ]


def _topics(verdicts: tuple[Verdict, ...]) -> str:
    return ", ".join(verdict.topic for verdict in verdicts if verdict.matched)
