"""The JSON Schemas for editors: current, complete and named by the files they are for."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from aggregator.model import config
from aggregator.settings import schema

CONFIG = Path(__file__).resolve().parents[2] / "config"
SHAPES = [
    ("sources", config.Source),
    ("sources", config.Clean),
    ("sources", config.Limits),
    ("sources", config.Select),
    ("topics", config.Topic),
    ("aggregator", config.Site),
    ("aggregator", config.FeedPolicy),
    ("aggregator", config.Server),
    ("aggregator", config.Schedule),
    ("aggregator", config.Storage),
    ("aggregator", config.KeepFetched),
]


def test_committed_schemas_are_what_the_model_says(tmp_path: Path) -> None:
    """If not: ``python -m aggregator.settings.schema config/schema``."""
    schema.write(tmp_path)
    assert {path.name for path in (CONFIG / "schema").iterdir()} == set(schema.schemas())
    for name, text in schema.schemas().items():
        assert (CONFIG / "schema" / name).read_text(encoding="utf-8") == text
        assert (tmp_path / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["aggregator", "sources", "topics"])
def test_each_file_names_its_schema(name: str) -> None:
    first = (CONFIG / f"{name}.yaml").read_text(encoding="utf-8").split("\n", 1)[0]
    assert first == f"# yaml-language-server: $schema=schema/{name}.schema.json"


@pytest.mark.parametrize(("file", "cls"), SHAPES)
def test_every_field_is_described(file: str, cls: type) -> None:
    definition = json.loads(schema.schemas()[f"{file}.schema.json"])["$defs"][cls.__name__]
    assert list(definition["properties"]) == [field.name for field in fields(cls) if field.init]
    assert definition["additionalProperties"] is False


def test_texts_beside_the_fields_are_the_descriptions() -> None:
    sources = json.loads(schema.schemas()["sources.schema.json"])["$defs"]["Source"]
    assert sources["properties"]["min"] == {
        "default": "15m",
        "description": "feed, page, sitemap without `every` or `cron`: never more often than this.",
        "pattern": "^[0-9]{1,6}[smhd]$",
        "type": "string",
    }
    assert sources["properties"]["path"]["description"] == "files: a folder, relative to the configuration folder."
    assert sources["required"] == ["name"]


def test_references_lead_somewhere() -> None:
    for text in schema.schemas().values():
        document = json.loads(text)
        wanted = {line.split('"#/$defs/')[1].rstrip('",') for line in text.split("\n") if '"$ref"' in line}
        assert wanted <= set(document["$defs"])
        assert wanted
