"""What operators write: sources, topics and the site, as plain frozen values.

``settings`` reads the YAML files into these types; the stages only ever see the types. The text
beside each field is also its description in the JSON Schemas under ``config/schema``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from aggregator.model.edits import ASK, NOTHING, READ, ROUTE, SHOW, WHEN, moves
from aggregator.model.kinds import Kind, kind_of

ARTICLE_FILES = ("**/*.md", "**/*.markdown", "**/*.html", "**/*.htm", "**/*.txt")
"""What ``include`` is for files and git where it is not given."""
Publish = Literal["full", "summary", "link"]
Machinery = Literal["public", "operators"]
RESERVED_SLUGS = frozenset({"all", "corrections", "none", "query", "source", "story"})


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

    bytes: int = field(default=2_000_000, metadata=moves(READ))
    """Size of one document."""
    front_matter: int = field(default=65_536, metadata=moves(READ))
    """Size of its front matter, in characters."""
    nesting: int = field(default=256, metadata=moves(READ))
    """Depth of its elements, and of its YAML."""
    seconds: float = field(default=5.0, metadata=moves(READ))
    """Time to parse and clean it; then the parsing process is ended."""
    entries: int = field(default=2_000, metadata=moves(ASK))
    """Articles read from one feed, list or sitemap."""
    download: int = field(default=10_000_000, metadata=moves(ASK))
    """Bytes of what is fetched from the network, as sent and unpacked."""
    download_seconds: float = field(default=60.0, metadata=moves(ASK))
    """Time to fetch it, redirects included."""


@dataclass(frozen=True, slots=True)
class Select:
    """CSS selectors of a list page."""

    entry: str
    """Each element it finds is one article of the list."""
    link: str = "a"
    """Within the entry: the first match with an ``href`` leads to the article."""
    title: str | None = None
    """Within the entry; the link's text where not given."""
    date: str | None = None
    """Within the entry; its ``datetime`` attribute or its text."""
    summary: str | None = None
    """Within the entry."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a collector looks, how often, and how its articles are cleaned."""

    name: str = field(metadata=moves(NOTHING))
    """Slug, unique, permanent: the ids of its articles are made from it."""
    kind: str = field(default="files", metadata=moves(READ | ASK))
    """What there is to be read."""
    title: str = field(default="", metadata=moves(SHOW))
    """The name people read; the slug where empty."""
    enabled: bool = field(default=True, metadata=moves(NOTHING))
    path: str = field(default="", metadata=moves(ASK))
    """files: a folder, relative to the configuration folder."""
    url: str = field(default="", metadata=moves(ASK))
    """git, feed, page, sitemap: the address; for git also a folder, relative to the configuration folder."""
    branch: str | None = field(default=None, metadata=moves(ASK))
    """git: the branch; the repository's own default where not given."""
    include: tuple[str, ...] = field(default=(), metadata=moves(ASK))
    """files, git: globs of paths below the root; where not given, the usual endings of article files.
    sitemap: globs of address paths; where not given, all."""
    exclude: tuple[str, ...] = field(default=(), metadata=moves(ASK))
    """Globs of paths that ``include`` would take."""
    select: Select | None = field(default=None, metadata=moves(READ))
    """page: where the articles stand in the list."""
    follow: bool = field(default=True, metadata=moves(READ))
    """page: whether to read the article at its own address; otherwise the list's summary is the article."""
    full_text: str | None = field(default=None, metadata=moves(READ))
    """off, auto, or a CSS selector of the article in its page. Where not given: off for feeds, auto for pages
    and sitemaps."""
    every: timedelta | None = field(default=None, metadata=moves(WHEN))
    """How often to look. Where not given: 10m for files and git; the source's own rhythm for the others."""
    cron: str | None = field(default=None, metadata=moves(WHEN))
    """Instead of ``every``: five fields as in crontab(5), in ``timezone``."""
    min: timedelta = field(default=timedelta(minutes=15), metadata=moves(WHEN))
    """feed, page, sitemap without ``every`` or ``cron``: never more often than this."""
    max: timedelta = field(default=timedelta(days=1), metadata=moves(WHEN))
    """The same: never more seldom, but for faults and the publisher's Retry-After."""
    gap: timedelta = field(default=timedelta(seconds=1), metadata=moves(NOTHING))
    """Pause between two requests to one host."""
    allow_private: bool = field(default=False, metadata=moves(ASK))
    """Whether ``url`` may be at a private or loopback address. Covers its scheme, host and port alone."""
    user_agent: str | None = field(default=None, metadata=moves(ASK))
    """Instead of the program's own name."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, metadata=moves(ASK))
    """Further request headers, sent to the host of ``url`` alone."""
    auth_file: str | None = field(default=None, metadata=moves(ASK))
    """A file, relative to the configuration folder, with ``user:password``, or ``Bearer …`` as it is sent."""
    proxy: str | None = field(default=None, repr=False, metadata=moves(ASK))
    """Address of an HTTP proxy for this source."""
    publish: Publish = field(default="full", metadata=moves(SHOW))
    """How much of its articles feeds and pages show."""
    rights: str = field(default="", metadata=moves(SHOW))
    """One line on whose text it is; feeds and pages carry it."""
    timezone: str = field(default="Asia/Shanghai", metadata=moves(READ | WHEN))
    """Zone of dates that state none, and of ``cron``."""
    clean: Clean = field(default=Clean(), metadata=moves(READ))
    link: str | None = field(default=r"^<(https?://[^>]+)>\s*$", metadata=moves(READ))
    """Finds the article's own address: line by line on the body as written; the last match counts."""
    home: str | None = field(default=None, metadata=moves(READ | SHOW))
    """The source's own site; relative addresses in its articles resolve against it."""
    owns: tuple[str, ...] = field(default=(), metadata=moves(READ))
    """Hosts whose articles are its own, besides those of ``url`` and ``home``; ``*.example.org`` for all below one.
    Where several sources have an article, the one it belongs to provides it."""
    weight: float = field(default=1.0, metadata=moves(READ))
    """Where an article belongs to none of the sources that have it, or to several: the heaviest provides it, and of
    equal ones the first."""
    crawl_dates: str | None = field(default=None, metadata=moves(READ))
    """Dates written like this (a regular expression) are times of crawling, not of publication."""
    deletes: Literal["keep", "retract"] = field(default="keep", metadata=moves(ASK))
    """What becomes of an article whose file is gone, or that its feed takes back."""
    silent_after: timedelta | None = field(default=None, metadata=moves(NOTHING))
    """``status`` raises an alarm when nothing new came for so long."""
    limits: Limits = field(default=Limits(), metadata=moves(READ | ASK))
    traits: Kind = field(init=False, repr=False, compare=False)
    """All that is known of ``kind``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "traits", kind_of(self.kind))

    @property
    def label(self) -> str:
        return self.title or self.name

    @property
    def remote(self) -> bool:
        """Whether it is read by HTTP requests of our own."""
        return self.traits.remote

    @property
    def interval(self) -> timedelta | None:
        """``every``, or what stands for it; None where the source's own rhythm counts."""
        return self.every or self.traits.every

    @property
    def extraction(self) -> str:
        """``full_text``, or what stands for it."""
        return self.full_text or self.traits.full_text


