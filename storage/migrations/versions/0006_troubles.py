"""What is wrong with a place or a source: its code beside the sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_CODES = frozenset(
    str.split("""
    auth-file bad-address bad-encoding bad-pack bad-selector busy crashed cut-front-matter damaged disk dns empty
    empty-entry empty-repository extractor-failed front-matter-too-large full-text held in-use internal memory
    mojibake no-branch no-extractor no-folder no-git no-link not-a-feed not-a-repository not-a-sitemap not-an-entry
    not-html not-text nothing-selected object-format private-address protocol redirects refused repeated-id robots
    timeout tls too-deep too-large too-many-attributes too-many-files too-many-marks unreachable unreadable
    xml-entities yaml-anchor yaml-merge yaml-nesting yaml-tag
    """)
)
"""All that were written in front of sentences until now, statuses of HTTP aside."""
_CODED = re.compile(r"([a-z0-9-]+): (.*)", re.DOTALL)
_HTTP = re.compile(r"http-[0-9]{3}")

_PLACES = sa.text("SELECT source, location, reason FROM sighting WHERE reason <> ''")
_UPDATE_PLACE = sa.text(
    "UPDATE sighting SET code = :code, cause = :cause, reason = :reason WHERE source = :source AND location = :location"
)
_SOURCES = sa.text("SELECT name, error FROM source WHERE error <> ''")
_UPDATE_SOURCE = sa.text("UPDATE source SET error_code = :code, error = :reason WHERE name = :name")


def upgrade() -> None:
    for column in ("code", "cause"):
        op.add_column("sighting", sa.Column(column, sa.String(), nullable=True))
    op.add_column("source", sa.Column("error_code", sa.String(), nullable=True))
    op.add_column("source", sa.Column("remedy", sa.Text(), nullable=True))
    connection = op.get_bind()
    places = [
        {"source": source, "location": location, **_place(reason)}
        for source, location, reason in connection.execute(_PLACES)
    ]
    if places:
        connection.execute(_UPDATE_PLACE, places)
    sources = [{"name": name, **_split(error)} for name, error in connection.execute(_SOURCES)]
    if sources:
        connection.execute(_UPDATE_SOURCE, sources)


def _place(reason: str) -> Mapping[str, str | None]:
    """What kept a page from us stands in front of the sentence once more, and stays there for people."""
    split = _split(reason)
    cause = _split(split["reason"])["code"] if split["code"] == "full-text" else ""
    return {**split, "cause": cause or None}


def _split(sentence: str) -> Mapping[str, str]:
    """The code and what follows it; without one, of no class: it reads the same."""
    found = _CODED.fullmatch(sentence)
    if found and (found[1] in _CODES or _HTTP.fullmatch(found[1])):
        return {"code": found[1], "reason": found[2]}
    return {"code": "", "reason": sentence}
