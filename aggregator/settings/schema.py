"""JSON Schemas of the three files, from the model itself, for editors that complete and check YAML.

``python -m aggregator.settings.schema config/schema`` writes them; a test fails when they are stale.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from aggregator.base.times import written_duration
from aggregator.collect.kinds import KINDS
from aggregator.model.config import AllOf, AnyOf, Near, NoneOf, Regex, Term
from aggregator.settings.rules import FIELDS
from aggregator.settings.shapes import AggregatorFile, SourcesFile, TopicsFile, adapter

FILES = {"aggregator": AggregatorFile, "sources": SourcesFile, "topics": TopicsFile}


def schemas() -> dict[str, str]:
    """File name to JSON text."""
    return {f"{name}.schema.json": _text(_schema(cls)) for name, cls in FILES.items()}


def write(folder: Path) -> None:
    """Puts the schemas into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


def _text(schema: dict[str, Any]) -> str:
    # Editors show descriptions as Markdown.
    return json.dumps(schema, ensure_ascii=False, indent=2).replace("``", "`") + "\n"


def _schema(cls: type) -> dict[str, Any]:
    schema = adapter(cls).json_schema(schema_generator=_Generator)
    if cls is TopicsFile:
        schema["$defs"] |= _RULES
        schema["$defs"]["Topic"]["properties"]["match"] |= _RULE
        schema["$defs"]["Topic"]["properties"]["ignore"]["items"] = {"$ref": "#/$defs/Ignored"}
    if cls is SourcesFile:
        source = schema["$defs"]["Source"]
        source["properties"]["kind"] |= {
            "description": "; ".join(f"{kind.name}: {kind.about}" for kind in KINDS.values()) + ".",
            "enum": list(KINDS),
            "type": "string",
        }
        source["examples"] = [dict(kind.example) for kind in KINDS.values()]
    return {"$schema": GenerateJsonSchema.schema_dialect} | schema


class _Generator(GenerateJsonSchema):
    """Names no field twice, and writes durations as operators do."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def encode_default(self, dft: Any) -> Any:
        return written_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)

    def str_schema(self, schema: core_schema.StringSchema) -> dict[str, Any]:
        """Scalars are read as text, so a number is a text too."""
        return super().str_schema(schema) | {"type": ["string", "number"]}


_TEXT = {"type": ["string", "number"]}
_RULE = {"$ref": "#/$defs/Condition"}
_RULES: dict[str, Any] = {
    "Condition": {
        "description": "A rule: a text, a list of rules of which one must hold, or a mapping.",
        "anyOf": [
            _TEXT | {"description": Term.__doc__},
            {"type": "array", "minItems": 1, "items": _RULE},
            {"$ref": "#/$defs/Leaf"},
            {"$ref": "#/$defs/Group"},
        ],
    },
    "Leaf": {
        "type": "object",
        "additionalProperties": False,
        "oneOf": [{"required": [key]} for key in ("term", "regex", "near")],
        "properties": {
            "term": _TEXT | {"description": Term.__doc__},
            "regex": _TEXT | {"description": Regex.__doc__},
            "near": {"$ref": "#/$defs/Near"},
            "weight": {"type": "number", "default": 1.0, "description": "What it adds to the score."},
            "field": {"enum": list(FIELDS), "description": "Where to look; title and text where not given."},
        },
    },
    "Ignored": {
        "anyOf": [
            _TEXT,
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["regex"],
                "properties": {"regex": _TEXT},
            },
        ],
    },
    "Near": {
        "description": Near.__doc__,
        "type": "object",
        "additionalProperties": False,
        "required": ["terms", "within"],
        "properties": {
            "terms": {"type": "array", "minItems": 2, "items": _TEXT},
            "within": {"type": "integer", "minimum": 1, "description": "Characters."},
        },
    },
    "Group": {
        "description": "Several of these in one mapping must all hold.",
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {
            key: {"type": "array", "minItems": 1, "items": _RULE, "description": group.__doc__}
            for key, group in (("any", AnyOf), ("all", AllOf), ("none", NoneOf))
        },
    },
}


if __name__ == "__main__":
    write(Path(sys.argv[1]))
