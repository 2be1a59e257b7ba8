"""The list of our feeds as OPML 2.0 (http://opml.org/spec2.opml), which readers import."""

from __future__ import annotations

from lxml import etree

from aggregator.base.text import xml_line
from aggregator.feeds.formats.format import Format, Rendered
from aggregator.feeds.formats.read_back import xml
from aggregator.model.reading import FeedList


def render_opml(feeds: FeedList) -> Rendered:
    """As UTF-8 XML, in the given order. It holds no date: same values, same bytes."""
    document = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(document, "head"), "title").text = xml_line(feeds.title)
    body = etree.SubElement(document, "body")
    for subscription in feeds.subscriptions:
        outline = etree.SubElement(body, "outline", type="rss", text=xml_line(subscription.title))
        # Some importers read only one of text and title.
        outline.set("title", xml_line(subscription.title))
        outline.set("xmlUrl", subscription.feed)
        outline.set("htmlUrl", subscription.page)
        if subscription.description:
            outline.set("description", xml_line(subscription.description))
    return Rendered(etree.tostring(document, pretty_print=True, xml_declaration=True, encoding="UTF-8"))


def _check(_feeds: FeedList, rendered: Rendered) -> None:
    xml(rendered.body)


OPML = Format(".opml", "text/x-opml; charset=utf-8", render_opml, reads=FeedList, check=_check)
