"""Good files: what they become, and what is taken as written."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.errors import ConfigurationError, Fault
from aggregator.model.config import (
    Clean,
    Configuration,
    FeedPolicy,
    KeepFetched,
    Limits,
    Schedule,
    Select,
    Server,
    Site,
    Source,
    Storage,
)
from aggregator.settings.load import load

PROJECT = Path(__file__).resolve().parents[2]
TOPICS = "topics: [{slug: a, title: 甲, match: 中心}]\n"


def loaded(folder: Path, sources: str = "sources: []\n", topics: str = TOPICS, aggregator: str = "") -> Configuration:
    (folder / "seeds").mkdir(exist_ok=True)
    for name, text in (("sources", sources), ("topics", topics), ("aggregator", aggregator)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load(folder)


def source(folder: Path, text: str) -> Source:
    (only,) = loaded(folder, f"sources:\n  - {{name: a, path: seeds, {text}}}\n").sources
    return only


def test_the_shipped_configuration() -> None:
    configuration = load(PROJECT / "config")
    assert configuration.warnings == ()
    seeds, *examples = configuration.sources
    assert seeds == Source(
        name="seeds",
        title="种子文章",
        path="seeds",
        every=timedelta(minutes=10),
        clean=Clean(
            remove=(".appendQr_wrap", ".article-editor"),
            drop_lines=("^返回", "（文章来源：.*）$"),
            ignore_images=("n.sinaimg.cn/finance/cece9e13/",),
        ),
    )
    assert {source.kind for source in examples} == {"feed", "page", "sitemap", "git"}
    assert not [source.name for source in examples if source.enabled]
    assert all("example.org" in source.url for source in examples)
    assert [topic.slug for topic in configuration.topics] == [
        "national-medical-centers",
        "national-regional-medical-centers",
        "provincial-regional-medical-centers",
        "medical-resource-expansion",
    ]
    assert configuration.site.title == "医学中心政策聚合"
    assert (configuration.feeds, configuration.server, configuration.storage) == (FeedPolicy(), Server(), Storage())
    assert configuration.schedule == Schedule()


def test_aggregator_yaml_may_be_missing(tmp_path: Path) -> None:
    loaded(tmp_path)
    (tmp_path / "aggregator.yaml").unlink()
    assert load(tmp_path).site == Site()


def test_all_keys_of_a_source(tmp_path: Path) -> None:
    written = """
sources:
  - name: city-health
    kind: files
    title: 市卫健委
    enabled: no
    path: seeds
    include: ['*.md']
    exclude: ['draft/**']
    cron: '*/15 8-20 * * 1-5'
    timezone: UTC
    clean: {remove: [p.tail], drop_lines: ['^编辑'], ignore_images: [/logo/]}
    link: null
    home: https://health.example.org/news/
    crawl_dates: '\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}'
    deletes: retract
    silent_after: 7d
    limits: {bytes: 1_000, front_matter: 100, nesting: 9, seconds: 0.5}
"""
    assert loaded(tmp_path, written).sources == (
        Source(
            name="city-health",
            title="市卫健委",
            enabled=False,
            path="seeds",
            include=("*.md",),
            exclude=("draft/**",),
            cron="*/15 8-20 * * 1-5",
            timezone="UTC",
            clean=Clean(("p.tail",), ("^编辑",), ("/logo/",)),
            link=None,
            home="https://health.example.org/news/",
            crawl_dates=r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}",
            deletes="retract",
            silent_after=timedelta(days=7),
            limits=Limits(1000, 100, 9, 0.5),
        ),
    )


def test_all_keys_of_a_source_of_the_network(tmp_path: Path) -> None:
    written = """
