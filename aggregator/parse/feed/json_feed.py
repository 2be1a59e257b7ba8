"""JSON Feed 1.0 and 1.1 (jsonfeed.org): strict about types, forgiving about all that is not in the standard."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from aggregator.base.links import web_address
from aggregator.base.text import xml_safe
from aggregator.codes import Code, RepairCode
from aggregator.errors import RejectedError
from aggregator.model.document import EntryFault, Repair
from aggregator.parse.feed.entry import EntryDraft, paragraphs, plain_as_html
from aggregator.parse.feed.media import attach
from aggregator.parse.feed.xml import FeedDraft, site_of

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/[0-9.]+/?")
_WORDS = frozenset({"title", "content_html", "content_text", "summary"})
_COMMA = re.compile(r"""("(?:[^"\\]|\\.)*+(?:"|\\?\Z))|,(?=\s*+[\]}])""", re.DOTALL)
"""A comma behind the last of a list; strings are passed over."""
_TEXTS = ("date_published", "date_modified", "content_html")


def read_json(text: str, base: str, limit: int) -> FeedDraft:
    """Reads a feed: its first ``limit`` items. Lines are counted for the document as a whole only.

    Raises RejectedError ``not-a-feed`` for what is no JSON, or no feed; ``too-deep``.
    """
    feed = _loaded(text)
    if not isinstance(feed, dict) or not (_VERSION.fullmatch(str(feed.get("version"))) or _holds_items(feed)):
        raise RejectedError(Code.NOT_A_FEED, "it is JSON, but no JSON Feed (`version` names none)", 1)
    items = feed.get("items")
    if not isinstance(items, list):
        raise RejectedError(Code.NOT_A_FEED, "the JSON Feed has no list of `items`", 1)
    head = EntryDraft(base=base)
    head.say("title", plain_as_html(_text(feed, "title", head)))
    head.say("language", _text(feed, "language", head))
    head.link(0, web_address(_text(feed, "home_page_url", head), base), "home_page_url")
    _authors(feed, head)
    site = site_of(head, base)
    drafts, faults = [], []
    for number, item in enumerate(items[:limit], 1):
        if isinstance(item, dict):
            drafts.append(_draft(item, site.base))
        else:
            faults.append(EntryFault("", Code.NOT_AN_ENTRY, f"item {number} is {_kind(item)}, not an object"))
    left_out = max(len(items) - limit, 0)
    return FeedDraft(head, tuple(drafts), tuple(faults), left_out=left_out, served_by=site.served_by)


def _holds_items(feed: Mapping[str, Any]) -> bool:
    """Whether it is a feed but for its ``version``: its first item has an id or address, and a text."""
    items = feed.get("items")
    first = items[0] if isinstance(items, list) and items else None
    return isinstance(first, dict) and bool({"id", "url"} & first.keys()) and bool(_WORDS & first.keys())


def _loaded(text: str, *, is_mended: bool = False) -> object:
    try:
        # Tabs and line ends stand in the texts of many.
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        if not is_mended and (mended := _COMMA.sub(r"\1", text)) != text:
            return _loaded(mended, is_mended=True)
        raise RejectedError(Code.NOT_A_FEED, f"it is no sound JSON: {error.msg}", error.lineno) from error
    except RecursionError as error:
        raise RejectedError(Code.TOO_DEEP, "the JSON is nested too deep") from error
    except ValueError as error:
        raise RejectedError(Code.NOT_A_FEED, "it is no sound JSON: a number has thousands of digits") from error


def _draft(item: Mapping[str, Any], base: str) -> EntryDraft:
    draft = EntryDraft(base=base)
    draft.say("id", _id(item, draft))
    draft.say("title", plain_as_html(_text(item, "title", draft)))
    for key in _TEXTS:
        draft.say(key, _text(item, key, draft))
    draft.say("content_text", paragraphs(_text(item, "content_text", draft)))
    draft.say("summary", paragraphs(_text(item, "summary", draft)))
    draft.link(0, web_address(_text(item, "url", draft), base), "url")
    for key in ("image", "banner_image"):
        draft.image(web_address(_text(item, key, draft), base), key)
    if external := web_address(_text(item, "external_url", draft), base):
        draft.metadata["external_url"] = external
    _authors(item, draft)
    draft.tags += [xml_safe(tag) for tag in _listed(item, "tags", draft) if isinstance(tag, str)]
    for attachment in _listed(item, "attachments", draft):
        if isinstance(attachment, dict):
            address = web_address(_text(attachment, "url", draft), base)
            length = attachment.get("size_in_bytes")
            kind = _text(attachment, "mime_type", draft)
            attach(draft, address, kind, length if isinstance(length, int) else None, "attachments")
    return draft


def _id(item: Mapping[str, Any], draft: EntryDraft) -> str:
    """A number is taken for what it reads as: the standard asks for that."""
    value = item.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    return _text(item, "id", draft).strip()


def _authors(stated: Mapping[str, Any], draft: EntryDraft) -> None:
    """Version 1.1 has a list, version 1.0 one author."""
    for author in (*_listed(stated, "authors", draft), stated.get("author")):
        if isinstance(author, dict):
            draft.say("authors", (_text(author, "name", draft) or _text(author, "url", draft)).strip())
        elif isinstance(author, str):
            draft.say("authors", xml_safe(author).strip())


def _text(stated: Mapping[str, Any], key: str, draft: EntryDraft) -> str:
    """A text; what is none counts for nothing, which is a repair."""
    value = stated.get(key)
    if value is not None and not isinstance(value, str):
        draft.repairs.append(Repair(RepairCode.WRONG_TYPE, f"{key} is {_kind(value)}, not text"))
    return xml_safe(value) if isinstance(value, str) else ""


def _listed(stated: Mapping[str, Any], key: str, draft: EntryDraft) -> list[Any]:
    value = stated.get(key)
    if value is not None and not isinstance(value, list):
        draft.repairs.append(Repair(RepairCode.WRONG_TYPE, f"{key} is {_kind(value)}, not a list"))
    return value if isinstance(value, list) else []


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
