"""Day and month that could be either are read as the other dates of their document are, else as in its language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.classify.compile import compile_topics
from aggregator.codes import RepairCode
from aggregator.model.article import Prepared
from aggregator.model.config import Source
from aggregator.model.document import RawDocument
from aggregator.prepare.stages import preparer
from builders import NOW

ITEM = "<item><guid>{0}</guid><title>大桥合龙</title><description>大桥合龙。</description><pubDate>{0}</pubDate></item>"
MARCH, APRIL = datetime(2022, 3, 4, tzinfo=UTC), datetime(2022, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "other", "published", "repairs"),
    [
        ("", "2022-01-01", APRIL, [RepairCode.AMBIGUOUS_DATE]),
        ("", "13/01/2022", APRIL, []),
        ("", "01/13/2022", MARCH, []),
        ("en-US", "2022-01-01", MARCH, []),
        ("en-GB", "2022-01-01", APRIL, []),
        ("en-US", "13/01/2022", APRIL, []),
    ],
)
def test_an_entry(language: str, other: str, published: datetime, repairs: list[RepairCode]) -> None:
    items = "".join(map(ITEM.format, ["03/04/2022", other]))
    feed = f"<rss version='2.0'><channel><title>f</title><language>{language}</language>{items}</channel></rss>"
    url = "https://a.example/feed"
    document = RawDocument("s", url, "", feed.encode(), "", NOW, kind="feed", url=url, media_type="application/rss+xml")
    source = Source("s", "feed", url=url, timezone="UTC")
    (readings,) = preparer(source, compile_topics(()))([document])
    first = next(one for one in readings if isinstance(one, Prepared))
    assert first.article.published == published
    assert [repair.code for repair in first.article.repairs] == repairs
