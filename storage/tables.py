"""The tables. Rows never leave this package; everybody else sees the values of `aggregator.model`.

One unit for time everywhere: microseconds since 1970-01-01T00:00Z as an integer, which is exact,
sorts, and costs least to convert. One form for ids: 32 hexadecimal digits. Lists and mappings are JSON
text. Wide columns come last, so that reading the narrow ones does not read the pages behind them.

Within the database an article goes by its key, which counts up. Ids are random, and five tables in the
order of random keys touch another page for almost every row: measured at 50,000 articles, a batch then
costs twice as much.
"""

# No `from __future__ import annotations` here: SQLModel reads the annotations.
from sqlalchemy import BigInteger, Index, LargeBinary, Table, Text, text
from sqlmodel import Field, SQLModel

from storage.dialect import keyed_table, partial_index

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Narrow tables are stored in the order of their key.
KEYED = keyed_table()


# What partial indexes hold. A query uses one only if it says the same, without parameters.
ENTERED = "entered IS NOT NULL AND gone = 0"
WAITS = "entered IS NULL AND gone = 0"
VANISHED = "status = 'vanished'"
REVISED = "updated <> published"


class ArticleRow(SQLModel, table=True):
    """What stays the same of an article, and where its newest revision is."""

    __tablename__ = "article"
    __table_args__ = (
        Index("ix_article_id", "id", unique=True),
        Index("ix_article_published", "published"),
        Index("ix_article_address_key", "address_key"),
        Index("ix_article_title_key", "title_key"),
        # Counts and lists of what is in a topic or in none, without a look at the rows.
        Index("ix_article_filed", "withdrawn", "filed", "published"),
        # Whose `updated` an instant is, is found here or by `published`.
        Index("ix_article_updated", "updated", **partial_index(REVISED)),
    )
    key: int = Field(primary_key=True)
    id: str = Field(max_length=32)
    source: str
    location: str
    """With `source` the place that provided its newest revision when that was written."""
    published: int = Field(sa_type=BigInteger)
    date_kind: str
    updated: int = Field(sa_type=BigInteger)
    first_seen: int = Field(sa_type=BigInteger)
    url: str | None = None
    content_hash: str
    """Of the newest revision."""
    revision: int
    """Number of the newest revision."""
    rules: str
    """Digest of the rules it was routed by; empty before it was."""
    filed: bool
    """Whether it is in a topic."""
    withdrawn: int | None = Field(default=None, sa_type=BigInteger)
    title_key: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """`base.titles.title_key` of the newest revision and its source."""
    late: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """See `Change.late`."""
    address_key: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """`base.canonical.address_key` of `url`; 0 where there is none."""


class RevisionRow(SQLModel, table=True):
    """A text of an article, as published and as folded. The plain text is not kept: nobody reads it."""

    __tablename__ = "revision"
    # The look-up by hash is answered from this index alone, without a visit to the wide row.
    __table_args__ = (Index("ix_revision_content_hash", "content_hash", "article"),)
    article: int = Field(primary_key=True, foreign_key="article.key")
    number: int = Field(primary_key=True)
    """Counts from 1."""
    content_hash: str
    seen: int = Field(sa_type=BigInteger)
    significant: bool
    source: str
    location: str
    """With `source` the place that provides this text; it moves along when the file does."""
    title: str = Field(sa_type=Text)
    summary: str = Field(sa_type=Text)
    author: str
    image: str | None = None
    categories: str = Field(sa_type=Text)
    tags: str = Field(sa_type=Text)
    front_matter: str = Field(sa_type=Text)
    """`Article.metadata`; that name is taken by SQLAlchemy."""
    repairs: str = Field(sa_type=Text)
    folded_title: str = Field(sa_type=Text)
    folded_labels: str = Field(sa_type=Text)
    folded_author: str
    folded_url: str
    folded_text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    enclosures: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    language: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class SightingRow(SQLModel, table=True):
    """One place of one source."""

    __tablename__ = "sighting"
    __table_args__ = (
        Index("ix_sighting_article", "article"),
        Index("ix_sighting_url", "url"),
        Index("ix_sighting_vanished", "source", "seen", **partial_index(VANISHED)),
        KEYED,
    )
    source: str = Field(primary_key=True)
    location: str = Field(primary_key=True)
    stamp: str
    digest: str
    recipe: str
    status: str
    seen: int = Field(sa_type=BigInteger)
    article: int | None = Field(default=None, foreign_key="article.key")
    """The article last seen there, also after a rejection."""
    content_hash: str
    url: str | None = None
    reason: str = Field(sa_type=Text)
    line: int | None = None
    code: str | None = None
    """`Code` of what is wrong with it; null: nothing is. `reason` says it for people."""
    cause: str | None = None
    """`Code` of what kept the page of the article from us."""


