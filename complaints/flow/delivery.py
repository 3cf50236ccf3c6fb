"""The outbox at work: claim, send, note; and what the sweep puts right.

A delivery is claimed in one short transaction, which also writes the attempt; sent outside any transaction; and noted
by compare-and-set on its fence, so that a worker that was given up on changes nothing. Whoever writes to a line and its
deliveries locks the endpoint first.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from accounts.models import Endpoint
from accounts.sealing import CannotUnseal
from complaints import jobs, outbound, webhooks
from complaints.models import PROBES, Attempt, Delivery, Heartbeat, Respondent, Trigger
from complaints.models.delivery import DeliveryQuerySet

log = logging.getLogger(__name__)

IN_FLIGHT = 2  # for each endpoint: one receiver that hangs holds no more than these
SLOTS = 4  # notices one worker sends at once
BREAKER_AFTER = 5  # failures in a row
BREAKER_FIRST = timedelta(seconds=60)
BREAKER_LONGEST = timedelta(hours=1)
IN_ORDER_FOR = timedelta(seconds=60)  # so long a notice waits for an older one of its case; after that it overtakes
SOON = timedelta(seconds=6)  # a notice due so soon is waited for: the first retry comes after five seconds
PAUSE = 0.5  # seconds between two looks at an outbox where something comes due soon
OVERDUE = timedelta(minutes=5)  # so long no due notice waits while workers work
REPLY_KEPT = 4096  # characters
PROBE_DEADLINE = 10.0  # seconds: somebody waits at a page


class CannotResend(Exception):
    """A notice that cannot be sent again now, with a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one attempt. ``status`` is None when no answer came; ``answer`` is its beginning as it came, which
    is kept nowhere."""

    meaning: webhooks.Meaning
    status: int | None = None
    answer: bytes = b""
    peer: str = ""
    tls: str = ""
    duration_ms: int | None = None


NOT_SENT = Sent(webhooks.Meaning(webhooks.Then.RETRY, Attempt.Outcome.NOT_SENT, "lease"))


@transaction.atomic
def claim(limit: int, *, at: datetime) -> list[Delivery]:
    """Lease up to ``limit`` due deliveries, the longest waiting line first; each has its attempt on record.

    Two workers never get the same one: the line is locked where the database can lock a row, and everywhere the update
    holds only for the fence that was read.
    """
    _give_up_leases(at)
    claimed: list[Delivery] = []
    for endpoint in _open_lines(at):
        for delivery in _next_of(endpoint, at)[: limit - len(claimed)]:
            if _lease(delivery, at):
                delivery.endpoint = endpoint
                claimed.append(delivery)
        if len(claimed) == limit:
            break
    return claimed


def send(delivery: Delivery, *, at: datetime, deadline: float = outbound.DEADLINE) -> Sent:
    """Make the attempt that was claimed, within so many seconds. Touches no table, and must not run inside a
    transaction.

    A worker that was held up until little of its lease was left sends nothing: another may be about to.
    """
    if delivery.leased_until is None or at > delivery.leased_until - settings.WEBHOOK_LEASE / 3:
        return NOT_SENT
    began = time.monotonic()
    sent = _send(delivery, at, deadline)
    return replace(sent, duration_ms=round((time.monotonic() - began) * 1000))


def _send(delivery: Delivery, at: datetime, deadline: float) -> Sent:
    body = bytes(delivery.body)
    try:
        signing = delivery.endpoint.secrets(at)
        headers = webhooks.headers(
            delivery.message_id, body, signing, at=at, attempt=delivery.fence, trigger=delivery.trigger
        )
        reply = outbound.post(delivery.endpoint.url, body, headers, deadline=deadline)
    except (CannotUnseal, webhooks.NoSecret):
        log.error("delivery %s: the secret of endpoint %s cannot be used", delivery.pk, delivery.endpoint_id)
        return Sent(webhooks.meaning(None, None, "no-secret", at=at))
    except outbound.Blocked as refusal:
        log.warning(
            "delivery %s: address of endpoint %s is not allowed (%s)", delivery.pk, delivery.endpoint_id, refusal.code
        )
        return Sent(webhooks.meaning(None, None, "blocked", at=at))
    except outbound.Failed as failure:
        return Sent(webhooks.meaning(None, None, failure.code, at=at), peer=failure.peer, tls=failure.tls)
    found = webhooks.meaning(reply.status, reply.retry_after, "", at=at)
    return Sent(found, reply.status, reply.body, reply.peer, reply.tls)


def send_now(endpoint: Endpoint, kind: str, body: bytes, *, trigger: Trigger, at: datetime) -> tuple[Attempt, bytes]:
    """Send a ping or a challenge to a line, in whatever state, and wait for its answer: the attempt as it is on record,
    and the beginning of the answer as it came, which is kept nowhere. Must not run inside a transaction.

    It is tried once; how it ends says nothing about the line's health and changes nothing of it.
    """
    if trigger not in PROBES:
        raise ValueError(f"found {trigger}; allowed: {', '.join(PROBES)}")
    with transaction.atomic():
        probe = Delivery.objects.create(
            endpoint=endpoint,
            message_id=webhooks.new_id("msg_", at),
            type=kind,
            body=body,
            is_test=True,
            trigger=trigger,
            state=Delivery.State.LEASED,
            leased_until=at + settings.WEBHOOK_LEASE,
            attempts=1,
            fence=1,
            next_attempt_at=at,
            created_at=at,
        )
        Attempt.objects.create(delivery=probe, number=1, fence=1, trigger=trigger, started_at=at)
    sent = send(probe, at=at, deadline=PROBE_DEADLINE)
    finish(probe, sent, at=at + timedelta(milliseconds=sent.duration_ms or 0))
    return probe.tries.get(), sent.answer


@transaction.atomic
def finish(delivery: Delivery, sent: Sent, *, at: datetime) -> bool:
    """Note what came of an attempt. False if the delivery was taken over since: then only the attempt is noted."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=delivery.endpoint_id)
    held = Delivery.objects.filter(pk=delivery.pk, fence=delivery.fence, state=Delivery.State.LEASED)
    owned = held.update(leased_until=None, **_after(delivery, sent, at))
    Attempt.objects.filter(delivery=delivery, fence=delivery.fence).update(
        outcome=sent.meaning.outcome,
        status=sent.status,
        error=sent.meaning.error,
        reply=_as_text(sent.answer),
        address=sent.peer or None,
        tls=sent.tls,
        duration_ms=sent.duration_ms,
        finished_at=at,
    )
    if not owned:
        log.warning("delivery %s: attempt %s ended after its lease; nothing changed", delivery.pk, delivery.fence)
        return False
    if sent is not NOT_SENT and delivery.trigger not in PROBES:
        _mark_line(endpoint, sent.meaning, at)
    if sent.meaning.then is webhooks.Then.DONE and delivery.type == "case.opened" and delivery.event:
        asked = Respondent.objects.filter(complaint=delivery.event.complaint_id, organisation=endpoint.organisation_id)
        asked.filter(notified_at=None).update(notified_at=at)
    return True


