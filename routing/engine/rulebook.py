"""The law as values: what the files of ``routing/law`` say once they have been read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from routing.engine.expressions import ALWAYS, NEVER, Expression
from routing.engine.facts import Category, DerivedByDate, Fact, Implication, Text
from routing.engine.facts import Language as Language
from routing.engine.limits import Limit
from routing.engine.names import Burden, Gate, Period, Predicate, Role
from routing.engine.vocabulary import Form, Level, SellerWrong, When

Detail = Literal["title", "number", "from", "gate", "replaces"]
"""What of an instrument may still be unverified: its name, number, first day, governing day, predecessors."""


@dataclass(frozen=True, slots=True)
class Renumbering:
    """An article that a revision moved: its number before and now (as cited), and what it is about."""

    was: str
    now: str
    about: Text


@dataclass(frozen=True, slots=True)
class NotRelied:
    """A text that speaks of these disputes and that nothing here rests on, with ``why``.

    ``state`` is in which stage and since when, in words; ``unverified`` tells whether its number is from memory.
    """

    title: Text
    number: str | None
    state: Text
    why: Text
    unverified: bool


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, with the words it is cited by.

    ``listed`` are its articles that are one list, where a single number in brackets is an item and no paragraph;
    ``gists`` say in one line of ours what a cited article says, keyed as cited; ``unchecked`` are those nobody has yet
    read on the official page: they take part in every decision and are shown to nobody as law. ``unverified`` are
    details written from memory, to be shown to officers only; ``renumbers`` lead from the one it ``supersedes`` to it,
    ``replaces`` tells of what came before it and is none of ours.
    """

    id: str
    level: Level
    title: Text
    short: Text
    number: str | None
    issuer: Text | None
    in_force: Period
    governed_by: When
    unit: Literal["article", "point"]
    listed: frozenset[str]
    unchecked: frozenset[str]
    unverified: frozenset[Detail]
    supersedes: tuple[str, ...]
    renumbers: tuple[Renumbering, ...]
    replaces: Text | None
    gists: Mapping[str, Text]

    @property
    def begins(self) -> date | None:
        """Its first day; None where nobody knows it, and the law is older than whatever is decided here."""
        return None if self.in_force.start == date.min else self.in_force.start


@dataclass(frozen=True, slots=True)
class Offer:
    """A remedy code that a rule gives: ``only_if`` it is given at all, ``owed_when`` it is beyond doubt."""

    code: str
    only_if: Expression = ALWAYS
    owed_when: Expression = ALWAYS


@dataclass(frozen=True, slots=True)
class Rule:
    """One ground of liability, in one version (law.md 4.7).

    ``condition`` must be established; ``unless`` is a defence and defeats only where known; ``raised_by`` keeps
    apart "cannot yet be excluded" and "nobody has complained of it". A doubt of ``doubts`` is noted where the ground
    is possible and the condition of the doubt is unknown.
    """

    id: str
    file: str
    party: str
    capacity: str
    form: Form
    form_if: tuple[Expression, Form, Form] | None
    title: Text
    condition: Expression
    unless: Expression
    raised_by: Expression
    in_force: Period
    earlier: tuple[Expression, date] | None
    governed_by: When
    d12: bool
    burdens: tuple[str, ...]
    stays: frozenset[str]
    excluded_when: str | None
    self_stays: bool
    seller_when: Expression
    seller_wrong: SellerWrong
    officer_only: str | None
    offers: tuple[Offer, ...]
    multiples_open: Expression
    multiples_unless: Expression
    cites: tuple[str, ...]
    unverified: tuple[str, ...]
    contested: tuple[str, ...]
    doubts: Mapping[str, Expression]
    level: Level
    note: str
    reason: Text
    possible: Text
    officer_note: Text | None

    @property
    def is_duty(self) -> bool:
        return self.form is Form.DUTY

    @property
    def name(self) -> str:
        """The id as an answer shows it: a mirrored ground goes by the id it mirrors, told apart by its party."""
        return self.id.partition("@")[0]