class VerdictRow(SQLModel, table=True):
    """A topic's word on an article."""

    __tablename__ = "verdict"
    __table_args__ = (Index("ix_verdict_topic", "topic", "matched", "published"), KEYED)
    article: int = Field(primary_key=True, foreign_key="article.key")
    topic: str = Field(primary_key=True)
    matched: bool
    score: float
    published: int = Field(sa_type=BigInteger)
    """The article's: the index gives a topic's newest without sorting."""
    reasons: str = Field(sa_type=Text)
    why_not: str = Field(sa_type=Text)
    """Objections as JSON: code, names, score, threshold of each."""


class AdmissionRow(SQLModel, table=True):
    """An article's place in a feed."""

    __tablename__ = "admission"
    __table_args__ = (
        Index("ix_admission_order", "feed", "entered", "published", **partial_index(ENTERED)),
        Index("ix_admission_waiting", "feed", "published", **partial_index(WAITS)),
        KEYED,
    )
    article: int = Field(primary_key=True, foreign_key="article.key")
    feed: str = Field(primary_key=True)
    entered: int | None = Field(default=None, sa_type=BigInteger)
    """Null: it waits."""
    published: int = Field(sa_type=BigInteger)
    """The article's while it waits, and as it was when it entered: a date corrected later leaves it at its place."""
    late: bool
    """Whether it had to wait, or still waits."""
    gone: bool
    """Whether it left the feed. Kept, so that an article that comes back (a rule had a typo for an hour)
    stands where it stood, and does not wait as if it were new."""


class OverwrittenRow(SQLModel, table=True):
    """An article that lost a place of a source to another one, and may be elsewhere."""

    __tablename__ = "overwritten"
    __table_args__ = (KEYED,)
    source: str = Field(primary_key=True)
    article: int = Field(primary_key=True, foreign_key="article.key")


class SourceRow(SQLModel, table=True):
    """State of a source."""

    __tablename__ = "source"
    __table_args__ = (KEYED,)
    name: str = Field(primary_key=True)
    enabled: bool
    definition: str
    """Digests of what the operator wrote of it: a word for each `agenda.NOTICED`."""
    next_due: int = Field(sa_type=BigInteger)
    reason: str = Field(sa_type=Text)
    last_run: int | None = Field(default=None, sa_type=BigInteger)
    last_success: int | None = Field(default=None, sa_type=BigInteger)
    last_new: int | None = Field(default=None, sa_type=BigInteger)
    failures: int
    error: str = Field(sa_type=Text)
    alarms: str = Field(sa_type=Text)
    """Code and detail of each, as JSON; those of the last visit that read its document."""
    articles: int
    """Articles seen there that are not gone, counted at the end of its last pass."""
    cursor: str = Field(sa_type=Text)
    ticket: int
    """Number of the last ticket given out."""
    holder: str
    taken: int | None = Field(default=None, sa_type=BigInteger)
    held_until: int | None = Field(default=None, sa_type=BigInteger)
    rhythm: int | None = Field(default=None, sa_type=BigInteger)
    """Microseconds between two looks, as learned."""
    pace: str = Field(default="{}", sa_type=Text, sa_column_kwargs={"server_default": "{}"})
    """`Pace` as JSON."""
    gone_since: int | None = Field(default=None, sa_type=BigInteger)
    moved_to: str | None = Field(default=None, sa_type=Text)
    moved_since: int | None = Field(default=None, sa_type=BigInteger)
    publish: str = Field(default="full", sa_column_kwargs={"server_default": "full"})
    rights: str | None = Field(default=None, sa_type=Text)
    due_reason: str | None = None
    """`DueReason`; `reason` says it for people."""
    error_code: str | None = None
    """`Code` of why its last visit failed; null: it did not. `error` says it for people."""
    remedy: str | None = Field(default=None, sa_type=Text)
    """What to do about it, where more can be said than the code's own."""
    read_due: int | None = Field(default=None, sa_type=BigInteger)
    """Since when its documents are to be read again because its rules of reading were edited."""
    remarks: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    """Like `alarms`."""
    site_title: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": text("''")})
    site_home: str | None = Field(default=None, sa_type=Text)
    site_feed: str | None = Field(default=None, sa_type=Text)
    """`StatedSite`, with the two above it."""


