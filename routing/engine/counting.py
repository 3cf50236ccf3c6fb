"""Counting a limit from its first day to its last, and keeping account of every day left out or put in on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from routing.engine.limits import Limit, Stop, Term, Unit
from routing.engine.periods import after

Calendar = Callable[[date], tuple[bool, bool]]
"""A day → (whether it is worked on, whether that is a guess). A weekday is guessed off only where that is sure."""

DAY: Final = timedelta(days=1)
SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count, first and last inside; no ``last`` while it goes on."""

    stop: Stop
    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(slots=True)
class Count:
    """What came of counting: where it ended, and every day that was left out or put in on the way."""

    last: date | None = None
    likely: date | None = None
    left: int = 0
    unrolled: date | None = None
    horizon: date | None = None
    standing: Pause | None = None
    paused: dict[Pause, int] = field(default_factory=dict)
    skipped: list[date] = field(default_factory=list)
    made_up: list[date] = field(default_factory=list)

    def works(self, day: date, calendar: Calendar) -> bool:
        works, unknown = calendar(day)
        if unknown and self.horizon is None:
            self.horizon = day
        return works


def counted(limit: Limit, term: Term, start: date, length: int, pauses: Sequence[Pause], calendar: Calendar) -> Count:
    """Count ``length`` units from ``start``. Beyond the published calendar this is the soonest it can end."""
    found = _count(limit, term, start, length, pauses, calendar)
    if found.horizon is None or found.last is None:
        return found
    soonest = _count(limit, term, start, length, pauses, _at_best(calendar))
    soonest.likely = found.last
    return soonest


def _count(limit: Limit, term: Term, start: date, length: int, pauses: Sequence[Pause], calendar: Calendar) -> Count:
    found = Count()
    if term.unit.is_walked:
        stopping = [pause for pause in pauses if pause.stop in limit.pauses_for]
        _walk(found, start - DAY if limit.counts_first_day else start, length, term.unit, stopping, calendar)
    else:
        found.last = same_day(start, length, term.unit)
    if limit.rolls and term.unit is not Unit.WORKING_DAYS and found.last is not None:
        found.unrolled = found.last
        while not found.works(found.last, calendar):
            found.last += DAY
    return found


def _walk(found: Count, day: date, length: int, unit: Unit, pauses: Sequence[Pause], calendar: Calendar) -> None:
    """Day by day, leaving out what does not count. Ends early, with some left, where a pause has no end yet."""
    found.left = length
    while found.left:
        day += DAY
        pause = next((each for each in pauses if each.covers(day)), None)
        if pause is not None:
            if pause.last is None:
                found.standing = pause
                return
            found.paused[pause] = found.paused.get(pause, 0) + 1
            continue
        if unit is Unit.WORKING_DAYS:
            if not found.works(day, calendar):
                found.skipped.append(day)
                continue
            if day.weekday() >= SATURDAY and found.horizon is None:
                found.made_up.append(day)
        found.left -= 1
    found.last = day


def _at_best(calendar: Calendar) -> Calendar:
    """The calendar under which a count ends soonest: every unknown weekend day may yet become a make-up working day."""

    def works(day: date) -> tuple[bool, bool]:
        works, guessed = calendar(day)
        return works or (guessed and day.weekday() >= SATURDAY), guessed

    return works


def same_day(start: date, length: int, unit: Unit) -> date:
    """The day a period of plain days, months or years ends on, no day left out."""
    if unit.is_walked:
        return start + length * DAY
    return after(start, years=length) if unit is Unit.YEARS else after(start, months=length)
