"""Keep the rows that the dashboard counts (``BoardCase`` and its like) in step with the cases."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from complaints.deadlines import local_day
from complaints.figures.board import Counted, count_cases
from complaints.models import BoardCase, BoardCount, BoardRule, BoardTerm, Complaint, Event

CHUNK = 200  # cases, or events, in one transaction
BEHIND = 1000  # events looked at again: a number drawn early may be committed late
COPIED = [each.name for each in BoardCase._meta.concrete_fields if not each.primary_key]


def keep_counts(now: Callable[[], datetime], *, until: datetime | None = None) -> int:
    """Count again what has moved since, then go on with the day's round over all cases, and stop at ``until``; returns
    how many cases were counted. What a lost event left undone, the round finds. Doing it twice changes nothing."""
    written = _follow(now, until)
    while until is None or now() < until:
        counted = _walk(now)
        if counted is None:
            break
        written += counted
    return written


def _follow(now: Callable[[], datetime], until: datetime | None) -> int:
    """The cases of the events since the last time. On the very first run the round does it all."""
    written, is_first_look = 0, True
    while until is None or now() < until:
        at = now()
        with transaction.atomic():
            count = _held()
            if count.round_on is None and not count.last_event:
                count.last_event = Event.objects.aggregate(last=Max("pk"))["last"] or 0
                count.save(update_fields=["last_event"])
                return written
            behind = BEHIND if is_first_look else 0
            events = Event.objects.filter(pk__gt=count.last_event - behind).order_by("pk")
            rows = list(events.values_list("pk", "complaint_id")[: CHUNK + behind])
            written += _count(_stale({complaint for _pk, complaint in rows}))
            count.last_event = max([count.last_event, *(pk for pk, _complaint in rows)])
            is_done = len(rows) < CHUNK + behind
            if is_done and count.round_on:
                count.counted_at = at
            count.save(update_fields=["last_event", "counted_at"])
        is_first_look = False
        if is_done:
            break
    return written


def _walk(now: Callable[[], datetime]) -> int | None:
    """The next cases of the round; None where today's is over."""
    at = now()
    with transaction.atomic():
        count = _held()
        if count.round_on == local_day(at):
            return None
        pks = list(
            Complaint.objects.real().filter(pk__gt=count.walked).order_by("pk").values_list("pk", flat=True)[:CHUNK]
        )
        written = _count(_stale(pks))
        if len(pks) < CHUNK:
            count.walked, count.round_on, count.counted_at = 0, local_day(at), count.counted_at or at
        else:
            count.walked = pks[-1]
        count.save(update_fields=["walked", "round_on", "counted_at"])
    return written


def _held() -> BoardCount:
    """The one row, locked: two workers count one after the other."""
    BoardCount.objects.get_or_create(pk=1)
    return BoardCount.objects.select_for_update().get(pk=1)


def _stale(pks: Collection[int]) -> list[int]:
    """Those of them that have moved since they were counted, or never were."""
    rows = Complaint.objects.real().filter(pk__in=pks).values_list("pk", "version", "board__version")
    return [pk for pk, version, counted in rows if version != counted]


def _count(pks: Collection[int]) -> int:
    for start in range(0, len(pks), CHUNK):
        _write(count_cases(list(pks)[start : start + CHUNK]))
    return len(pks)


def _write(counted: list[Counted]) -> None:
    """In place of what stood there."""
    pks = [each.case.pk for each in counted]
    BoardCase.objects.bulk_create(
        [each.case for each in counted], update_conflicts=True, unique_fields=["complaint"], update_fields=COPIED
    )
    BoardTerm.objects.filter(case__in=pks).delete()
    BoardRule.objects.filter(case__in=pks).delete()
    BoardTerm.objects.bulk_create([term for each in counted for term in each.terms])
    BoardRule.objects.bulk_create([rule for each in counted for rule in each.rules])