def drain(clock: Callable[[], datetime], *, until: datetime) -> int:
    """Send what is due until nothing is, or the time is up; returns how many attempts were made.

    The tables are touched by the calling thread only; the threads beside it do nothing but send.
    """
    made = 0
    running: dict[Future[Sent], Delivery] = {}
    with ThreadPoolExecutor(SLOTS, thread_name_prefix="send") as pool:
        while True:
            free = SLOTS - len(running)
            if free and clock() < until and Delivery.objects.due(clock()).exists():
                for delivery in claim(free, at=clock()):
                    running[pool.submit(send, delivery, at=clock())] = delivery
            if running:
                ended, _still = wait(running, timeout=1, return_when=FIRST_COMPLETED)
                for future in ended:
                    finish(running.pop(future), future.result(), at=clock())
                    made += 1
            elif not _comes_soon(clock(), until):
                return made
            else:
                time.sleep(PAUSE)


def sweep(*, at: datetime) -> int:
    """Repeat every duty from the tables: end dead leases, hold what waits for its line, ring if anything is due.

    Returns how many are due. Running it at any time, any number of times, is right.
    """
    with transaction.atomic():
        _give_up_leases(at)
    held = Delivery.objects.filter(state=Delivery.State.PENDING)
    parked = held.exclude(endpoint__state=Endpoint.State.ACTIVE).update(state=Delivery.State.PARKED)
    _hold_back(held.filter(endpoint__closed_until__gt=at))
    due = Delivery.objects.due(at).count()
    dead = Delivery.objects.filter(state=Delivery.State.DEAD).count()
    if due:
        for _worker in range(min(due, settings.Q_CLUSTER["workers"])):
            jobs.ring("deliver")
    if due or parked or dead:
        log.info("outbox: %s due, %s parked now, %s dead", due, parked, dead)
    return due


def beat(*, at: datetime) -> None:
    """Show that a worker really works: a cluster that only looks alive writes nothing."""
    Heartbeat.objects.update_or_create(name="queue", defaults={"at": at})