Field = Literal["title", "text", "lead", "labels", "author", "url"]
"""lead: the title, and the first 200 characters of the text behind the source's lead-in."""


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
class AnyOf:
    """Holds if one of its conditions holds; scores the sum of those that do."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds if each of its conditions holds; scores their sum."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """``none`` in the files: holds if none of its conditions holds; scores nothing, vetoes the whole article."""

    conditions: tuple[Condition, ...]


Condition = Term | Regex | Near | AnyOf | AllOf | NoneOf


@dataclass(frozen=True, slots=True)
class Topic:
    """A rule set and its feed."""

    slug: str = field(metadata=moves(ROUTE | SHOW))
    """Permanent: the feed's address and id are made from it."""
    title: str = field(metadata=moves(SHOW))
    match: Condition = field(metadata=moves(ROUTE))
    title_en: str = field(default="", metadata=moves(SHOW))
    description: str = field(default="", metadata=moves(SHOW))
    description_en: str = field(default="", metadata=moves(SHOW))
    ignore: tuple[str | Regex, ...] = field(default=(), metadata=moves(ROUTE))
    """Names, or patterns of names, that do not count: text inside them matches nothing."""
    threshold: float = field(default=1.0, metadata=moves(ROUTE))
    """The least score of an article in the topic."""


