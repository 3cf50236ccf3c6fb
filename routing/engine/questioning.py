"""Which question to ask next: the one whose answers move the verdicts most; and when there is nothing left to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from statistics import mean
from typing import Final

from routing.engine.compiled import machine
from routing.engine.inquiry import Inquiry
from routing.engine.logic import Truth
from routing.engine.rulebook import Rulebook
from routing.engine.vocabulary import FACING, When

FURTHER: Final = 0.3
"""What a change counts that needs one further answer; a change at once counts 1. The order it gives on the public
cases is the same anywhere from a tenth to a half."""


_Row = tuple[int, ...]
"""Who is responsible, then who may be, each a mask of lanes for each of the facing parties."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one answer asserts: facts, and perhaps the day of purchase."""

    facts: Mapping[str, bool] = field(default_factory=dict)
    purchased: date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Something one could ask, with its different answers. "I'm not sure" asserts nothing and is none of them."""

    key: str
    answers: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question that can change a verdict. For each answer that says something new: how many of the three verdicts it
    changes at once, and how many at most together with one answer to another question.
    """

    question: Question
    answers: tuple[Told, ...]
    at_once: tuple[int, ...]
    further: tuple[int, ...]

    @property
    def weight(self) -> float:
        return mean(self.at_once) + FURTHER * mean(self.further)

    @property
    def decides(self) -> bool:
        """Whether an answer changes a verdict by itself."""
        return any(self.at_once)


@dataclass(frozen=True, slots=True)
class Span:
    """Days of purchase that the law makes no difference between, both inside. The oldest has no first day."""

    first: date | None
    last: date


def weigh(
    rulebook: Rulebook, inquiry: Inquiry, questions: Sequence[Question], *, beside: Iterable[Question] = ()
) -> tuple[Weighed, ...]:
    """The questions that can change a verdict, alone or with one of the questions ``beside``; the weightiest first.

    Ties stay in the order given. Answers that contradict what is known, or add nothing to it, do not count.
    """
    known = _known(rulebook, inquiry)
    asked = [(question, _new(rulebook, question, known)) for question in questions]
    partners = [(question, told) for question in beside for told in _new(rulebook, question, known) if told.facts]
    rows = [(question, told) for question, answers in asked for told in answers]
    goes_with = [[other is not question and _agree(told, at) for other, at in partners] for question, told in rows]
    table = _Table(rulebook, inquiry, [told for _, told in partners])
    changes = iter(table.changes([told for _, told in rows], goes_with))
    weighed = []
    for question, answers in asked:
        found = [next(changes) for _ in answers]
        if any(further for _, further in found):
            at_once, later = zip(*found, strict=True)
            weighed.append(Weighed(question, answers, at_once, later))
    return tuple(sorted(weighed, key=lambda each: -each.weight))


def spans(
    rulebook: Rulebook, inquiry: Inquiry, within: Span, *, since: date, beside: Iterable[Question] = ()
) -> tuple[Span, ...]:
    """The days of purchase that the law tells apart for these facts, or for these and one answer to a question
    ``beside``; the latest span first, and only one where the day makes no difference.

    What changed on or before the day ``since`` is not looked at: nobody is asked about times long gone.
    """
    known = _known(rulebook, inquiry)
    partners = [told for question in beside for told in _new(rulebook, question, known) if told.facts]
    earliest = max(since, within.first or since)
    starts = [within.first, *(day for day in turning_days(rulebook) if earliest < day <= within.last)]
    found: list[tuple[Span, _Row]] = []
    for place, first in enumerate(starts):
        last = within.last if place + 1 == len(starts) else _before(starts[place + 1])
        now = _Table(rulebook, replace(inquiry, purchase_date=last), partners).now
        if found and found[-1][1] == now:
            first = found.pop()[0].first
        found.append((Span(first, last), now))
    return tuple(span for span, _ in reversed(found))


@lru_cache(maxsize=8)
def turning_days(rulebook: Rulebook) -> tuple[date, ...]:
    """The days from which a purchase may be judged otherwise than one of the day before, in order."""
    found = {rulebook.d12_from}
    for rule in rulebook.rules:
        if rule.governed_by is When.PURCHASE:
            found |= {rule.in_force.start, *_after(rule.in_force.until)}
            found |= set() if rule.earlier is None else {rule.earlier[1]}
    for predicate in rulebook.predicates.values():
        for first, last, _ in predicate.by_date:
            found |= {*(() if first is None else (first,)), *_after(last)}
    return tuple(sorted(found))


