"""What would change it: for each party the smallest sets of facts that would turn its verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from typing import Final

from routing.engine.compiled import Wires, machine
from routing.engine.facts import Fact
from routing.engine.inquiry import Inquiry
from routing.engine.reading import Reading
from routing.engine.rulebook import Rulebook
from routing.engine.vocabulary import FACING, Party, Verdict

MOST_FACTS: Final = 3
"""Facts in one set. A longer story helps nobody to decide what to find out."""

ENOUGH: Final = 5
"""Sets for one party and one verdict; no larger ones are looked for once there are so many."""

_DERIVED: Final = "derived"

Literal = tuple[int, bool]
"""(the place of a fact among the conditions, the value it would have)."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A smallest set of facts that would turn the verdict of ``party`` from ``before`` to ``to``; no part of it would
    go as far, or further.

    Each with its new value: a fact that the inquiry gives is turned round, the others are still unknown.
    """

    party: Party
    before: Verdict
    to: Verdict
    facts: tuple[tuple[Fact, bool], ...]


def turns(
    rulebook: Rulebook, inquiry: Inquiry, *, enough: int = ENOUGH, most_facts: int = MOST_FACTS
) -> Mapping[Party, tuple[Turn, ...]]:
    """The smallest turns of each facing party: the fewest facts first, unknown ones before known ones turned round.

    Facts that follow from the category alone are left as they are, and so is what an implication rules out
    (law.md 4.2); of two sets that differ in a fact and in what follows from it, the weaker one is told.
    """
    reading = machine(rulebook).read(inquiry)
    literals = _literals(rulebook, inquiry, reading)
    found: dict[tuple[Party, Verdict], list[frozenset[Literal]]] = {
        (party, to): [] for party in FACING for to in Verdict if to is not reading.verdicts[party]
    }
    for size in range(1, most_facts + 1):
        open_ = {turn: list(sets) for turn, sets in found.items() if len(sets) < enough}
        for lanes in _lanes(literals, size) if open_ else ():
            wires = machine(rulebook).suppose(
                inquiry, [(*literals[i], mask) for i, mask in lanes.masks.items()], lanes=lanes.all
            )
            possible = lanes.all & ~lanes.impossible(rulebook, inquiry)
            for (party, to), smaller in open_.items():
                mask = possible & _verdict(wires, party, to) & ~lanes.holding(smaller)
                found[party, to] += lanes.sets(mask)
    known = {rulebook.facts[key].index for key in inquiry.facts}
    told: dict[Party, list[Turn]] = {party: [] for party in FACING}
    for (party, to), sets in found.items():
        before = reading.verdicts[party]
        ranked = sorted(_weakest(rulebook, sets), key=lambda each: _rank(each, known))
        straight = (each for each in ranked if not _falls_back(rulebook, inquiry, party, before, to, each))
        for each in islice(straight, enough):
            facts = tuple((rulebook.conditions[fact], value) for fact, value in sorted(each))
            told[party].append(Turn(party, before, to, facts))
    return {party: tuple(found_) for party, found_ in told.items()}


class _Lanes:
    """Sets of literals side by side, one a lane: which lanes hold which literal."""

    def __init__(
        self,
        literals: Sequence[Literal],
        sets: Sequence[tuple[int, ...]],
        masks: Mapping[int, int],
        *,
        start: int = 0,
        first: int | None = None,
    ) -> None:
        """The lanes are ``sets`` from ``start`` on, each with the literal ``first`` before it, where there is one."""
        self._literals = literals
        self._sets = sets
        self._start = start
        self._first = () if first is None else (first,)
        self._place = {literals[i]: i for i in masks}
        self.masks = masks
        self.all = (1 << (len(sets) - start)) - 1

    def sets(self, mask: int) -> list[frozenset[Literal]]:
        """The sets in the lanes of the mask."""
        digits = f"{mask:b}"[::-1]
        lane, found = digits.find("1"), []
        while lane >= 0:
            each = (*self._first, *self._sets[self._start + lane])
            found.append(frozenset(self._literals[i] for i in each))
            lane = digits.find("1", lane + 1)
        return found

    def holding(self, smaller: Sequence[frozenset[Literal]]) -> int:
        """The lanes whose set holds one of the smaller sets, and so is none of the smallest."""
        found = 0
        for each in smaller:
            part = self.all
            for literal in each:
                part &= self._mask(literal)
            found |= part
        return found

    def impossible(self, rulebook: Rulebook, inquiry: Inquiry) -> int:
        """The lanes that say yes and no to one fact, or yes to a fact and no to what follows from it."""
        found = 0
        for fact, value in self._place:
            if value:
                found |= self._mask((fact, True)) & self._mask((fact, False))
        for implication in rulebook.implications:
            if implication.and_not_true is None:
                premise = self._value(rulebook, inquiry, implication.premise, value=True)
                for key in implication.then:
                    given_so = inquiry.facts.get(implication.premise) is True and inquiry.facts.get(key) is False
                    if not given_so:
                        found |= premise & self._value(rulebook, inquiry, key, value=False)
        return found

    def _value(self, rulebook: Rulebook, inquiry: Inquiry, key: str, *, value: bool) -> int:
        """The lanes in which the fact is given or supposed to have the value."""
        place = rulebook.facts[key].index
        given = self.all if inquiry.facts.get(key) is value else 0
        return given & ~self._mask((place, not value)) | self._mask((place, value))

    def _mask(self, literal: Literal) -> int:
        return self.masks.get(self._place.get(literal, -1), 0)


def _lanes(literals: Sequence[Literal], size: int) -> Iterator[_Lanes]:
    """Every set of ``size`` literals once, in runs that the machine can take at a time."""
    count = len(literals)
    if size == 1:
        yield _Lanes(literals, [(i,) for i in range(count)], {i: 1 << i for i in range(count)})
        return
    pairs, masks = _pairs(count)
    if size == 2:
        yield _Lanes(literals, pairs, dict(enumerate(masks)))
        return
    for first in range(count - 2):
        # The pairs behind the first literal are the tail of all pairs.
        start = len(pairs) - (count - 1 - first) * (count - 2 - first) // 2
        tail = {i: masks[i] >> start for i in range(first + 1, count)}
        whole = (1 << (len(pairs) - start)) - 1
        yield _Lanes(literals, pairs, {first: whole, **tail}, start=start, first=first)


@lru_cache(maxsize=32)
def _pairs(count: int) -> tuple[list[tuple[int, int]], list[int]]:
    """Every pair of ``count`` things in order, and for each thing the mask of the pairs it is in."""
    pairs = list(combinations(range(count), 2))
    bits = [bytearray(len(pairs) // 8 + 1) for _ in range(count)]
    for lane, pair in enumerate(pairs):
        for each in pair:
            bits[each][lane >> 3] |= 1 << (lane & 7)
    return pairs, [int.from_bytes(each, "little") for each in bits]


def _literals(rulebook: Rulebook, inquiry: Inquiry, reading: Reading) -> tuple[Literal, ...]:
    """What could be otherwise: unknown facts either way, facts of the inquiry turned round."""
    found: list[Literal] = []
    for fact in rulebook.conditions:
        if fact.key in inquiry.facts:
            found.append((fact.index, not inquiry.facts[fact.key]))
        elif reading.truths[fact.index] is None and fact.group != _DERIVED:
            found += [(fact.index, True), (fact.index, False)]
    return tuple(found)


def _weakest(rulebook: Rulebook, sets: Sequence[frozenset[Literal]]) -> list[frozenset[Literal]]:
    """The sets without those that ask for more than another: for a fact where what follows from it does as well."""
    all_ = set(sets)
    follows = [
        ((rulebook.facts[implication.premise].index, True), (rulebook.facts[key].index, True))
        for implication in rulebook.implications
        for key in implication.then
    ]
    return [
        each
        for each in sets
        if not any(premise in each and (each - {premise}) | {then} in all_ for premise, then in follows)
    ]


def _verdict(wires: Wires, party: Party, to: Verdict) -> int:
    """The lanes in which the party has the verdict."""
    place = FACING.index(party)
    responsible, maybe = wires[0][place], wires[1][place]
    if to is Verdict.RESPONSIBLE:
        return responsible
    return maybe if to is Verdict.POSSIBLE else ~(responsible | maybe)


def _falls_back(
    rulebook: Rulebook, inquiry: Inquiry, party: Party, before: Verdict, to: Verdict, each: frozenset[Literal]
) -> bool:
    """Whether a part of the set already goes further than ``to``, and the rest of it only leads back."""
    if to is not Verdict.POSSIBLE or len(each) == 1:
        return False
    beyond = Verdict.RESPONSIBLE if before is Verdict.NOT_RESPONSIBLE else Verdict.NOT_RESPONSIBLE
    parts = [part for size in range(1, len(each)) for part in combinations(sorted(each), size)]
    lanes = (1 << len(parts)) - 1
    supposed = [(*literal, 1 << lane) for lane, part in enumerate(parts) for literal in part]
    return bool(_verdict(machine(rulebook).suppose(inquiry, supposed, lanes=lanes), party, beyond) & lanes)


def _rank(each: Collection[Literal], known: Collection[int]) -> tuple[int, int, list[Literal]]:
    return len(each), sum(fact in known for fact, _ in each), sorted(each)
