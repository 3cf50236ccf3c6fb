"""How the complaint runs by the day of filing, and what may be reported (law.md 4.10 and 4.11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from routing.engine.grounds import Ground
from routing.engine.inquiry import Inquiry
from routing.engine.reading import Reading


@dataclass(frozen=True, slots=True)
class Course:
    """The rules, limits and open routes of a complaint; ``mediation`` is days and whether they are working days."""

    rules: str | None
    accept_working_days: int
    mediation: tuple[int, bool] | None
    clock_stops_for: tuple[str, ...]
    routes: tuple[str, ...]


def course_of(reading: Reading, inquiry: Inquiry) -> Course:
    """The course by the day of filing. Before the first encoded rules there are none, and no limit."""
    procedure = reading.rulebook.procedure
    current = next((each for each in procedure.periods if each.period.covers(inquiry.filed_date)), None)
    closed = {route for gate in reading.rulebook.gates if gate.id in reading.gates for route in gate.closes}
    return Course(
        rules=None if current is None else current.rules,
        accept_working_days=procedure.accept_working_days,
        mediation=None if current is None else (current.days, current.working),
        clock_stops_for=() if current is None else procedure.clock_stops_for,
        routes=tuple(route for route in procedure.routes if route not in closed),
    )


def acts_to_report(reading: Reading, inquiry: Inquiry, grounds: Iterable[Ground]) -> tuple[int, ...]:
    """The points of the Guiding Opinions engaged, ascending. A report needs no consumer status."""
    rulebook = reading.rulebook
    if inquiry.purchase_date < rulebook.acts_from:
        return ()
    held = {ground.rule.id for ground in grounds if ground.holds}
    return tuple(act.number for act in rulebook.acts if reading.known_true(act.when) or held & act.held)
