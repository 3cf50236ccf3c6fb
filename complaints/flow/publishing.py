"""Count the months that are over and publish their figures, once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from django.utils import timezone

from accounts.models import Organisation
from complaints.deadlines import local_day
from complaints.figures.counting import count_month
from complaints.figures.months import published_months
from complaints.figures.sheet import publish
from complaints.models import FigureSheet

NOT_BEFORE = time(3)  # by then the night's deadlines are on record, and nobody waits for the machine


def publish_figures(now: Callable[[], datetime], *, until: datetime | None = None) -> int:
    """Write the sheets of today that are missing, the oldest month first, and stop at ``until``; returns how many.

    Before three in the morning only where nothing was ever published. A sheet that is there stays as it is.
    """
    at = now()
    if timezone.localtime(at).time() < NOT_BEFORE and FigureSheet.objects.exists():
        return 0
    today = local_day(at)
    there = set(FigureSheet.objects.filter(counted_on=today).values_list("month", flat=True))
    written = 0
    for month in published_months(today):
        if until is not None and now() >= until:
            break
        if month not in there:
            written += _publish(month, today, at=now())
    return written


def _publish(month: date, today: date, *, at: datetime) -> int:
    counted = count_month(month)
    known = Organisation.objects.filter(kind=Organisation.Kind.PLATFORM)
    names = {pk: (zh, en) for pk, zh, en in known.values_list("pk", "name_zh", "name_en")}
    body = publish(counted, month=month, names=names)
    _sheet, is_new = FigureSheet.objects.get_or_create(
        month=month, counted_on=today, defaults={"body": body, "made_at": at}
    )
    return int(is_new)
