"""Periods of years and months, as the law counts them.

A period runs to the same calendar day, a 29 February to the 28th; the last day is still inside (law.md 4.1).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def after(day: date, *, years: int = 0, months: int = 0) -> date:
    """The last day of a period that starts on ``day``; the end of the calendar where it runs beyond it."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + years * 12 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))
