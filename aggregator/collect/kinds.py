"""The kinds of sources. A new kind is one file with its ``Kind``, and one line here.

Values alone: what a kind collects by and reads by is loaded with the first source of it.
"""

from __future__ import annotations

from aggregator.collect.address import FEED, PAGE, SITEMAP
from aggregator.collect.files import FILES
from aggregator.collect.git import GIT
from aggregator.model.kinds import KINDS, Kind

__all__ = ["KINDS", "register"]


def register(*kinds: Kind) -> None:
    """From now on sources may be of these kinds."""
    KINDS.update({kind.name: kind for kind in kinds})


register(FILES, GIT, FEED, PAGE, SITEMAP)
