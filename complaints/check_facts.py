"""What several answers of the two-minute check assert together, and where two of them cannot both be so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from complaints.check_asks import Ask
from routing import rulebook
from routing.engine.expressions import evaluate
from routing.engine.logic import Truth

Said = tuple[Ask, Mapping[str, bool]]
"""A question with the facts that its answer asserts."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two answers, by their places, that cannot both be so. ``stands`` is the one that counts; None where neither does,
    and what they disagree on is unknown.
    """

    earlier: int
    later: int
    stands: int | None


def together(told: Sequence[Said]) -> tuple[dict[str, bool], tuple[Clash, ...]]:
    """The facts that all answers agree on, and every pair that does not agree, in their order.

    Where a question outranks the others on a fact (``Ask.outranks``), its answer counts. Nothing else is dropped, and
    nothing is dropped untold: whatever an answer loses, it stands in a clash.
    """
    whole = [_with_consequences(said) for _ask, said in told]
    counted = {fact: _counted(fact, told, whole) for fact in {key for said in whole for key in said}}
    facts = {
        key: value
        for _ask, said in told
        for key, value in said.items()
        if all(counted[each] is truth for each, truth in _with_consequences({key: value}).items())
    }
    clashes = [
        Clash(one, other, _standing(one, other, disagreed, whole, counted))
        for one, other in combinations(range(len(told)), 2)
        if (disagreed := [key for key, value in whole[one].items() if whole[other].get(key, value) is not value])
    ]
    return facts, tuple(clashes)


def is_complaint(facts: Mapping[str, bool]) -> bool:
    """Whether the law finds in these facts anything that is complained of (predicate COMPLAINT)."""
    known, predicates = _with_consequences(facts), rulebook().predicates

    def truth(name: str) -> Truth:
        if name not in predicates:
            return known.get(name)
        _first, _last, condition = predicates[name].by_date[-1]
        return evaluate(condition, truth)

    return truth("COMPLAINT") is True


def _counted(fact: str, told: Sequence[Said], whole: Sequence[Mapping[str, bool]]) -> bool | None:
    """The value that counts: that of all, or else of those who outrank the others; None where they disagree too."""
    everybody = {said[fact] for said in whole if fact in said}
    if len(everybody) == 1:
        return everybody.pop()
    first = {said[fact] for (ask, _), said in zip(told, whole, strict=True) if fact in said and fact in ask.outranks}
    return first.pop() if len(first) == 1 else None


def _standing(
    one: int,
    other: int,
    disagreed: Sequence[str],
    whole: Sequence[Mapping[str, bool]],
    counted: Mapping[str, bool | None],
) -> int | None:
    """The one of the two whose word counts on everything they disagree on."""
    for place in (one, other):
        if all(counted[key] is whole[place][key] for key in disagreed):
            return place
    return None


def _with_consequences(facts: Mapping[str, bool]) -> dict[str, bool]:
    """With what follows from them whatever else is so; what is said outright is not overwritten."""
    closed = dict(facts)
    for implication in rulebook().implications:
        if implication.and_not_true is None and closed.get(implication.premise) is True:
            closed = {**dict.fromkeys(implication.then, True), **closed}
    return closed
