"""Which documents go on with the articles whose places are gone: each with one, the best pairs first. Pure.

It is decided for all documents of a batch together, so that their order does not matter.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from aggregator.base.canonical import is_same_address
from aggregator.identify.evidence import stated_apart
from aggregator.identify.likeness import Likeness, Standing, continuation
from aggregator.model.article import KnownArticle, Prepared

COMPARED = 6
"""Articles that one document is compared with, text by text."""
READ = 4_000
"""Characters of a text whose sentences are looked at."""
SENTENCE = 8
"""Characters of a sentence, or a part of one, that says something of its own."""
COMMON = 8
"""Articles that a sentence is in before it counts as one that all of them have, such as a name of the newsroom."""
_END = re.compile(r"[。.!?;:,\n]")
_FAR = timedelta.max

Find = Callable[[Prepared], Iterable[KnownArticle]]
"""The articles that a document may go on with by its title, date or address."""


@dataclass(frozen=True, slots=True)
class Continued:
    """What a document goes on with, and why."""

    article: UUID
    likeness: Likeness


class Sentences:
    """Articles by what they say, sentence by sentence: an edit spares most."""

    def __init__(self, articles: Iterable[KnownArticle]) -> None:
        self._said: defaultdict[str, list[KnownArticle]] = defaultdict(list)
        for known in articles:
            for sentence in _sentences(known.text):
                self._said[sentence].append(known)

    def find(self, document: Prepared) -> list[KnownArticle]:
        """Those that have the most sentences in common with a document."""
        votes, found = Counter[UUID](), dict[UUID, KnownArticle]()
        for sentence in _sentences(document.subject.text):
            having = self._said.get(sentence, ())
            if len(having) <= COMMON:
                votes.update(known.id for known in having)
                found |= {known.id: known for known in having}
        return [found[id_] for id_ in sorted(votes, key=lambda id_: (-votes[id_], id_))[:COMPARED]]


def continued(
    documents: Sequence[Prepared],
    find: Find,
    lost: Collection[KnownArticle],
    standing: Callable[[KnownArticle], Standing],
    found_again: Collection[UUID] = (),
) -> Mapping[str, Continued]:
    """By location, what each document goes on with.

    ``lost``: articles whose places vanished in this visit, as far as they are held; ``standing``: of any;
    ``found_again``: articles whose files, byte for byte, are elsewhere.
    """
    sentences = Sentences(lost)
    pairs = [
        (likeness, _same_address(known, document), document.article.location, known)
        for document in documents
        for known in _candidates(document, [*find(document), *sentences.find(document)], standing)
        if (likeness := continuation(known, document, standing(known)))
    ]
    pairs.sort(key=lambda pair: (-pair[0].rank, not pair[1], -pair[0].alike, pair[2], pair[3].id))
    taken, chosen = set(found_again), dict[str, Continued]()
    for likeness, _, location, known in pairs:
        if known.id not in taken and location not in chosen:
            taken.add(known.id)
            chosen[location] = Continued(known.id, likeness)
    return chosen


def _candidates(
    document: Prepared, found: Iterable[KnownArticle], standing: Callable[[KnownArticle], Standing]
) -> list[KnownArticle]:
    """Articles of the document's source whose places are gone, those first that look the most like it."""
    likely = {
        known.id: known
        for known in found
        if known.place[0] == document.article.source and standing(known) is not Standing.THERE
    }
    return sorted(likely.values(), key=lambda known: _at_first_sight(known, document))[:COMPARED]


def _at_first_sight(known: KnownArticle, document: Prepared) -> tuple[bool, bool, timedelta, int, UUID]:
    apart = stated_apart(known, document.article)
    other_words = known.content_hash != document.content_hash
    longer = abs(len(known.text) - len(document.subject.text))
    return other_words, known.title != document.subject.title, _FAR if apart is None else apart, longer, known.id


def _same_address(known: KnownArticle, document: Prepared) -> bool:
    return is_same_address(known.url, document.article.url)


def _sentences(folded: str) -> set[str]:
    return {sentence for sentence in map(str.strip, _END.split(folded[:READ])) if len(sentence) >= SENTENCE}
