"""Media that entries carry: enclosures, Media RSS, and the pictures of podcasts."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from lxml import etree

from aggregator.base.links import web_address
from aggregator.base.text import one_line
from aggregator.parse.feed.constructs import base_of, held
from aggregator.parse.feed.entry import EntryDraft
from aggregator.parse.feed.names import name_of

_MEDIA_BY_ENDING = {
    **dict.fromkeys(("mp3", "m4a", "aac", "ogg", "oga", "opus", "wav", "flac"), "audio"),
    **dict.fromkeys(("mp4", "m4v", "mov", "webm", "ogv", "mkv", "m3u8"), "video"),
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "avif", "bmp"), "image"),
}
_GROUPS = 8
"""Depth of groups within groups that are looked into."""
PLAYER_RANK = 9
"""Of links: where a medium is played, if an entry states no other page."""


def medium_of(media_type: str, medium: str, address: str) -> str:
    """``audio``, ``video`` or ``image``, as stated, else by the address; empty for all else."""
    stated = medium.strip().lower() or media_type.strip().lower().partition("/")[0]
    if stated in {"audio", "video", "image"}:
        return stated
    if stated:
        return ""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    return _MEDIA_BY_ENDING.get(path.rpartition(".")[2].lower(), "")


def enclosure(element: etree._Element, draft: EntryDraft) -> None:
    """Of RSS; some write the address as Atom does."""
    written = element.get("url") or element.get("href") or element.text or ""
    address = web_address(written, base_of(element, draft.base))
    attach(draft, address, element.get("type") or "", element.get("length"), "enclosure")


def attach(draft: EntryDraft, address: str, media_type: str, length: object, where: str) -> None:
    """Attaches media; a picture is also an image."""
    draft.enclose(address, media_type, length)
    if medium_of(media_type, "", address) == "image":
        draft.image(address, where)


def media_content(element: etree._Element, draft: EntryDraft, depth: int = 0) -> None:
    """Media RSS: sound and films are enclosures, pictures are images."""
    address = web_address(element.get("url") or "", base_of(element, draft.base))
    kind = element.get("type") or ""
    medium = medium_of(kind, element.get("medium") or "", address)
    if medium in {"audio", "video"}:
        draft.enclose(address, kind, element.get("fileSize"))
    elif medium == "image":
        draft.image(address, "media:content", _width(element))
    # The words beside a picture are its caption.
    _inside(element, draft, depth, () if medium == "image" else _WORDS)


def media_group(element: etree._Element, draft: EntryDraft, depth: int = 0) -> None:
    _inside(element, draft, depth, _WORDS)


_WORDS = ("media:title", "media:description")


def _inside(element: etree._Element, draft: EntryDraft, depth: int, words: tuple[str, ...]) -> None:
    for child in element:
        name = name_of(child.tag)
        if name in words:
            draft.say(name, held(child))
        elif name in {"media:group", "media:content"}:
            if depth < _GROUPS:
                (media_group if name == "media:group" else media_content)(child, draft, depth + 1)
        elif reader := MEDIA.get(name):
            reader(child, draft)


def _width(element: etree._Element) -> int:
    """In pixels, as stated; 0 where it is not."""
    written = (element.get("width") or "").strip().removesuffix("px")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 6 else 0


def thumbnail(element: etree._Element, draft: EntryDraft) -> None:
    where = "itunes:image" if element.get("href") else "media:thumbnail"
    written = element.get("url") or element.get("href") or element.text or ""
    draft.image(web_address(written, base_of(element, draft.base)), where, _width(element))


def image(element: etree._Element, draft: EntryDraft) -> None:
    """Of an item: an address, or as a channel has it."""
    inner = next((child.text for child in element if name_of(child.tag) == "url" and child.text), None)
    written = inner or element.get("url") or element.get("href") or element.text or ""
    draft.image(web_address(written, base_of(element, draft.base)), "image")


def _player(element: etree._Element, draft: EntryDraft) -> None:
    draft.link(PLAYER_RANK, web_address(element.get("url") or "", base_of(element, draft.base)), "media:player")


def keywords(element: etree._Element, draft: EntryDraft) -> None:
    draft.tags += [word for word in map(one_line, (element.text or "")[:2_000].replace("，", ",").split(",")) if word]


def _category(element: etree._Element, draft: EntryDraft) -> None:
    draft.categories.append(element.get("label") or element.text or "")


MEDIA: dict[str, Callable[[etree._Element, EntryDraft], None]] = {
    "media:content": media_content,
    "media:group": media_group,
    "media:thumbnail": thumbnail,
    "media:player": _player,
    "media:keywords": keywords,
    "media:category": _category,
}
