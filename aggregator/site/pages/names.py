"""What the configuration says of topics and sources, in the language of a page: names, descriptions, rights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import aggregator.feeds.origins as origins
from aggregator.feeds.addresses import ALL
from aggregator.feeds.rights import allowed
from aggregator.model.config import Configuration, Publish, Source, Topic
from aggregator.model.reading import Entry
from aggregator.site.catalog import Language
from aggregator.site.pages.route import NONE
from aggregator.site.words import Words


@dataclass(frozen=True)
class Names:
    """Names and rights as one page shows them."""

    configuration: Configuration
    language: Language

    @property
    def site(self) -> str:
        site = self.configuration.site
        return (site.title_en if self.language == "en" else "") or site.title

    @cached_property
    def topics(self) -> dict[str, Topic]:
        return {topic.slug: topic for topic in self.configuration.topics}

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {source.name: source for source in self.configuration.sources}

    def topic(self, key: str) -> str:
        """A topic's name; the slug where the configuration no longer has it."""
        if key in (ALL, NONE):
            return Words(self.language)("all_topics" if key == ALL else "no_topic")
        topic = self.topics.get(key)
        return key if topic is None else (topic.title_en if self.language == "en" else "") or topic.title

    def topic_description(self, key: str) -> str:
        if key in (ALL, NONE):
            return Words(self.language)("all_description" if key == ALL else "no_topic_description")
        topic = self.topics[key]
        return (topic.description_en if self.language == "en" else "") or topic.description

    def source(self, name: str) -> str:
        source = self._sources.get(name)
        return source.label if source else name

    def by(self, entry: Entry) -> tuple[str, ...]:
        """Who wrote it, where somebody is named, and where it is from; once if both are the same."""
        source = origins.titles([entry], self.configuration.sources).get(entry.source, entry.source)
        return tuple(dict.fromkeys(filter(None, (entry.author, source))))

    def rights(self, entry: Entry) -> str:
        """Whose text it is, in a line; empty where nothing is said."""
        return self._sources[entry.source].rights if entry.source in self._sources else entry.rights

    def is_partial(self, entry: Entry) -> bool:
        """Whether it is not shown in full."""
        return self._publish(entry) != "full"

    def shown(self, entry: Entry) -> Entry:
        """As much of an article as its source's ``publish`` allows."""
        return allowed(entry, self._publish(entry), Words(self.language)("original"))

    def _publish(self, entry: Entry) -> Publish:
        return self._sources[entry.source].publish if entry.source in self._sources else entry.publish
