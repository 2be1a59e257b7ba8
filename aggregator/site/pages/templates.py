"""The templates. The same values give the same HTML."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from aggregator.base.unseen import without_controls
from aggregator.site.pages import figures
from aggregator.site.pages.frame import Frame
from aggregator.site.pages.page import Content
from aggregator.site.words import Words


def fill(template: str, frame: Frame, content: Content, folder: Path | None = None) -> str:
    """The HTML of a page, without controls. ``folder``: where its template is; it may extend those of the site."""
    html = (
        _environment(folder)
        .get_template(template)
        .render(
            page=frame,
            words=Words(frame.language),
            description=content.description,
            feeds=content.feeds,
            title=content.title,
            story=content.story,
            newer=content.newer,
            older=content.older,
            **content.values,
        )
    )
    return without_controls(html)


@cache
def _environment(folder: Path | None) -> Environment:
    own = PackageLoader("aggregator.site")
    environment = Environment(
        loader=own if folder is None else ChoiceLoader([FileSystemLoader(folder), own]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for written in (figures.stamp, figures.number, figures.size, figures.file_name):
        environment.filters[written.__name__] = written
    return environment
