"""What operators write: sources, topics and the site, as plain frozen values.

``settings`` reads the YAML files into these types; the stages only ever see the types. The text
beside each field is also its description in the JSON Schemas under ``config/schema``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

RESERVED_SLUGS = frozenset({"all", "corrections", "none", "query", "source", "story"})


def written_duration(span: timedelta) -> str:
    """A duration as an operator would write it, in the largest unit that needs no fraction."""
    seconds = int(span.total_seconds())
    units = ((86400, "d"), (3600, "h"), (60, "m"))
    return next((f"{seconds // size}{unit}" for size, unit in units if seconds and seconds % size == 0), f"{seconds}s")


@dataclass(frozen=True, slots=True)
class Clean:
    """Boilerplate of one source."""

    remove: tuple[str, ...] = ()
    """CSS selectors of elements to take out, with what they hold."""
    drop_lines: tuple[str, ...] = ()
    """Regular expressions (RE2 syntax), for each line of the text: a block, or what stands between two line
    breaks of one. One that begins with ^ drops the lines it matches; any other cuts what it matches and keeps the
    rest of the line. A block left empty goes."""
    ignore_images: tuple[str, ...] = ()
    """Parts of image addresses that are never pictures of the article."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost before it is rejected."""

    bytes: int = 2_000_000
    """Size of one document."""
    front_matter: int = 65_536
    """Size of its front matter, in characters."""
    nesting: int = 256
    """Depth of its elements, and of its YAML."""
    seconds: float = 5.0
    """Time to parse and clean it; then the parsing process is ended."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a collector looks, how often, and how its articles are cleaned."""

    name: str
    """Slug, unique, permanent: the ids of its articles are made from it."""
    kind: Literal["files"] = "files"
    """files: a folder of article files."""
    title: str = ""
    """The name people read; the slug where empty."""
    enabled: bool = True
    path: str = ""
    """files: a folder, relative to the configuration folder."""
    include: tuple[str, ...] = ("**/*.md", "**/*.markdown", "**/*.html", "**/*.htm", "**/*.txt")
    """Globs of paths below ``path``."""
    exclude: tuple[str, ...] = ()
    """Globs of paths below ``path`` that ``include`` would take."""
    every: timedelta = timedelta(minutes=10)
    """How often to look."""
    cron: str | None = None
    """Instead of ``every``: five fields as in crontab(5), in ``timezone``."""
    timezone: str = "Asia/Shanghai"
    """Zone of dates that state none, and of ``cron``."""
    clean: Clean = Clean()
    link: str | None = r"^<(https?://[^>]+)>\s*$"
    """Finds the article's own address: line by line on the body as written; the last match counts."""
    home: str | None = None
    """The source's own site; relative addresses in its articles resolve against it."""
    crawl_dates: str | None = None
    """Dates written like this (a regular expression) are times of crawling, not of publication."""
    deletes: Literal["keep", "retract"] = "keep"
    """What becomes of an article whose file is gone."""
    silent_after: timedelta | None = None
    """``status`` raises an alarm when nothing new came for so long."""
    limits: Limits = Limits()

    @property
    def label(self) -> str:
        return self.title or self.name


Field = Literal["title", "text", "lead", "labels", "author", "url"]
"""lead: the title, and the first 200 characters of the text."""


@dataclass(frozen=True, slots=True)
class Term:
    """Holds where the folded text contains the folded term."""

    term: str
    weight: float = 1.0
    field: Field | None = None
    """Where to look; title and text where not given."""


@dataclass(frozen=True, slots=True)
class Regex:
    """Holds where the pattern (RE2 syntax), folded, is found in the folded text."""

    regex: str
    weight: float = 1.0
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Holds where all terms stand within ``within`` characters of the folded text."""

    terms: tuple[str, ...]
    within: int
    weight: float = 1.0
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Any:
    """Holds if one of its conditions holds; scores the sum of those that do."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Holds if each of its conditions holds; scores their sum."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """``none`` in the files: holds if none of its conditions holds; scores nothing, vetoes the whole article."""

    conditions: tuple[Condition, ...]


Condition = Term | Regex | Near | Any | All | Nothing


@dataclass(frozen=True, slots=True)
class Topic:
    """A rule set and its feed."""

    slug: str
    """Permanent: the feed's address and id are made from it."""
    title: str
    match: Condition
    title_en: str = ""
    description: str = ""
    description_en: str = ""
    ignore: tuple[str | Regex, ...] = ()
    """Names, or patterns of names, that do not count: text inside them matches nothing."""
    threshold: float = 1.0
    """The least score of an article in the topic."""


@dataclass(frozen=True, slots=True)
class Site:
    """What all feeds and pages say of the publisher."""

    title: str = "Topic feeds"
    title_en: str = ""
    base_url: str = "http://127.0.0.1:8000"
    """Where readers find the site; every published address starts with it. No slash at the end."""
    author: str = ""
    """Of the feeds; the title where empty."""
    language: str = "zh-CN"
    timezone: str = "Asia/Shanghai"
    """Of dates on pages; feeds are in UTC."""


@dataclass(frozen=True, slots=True)
class FeedPolicy:
    """How articles enter feeds."""

    entries: int = 100
    """The newest entries a feed shows."""
    late_after: timedelta = timedelta(days=14)
    """An article older than this is late: it may not flood a feed that has subscribers."""
    late_per_day: int = 10
    """Late articles that enter one feed in 24 hours."""


@dataclass(frozen=True, slots=True)
class Server:
    host: str = "127.0.0.1"
    port: int = 8000
    max_age: timedelta = timedelta(minutes=5)
    """How long readers and proxies may keep a feed or page without asking again."""


@dataclass(frozen=True, slots=True)
class Storage:
    url: str | None = None
    """A database address; where not given, SQLite in the data folder."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The three files together."""

    folder: str
    """Where they were read from; relative source paths start here."""
    site: Site = Site()
    feeds: FeedPolicy = FeedPolicy()
    server: Server = Server()
    storage: Storage = Storage()
    sources: tuple[Source, ...] = ()
    topics: tuple[Topic, ...] = ()
    warnings: tuple[str, ...] = field(default=())
