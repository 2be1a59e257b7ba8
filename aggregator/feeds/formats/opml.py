"""The list of our feeds as OPML 2.0 (http://opml.org/spec2.opml), which readers import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from aggregator.base.text import one_line, xml_safe


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed to subscribe to; both addresses absolute."""

    title: str
    feed: str
    page: str
    description: str = ""


def render_opml(title: str, subscriptions: Sequence[Subscription]) -> bytes:
    """As UTF-8 XML, in the given order. It holds no date: same values, same bytes."""
    document = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(document, "head"), "title").text = _line(title)
    body = etree.SubElement(document, "body")
    for subscription in subscriptions:
        outline = etree.SubElement(body, "outline", type="rss", text=_line(subscription.title))
        # Some importers read only one of text and title.
        outline.set("title", _line(subscription.title))
        outline.set("xmlUrl", subscription.feed)
        outline.set("htmlUrl", subscription.page)
        if subscription.description:
            outline.set("description", _line(subscription.description))
    return etree.tostring(document, pretty_print=True, xml_declaration=True, encoding="UTF-8")


def _line(text: str) -> str:
    return one_line(xml_safe(text))
