"""Claim what is due: fair between lines, gentle with each, and a slow line never in the way of the quick ones.

A line is picked by how long nothing was taken from it; it never has more in flight than its owner allows; lines that
fail or drag share a few places between them. A claim is one short transaction, which also writes the attempts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import Endpoint
from complaints import webhooks
from complaints.models import PROBES, Attempt, Delivery, Pace, Trigger
from complaints.models.delivery import DeliveryQuerySet

MOST_IN_FLIGHT = 8  # of one line, whatever is set
FAILING = 2  # failures in a row that make a line slow
ONE_AT_MOST = [0, *(1 << place for place in range(Pace.OF))]  # of its last attempts was slow
IN_ORDER_FOR = timedelta(seconds=60)  # so long a notice waits for an older one of its case; after that it overtakes
READ_MORE = 8  # rows read beyond what is wanted, for some may have to wait their turn


@transaction.atomic
def claim(limit: int, *, at: datetime, slow: int | None = None) -> list[Delivery]:
    """Lease up to ``limit`` due deliveries, of slow lines no more than ``slow``; each has its attempt on record.

    Two workers never get the same one, nor both the last place of a line: the line is locked where the database can
    lock a row, and where it cannot, nobody else writes meanwhile.
    """
    give_up_leases(at)
    share = limit if slow is None else min(slow, limit)
    lines = _lines(limit, at, are_slow=False)
    dragging = _lines(share, at, are_slow=True) if share > 0 else []
    rooms = _rooms([*lines, *dragging])
    rooms = _cut(lines, rooms, limit) | _cut(dragging, rooms, share)
    in_turn = sorted([*lines, *dragging], key=_turn)
    return _leased(_due_of(in_turn, _cut(in_turn, rooms, limit), at), at)


def give_up_leases(at: datetime) -> None:
    """A lease that ran out: its worker died, or hangs. Whether the notice arrived is unknown, so it is sent again."""
    lost = Delivery.objects.filter(state=Delivery.State.LEASED, leased_until__lt=at)
    for delivery in lost.select_for_update(skip_locked=True):
        Attempt.objects.filter(delivery=delivery, fence=delivery.fence, outcome=Attempt.Outcome.STARTED).update(
            outcome=Attempt.Outcome.UNKNOWN, finished_at=at
        )
        used_up = delivery.attempts >= len(webhooks.BACKOFF) or delivery.trigger in PROBES
        delivery.state = Delivery.State.DEAD if used_up else Delivery.State.PENDING
        delivery.settled_at = at if used_up else None
        delivery.leased_until, delivery.next_attempt_at = None, at
        delivery.save(update_fields=["state", "settled_at", "leased_until", "next_attempt_at"])


def allowed(line: Endpoint) -> int:
    """How many notices this line may have in flight: a single probe after the breaker was open."""
    return 1 if line.closed_until else max(1, min(line.max_in_flight, MOST_IN_FLIGHT))


def is_slow(line: Endpoint) -> bool:
    """Whether a line fails or drags; two slow ones among its last twenty attempts are a 95th percentile over five
    seconds."""
    drags = hasattr(line, "pace") and line.pace.slow not in ONE_AT_MOST
    return drags or line.failures_in_row >= FAILING


def _lines(limit: int, at: datetime, *, are_slow: bool) -> list[Endpoint]:
    """Lines in use with something due, the breaker closed and a place free; the longest untouched first."""
    due = Delivery.objects.filter(endpoint=OuterRef("pk"), state=Delivery.State.PENDING, next_attempt_at__lte=at)
    leased = Delivery.objects.filter(endpoint=OuterRef("pk"), state=Delivery.State.LEASED).order_by()
    count = leased.values("endpoint").annotate(n=Count("pk")).values("n")
    two = Pace.objects.filter(endpoint=OuterRef("pk")).exclude(slow__in=ONE_AT_MOST)
    drags = Exists(two) | Q(failures_in_row__gte=FAILING)
    lines = Endpoint.objects.filter(Q(closed_until=None) | Q(closed_until__lte=at), state=Endpoint.State.ACTIVE)
    lines = lines.filter(Exists(due), drags if are_slow else ~drags)
    most = Case(When(closed_until__isnull=False, then=1), default=F("max_in_flight"), output_field=IntegerField())
    free = lines.annotate(leased=Coalesce(Subquery(count), Value(0))).filter(leased__lt=most)
    in_turn = free.order_by(F("last_claimed_at").asc(nulls_first=True), "pk").select_related("pace")
    return list(in_turn.select_for_update(skip_locked=True, no_key=True, of=("self",))[:limit])


def _turn(line: Endpoint) -> tuple[float, int]:
    return (line.last_claimed_at.timestamp() if line.last_claimed_at else 0.0, line.pk)


def _rooms(lines: Sequence[Endpoint]) -> dict[int, int]:
    """How many more each line may take. Counted after the lock: who held it before may just have taken some."""
    held = Delivery.objects.filter(endpoint__in=lines, state=Delivery.State.LEASED).order_by()
    in_flight = dict(held.values_list("endpoint").annotate(n=Count("pk"))) if lines else {}
    return {line.pk: allowed(line) - in_flight.get(line.pk, 0) for line in lines}


def _cut(lines: Sequence[Endpoint], rooms: dict[int, int], limit: int) -> dict[int, int]:
    """Of these lines in their order, what each may take when all together take no more than ``limit``."""
    given: dict[int, int] = {}
    for line in lines:
        given[line.pk] = max(0, min(rooms.get(line.pk, 0), limit - sum(given.values())))
    return given


def _due_of(lines: Sequence[Endpoint], rooms: dict[int, int], at: datetime) -> list[Delivery]:
    """What is due of each line, the oldest first, without what has to wait for an older notice of its case."""
    found: list[Delivery] = []
    read = {line.pk: 0 for line in lines if rooms[line.pk]}
    while read:
        rows: list[Delivery] = []
        for pk, start in list(read.items()):
            size = rooms[pk] + READ_MORE * (1 if start == 0 else 8)
            some = list(_waiting(pk, at)[start : start + size])
            rows += some
            read[pk] = start + size if len(some) == size else -1  # -1: there is no more
        held = _held_back(rows, at)
        for row in rows:
            if row.pk not in held and rooms[row.endpoint_id] > 0:
                rooms[row.endpoint_id] -= 1
                found.append(row)
        read = {pk: start for pk, start in read.items() if start > 0 and rooms[pk]}
    by_pk = {line.pk: line for line in lines}
    for row in found:
        row.endpoint = by_pk[row.endpoint_id]
    return found


def _waiting(line: int, at: datetime) -> DeliveryQuerySet:
    mine = Delivery.objects.filter(endpoint=line, state=Delivery.State.PENDING, next_attempt_at__lte=at)
    return mine.select_related("event").defer("event__body").order_by("next_attempt_at", "pk")


def _held_back(rows: Sequence[Delivery], at: datetime) -> set[int]:
    """Those never tried yet for which an older notice of the same case is still on its way, and not for long."""
    first = {row.pk: (row.endpoint_id, row.event.complaint_id) for row in rows if row.event and not row.attempts}
    if not first:
        return set()
    on_the_way = Delivery.objects.filter(
        endpoint__in={line for line, _case in first.values()},
        event__complaint__in={case for _line, case in first.values()},
        state__in=[Delivery.State.PENDING, Delivery.State.LEASED],
        created_at__gt=at - IN_ORDER_FOR,
    )
    oldest = on_the_way.order_by().values_list("endpoint", "event__complaint").annotate(first=Min("pk"))
    least = {(line, case): pk for line, case, pk in oldest}
    return {pk for pk, key in first.items() if least.get(key, pk) < pk}


def _leased(rows: list[Delivery], at: datetime) -> list[Delivery]:
    """Take these. Counted before sending: a worker that dies has still tried; what a person sends again by hand in the
    middle of its plan uses up none of it."""
    if not rows:
        return []
    until = at + settings.WEBHOOK_LEASE
    free = Delivery.objects.filter(pk__in=[row.pk for row in rows], state=Delivery.State.PENDING)
    by_hand = When(trigger=Trigger.MANUAL, attempts__gt=0, then=F("attempts"))
    taken = free.update(
        state=Delivery.State.LEASED,
        leased_until=until,
        fence=F("fence") + 1,
        attempts=Case(by_hand, default=F("attempts") + 1),
    )
    for row in rows:
        row.state, row.leased_until, row.fence = Delivery.State.LEASED, until, row.fence + 1
        row.attempts += not (row.trigger == Trigger.MANUAL and row.attempts)
    if taken < len(rows):  # somebody parked one meanwhile
        now = dict(Delivery.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "fence"))
        rows = [row for row in rows if now[row.pk] == row.fence]
    Attempt.objects.bulk_create(
        Attempt(delivery=row, number=row.fence, fence=row.fence, trigger=row.trigger, started_at=at) for row in rows
    )
    Endpoint.objects.filter(pk__in={row.endpoint_id for row in rows}).update(last_claimed_at=at)
    return rows
