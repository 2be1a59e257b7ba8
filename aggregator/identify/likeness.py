"""Whether a document with other words at another place of the same source is still a known article.

A file that moves and changes in one pass is, and so is a copy with a small edit. The issues of one template are not:
yesterday's bulletin goes and today's comes, in the same pass, under the same title, with nothing but other numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from aggregator.base.text import skeleton
from aggregator.identify.dating import stated_before_seen
from aggregator.identify.evidence import ALIKE, HINTED, NEAR_DATES, RUN, YEARLY, containment, stated_apart
from aggregator.identify.figures import other_figures
from aggregator.model.article import Article, KnownArticle, Prepared

NEARLY_ALL = 0.9
"""Share of the shorter text's runs that two texts have in common where little else speaks for them: of real pairs
it parts those that are the same from daily bulletins, which reach 0.77."""
MOST_OF_IT = 0.8
HALF_A_DAY = timedelta(hours=12)
"""Bulletins of one title come a day apart, an hour earlier or later."""
AS_LONG = 0.7
"""How long the shorter text is by the longer one where their titles differ: a roundup contains its items."""
SHORT = 40
"""Characters of a text too short for runs of five: one letter changed spoils five of them."""


class Standing(Enum):
    """What has become of the place that an article's text came from."""

    GONE = "gone"
    """A complete listing lacks it."""
    ABSENT = "absent"
    """The feed or list does not name it in this visit; it names the newest articles only."""
    THERE = "there"


@dataclass(frozen=True, slots=True, order=True)
class Likeness:
    """How much speaks for a document being a known article: the greater, the more."""

    rank: int
    alike: float
    why: str


class Pair:
    """A known article and a document of the same source, compared."""

    def __init__(self, known: KnownArticle, document: Prepared) -> None:
        self._known, self._document = known, document
        self._one, self._other = known.text, document.subject.text
        self.apart = stated_apart(known, document.article)
        """Between stated dates; None unless both are stated."""
        self.same_title = skeleton(known.title) == skeleton(document.subject.title)
        self._alike: float | None = None

    @property
    def alike(self) -> float:
        """Share of the shorter text's runs that the longer one has, too."""
        if self._alike is None:
            short = min(len(self._one), len(self._other)) < SHORT
            self._alike = containment(self._one, self._other, 2 if short else RUN)
        return self._alike

    @property
    def other_figures(self) -> bool:
        told = (f"{each.title}\n{each.text}" for each in (self._known, self._document.subject))
        return other_figures(*told)

    @property
    def as_long(self) -> bool:
        """Whether neither text is much longer, and both are long enough to be told from others."""
        shorter, longer = sorted((len(self._one), len(self._other)))
        return shorter >= SHORT and shorter >= AS_LONG * longer

    @property
    def dated_apart(self) -> timedelta | None:
        """Like ``apart``; a date in a path counts as well."""
        dates = {self._known.date_kind, self._document.article.date_kind}
        one, other = self._known.published, self._document.article.published
        if not dates <= {"stated", "path"} or one is None or other is None:
            return None
        return abs(one - other)

    @property
    def same_instant(self) -> bool:
        """Whether both state one instant to the minute: a date alone is shared by all articles of a day."""
        return self.apart == timedelta() and is_exact(self._document.article)


def is_exact(article: Article) -> bool:
    """Whether the stated date has a time of day."""
    stated = article.published if article.date_kind == "stated" else None
    return stated is not None and bool(stated.minute or stated.second)


def continuation(known: KnownArticle, document: Prepared, standing: Standing) -> Likeness | None:
    """What speaks for the document being a later text of the article, whose place is gone or absent."""
    pair = Pair(known, document)
    gone = standing is Standing.GONE
    if known.content_hash in {document.content_hash, document.former_hash}:
        another = _is_over(pair.dated_apart, YEARLY) and not (gone and stated_before_seen(known, document.article))
        return None if another else Likeness(4, 1.0, "the same words")
    if _is_over(pair.dated_apart, YEARLY) or (not gone and _is_over(pair.apart, NEAR_DATES)):
        return None
    if pair.same_title and pair.apart == timedelta() and (gone or pair.same_instant or pair.alike >= HINTED):
        return Likeness(3, pair.alike, "the same title and date")
    if pair.same_instant and not pair.same_title and _same_words_of_one_instant(pair):
        return Likeness(2, pair.alike, "the same date and most of the words")
    return None if pair.other_figures else _by_words(pair)


def _same_words_of_one_instant(pair: Pair) -> bool:
    return pair.alike >= (MOST_OF_IT if pair.other_figures else ALIKE)


def _by_words(pair: Pair) -> Likeness | None:
    """Where no figure tells one from the other."""
    if pair.same_title and not _is_over(pair.apart, HALF_A_DAY) and pair.alike >= ALIKE:
        return Likeness(2, pair.alike, "the same title and much of the words")
    enough = MOST_OF_IT if pair.apart == timedelta() else NEARLY_ALL
    if (pair.same_title or pair.as_long) and pair.alike >= enough:
        return Likeness(1, pair.alike, "most of the words")
    return None


def copy(known: KnownArticle, document: Prepared) -> Likeness | None:
    """What speaks for the document being a second place of the article, which is still at its own."""
    pair = Pair(known, document)
    if _is_over(pair.dated_apart, NEAR_DATES):
        return None
    by_date = pair.same_instant and pair.as_long
    enough = MOST_OF_IT if pair.same_title and pair.apart is not None else NEARLY_ALL
    if not (pair.same_title or by_date) or pair.other_figures or pair.alike < enough:
        return None
    return Likeness(1, pair.alike, "a copy of it with a small edit")


def _is_over(apart: timedelta | None, limit: timedelta) -> bool:
    return apart is not None and apart > limit
