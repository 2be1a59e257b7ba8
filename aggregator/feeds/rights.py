"""How much of an article we show: what ``publish`` of its source says, the same in feeds and on pages."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from aggregator.feeds.addresses import is_web_address
from aggregator.model.config import Publish
from aggregator.model.reading import Entry


def allowed(entry: Entry, publish: Publish, original: str) -> Entry:
    """The entry without what may not be shown: text, pictures and attachments; for ``link`` the summary, too.

    What stands for the text leads to the publisher; ``original``: the words on that link.
    """
    if publish == "full":
        return entry
    summary = entry.summary if publish == "summary" else ""
    paragraphs = [f"<p>{escape(summary)}</p>"] if summary else []
    if is_web_address(entry.url):
        link = f'<a href="{escape(entry.url or "")}" rel="noopener noreferrer nofollow">{escape(original)}</a>'
        paragraphs.append(f"<p>{link}</p>")
    return replace(entry, html="".join(paragraphs), summary=summary, image=None, enclosures=())
