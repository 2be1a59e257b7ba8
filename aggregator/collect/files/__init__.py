"""Kind files: a folder of article files."""

from __future__ import annotations

from datetime import timedelta

from aggregator.model.kinds import Key, Kind

FILES = Kind(
    name="files",
    about="a folder of article files",
    collector="aggregator.collect.files.collector:collect_files",
    parsers={"post": "aggregator.parse.post.document:parse_post"},
    keys=(Key("path", "add `path:`, the folder of the article files", "folder"), Key("include"), Key("exclude")),
    every=timedelta(minutes=10),
    costs_nothing=True,
    example={"name": "seeds", "kind": "files", "path": "seeds"},
)
