"""Dataclasses of the model → pydantic types that read what operators write.

The model stays free of pydantic: each dataclass gets a twin with the same fields, in which the
fields of ``FORMATS`` have their written form and no other key is allowed. A value that passes
becomes the dataclass.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, create_model
from pydantic import Field as PydanticField

from aggregator.model.config import FeedPolicy, Retention, Schedule, Server, Site, Source, Storage, Topic
from aggregator.settings.formats import FORMATS, TYPES


@dataclass(frozen=True, slots=True)
class AggregatorFile:
    """aggregator.yaml: the site, its feeds, the server, how sources are looked at, the database, and what is kept."""

    site: Site = field(default_factory=Site)
    feeds: FeedPolicy = field(default_factory=FeedPolicy)
    server: Server = field(default_factory=Server)
    schedule: Schedule = field(default_factory=Schedule)
    storage: Storage = field(default_factory=Storage)
    retention: Retention = field(default_factory=Retention)


@dataclass(frozen=True, slots=True)
class SourcesFile:
    """sources.yaml: where articles come from."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class TopicsFile:
    """topics.yaml: the topics and the rules of each."""

    topics: tuple[Topic, ...]


@cache
def adapter(cls: type) -> TypeAdapter[Any]:
    """Validates plain values into ``cls``; raises pydantic's ValidationError."""
    return TypeAdapter(_written(cls))


@cache
def keys(cls: type) -> tuple[str, ...]:
    """The keys that operators write of a dataclass: its fields, but for those that follow from others."""
    return tuple(field.name for field in fields(cls) if field.init)


@cache
def twin(cls: type) -> type[BaseModel]:
    """The pydantic model of a dataclass, with the texts beside the fields as descriptions."""
    hints, texts = get_type_hints(cls), field_texts(cls)
    members: dict[str, Any] = {
        member.name: (FORMATS.get((cls, member.name)) or _written(hints[member.name]), _member(member, texts))
        for member in fields(cls)
        if member.init
    }
    doc = inspect.getdoc(cls)
    return create_model(cls.__name__, __config__=ConfigDict(extra="forbid"), __doc__=doc, **members)


def _member(member: Field[Any], texts: dict[str, str]) -> Any:
    text = texts.get(member.name)
    if member.default_factory is not MISSING:
        return PydanticField(description=text, default_factory=member.default_factory)
    if member.default is MISSING:
        return PydanticField(description=text)
    if is_dataclass(member.default):
        return PydanticField(description=text, default_factory=lambda: member.default)
    return PydanticField(description=text, default=member.default)


def _written(hint: Any) -> Any:
    """The type as it is written: dataclasses by their twins, within tuples and options too."""
    if hint in TYPES:
        return TYPES[hint]
    if isinstance(hint, type) and is_dataclass(hint):

        def made(model: BaseModel) -> Any:
            return hint(**dict(model))

        return Annotated[twin(hint), AfterValidator(made)]
    inner = get_args(hint)
    if get_origin(hint) is tuple:
        return tuple.__class_getitem__((_written(inner[0]), ...))
    if NoneType in inner:
        return _written(next(part for part in inner if part is not NoneType)) | None
    return hint


def field_texts(cls: type) -> dict[str, str]:
    """The text that stands below each field in the source of a dataclass."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    texts: dict[str, str] = {}
    if isinstance(body, ast.ClassDef):
        for member, below in zip(body.body, body.body[1:], strict=False):
            if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                text = _text(below)
                if text:
                    texts[member.target.id] = text
    return texts


def _text(node: ast.stmt) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return inspect.cleandoc(node.value.value)
    return ""