class HostRow(SQLModel, table=True):
    """What is remembered of a host that sources are on."""

    __tablename__ = "host"
    __table_args__ = (KEYED,)
    host: str = Field(primary_key=True)
    held_until: int | None = Field(default=None, sa_type=BigInteger)
    reason: str = Field(sa_type=Text)
    strikes: int
    robots: str = Field(sa_type=Text)
    """Its robots.txt files by origin, as JSON."""
    held_since: int | None = Field(default=None, sa_type=BigInteger)


class FetchedRow(SQLModel, table=True):
    """A document as it was fetched."""

    __tablename__ = "fetched"
    # The sum of sizes, and what is the oldest, are answered from an index alone: rows are as wide as pages.
    __table_args__ = (
        Index("ix_fetched_place", "source", "kind", "location", unique=True),
        Index("ix_fetched_taken", "taken", "size"),
    )
    key: int | None = Field(default=None, primary_key=True)
    source: str
    kind: str
    location: str
    url: str
    media_type: str
    stamp: str
    digest: str
    taken: int = Field(sa_type=BigInteger)
    size: int
    """Bytes of `body`, which is compressed."""
    body: bytes = Field(sa_type=LargeBinary)


class FeedVersionRow(SQLModel, table=True):
    """Which state of a feed shall be published, whatever its formats are."""

    __tablename__ = "feed_version"
    __table_args__ = (KEYED,)
    feed: str = Field(primary_key=True)
    wanted: int
    created: int = Field(sa_type=BigInteger)
    entered_once: bool


class PathVersionRow(SQLModel, table=True):
    """The bytes of a feed, or of the list of feeds, at one public path."""

    __tablename__ = "path_version"
    __table_args__ = (KEYED,)
    path: str = Field(primary_key=True)
    built: int
    """-1: no published bytes answer what was recorded."""
    recipe: str
    etag: str
    modified: int = Field(sa_type=BigInteger)


class RunRow(SQLModel, table=True):
    """One pass over one source."""

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_source", "source", "finished"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    started: int = Field(sa_type=BigInteger)
    finished: int = Field(sa_type=BigInteger)
    report: str = Field(sa_type=Text)


class MetaRow(SQLModel, table=True):
    """One row: what is true of the database as a whole."""

    __tablename__ = "meta"
    id: int = Field(primary_key=True)
    installation: str = Field(max_length=32)
    changes: int
    """Raised by each transaction that changes what a page may show."""
    dated: int | None = Field(default=None, sa_type=BigInteger)
    """The last instant that changes were dated by."""


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


ARTICLE = _table(ArticleRow)
REVISION = _table(RevisionRow)
SIGHTING = _table(SightingRow)
VERDICT = _table(VerdictRow)
ADMISSION = _table(AdmissionRow)
OVERWRITTEN = _table(OverwrittenRow)
SOURCE = _table(SourceRow)
HOST = _table(HostRow)
FETCHED = _table(FetchedRow)
FEED_VERSION = _table(FeedVersionRow)
PATH_VERSION = _table(PathVersionRow)
RUN = _table(RunRow)
META = _table(MetaRow)