def standstill(*, since: datetime, at: datetime) -> str:
    """Why a queue that was started at ``since`` has to be started again; empty while it works, or is still young.

    Two signs: no worker wrote a heartbeat, or notices are long overdue while nothing at all was attempted.
    """
    if since > at - settings.QUEUE_HEARTBEAT_LIMIT:
        return ""
    last = Heartbeat.objects.filter(name="queue").values_list("at", flat=True).first()
    if last is None or last < at - settings.QUEUE_HEARTBEAT_LIMIT:
        return "no heartbeat" if last is None else f"no heartbeat since {last:%H:%M:%S}"
    overdue = Delivery.objects.due(at - OVERDUE).filter(endpoint__state=Endpoint.State.ACTIVE)
    tried = Attempt.objects.filter(started_at__gt=at - OVERDUE)
    return "notices are overdue and none is tried" if overdue.exists() and not tried.exists() else ""


@transaction.atomic
def replay(delivery: Delivery, *, at: datetime) -> Delivery:
    """Send a notice again at once, under the same webhook-id, on a fresh plan. Raises CannotResend."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=delivery.endpoint_id)
    if endpoint.state != Endpoint.State.ACTIVE:
        raise CannotResend(_("这个地址现在是“{state}”，先恢复，再重发。").format(state=endpoint.get_state_display()))
    changed = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.LEASED)
    if not changed.update(state=Delivery.State.PENDING, attempts=0, next_attempt_at=at, done_at=None):
        raise CannotResend(_("这条通知正在发送，一分钟后再看。"))
    Endpoint.objects.filter(pk=endpoint.pk).update(closed_until=None)
    jobs.ring("deliver")
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def reopen_line(endpoint: Endpoint, *, at: datetime) -> int:
    """Use an address again, after it was put right; what was parked is sent. Returns how many notices that is."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    endpoint.state = Endpoint.State.ACTIVE
    endpoint.failures_in_row, endpoint.failing_since, endpoint.closed_until = 0, None, None
    endpoint.save(update_fields=["state", "failures_in_row", "failing_since", "closed_until"])
    parked = endpoint.deliveries.filter(state=Delivery.State.PARKED)
    count = parked.update(state=Delivery.State.PENDING, attempts=0, next_attempt_at=at)
    if count:
        jobs.ring("deliver")
    return count


# ── Claiming ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _give_up_leases(at: datetime) -> None:
    """A lease that ran out: its worker died, or hangs. Whether the notice arrived is unknown, so it is sent again."""
    lost = Delivery.objects.filter(state=Delivery.State.LEASED, leased_until__lt=at)
    for delivery in lost.select_for_update(skip_locked=True):
        Attempt.objects.filter(delivery=delivery, fence=delivery.fence, outcome=Attempt.Outcome.STARTED).update(
            outcome=Attempt.Outcome.UNKNOWN, finished_at=at
        )
        used_up = delivery.attempts >= len(webhooks.BACKOFF) or delivery.trigger in PROBES
        delivery.state = Delivery.State.DEAD if used_up else Delivery.State.PENDING
        delivery.leased_until, delivery.next_attempt_at = None, at
        delivery.save(update_fields=["state", "leased_until", "next_attempt_at"])


def _open_lines(at: datetime) -> list[Endpoint]:
    """Active endpoints with something due and the breaker closed, the longest waiting first; locked where possible."""
    due = Delivery.objects.filter(endpoint=OuterRef("pk"), state=Delivery.State.PENDING, next_attempt_at__lte=at)
    oldest = due.order_by("next_attempt_at").values("next_attempt_at")[:1]
    lines = Endpoint.objects.filter(Q(closed_until=None) | Q(closed_until__lte=at), state=Endpoint.State.ACTIVE)
    waiting = lines.annotate(oldest=Subquery(oldest)).filter(oldest__isnull=False).order_by("oldest", "pk")
    return list(waiting.select_for_update(skip_locked=True, no_key=True))


def _next_of(endpoint: Endpoint, at: datetime) -> list[Delivery]:
    """What this line may send now: the cap less what is in flight; a single probe after the breaker was open."""
    in_flight = endpoint.deliveries.filter(state=Delivery.State.LEASED).count()
    room = (1 if endpoint.closed_until else IN_FLIGHT) - in_flight
    if room <= 0:
        return []
    older = Delivery.objects.filter(
        endpoint=OuterRef("endpoint"),
        event__complaint=OuterRef("event__complaint"),
        pk__lt=OuterRef("pk"),
        state__in=[Delivery.State.PENDING, Delivery.State.LEASED],
        created_at__gt=at - IN_ORDER_FOR,
    )
    mine = endpoint.deliveries.filter(Q(attempts__gt=0) | ~Exists(older), state=Delivery.State.PENDING)
    return list(mine.filter(next_attempt_at__lte=at).order_by("next_attempt_at", "pk")[:room])