@dataclass(frozen=True, slots=True)
class Remedy:
    """What can be claimed, and how its sum is found (law.md 4.9). Amounts are cents of CNY."""

    code: str
    name: Text
    explain: Text
    amount: Literal["price", "loss"] | None
    times_price: int
    times_loss: int
    floor: int
    multiple: bool
    shared: bool
    instead_of: tuple[str, ...]
    cites: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Act:
    """A point of the Guiding Opinions that a report may name (law.md 4.10)."""

    number: int
    when: Expression
    held: frozenset[str]
    title: Text
    explain: Text | None


@dataclass(frozen=True, slots=True)
class ProcedurePeriod:
    """The complaint rules of one period, by the day of filing (law.md 4.11)."""

    period: Period
    rules: str
    days: int
    working: bool


@dataclass(frozen=True, slots=True)
class Procedure:
    """How a complaint runs, whoever answers for it."""

    accept_working_days: int
    routes: tuple[str, ...]
    clock_stops_for: tuple[str, ...]
    periods: tuple[ProcedurePeriod, ...]


@dataclass(frozen=True, slots=True)
class Excuse:
    """What a party says, and what the law answers; ``when_not`` is when the excuse does work.

    Worth showing where one of ``grounds`` is held or possible for the party.
    """

    id: str
    by: tuple[str, ...]
    grounds: frozenset[str]
    says: Text
    answer: Text
    when_not: Text | None
    basis: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """The whole law of the folder, checked. Two rulebooks are the same where their digests are."""

    id: str
    state_of: date
    digest: str
    facts: Mapping[str, Fact]
    retired: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, Category]
    fills: Mapping[str, str]
    derived_by_date: tuple[DerivedByDate, ...]
    implications: tuple[Implication, ...]
    predicates: Mapping[str, Predicate]
    roles: Mapping[str, Role]
    burdens: Mapping[str, Burden]
    own_multiples: Mapping[str, Mapping[str, Expression]]
    own_multiples_unless: Mapping[str, Expression]
    gates: tuple[Gate, ...]
    d12_from: date
    instruments: Mapping[str, Instrument]
    rules: tuple[Rule, ...]
    remedies: Mapping[str, Remedy]
    acts: tuple[Act, ...]
    acts_from: date
    limits: Mapping[str, Limit]
    procedure: Procedure
    excuses: tuple[Excuse, ...]
    words: Mapping[str, Text]
    not_relied_on: tuple[NotRelied, ...]

    @property
    def version(self) -> str:
        """The short name of exactly this law: the day it is the state of, and the first digits of its digest."""
        return f"{self.state_of.isoformat()}.{self.digest.partition(':')[2][:8]}"

    @cached_property
    def conditions(self) -> tuple[Fact, ...]:
        """The facts that can be true, false or unknown, in order; ``Fact.index`` is the place in it."""
        return tuple(fact for fact in self.facts.values() if fact.index >= 0)

    @cached_property
    def asides(self) -> Mapping[Expression, int]:
        """Every condition outside the rules' own status: forms, remedies, multiples, acts. Each with its place."""
        found: dict[Expression, int] = {}
        for expression in _asides(self):
            if expression is not ALWAYS and expression is not NEVER:
                found.setdefault(expression, len(found))
        return found

    def rules_named(self, id: str) -> tuple[Rule, ...]:
        """The versions of one rule, the oldest first; empty where there is none."""
        return tuple(rule for rule in self.rules if rule.id == id)


def _asides(rulebook: Rulebook) -> list[Expression]:
    found: list[Expression] = []
    for rule in rulebook.rules:
        found += [rule.multiples_open, rule.multiples_unless, *rule.doubts.values()]
        found += [condition for offer in rule.offers for condition in (offer.only_if, offer.owed_when)]
        if rule.form_if is not None:
            found.append(rule.form_if[0])
    for table in (*rulebook.own_multiples.values(), rulebook.own_multiples_unless):
        found += table.values()
    found += [condition for remedy in rulebook.remedies.values() for _, condition in remedy.cites]
    found += [act.when for act in rulebook.acts]
    return found
