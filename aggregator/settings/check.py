"""What one field alone does not show: names given twice, keys of another kind, topics out of reach."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.model.config import AllOf, AnyOf, Condition, Near, NoneOf, Regex, Term, Topic
from aggregator.settings import kinds
from aggregator.settings.document import Mapping, Node, Scalar, Sequence
from aggregator.settings.mistakes import Mistake


def mistakes(root: Node) -> Iterator[Mistake]:
    """What is wrong across the fields of a file; values of wrong types are passed over, others name them."""
    yield from _repeated(root, "sources", "name")
    yield from _repeated(root, "topics", "slug")
    for number, source in _items(root, "sources"):
        yield from (mistake.below(("sources", number)) for mistake in kinds.mistakes(source))


def _repeated(root: Node, listed: str, key: str) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for number, item in _items(root, listed):
        _, value = item.entries.get(key, (None, None))
        if isinstance(value, Scalar) and value.text is not None:
            if value.text in first:
                message = f"{key} {value.text!r} is already used in line {first[value.text]}"
                yield Mistake((listed, number, key), message, "give it another one")
            first.setdefault(value.text, value.line)


def _items(root: Node, listed: str) -> Iterator[tuple[int, Mapping]]:
    _, node = root.entries.get(listed, (None, None)) if isinstance(root, Mapping) else (None, None)
    for number, item in enumerate(node.items if isinstance(node, Sequence) else ()):
        if isinstance(item, Mapping):
            yield number, item


def out_of_reach(topics: tuple[Topic, ...]) -> Iterator[Mistake]:
    """Warnings for topics that no article can be in."""
    for number, topic in enumerate(topics):
        best = round(_best_score(topic.match), 6)
        if best >= topic.threshold:
            continue
        if _only_vetoes(topic.match):
            hint = "add `any:` with what the topic is about"
            yield Mistake(("topics", number, "match"), "no article can be in it: `none` alone scores nothing", hint)
        else:
            message = f"no article can be in it: all its weights together are {best:g}, below {topic.threshold:g}"
            yield Mistake(("topics", number, "threshold"), message, "lower `threshold`, or raise a `weight`")


def _best_score(rule: Condition) -> float:
    """What a rule scores at most."""
    match rule:
        case AnyOf(conditions) | AllOf(conditions):
            return sum(map(_best_score, conditions))
        case Term() | Regex() | Near():
            return max(rule.weight, 0.0)
        case NoneOf():
            return 0.0


def _only_vetoes(rule: Condition) -> bool:
    match rule:
        case AnyOf(conditions) | AllOf(conditions):
            return all(map(_only_vetoes, conditions))
        case _:
            return isinstance(rule, NoneOf)