def _lease(delivery: Delivery, at: datetime) -> bool:
    """Take one, if nobody else did since it was read. Counted before sending: a worker that dies has still tried."""
    until = at + settings.WEBHOOK_LEASE
    read = Delivery.objects.filter(pk=delivery.pk, fence=delivery.fence, state=Delivery.State.PENDING)
    if not read.update(
        state=Delivery.State.LEASED, leased_until=until, fence=F("fence") + 1, attempts=F("attempts") + 1
    ):
        return False
    delivery.state, delivery.leased_until = Delivery.State.LEASED, until
    delivery.fence, delivery.attempts = delivery.fence + 1, delivery.attempts + 1
    Attempt.objects.create(
        delivery=delivery, number=delivery.fence, fence=delivery.fence, trigger=delivery.trigger, started_at=at
    )
    return True


# ── Noting ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _after(delivery: Delivery, sent: Sent, at: datetime) -> dict[str, object]:
    """The columns of the delivery after this attempt."""
    if sent is NOT_SENT:
        return {"state": Delivery.State.PENDING, "next_attempt_at": at, "attempts": delivery.attempts - 1}
    match sent.meaning.then:
        case webhooks.Then.DONE:
            return {"state": Delivery.State.DONE, "done_at": at, "settled_at": at}
        case _ if delivery.trigger in PROBES:
            return {"state": Delivery.State.DEAD, "settled_at": at}
        case webhooks.Then.GONE | webhooks.Then.STOP:
            return {"state": Delivery.State.PARKED, "settled_at": at}
    pause = webhooks.wait_before(delivery.attempts, sent.meaning)
    if pause is None:
        return {"state": Delivery.State.DEAD, "settled_at": at}
    return {"state": Delivery.State.PENDING, "next_attempt_at": at + pause}


def _mark_line(endpoint: Endpoint, found: webhooks.Meaning, at: datetime) -> None:
    """One success clears the line; failures in a row open its breaker; a receiver may ask for a pause or end it."""
    if found.then is webhooks.Then.DONE:
        endpoint.failures_in_row, endpoint.failing_since, endpoint.closed_until = 0, None, None
    else:
        endpoint.failures_in_row += 1
        endpoint.failing_since = endpoint.failing_since or at
        pause = _breaker(endpoint.failures_in_row)
        if found.holds_line:
            pause = max(pause, found.at_least)
        endpoint.closed_until = at + pause if pause else None
    if found.then is webhooks.Then.GONE:
        endpoint.state = Endpoint.State.GONE
    endpoint.save(update_fields=["failures_in_row", "failing_since", "closed_until", "state"])
    waiting = endpoint.deliveries.filter(state=Delivery.State.PENDING)
    if endpoint.state == Endpoint.State.GONE:
        waiting.update(state=Delivery.State.PARKED)
    elif endpoint.closed_until:
        _hold_back(waiting)


def _breaker(failures: int) -> timedelta:
    """How long a line stays closed after so many failures in a row: a minute, doubling up to an hour."""
    if failures < BREAKER_AFTER:
        return timedelta()
    doublings = min(failures - BREAKER_AFTER, 6)
    return min(BREAKER_FIRST * (1 << doublings), BREAKER_LONGEST)


def _hold_back(waiting: DeliveryQuerySet) -> None:
    """What waits for a closed line is not due before it opens: else it would look like work nobody does."""
    opens = Endpoint.objects.filter(pk=OuterRef("endpoint")).values("closed_until")[:1]
    waiting.filter(next_attempt_at__lt=F("endpoint__closed_until")).update(next_attempt_at=Subquery(opens))


def _comes_soon(at: datetime, until: datetime) -> bool:
    """Whether it is worth waiting: the next notice comes due within seconds, and before the worker has to end."""
    ahead = Delivery.objects.filter(state=Delivery.State.PENDING, next_attempt_at__lte=min(at + SOON, until))
    lines = ahead.filter(Q(endpoint__closed_until=None) | Q(endpoint__closed_until__lte=at), endpoint__state="active")
    return at < until and lines.aggregate(first=Min("next_attempt_at"))["first"] is not None


def _as_text(body: bytes) -> str:
    """The beginning of an answer, for the log: text, without what a database or a terminal cannot show."""
    text = body.decode("utf-8", errors="replace")
    return "".join(character for character in text if character.isprintable() or character in "\n\t")[:REPLY_KEPT]
