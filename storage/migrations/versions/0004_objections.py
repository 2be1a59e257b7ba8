"""Why an article is not in a topic: values in place of a sentence."""

from __future__ import annotations

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NAMED = re.compile(
    r"(only in ignored names|vetoed by|not found): (?P<names>.+?)(?:; not counted in ignored names: (?P<hidden>.+))?",
    re.DOTALL,
)
_SCORE = re.compile(
    r"score (?P<score>\S+) of (?P<threshold>[^\s;]+)(?:; not counted in ignored names: (?P<hidden>.+))?", re.DOTALL
)

_ROWS = sa.text("SELECT article, topic, why_not FROM verdict WHERE why_not <> ''")
_UPDATE = sa.text("UPDATE verdict SET why_not = :values WHERE article = :article AND topic = :topic")


def upgrade() -> None:
    connection = op.get_bind()
    updates = [
        {"article": article, "topic": topic, "values": _values(sentence)}
        for article, topic, sentence in connection.execute(_ROWS)
    ]
    connection.execute(sa.text("UPDATE verdict SET why_not = '[]' WHERE why_not = ''"))
    if updates:
        connection.execute(_UPDATE, updates)


def _values(sentence: str) -> str:
    """Names cannot be told apart again, for a name may hold a comma: they stay one text, which reads the same."""
    if sentence == "no rule matched":
        return _json(["no-rule", [], 0.0, 0.0])
    if found := _SCORE.fullmatch(sentence):
        cause = ["score", [], float(found["score"]), float(found["threshold"])]
    elif found := _NAMED.fullmatch(sentence):
        cause = [found[1].replace(" ", "-"), [found["names"]], 0.0, 0.0]
    else:
        # No version has written it; a word that cannot be read must not keep anybody out of the database.
        return "[]"
    hidden = [["not-counted-in-ignored-names", [found["hidden"]], 0.0, 0.0]] if found["hidden"] else []
    return _json(cause, *hidden)


def _json(*objections: list[object]) -> str:
    return json.dumps(objections, ensure_ascii=False, separators=(",", ":"))
