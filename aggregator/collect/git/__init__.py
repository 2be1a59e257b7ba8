"""Kind git: a repository of article files."""

from __future__ import annotations

from datetime import timedelta

from aggregator.model.kinds import Key, Kind, Package

GIT = Kind(
    name="git",
    about="a repository of them",
    collector="aggregator.collect.git.collector:collect_git",
    parsers={"post": "aggregator.parse.post.document:parse_post"},
    keys=(
        Key("url", "add `url:`, the address of the repository or its folder", "repository"),
        Key("branch"),
        Key("include"),
        Key("exclude"),
    ),
    every=timedelta(minutes=10),
    needs=Package("dulwich", "git"),
    example={"name": "repository", "kind": "git", "url": "https://git.example.org/notices.git"},
)
