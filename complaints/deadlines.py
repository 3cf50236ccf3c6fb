"""Last days: calendar and working days as China counts them (make-up Sundays included)."""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

# Beyond the published calendar only what the statute fixes in the solar year is sure (全国年节及纪念日放假办法, Art 2):
# New Year, Labour Day (two days) and National Day (three). The lunar holidays and make-up days are not yet known.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day, still inside the period; ``provisional`` where the State Council's calendar is not out yet."""

    day: date
    provisional: bool = False


def working_days_after(day: date, count: int) -> Deadline:
    """The ``count``-th working day after ``day``; the day itself is not counted (Civil Code Art 201)."""
    provisional = False
    while count > 0:
        day += timedelta(days=1)
        works, guessed = _works(day)
        provisional |= guessed
        count -= works
    return Deadline(day, provisional)


def calendar_days_after(day: date, count: int) -> Deadline:
    """``count`` days later; a last day that is no working day rolls on to the next one (Civil Code Art 203)."""
    last = day + timedelta(days=count)
    works, provisional = _works(last)
    while not works:
        last += timedelta(days=1)
        works, guessed = _works(last)
        provisional |= guessed
    return Deadline(last, provisional)


def _works(day: date) -> tuple[bool, bool]:
    """Whether it is a working day, and whether that is a guess."""
    try:
        return chinese_calendar.is_workday(day), False
    except NotImplementedError:  # what the package raises outside the years it knows
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS, True
