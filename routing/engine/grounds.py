"""What an answer shows of each ground: its form, the facts it rests on, its citations, the doubts that lowered it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from routing.engine.expressions import Expression, names_in
from routing.engine.inquiry import Inquiry
from routing.engine.loading_rules import instrument_of
from routing.engine.reading import Reading
from routing.engine.rulebook import Rule, Rulebook
from routing.engine.vocabulary import Form, Party, Status


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground of an answer, held, possible or neither."""

    place: int
    rule: Rule
    party: Party
    status: Status
    form: Form
    by_burden: bool
    notes: tuple[str, ...]
    citations: tuple[str, ...]
    unverified: tuple[str, ...]
    because: tuple[tuple[str, bool], ...]
    remedies: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.status is Status.HELD

    @property
    def is_listed(self) -> bool:
        return self.status is Status.HELD or self.status is Status.POSSIBLE


def grounds(reading: Reading, inquiry: Inquiry, in_force: frozenset[str], *, every_ground: bool) -> Iterator[Ground]:
    """The grounds held and possible, in the order of the tables; the others too where all are asked for.

    Of several versions of one rule only the one in force is a ground, or the first where none is.
    """
    rules = reading.rulebook.rules
    told = {rules[i].id for i, status in enumerate(reading.statuses) if status is not Status.NOT_IN_FORCE}
    for place, status in enumerate(reading.statuses):
        if status is Status.HELD or status is Status.POSSIBLE:
            yield _ground(reading, inquiry, in_force, place)
        elif every_ground and (status is Status.NOT_HELD or rules[place].id not in told):
            told.add(rules[place].id)
            yield _ground(reading, inquiry, in_force, place)


def listed(cites: tuple[str, ...], in_force: frozenset[str]) -> tuple[str, ...]:
    """The citations whose instrument is in force."""
    return tuple(cite for cite in cites if instrument_of(cite) in in_force)


def _ground(reading: Reading, inquiry: Inquiry, in_force: frozenset[str], place: int) -> Ground:
    rule, status = reading.rulebook.rules[place], reading.statuses[place]
    form = rule.form
    if rule.form_if is not None:
        condition, then, otherwise = rule.form_if
        form = then if reading.known_true(condition) else otherwise
    citations, unverified = _cited(reading.rulebook, place, in_force)
    return Ground(
        place=place,
        rule=rule,
        party=reading.parties[place],
        status=status,
        form=form,
        by_burden=place in reading.by_burden,
        notes=_notes(reading, place) if status is Status.POSSIBLE else (),
        citations=citations,
        unverified=unverified,
        because=_because(reading, place, inquiry.purchase_date),
        remedies=tuple(offer.code for offer in rule.offers if reading.known_true(offer.only_if)),
    )


@lru_cache(maxsize=8192)
def _cited(rulebook: Rulebook, place: int, in_force: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The citations of a rule that are in force, and the marks of those not yet compared with the official text."""
    rule = rulebook.rules[place]
    marks = tuple(mark for mark in rule.unverified if _instrument_marked(mark, rule) in in_force)
    return listed(rule.cites, in_force), marks


def _notes(reading: Reading, place: int) -> tuple[str, ...]:
    """The doubts that lowered the status: D12 by the time of purchase, another where what it doubts is unknown."""
    doubts = reading.rulebook.rules[place].doubts
    named = [code for code, condition in doubts.items() if reading.truth(condition) is None]
    return ("D12", *named) if place in reading.capped else tuple(named)


def _instrument_marked(mark: str, rule: Rule) -> str:
    """The instrument that an "unverified" mark speaks of, such as ``LMM 11 number`` or ``gate of SPC-Pre``."""
    cited = {instrument_of(cite) for cite in rule.cites}
    return next((word for word in mark.split() if word in cited), "")


def _because(reading: Reading, place: int, day: date) -> tuple[tuple[str, bool], ...]:
    """The known facts that stand in the condition, in the order of the facts."""
    truths = reading.truths
    return tuple(
        (key, truth)
        for index, key in _standing_in(reading.rulebook, place, _era(reading.rulebook, day))
        if (truth := truths[index]) is not None
    )


@lru_cache(maxsize=4096)
def _standing_in(rulebook: Rulebook, place: int, day: date) -> tuple[tuple[int, str], ...]:
    """The facts in the condition of a rule, predicates opened as they read on ``day``; roles are not opened."""
    found = sorted(_facts_in(rulebook, rulebook.rules[place].condition, day))
    return tuple((index, rulebook.conditions[index].key) for index in found)


def _facts_in(rulebook: Rulebook, expression: Expression, day: date) -> set[int]:
    found: set[int] = set()
    for name in set(names_in(expression)):
        if name in rulebook.facts:
            found.add(rulebook.facts[name].index)
        elif name in rulebook.predicates:
            for start, until, part in rulebook.predicates[name].by_date:
                if (start is None or start <= day) and (until is None or day <= until):
                    found |= _facts_in(rulebook, part, day)
    return found


@lru_cache(maxsize=4096)
def _era(rulebook: Rulebook, day: date) -> date:
    """A day that stands for every day on which the predicates read alike: keeps the cache above small."""
    starts = (start for each in rulebook.predicates.values() for start, _, _ in each.by_date if start is not None)
    return max((start for start in starts if start <= day), default=date.min)
