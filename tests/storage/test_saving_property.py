"""Any sequence of changes leaves what a plain dictionary says it leaves."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.base.canonical import address_key
from aggregator.model.article import ADDRESS, HASH, LOCATION, Change, Prepared, Sighting
from builders import NOW, a_change, a_prepared, a_sighting, an_article
from storage import Storage, open_store
from store_steps import known_of

LOCATIONS = ("a.md", "b.md", "c.md")
TEXTS = ("一", "二", "三")


@dataclass
class Remembered:
    """What the model knows of one article."""

    hashes: list[str]
    text: str
    url: str | None


@dataclass
class Model:
    """A store in a few dictionaries."""

    articles: dict[UUID, Remembered] = field(default_factory=dict)
    places: dict[str, UUID] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def save(self, change: Change) -> None:
        prepared, article = change.prepared, change.identity.id
        if change.identity.kind == "new":
            self.articles[article] = Remembered([prepared.content_hash], prepared.subject.text, prepared.article.url)
        elif change.identity.kind == "revision":
            known = self.articles[article]
            if known.hashes[-1] != prepared.content_hash:
                known.hashes.append(prepared.content_hash)
            known.text, known.url = prepared.subject.text, change.url
        self.places[change.sighting.location] = article
        self.gone.discard(change.sighting.location)

    def vanish(self, location: str) -> None:
        self.gone.add(location)

    def by_hash(self, content_hash: str) -> set[UUID]:
        return {article for article, known in self.articles.items() if content_hash in known.hashes}

    def by_url(self, url: str | None) -> set[UUID]:
        return {article for article, known in self.articles.items() if url and known.url == url}


steps = st.lists(
    st.tuples(
        st.sampled_from(("document", "vanish")),
        st.sampled_from(LOCATIONS),
        st.sampled_from(TEXTS),
        st.sampled_from((None, "https://news.example/1", "https://news.example/2")),
    ),
    max_size=12,
)


def document(location: str, text: str, url: str | None) -> Prepared:
    return a_prepared(an_article(location, "题", text, url=url))


def resolved(model: Model, prepared: Prepared) -> Change:
    """A plain identity: by hash, else by place, else new."""
    same = model.by_hash(prepared.content_hash)
    if same:
        return a_change(prepared, "same", id=min(same))
    if prepared.article.location in model.places:
        return a_change(prepared, "revision", id=model.places[prepared.article.location])
    return a_change(prepared)


def compare(storage: Storage, model: Model, prepared: Prepared) -> None:
    with storage.store.write() as unit:
        known = known_of(unit, prepared)
    location = prepared.article.location
    at_its_place = known[LOCATION].get(("seeds", location), ())
    assert [here.id for here in at_its_place] == [id_ for place, id_ in model.places.items() if place == location]
    for here in at_its_place:
        assert (here.text, here.url) == (model.articles[here.id].text, model.articles[here.id].url)
        assert here.content_hash == model.articles[here.id].hashes[-1]
    hash_found = known[HASH].get(prepared.content_hash, ())
    assert {article.id for article in hash_found} == model.by_hash(prepared.content_hash)
    assert len(hash_found) == len({article.id for article in hash_found})
    url_found = known.get(ADDRESS, {}).get(address_key(prepared.article.url or ""), ())
    assert {article.id for article in url_found} == model.by_url(prepared.article.url)


def remembered(storage: Storage) -> dict[str, tuple[UUID | None, bool]]:
    sightings: dict[str, Sighting] = dict(storage.agenda.sightings("seeds"))
    return {location: (s.article, s.status == "vanished") for location, s in sightings.items()}


def copied(blank: Path, folder: str, name: str) -> Storage:
    return open_store(f"sqlite:///{shutil.copy(blank, Path(folder) / name)}")


@settings(max_examples=40, deadline=None)
@given(steps)
def test_known_and_memory_agree_with_the_model(blank: Path, history: list[tuple[str, str, str, str | None]]) -> None:
    with TemporaryDirectory() as folder:
        storage, model = copied(blank, folder, "a"), Model()
        try:
            for minute, (step, location, text, url) in enumerate(history):
                now = NOW + timedelta(minutes=minute)
                with storage.store.write() as unit:
                    if step == "document":
                        change = resolved(model, document(location, text, url))
                        model.save(change)
                        unit.save([change], now)
                    elif location in model.places:
                        model.vanish(location)
                        unit.sight([a_sighting(location, "vanished", seen=now)])
                compare(storage, model, document(location, text, url))
            assert remembered(storage) == {
                place: (article, place in model.gone) for place, article in model.places.items()
            }
        finally:
            storage.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(LOCATIONS), st.sampled_from(TEXTS)), max_size=8), st.integers(0, 8))
def test_one_batch_leaves_what_two_leave(blank: Path, documents: list[tuple[str, str]], cut: int) -> None:
    model = Model()
    changes: list[Change] = []
    for location, text in documents:
        changes.append(resolved(model, document(location, text, None)))
        model.save(changes[-1])
    with TemporaryDirectory() as folder:
        stores = [copied(blank, folder, name) for name in ("one", "two")]
        try:
            for storage, batches in zip(stores, ([changes], [changes[:cut], changes[cut:]]), strict=True):
                for batch in batches:
                    with storage.store.write() as unit:
                        unit.save(batch, NOW)
            one, two = stores
            for article in model.articles:
                assert one.archive.article(str(article)) == two.archive.article(str(article))
            assert one.agenda.sightings("seeds") == two.agenda.sightings("seeds")
        finally:
            for storage in stores:
                storage.close()
