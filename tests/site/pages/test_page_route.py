"""Paths and the pages they mean."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model.config import Configuration
from aggregator.site.pages.registry import frame_of, resolve
from aggregator.site.pages.route import Route, language_of, path_of, topic_keys, values_of
from web.sample import CONFIGURATION, REGIONAL

ENGLISH = replace(CONFIGURATION, site=replace(CONFIGURATION.site, language="en-GB"))
ID = "0b6f1f1e-58a7-5d0e-9a53-0c2f5a1c7a11"


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("/", Route("index", "zh"), Route("index", "en")),
        ("/en/", Route("index", "en"), None),
        ("/zh/", None, Route("index", "zh")),
        ("/en", None, None),
        ("", None, None),
        ("//", None, None),
        (f"/topics/{REGIONAL}", Route("topic", "zh", (REGIONAL,)), Route("topic", "en", (REGIONAL,))),
        (f"/en/topics/{REGIONAL}", Route("topic", "en", (REGIONAL,)), None),
        ("/topics/all", Route("topic", "zh", ("all",)), Route("topic", "en", ("all",))),
        ("/topics/none", Route("topic", "zh", ("none",)), Route("topic", "en", ("none",))),
        ("/topics/unknown", None, None),
        ("/topics/", None, None),
        ("/topics/all/2", None, None),
        (f"/articles/{ID}", Route("article", "zh", (ID,)), Route("article", "en", (ID,))),
        (f"/articles/{ID.upper()}", None, None),
        (f"/articles/{{{ID}}}", None, None),
        (f"/articles/{ID.replace('-', '')}", None, None),
        ("/articles/first", None, None),
        ("/english/", None, None),
    ],
)
def test_what_a_path_means(path: str, chinese: Route | None, english: Route | None) -> None:
    assert resolve(path, CONFIGURATION) == chinese
    assert resolve(path, ENGLISH) == english


def routes(configuration: Configuration) -> st.SearchStrategy[Route]:
    languages = st.sampled_from(["zh", "en"])
    return st.one_of(
        st.builds(Route, st.just("index"), languages),
        st.builds(Route, st.just("topic"), languages, st.tuples(st.sampled_from(topic_keys(configuration)))),
        st.builds(Route, st.just("article"), languages, st.tuples(st.uuids().map(str))),
    )


@given(st.data(), st.sampled_from([CONFIGURATION, ENGLISH]))
@settings(max_examples=60, deadline=None)
def test_each_page_is_found_at_its_own_path(data: st.DataObject, configuration: Configuration) -> None:
    route = data.draw(routes(configuration))
    path = frame_of(configuration, route).links.path
    assert resolve(path, configuration) == route
    assert language_of(path, configuration) == route.language


@given(st.text(st.characters(codec="utf-8"), max_size=40))
@settings(max_examples=100, deadline=None)
def test_no_path_is_an_error(path: str) -> None:
    found = resolve("/" + path, CONFIGURATION)
    assert found is None or frame_of(CONFIGURATION, found).links.path == "/" + path


@pytest.mark.parametrize(
    ("pattern", "path", "values"),
    [
        ("/", "/", ()),
        ("/sources", "/sources", ()),
        ("/sources", "/sources/", None),
        ("/sources/{name}/{year}", "/sources/seeds/2026", ("seeds", "2026")),
        ("/sources/{name}/{year}", "/sources/seeds", None),
        ("/sources/{name}/{year}", "/sources//2026", None),
        ("/sources/{name}", "/articles/seeds", None),
        ("/sources/{name}", "/sources/{name}", ("{name}",)),
    ],
)
def test_the_places_of_a_pattern(pattern: str, path: str, values: tuple[str, ...] | None) -> None:
    assert values_of(pattern, path) == values
    if values is not None:
        assert path_of(pattern, values) == path


@pytest.mark.parametrize("values", [(), ("seeds", "2026")])
def test_a_pattern_wants_as_many_values_as_it_has_places(values: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        path_of("/sources/{name}", values)
