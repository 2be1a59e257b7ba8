"""Feed readers that many people use, and the addresses by which each is asked to subscribe to a feed.

Each form is the one that the reader's makers publish for bookmarklets and buttons; no page of ours loads anything of
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlsplit


@dataclass(frozen=True, slots=True)
class FeedReader:
    """A reader, with ``{feed}`` where the feed's address belongs."""

    name: str
    address: str

    def link(self, feed: str) -> str:
        """Where the reader is asked to subscribe to a feed at that absolute address."""
        return self.address.format(feed=quote(feed, safe=""))


ONLINE = (
    FeedReader("Feedly", "https://feedly.com/i/subscription/feed%2F{feed}"),
    FeedReader("Inoreader", "https://www.inoreader.com/?add_feed={feed}"),
    FeedReader("NewsBlur", "https://www.newsblur.com/?url={feed}"),
    FeedReader("The Old Reader", "https://theoldreader.com/feeds/subscribe?url={feed}"),
    FeedReader("Feedbin", "https://feedbin.com/?subscribe={feed}"),
)
"""Read in a browser."""

OWN_SERVER = (
    FeedReader("FreshRSS", "https://freshrss.example/i/?c=feed&a=add&url_rss={feed}"),
    FeedReader("Miniflux", "https://miniflux.example/bookmarklet?uri={feed}"),
    FeedReader("Tiny Tiny RSS", "https://tt-rss.example/public.php?op=bookmarklets--subscribe&feed_url={feed}"),
)
"""Run by people themselves, whose host stands in place of the one here."""


def application_link(feed: str) -> str:
    """What the system gives to the reader that is installed: NetNewsWire, Reeder and others."""
    return f"feed:{feed}"


def is_within_reach(base_url: str) -> bool:
    """Whether readers elsewhere can ask for our feeds: the host is no private or loopback address."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return host != "localhost" and not host.endswith((".localhost", ".local", ".internal"))
