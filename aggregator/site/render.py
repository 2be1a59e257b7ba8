"""Feeds, and the list of them, as renderings: bytes that passed a check and carry their entity tag."""

from __future__ import annotations

from datetime import datetime

from aggregator.base.secrets import unknown_bytes
from aggregator.feeds.formats.format import AnyFormat
from aggregator.model.reading import Feed, FeedList, Rendering
from aggregator.site.encode import etag_of


def render(value: Feed | FeedList, written: AnyFormat, modified: datetime) -> Rendering:
    """The value in a format, read back strictly. ``modified``: when these bytes last changed; aware.

    Raises PublishError if it cannot be written, or not be read again.
    """
    rendered = written.write(value)
    body, instant = unknown_bytes(rendered.body), modified.replace(microsecond=0)
    return Rendering(value.path, written.media_type, body, etag_of(body), instant, rendered.left_out)
