"""Reports as the operations would give them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from aggregator.codes import AlarmCode, RepairCode
from aggregator.errors import Fault
from aggregator.model.alarm import Alarm
from aggregator.model.article import Reason, Verdict
from aggregator.model.document import Repair
from aggregator.model.reading import Origin, Revision
from aggregator.model.running import Counts, SourceReport
from aggregator.operations.reports import (
    ArticleExplanation,
    BackupReport,
    CheckReport,
    CollectReport,
    ExplainReport,
    ExportReport,
    Passage,
    PreviewArticle,
    PreviewReport,
    Refusal,
    RestoreReport,
    SourceStatus,
    StatusReport,
    TopicExplanation,
    TopicState,
)

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ID = UUID("0b0e5a0c-0000-5000-8000-000000000001")

COLLECT = CollectReport(
    (
        SourceReport("seeds", found=3, new=1, changed=1, rejected=1, rejections=("seeds/a.md:3: no text",)),
        SourceReport("city", alarms=(Alarm(AlarmCode.MOST_GONE, "most files are gone"),)),
    ),
    rerouted=7,
    feeds=("all", "centers"),
)
BROKEN = CollectReport(
    (SourceReport("city", error="cannot be listed"), SourceReport("seeds", failed=2)), problems=("x",)
)
BACKUP = BackupReport("one.backup", 4711, 12, 3)
RESTORE = RestoreReport("one.backup", NOON, 12, 3, "var/before-restore-20260501T120000Z")
EXPORT = ExportReport("out", 12, 3)
CHECK = CheckReport((), ("sources.yaml:3:4: a folder is missing",), 2, 4)
FAULTY = CheckReport((Fault("sources.yaml", 3, 5, "unknown key 'pth'", "did you mean 'path'?"),))
PREVIEW = PreviewReport(
    "seeds",
    5,
    (
        PreviewArticle(
            "a.md",
            "new",
            "nothing like it is stored",
            "床位<120\n张",
            "https://example.org/a",
            NOON,
            verdicts=(
                Verdict("centers", True, 1.5, (Reason("中心", "中心", "title", 3, 1.5),)),
                Verdict("beds", False, 0.5),
            ),
            repairs=(Repair(RepairCode.TITLE_QUOTES),),
        ),
        PreviewArticle("b.md", "rejected", "empty: no text"),
    ),
)
EXPLAIN = ExplainReport(
    ArticleExplanation(
        ID,
        "国家医学中心挂牌",
        "https://example.org/a",
        "1:abc",
        NOON,
        "stated",
        stored=True,
        origins=(Origin("seeds", "a.md", None, "new", NOON),),
        revisions=(Revision(1, "1:abc", "国家医学中心挂牌", NOON, True),),
    ),
    (
        TopicExplanation(
            "centers",
            "中心",
            True,
            1.5,
            1.0,
            (Passage("中心", "title", "医学中心", "国家", "挂牌", 2, 1.5),),
            entered=NOON,
        ),
        TopicExplanation("beds", "床位", False, 0.0, 1.0, (), why_not="no rule matched"),
    ),
)
STATUS = StatusReport(
    (
        SourceStatus("seeds", NOON, NOON, None, NOON, "every 10m", articles=2, rejected=1),
        SourceStatus("old", NOON, NOON, NOON, error="cannot be listed", standing="no longer configured"),
    ),
    (TopicState("centers", "中心", Counts(2, NOON, 1), "http://127.0.0.1:8000/feeds/centers.atom", NOON),),
    uncategorized=3,
    database="sqlite:///var/archive.db",
    running=True,
    refusals=(Refusal("seeds", "a.md", 3, "rejected", "empty: no text", NOON),),
)
