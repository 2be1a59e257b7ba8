"""Feeds and OPML as renderings: bytes that passed a check and carry their entity tag."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from aggregator.errors import PublishError
from aggregator.feeds.assemble import subscriptions
from aggregator.feeds.formats.atom import render_atom
from aggregator.feeds.formats.opml import render_opml as opml_bytes
from aggregator.model.config import Configuration
from aggregator.model.reading import Feed, LeftOut, Rendering
from aggregator.site.catalog import opml_path
from aggregator.site.encode import etag_of

ATOM = "application/atom+xml; charset=utf-8"
OPML = "text/x-opml; charset=utf-8"

_STRICT = etree.XMLParser(recover=False, resolve_entities=False, no_network=True, huge_tree=False)
_ENTRY = "{http://www.w3.org/2005/Atom}entry"


def render_feed(feed: Feed, modified: datetime) -> Rendering:
    """The feed's bytes, read back strictly. ``modified``: when these bytes last changed; aware.

    Raises PublishError if they are not well-formed or lack an entry that was written.
    """
    try:
        rendered = render_atom(feed)
    except ValueError as error:
        raise PublishError(f"{feed.path}: cannot be written: {error}") from error
    entries = len(_read_back(feed.path, rendered.body).findall(_ENTRY))
    written = len(feed.entries) - len(rendered.left_out)
    if entries != written:
        raise PublishError(f"{feed.path}: {written} entries were written, {entries} can be read")
    return _rendering(feed.path, ATOM, rendered.body, modified, rendered.left_out)


def render_opml(configuration: Configuration, modified: datetime) -> Rendering:
    """The list of the site's feeds. Raises PublishError."""
    body = opml_bytes(configuration.site.title, subscriptions(configuration))
    _read_back(opml_path(), body)
    return _rendering(opml_path(), OPML, body, modified)


def _read_back(path: str, body: bytes) -> etree._Element:
    try:
        return etree.fromstring(body, _STRICT)
    except etree.XMLSyntaxError as error:
        raise PublishError(f"{path}: what was written is no XML: {error}") from error


def _rendering(
    path: str, media_type: str, body: bytes, modified: datetime, left_out: tuple[LeftOut, ...] = ()
) -> Rendering:
    return Rendering(path, media_type, body, etag_of(body), modified.replace(microsecond=0), left_out)
