"""The months that figures are published of: whole ones, each case in exactly one.

Months are never added up and never overlap, so that no page can be subtracted from another.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

PUBLISHED = 12


def published_months(on: date) -> list[date]:
    """The last twelve months that are over on that day, the oldest first, each by its first day."""
    return [_back(on, months) for months in range(PUBLISHED, 0, -1)]


def moments_of(month: date) -> tuple[datetime, datetime]:
    """The first moment of a month in China, and the first after it."""
    return _midnight(month), _midnight(_back(month, -1))


def _back(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))
