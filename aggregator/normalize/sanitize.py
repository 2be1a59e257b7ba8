"""The last hand on every article's HTML: an allow-list of elements, attributes and schemes.

Nothing is added or rewritten after it, so what is published is what nh3 wrote.
"""

from __future__ import annotations

import re

import nh3

from aggregator.base.unseen import without_controls

TAGS = frozenset(
    str.split(
        "a abbr b blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure "
        "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small strike strong sub sup "
        "table tbody td tfoot th thead tr tt u ul var"
    )
)
"""``span`` and ``font`` are not among them: without class and style they say nothing."""

ATTRIBUTES = {
    "*": {"lang"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}

ROUNDS = 4
_TAG = re.compile(r"</?(?!html|body)[a-z0-9]+")
_LINE_BREAK_FIRST = re.compile(r"<pre>\n+")
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    clean_content_tags={"script", "style", "iframe", "noscript", "object", "svg", "math", "template", "textarea"},
    set_tag_attribute_values={
        # Many outlets refuse their images to other sites' pages, and readers do honour this.
        "img": {"referrerpolicy": "no-referrer"},
    },
    link_rel="noopener noreferrer",
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)


def sanitize(html: str) -> str:
    """Only what the lists above allow, with absolute addresses, without controls. Safe to publish."""
    clean = _CLEANER.clean(html)
    if _TAG.findall(clean) != _TAG.findall(html):
        clean = _settled(clean)
    if "<pre>\n" in clean:
        # HTML parsers drop a line break there, each time they read it.
        clean = _LINE_BREAK_FIRST.sub("<pre>", clean)
    safe = without_controls(clean)
    # A character reference may have stood for a forbidden character, and hidden a scheme with it.
    return clean if safe == clean else sanitize(safe)


def _settled(clean: str) -> str:
    """The same, cleaned until it stays as it is.

    Taking an element from round others can leave a nesting that no parser makes (a heading right in a
    heading); readers would read it as something else than what was checked.
    """
    for _ in range(ROUNDS):
        again = _CLEANER.clean(clean)
        if again == clean:
            break
        clean = again
    return clean