@dataclass(frozen=True, slots=True)
class Site:
    """What all feeds and pages say of the publisher."""

    title: str = field(default="Topic feeds", metadata=moves(SHOW))
    title_en: str = field(default="", metadata=moves(SHOW))
    base_url: str = field(default="http://127.0.0.1:8000", metadata=moves(SHOW))
    """Where readers find the site; every published address starts with it. No slash at the end."""
    author: str = field(default="", metadata=moves(SHOW))
    """Of the feeds; the title where empty."""
    contact: str = field(default="", metadata=moves(NOTHING))
    """Address or mail of whom the publishers we read may write to; ``base_url`` where empty. Part of our User-Agent."""
    language: str = field(default="zh-CN", metadata=moves(SHOW))
    timezone: str = field(default="Asia/Shanghai", metadata=moves(SHOW))
    """Of dates in words, on pages and in feeds; dates for machines are in UTC."""
    machinery: Machinery = field(default="public", metadata=moves(NOTHING))
    """Who sees how articles are sorted: scores, rules and hashes, and what is in no topic. operators: no page and no
    export shows it; `explain` and `status` tell it."""


@dataclass(frozen=True, slots=True)
class FeedPolicy:
    """How articles enter feeds."""

    entries: int = 100
    """The newest entries a feed shows."""
    late_after: timedelta = timedelta(days=14)
    """An article older than this is late: it may not flood a feed that has subscribers."""
    late_per_day: int = 10
    """Late articles that enter one feed in 24 hours."""
    at_once: int = 50
    """New articles of one visit that enter as they come; those beyond count as late."""
    share: float = 0.5
    """Of a feed's entries, and of its bytes, the most that one source has while others have more to show, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Server:
    host: str = "127.0.0.1"
    port: int = 8000
    max_age: timedelta = timedelta(minutes=5)
    """How long readers and proxies may keep a feed or page without asking again."""
    connections: int = 1000
    """How many at the same time; fewer where the process may not have that many open. When there are as many, those
    that keep the server waiting are ended for new ones."""
    per_address: int = 64
    """How many of one address, or of one IPv6 network of 64 bits; the loopback and ``trusted_proxies`` excepted."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies through which many readers come."""
    request_time: timedelta = timedelta(seconds=10)
    """How long a request may take to arrive: its headers, and once more its body."""
    idle_time: timedelta = timedelta(seconds=15)
    """How long a connection is kept for another request."""
    stall_time: timedelta = timedelta(seconds=30)
    """Whoever takes less than 1,000 bytes a second of an answer for so long is left."""
    cache_megabytes: int = 64
    """Of pages and feeds kept in memory, all codings counted."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How sources are looked at."""

    parallel: int = 8
    """Hosts that are asked at the same time; of one host there is one request at a time."""
    longest: timedelta = timedelta(minutes=2)
    """One source of the network in one pass; what is left comes with the next one."""


@dataclass(frozen=True, slots=True)
class KeepFetched:
    """Pages and feeds as they were fetched, compressed, so that edited rules read them again without a request.

    The oldest go first; 0 of either keeps none.
    """

    days: int = 30
    """For how long."""
    megabytes: int = 200
    """How much of them."""

    @property
    def nothing(self) -> bool:
        """Whether it is turned off."""
        return not (self.days and self.megabytes)


@dataclass(frozen=True, slots=True)
class Storage:
    """Where articles are kept, and what was fetched."""

    url: str | None = None
    """A database address; where not given, SQLite in the data folder."""
    keep_fetched: KeepFetched = KeepFetched()


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept of what was."""

    revisions: int = 20
    """Texts of one article, beside its first and its newest: those that were news to subscribers go last."""


Hosting = Literal["server", "files"]
"""Who answers for pages: our server, or one that knows files and folders only, as for an export."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The three files together."""

    folder: str
    """Where they were read from; relative source paths start here."""
    site: Site = Site()
    feeds: FeedPolicy = FeedPolicy()
    server: Server = Server()
    schedule: Schedule = Schedule()
    storage: Storage = Storage()
    retention: Retention = Retention()
    sources: tuple[Source, ...] = ()
    topics: tuple[Topic, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    hosting: Hosting = "server"