sources:
  - name: city
    kind: page
    url: https://www.example.org/notices/
    select: {entry: 'ul > li:not(.top)', link: h3 a, title: h3, date: .date, summary: p}
    follow: yes
    full_text: div.article
    min: 1h
    max: 7d
    gap: 0s
    allow_private: true
    user_agent: bot/1.0 (+https://feeds.example.org)
    headers: {X-Api-Key: 0123, Accept-Language: zh-CN}
    auth_file: secrets/city
    proxy: http://me:secret@proxy.example:3128
    publish: summary
    rights: © 某网
    limits: {entries: 50, download: 1_000_000, download_seconds: 20}
"""
    assert loaded(tmp_path, written).sources == (
        Source(
            name="city",
            kind="page",
            url="https://www.example.org/notices/",
            select=Select("ul > li:not(.top)", "h3 a", "h3", ".date", "p"),
            full_text="div.article",
            min=timedelta(hours=1),
            max=timedelta(days=7),
            gap=timedelta(0),
            allow_private=True,
            user_agent="bot/1.0 (+https://feeds.example.org)",
            headers={"X-Api-Key": "0123", "Accept-Language": "zh-CN"},
            auth_file="secrets/city",
            proxy="http://me:secret@proxy.example:3128",
            publish="summary",
            rights="© 某网",
            limits=Limits(entries=50, download=1_000_000, download_seconds=20.0),
        ),
    )


@pytest.mark.parametrize("written", ["off", "auto", "div.article", "'#content, article'"])
def test_full_text_is_a_word_or_a_selector(tmp_path: Path, written: str) -> None:
    text = f"sources:\n  - {{name: a, kind: feed, url: 'https://a.example/', full_text: {written}}}\n"
    (only,) = loaded(tmp_path, text).sources
    assert only.full_text == written.strip("'")


@pytest.mark.parametrize(
    "url",
    [
        "https://git.example/x.git",
        "http://git.example/x",
        "file:///srv/x%20y.git",
        "repos/x",
        "/srv/x.git",
        "c:d",
        "a@b/c:d",
    ],
)
def test_a_repository_is_an_address_or_a_folder(tmp_path: Path, url: str) -> None:
    (only,) = loaded(tmp_path, f"sources:\n  - {{name: a, kind: git, url: '{url}'}}\n").sources
    assert only.url == url


def test_the_schedule(tmp_path: Path) -> None:
    written = "schedule: {parallel: 3, longest: 30s}\nsite: {contact: me@example.org}\n"
    configuration = loaded(tmp_path, aggregator=written)
    assert configuration.schedule == Schedule(3, timedelta(seconds=30))
    assert configuration.site.contact == "me@example.org"


@pytest.mark.parametrize(
    ("written", "span"),
    [("90s", timedelta(seconds=90)), ("10m", timedelta(minutes=10)), ("2h", timedelta(hours=2)), ("1d", timedelta(1))],
)
def test_durations(tmp_path: Path, written: str, span: timedelta) -> None:
    assert source(tmp_path, f"every: {written}").every == span


@pytest.mark.parametrize("written", ["2024", "010", "12:30:45", "1.10", "yes", "2024-01-01", "0x1F", "1e3"])
def test_a_text_is_what_is_written(tmp_path: Path, written: str) -> None:
    assert source(tmp_path, f"title: {written}").title == written


def test_a_key_with_nothing_behind_it_is_not_given(tmp_path: Path) -> None:
    text = "sources:\n  - name: a\n    path: seeds\n    clean:\n      # remove: [.x]\n    link:\n"
    (only,) = loaded(tmp_path, text).sources
    assert only == Source(name="a", path="seeds")


def test_a_slash_at_the_end_of_the_site_is_dropped(tmp_path: Path) -> None:
    assert loaded(tmp_path, aggregator="site: {base_url: 'https://example.org/x/'}").site.base_url == (
        "https://example.org/x"
    )


def test_sources_share_by_alias_and_merge(tmp_path: Path) -> None:
    text = """
sources:
  - &first {name: a, path: seeds, every: 1h, clean: &tail {remove: [.tail]}}
  - {name: b, path: seeds, clean: *tail}
  - {<<: *first, name: c}
"""
    a, b, c = loaded(tmp_path, text).sources
    assert b.clean == a.clean == Clean(remove=(".tail",))
    assert c == Source(name="c", path="seeds", every=timedelta(hours=1), clean=a.clean)


@pytest.mark.parametrize(
    ("topic", "warning"),
    [
        ("match: {none: [甲]}", "1:37: no article can be in it: `none` alone scores nothing"),
        ("match: {none: [甲]}, threshold: 0", ""),
        (
            "match: {any: [甲, 乙]}, threshold: 3",
            "1:63: no article can be in it: all its weights together are 2, below 3",
        ),
        ("match: {term: 甲, weight: 0.5}", "1:10: no article can be in it: all its weights together are 0.5, below 1"),
        ("match: {any: [{term: 甲, weight: 0.1}, {term: 乙, weight: 0.2}]}, threshold: 0.3", ""),
        ("match: {any: [甲], none: [乙]}", ""),
    ],
)
def test_a_topic_that_no_article_can_be_in_is_a_warning(tmp_path: Path, topic: str, warning: str) -> None:
    found = loaded(tmp_path, topics=f"topics: [{{slug: a, title: 甲, {topic}}}]\n").warnings
    assert [line.removeprefix(f"{tmp_path}/topics.yaml:").split(" (")[0] for line in found] == [warning][: len(warning)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("abn: -[]{}&*!|>'\"#%@\n\t,中"), max_size=40))
def test_any_text_gives_a_configuration_or_faults_within_it(tmp_path: Path, text: str) -> None:
    found = faults(tmp_path, f"sources:\n{text}")
    lines = text.count("\n") + 2
    assert all(1 <= fault.line <= lines + 1 and fault.column >= 1 and fault.message for fault in found)


def faults(folder: Path, sources: str) -> tuple[Fault, ...]:
    try:
        loaded(folder, sources)
    except ConfigurationError as error:
        return error.faults
    return ()


def test_what_was_fetched_is_kept_within_bounds(tmp_path: Path) -> None:
    assert KeepFetched(30, 200) == Configuration("").storage.keep_fetched
    written = "storage: {keep_fetched: {days: 7, megabytes: 0}}\n"
    assert loaded(tmp_path, aggregator=written).storage.keep_fetched == KeepFetched(7, 0)
