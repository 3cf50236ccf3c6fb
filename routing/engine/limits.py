"""Time limits as values: what each runs from, how long it is, and what stops, restarts or lengthens it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from routing.engine.expressions import Expression
from routing.engine.facts import Text
from routing.engine.names import Period
from routing.engine.vocabulary import When


class Since(StrEnum):
    """What a limit can run from, or be interrupted by: the closed list of events that have a day."""

    FILED = "filed"
    ASKED = "asked"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    PURCHASED = "purchased"
    PAID = "paid"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    LIVE_ENDED = "live_ended"
    RETURN_RECEIVED = "return_received"
    HARMED = "harmed"
    HARM_KNOWN = "harm_known"
    DEBTOR_KNOWN = "debtor_known"
    GROUND_KNOWN = "ground_known"
    DEMAND_MADE = "demand_made"
    REGULATOR_ASKED = "regulator_asked"
    REGULATOR_ACCEPTED = "regulator_accepted"
    VIOLATION_SEEN = "violation_seen"
    REPORT_MADE = "report_made"


class Unit(StrEnum):
    """What a limit is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"

    @property
    def is_walked(self) -> bool:
        """Whether it is counted day by day: only then can a day be left out."""
        return self in (Unit.DAYS, Unit.WORKING_DAYS)


class Owner(StrEnum):
    """Whose step it is."""

    CONSUMER = "consumer"
    PARTY = "party"
    MERCHANT = "merchant"
    ASSOCIATION = "association"
    REGULATOR = "regulator"
    KEEPER = "keeper"  # whoever has to keep the records


class Stop(StrEnum):
    """What a clock stands still for."""

    TESTING = "testing"


@dataclass(frozen=True, slots=True)
class Term:
    """The length of a limit where its governing day falls into ``period``.

    ``length`` None: the site sets it (``Limit.configured``). ``extension`` is what the law lets be added, in the same
    unit; ``basis`` are citations.
    """

    period: Period
    length: int | None
    unit: Unit
    extension: int
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """An earlier day to be told of, counted from the same start."""

    length: int
    unit: Unit
    says: Text
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit.

    It runs from ``since``, or from the latest of ``or_later`` where that is later; ``interrupted_by`` are what makes it
    begin again, ``runs_on`` the citations by which nothing does. ``policy`` is the site's own word and no law; one that
    ``follows`` another keeps to its lengths; one that ``caps`` another is its utmost day. It matters where ``concerns``
    is true and the kind of goods bears the ``mark``; not where ``unless`` is known to be true and ``keeps_if`` is not.
    While its facts are open it may matter, but for one ``only_known`` to.
    """

    id: str
    title: Text
    says: Text
    note: Text | None
    owner: Owner
    since: Since
    or_later: tuple[Since, ...]
    gate: When
    counts_first_day: bool
    rolls: bool
    pauses_for: tuple[Stop, ...]
    interrupted_by: tuple[Since, ...]
    interruption: tuple[str, ...]
    runs_on: tuple[str, ...]
    warn: EarlyWarning | None
    policy: bool
    follows: str | None
    configured: str | None
    concerns: Expression
    unless: Expression
    keeps_if: Expression
    only_known: bool
    mark: str | None
    caps: str | None
    unverified: tuple[str, ...]
    terms: tuple[Term, ...]

    @property
    def cites(self) -> tuple[str, ...]:
        """Every article it names, its terms first."""
        named = [cite for term in self.terms for cite in term.basis]
        named += [*self.interruption, *self.runs_on, *(self.warn.basis if self.warn else ())]
        return tuple(dict.fromkeys(named))
