"""The names that conditions use beside facts, and what bends them: predicates, roles, burdens, gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from routing.engine.expressions import Expression
from routing.engine.vocabulary import Party


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both inside; no ``until`` means still in force."""

    start: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Later:
    """True where the day ``date`` is more than ``years`` after the later of ``than`` (law.md 4.1, Dates)."""

    date: str
    than: tuple[str, ...]
    years: int


@dataclass(frozen=True, slots=True)
class Predicate:
    """A name for a condition; one expression, or one for each period of purchase, or a comparison of dates."""

    name: str
    about: str
    by_date: tuple[tuple[date | None, date | None, Expression], ...] = ()
    any_later: tuple[Later, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A two-valued name: true only where it is known (law.md 4.6)."""

    name: str
    is_true: tuple[str, ...] = ()
    is_false: tuple[str, ...] = ()
    not_true: tuple[str, ...] = ()
    any_role: tuple[str, ...] = ()
    lapsed: Party | None = None


@dataclass(frozen=True, slots=True)
class Burden:
    """How an unknown fact is read against the party that had to show it (law.md 4.3)."""

    id: str
    carried_by: tuple[str, ...]
    rules: frozenset[str]
    reads: Mapping[str, bool]
    only_if: Mapping[str, Expression]
    without_lapse: Mapping[str, Expression]
    basis: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What closes a door before the rules are read (law.md 4.4)."""

    id: str
    bites: Expression
    unless: Expression
    keeps: str | None
    keeps_if: Expression
    spares_duties: bool
    later_than: Later | None
    closes: frozenset[str]
    contests_multiples: bool