class _Table:
    """The verdicts as they are, and beside each partner: a row of lanes, the first of them without any partner."""

    def __init__(self, rulebook: Rulebook, inquiry: Inquiry, partners: Sequence[Told]) -> None:
        self._machine = machine(rulebook)
        self._places = {fact.key: fact.index for fact in rulebook.conditions}
        self._inquiry = inquiry
        self._partners = partners
        self._width = len(partners) + 1
        self.now = self._rows([Told()])[0]

    def changes(self, answers: Sequence[Told], goes_with: Sequence[Sequence[bool]]) -> list[tuple[int, int]]:
        """How many verdicts each answer changes at once, and at most beside one of the partners that it goes with."""
        found = []
        for row, goes in zip(self._rows(answers), goes_with, strict=True):
            allowed = 1 | sum(2 << lane for lane, may in enumerate(goes) if may)
            one, two, three = (
                ((row[place] ^ self.now[place]) | (row[place + 3] ^ self.now[place + 3])) & allowed
                for place in range(len(FACING))
            )
            two_or_more = one & two | two & three | one & three
            most = bool(one | two | three) + bool(two_or_more) + bool(one & two & three)
            found.append((sum(each & 1 for each in (one, two, three)), most))
        return found

    def _rows(self, answers: Sequence[Told]) -> list[_Row]:
        """One row for each answer; the machine reads all of one day of purchase at once."""
        found: dict[int, _Row] = {}
        for day in dict.fromkeys(told.purchased for told in answers):
            places = [place for place, told in enumerate(answers) if told.purchased == day]
            inquiry = self._inquiry if day is None else replace(self._inquiry, purchase_date=day)
            found |= zip(places, self._read(inquiry, [answers[place] for place in places]), strict=True)
        return [found[place] for place in range(len(answers))]

    def _read(self, inquiry: Inquiry, answers: Sequence[Told]) -> Iterable[_Row]:
        width, row = self._width, (1 << self._width) - 1
        every_row = sum(1 << (place * width) for place in range(len(answers)))
        supposed = [
            (self._places[key], value, (every_row << 1) << lane)
            for lane, told in enumerate(self._partners)
            for key, value in told.facts.items()
        ]
        # What the row supposes comes last: it stands where a partner says otherwise, and such lanes are not looked at.
        supposed += [
            (self._places[key], value, row << (place * width))
            for place, told in enumerate(answers)
            for key, value in told.facts.items()
        ]
        responsible, maybe = self._machine.suppose(inquiry, supposed, lanes=(1 << (width * len(answers))) - 1)
        for place in range(len(answers)):
            yield tuple(wire >> (place * width) & row for wire in (*responsible, *maybe))


def _known(rulebook: Rulebook, inquiry: Inquiry) -> Mapping[str, Truth]:
    truths = machine(rulebook).read(inquiry).truths
    return {fact.key: truth for fact, truth in zip(rulebook.conditions, truths, strict=True) if truth is not None}


def _new(rulebook: Rulebook, question: Question, known: Mapping[str, Truth]) -> tuple[Told, ...]:
    """The answers that are still possible and say something new, each different one once, with what follows from it."""
    found: list[Told] = []
    for told in question.answers:
        facts = _with_consequences(rulebook, told.facts)
        if all(known.get(key, value) is value for key, value in facts.items()):
            new = Told({key: value for key, value in facts.items() if key not in known}, told.purchased)
            if (new.facts or new.purchased) and new not in found:
                found.append(new)
    return tuple(found)


def _with_consequences(rulebook: Rulebook, facts: Mapping[str, bool]) -> dict[str, bool]:
    closed = dict(facts)
    for implication in rulebook.implications:
        if implication.and_not_true is None and closed.get(implication.premise) is True:
            closed = {**dict.fromkeys(implication.then, True), **closed}
    return closed


def _agree(one: Told, other: Told) -> bool:
    return all(one.facts.get(key, value) is value for key, value in other.facts.items())


def _before(day: date | None) -> date:
    assert day is not None
    return day - timedelta(days=1)


def _after(day: date | None) -> tuple[date, ...]:
    return () if day is None else (day + timedelta(days=1),)
