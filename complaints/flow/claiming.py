"""Claim what is due: fair between lines, gentle with each, and a slow line never in the way of the quick ones.

A line is picked by how long nothing was taken from it; it never has more in flight than its owner allows; lines that
fail or drag share a few places between them. A claim is one short transaction, which also writes the attempts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Endpoint
from complaints import outbox, webhooks
from complaints.models import PROBES, Attempt, Delivery

MOST_IN_FLIGHT = 8  # of one line, whatever is set
IN_ORDER_FOR = timedelta(seconds=60)  # so long a notice waits for an older one of its case; after that it overtakes


@transaction.atomic
def claim(limit: int, *, at: datetime, slow: int | None = None) -> list[Delivery]:
    """Lease up to ``limit`` due deliveries, of slow lines no more than ``slow``; each has its attempt on record.

    Two workers never get the same one, nor both the last place of a line: the line is locked where the database can
    lock a row, and where it cannot, nobody else writes meanwhile.
    """
    if outbox.has_lost_leases(at):
        give_up_leases(at)
    outbox.in_turn()
    share = limit if slow is None else max(0, min(slow, limit))
    turns = outbox.lines_to_serve(limit, share=share, at=at)
    if sum(is_slow for _pk, is_slow in turns) > share:  # so many that the quick ones behind them were not looked at
        quick = dict.fromkeys(outbox.lines_to_serve(limit, share=0, at=at))
        turns = [*[turn for turn in turns if turn[1]][:share], *quick]
    claimed = _from_each(turns, limit, share, at)
    if claimed:
        outbox.begin(claimed, at=at)
    return claimed


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


def is_slow(line: Endpoint) -> bool:
    """Whether a line fails or drags; two slow ones among its last twenty attempts are a 95th percentile over five
    seconds."""
    drags = hasattr(line, "pace") and line.pace.slow not in outbox.ONE_AT_MOST
    return drags or line.failures_in_row >= outbox.FAILING


def _from_each(turns: list[tuple[int, bool]], limit: int, share: int, at: datetime) -> list[Delivery]:
    """What each of the lines may send now, in their turn. What it has in flight is counted again after the lock: who
    held it before may just have taken some."""
    pks = [pk for pk, _is_slow in turns]
    lines = Endpoint.objects.select_related("pace").in_bulk(pks) if pks else {}
    held = outbox.in_flight(pks)
    claimed: list[Delivery] = []
    for pk, drags in turns:
        left = limit - len(claimed)
        room = min(_allowed(lines[pk]) - held.get(pk, 0), left, share if drags else left)
        if room > 0:
            found = outbox.lease(lines[pk], room, ordered=at - IN_ORDER_FOR, at=at)
            claimed += found
            share -= len(found) if drags else 0
    return claimed


def _allowed(line: Endpoint) -> int:
    """How many notices this line may have in flight: a single probe after the breaker was open."""
    return 1 if line.closed_until else max(1, min(line.max_in_flight, MOST_IN_FLIGHT))
