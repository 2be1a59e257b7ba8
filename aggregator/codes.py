"""Why something could not be had, or had to be mended, as stable words; policy, columns and scripts go by these.

What to do about a fault stands beside its code, for where the fault itself does not say more. Sentences are for
people: reworded, they change nothing.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Self

_HTTP = re.compile(r"http-([0-9]{3})", re.ASCII)
_HTTP_REMEDIES = {
    "401": "does it want credentials (`auth_file`), or another `user_agent`?",
    "403": "does it want credentials (`auth_file`), or another `user_agent`?",
    "404": "open the address in a browser; has it moved?",
    "410": "open the address in a browser; has it moved?",
}


class _Remedied(StrEnum):
    """Codes that each have a remedy beside them."""

    remedy: str
    """What to do about it, in a line; empty where only the fault itself can say it, or nothing need be done."""

    def __new__(cls, word: str, remedy: str = "") -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.remedy = remedy
        return member


class Code(_Remedied):
    """The class of a fault. HTTP statuses are a family of their own, ``Code.http(404)``: ``http-404``."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """The members for HTTP statuses, each made once."""
        found = _HTTP.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return None
        member = str.__new__(cls, found[0])
        member._name_, member._value_ = f"HTTP_{found[1]}", found[0]
        member.remedy = _HTTP_REMEDIES.get(found[1], "")
        # Two threads may come here at once; all shall get the same one.
        known: Self = cls._value2member_map_.setdefault(found[0], member)  # type: ignore[assignment]
        return known

    @classmethod
    def http(cls, status: int) -> Code:
        """Of an answer with this status."""
        return cls(f"http-{status:03}")

    NONE = "", ""
    """Of no class: a fault of this program, or one that an earlier version named otherwise."""

    # Documents.
    BAD_DATE = "bad-date", "tell its publisher"
    """It gave an article all the same."""
    EMPTY = "empty", "nothing, if the document is meant to be empty; else look at it"
    EMPTY_ENTRY = "empty-entry", "tell its publisher"
    FULL_TEXT = "full-text", "nothing, if it is had another day; else `full_text: off`, or another selector"
    MOJIBAKE = "mojibake", "its publisher declares, or saved it in, the wrong encoding"
    NOT_NEWS = "not-news", "nothing, if it is a page of the site; if it is news, give it a `date`, or `layout: post`"
    NOT_TEXT = "not-text", "leave it out with `exclude`"
    TOO_LARGE = "too-large", "raise the source's `limits`, if it is meant to be read"
    TOO_DEEP = "too-deep", ""
    TOO_MANY_ATTRIBUTES = "too-many-attributes", ""
    TOO_MANY_MARKS = "too-many-marks", ""
    INTERNAL = "internal", "a fault of this program; please report the document"
    CRASHED = "crashed", "it is tried again after a day; please report the document"
    MEMORY = "memory", "it is tried again after a day"
    TIMEOUT = "timeout", "it is tried again; if it stays so, raise the source's `limits`"
    CUT_FRONT_MATTER = "cut-front-matter", "end the front matter with ---"
    FRONT_MATTER_TOO_LARGE = "front-matter-too-large", "raise `limits.front_matter` of the source"
    YAML_ANCHOR = "yaml-anchor", "write the value out"
    YAML_MERGE = "yaml-merge", "write the keys out"
    YAML_NESTING = "yaml-nesting", "make the front matter flatter"
    YAML_TAG = "yaml-tag", "leave the tag out"

    # Documents of many articles.
    NOT_A_FEED = "not-a-feed", "open the address in a browser; is it a feed?"
    NOT_A_SITEMAP = "not-a-sitemap", "open the address in a browser; is it a sitemap?"
    NOT_AN_ENTRY = "not-an-entry", "tell its publisher"
    REPEATED_ID = "repeated-id", "tell its publisher"
    UNREADABLE = "unreadable", "may this user read it?"
    XML_ENTITIES = "xml-entities", "tell its publisher"

    # Pages.
    BAD_SELECTOR = "bad-selector", "correct the source's selectors"
    NOTHING_SELECTED = "nothing-selected", "the page may have been rebuilt: correct the source's selectors"
    NO_LINK = "no-link", "correct `select.link` of the source"
    NO_EXTRACTOR = "no-extractor", "install the extra that finds full texts, or set a selector"
    EXTRACTOR_FAILED = "extractor-failed", "set a selector as `full_text`"
    NOT_HTML = "not-html", ""

    # The network.
    AUTH_FILE = "auth-file", "`user:password`, or `Bearer …`, in one line"
    BAD_ADDRESS = "bad-address", "give a full http:// or https:// address"
    BAD_ENCODING = "bad-encoding", "its server is at fault; tell its operator if it stays so"
    BUSY = "busy", "it is asked again later"
    DNS = "dns", "check the spelling of the host, and the DNS here"
    HELD = "held", "it is asked again later"
    NOT_KEPT = "not-kept", "collect the source first, or ask the network"
    PRIVATE_ADDRESS = "private-address", "`allow_private: true` at the source, if it is meant"
    PROTOCOL = "protocol", ""
    REDIRECTS = "redirects", "open the address in a browser, and configure where it ends"
    REFUSED = "refused", "check that its server runs"
    ROBOTS = "robots", "ask its publisher, or read another address"
    TLS = "tls", "check the scheme and port of the address"
    UNREACHABLE = "unreachable", "check the network here"

    # Folders and repositories.
    BAD_PACK = "bad-pack", "does `git clone` of it work?"
    DAMAGED = "damaged", "look at it with `git fsck`"
    DISK = "disk", "is there room, and may this user write there?"
    EMPTY_REPOSITORY = "empty-repository", "nothing, once it has a commit"
    IN_USE = "in-use", "try again when the other process has ended"
    NO_BRANCH = "no-branch", "set `branch`"
    NO_FOLDER = "no-folder", "check `path` of the source"
    NO_GIT = "no-git", "install the extra for git"
    NOT_A_REPOSITORY = "not-a-repository", "is it the address that `git clone` takes?"
    OBJECT_FORMAT = "object-format", "only SHA-1 repositories can be read from the network"
    TOO_MANY_FILES = "too-many-files", "narrow `include`, or split the repository"


class AlarmCode(_Remedied):
    """What an operator should look at in a source although nothing failed."""

    NONE = "", ""
    """Of no class: of an earlier version, or of a later one."""
    BAD_DATE = "bad-date", "tell its publisher; while its dates cannot be read, its new articles count as late"
    ENTRIES_LEFT_OUT = "entries-left-out", "raise `limits.entries` of the source"
    HELD = "held", ""
    MOST_GONE = "most-gone", "if it is meant, collect it with `--accept-deletions`"
    MOST_OVERWRITTEN = "most-overwritten", "if it is meant, collect it with `--accept-deletions`"
    NO_ADDRESS = "no-address", "check `include` and `exclude` of the source"
    NO_ARTICLE = "no-article", "`aggregator status --rejected` names the documents"
    NOT_FOLLOWED = "not-followed", ""
    SELECTOR = "selector", "the page may have been rebuilt: correct the source's selectors"
    SILENT = "silent", "open its address; does its publisher still write there?"
    STOPPED = "stopped", ""


class RemarkCode(StrEnum):
    """A habit of a source. Nothing is broken, and nothing need be done."""

    NONE = ""
    """Of no class: of another version."""
    CHANGING_IDS = "changing-ids"
    """It names entries anew that it named before."""
    CHANGING_TEXTS = "changing-texts"
    """Its articles say something else at nearly every look: counters, random parts. It is no news to anybody."""
    NO_IDS = "no-ids"
    REPEATED_IDS = "repeated-ids"
    SHARED_LINKS = "shared-links"


class RepairCode(StrEnum):
    """What had to be mended to read a document. It says nothing of what to do: the article is there."""

    ACTIVE_CONTENT = "active-content"
    AMBIGUOUS_DATE = "ambiguous-date"
    """Day and month could be either, and nothing else told."""
    BAD_DATE = "bad-date"
    BARE_AMPERSAND = "bare-ampersand"
    BARE_BRACKET = "bare-bracket"
    BLANK_LINES = "blank-lines"
    BROKEN_XML = "broken-xml"
    BYTE_ORDER_MARK = "byte-order-mark"
    COLON = "colon"
    CONTROL_CHARS = "control-chars"
    CUT_BODY = "cut-body"
    DUPLICATE_KEYS = "duplicate-keys"
    EMPTY_TITLE = "empty-title"
    ENCODING = "encoding"
    FULL_TEXT = "full-text"
    """The article is only what led to its page said of it."""
    FUTURE_DATE = "future-date"
    GZIP = "gzip"
    LEADING_JUNK = "leading-junk"
    LINE_ENDS = "line-ends"
    MORE = "more"
    """Repairs that are not told one by one."""
    NO_FRONT_MATTER = "no-front-matter"
    OWN_ENTITIES = "own-entities"
    QUOTES = "quotes"
    SECOND_OPINION = "second-opinion"
    TABS = "tabs"
    TITLE_COLON = "title-colon"
    TITLE_NUMBER = "title-number"
    TITLE_QUOTES = "title-quotes"
    TRAILING_JUNK = "trailing-junk"
    TRUNCATED = "truncated"
    UNDECLARED_PREFIXES = "undeclared-prefixes"
    UNDEFINED_ENTITIES = "undefined-entities"
    WRONG_TYPE = "wrong-type"
    XML_REFERENCES = "xml-references"
    YAML = "yaml"
