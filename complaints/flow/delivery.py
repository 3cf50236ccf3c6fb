"""The outbox at work: claim, send, note; and what the sweep puts right.

A delivery is claimed in one short transaction, which also writes the attempt; sent outside any transaction; and noted
by compare-and-set on its fence, so that a worker that was given up on changes nothing. Whoever writes to a line and its
deliveries locks the endpoint first.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Min, Q
from django.utils.translation import gettext as _

from accounts.models import Endpoint
from accounts.sealing import CannotUnseal
from complaints import jobs, outbound, webhooks
from complaints.certificates import own_tls
from complaints.flow.claiming import claim, give_up_leases, is_slow
from complaints.flow.noting import NOT_SENT, Sent, finish, finish_all, hold_back, park
from complaints.models import PROBES, Attempt, Delivery, Heartbeat, Trigger

__all__ = [
    "NOT_SENT",
    "CannotResend",
    "Sent",
    "beat",
    "claim",
    "drain",
    "finish",
    "finish_all",
    "reopen_line",
    "replay",
    "send",
    "send_now",
    "standstill",
    "sweep",
]

log = logging.getLogger(__name__)

SETTLED = (Delivery.State.DONE, Delivery.State.DEAD, Delivery.State.PARKED)
SOON = timedelta(seconds=6)  # a notice due so soon is waited for: the first retry comes after five seconds
PAUSE = 0.5  # seconds, at most, between two looks at an outbox where something is due, or comes due soon
FIRST_PAUSE = 0.02
LINGER = 0.01  # so long others are waited for that end at the same time: noting many takes little more than noting one
OVERDUE = timedelta(minutes=5)  # so long no due notice waits while workers work
BACK = timedelta(seconds=2)  # a clock that is so far behind what was noted last was set back
PROBE_DEADLINE = 10.0  # seconds: somebody waits at a page


class CannotResend(Exception):
    """A notice that cannot be sent again now, with a sentence that says why and what to do."""


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
        line = delivery.endpoint
        key = line.signing_key()
        headers = webhooks.headers(
            delivery.message_id,
            body,
            [*line.secrets(at), *([key] if key else [])],
            at=at,
            attempt=delivery.fence,
            trigger=delivery.trigger,
            extra=line.extra_headers(),
        )
        reply = outbound.post(line.url, body, headers, deadline=deadline, own=own_tls(line))
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
    except Exception:  # whatever it is: one notice that cannot be sent must not keep the others from leaving
        log.exception("delivery %s: not sent", delivery.pk)
        return Sent(webhooks.meaning(None, None, "error", at=at))
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


def drain(clock: Callable[[], datetime], *, until: datetime) -> int:
    """Send what is due until nothing is, or the time is up; returns how many attempts were made.

    The tables are touched by the calling thread only; the threads beside it do nothing but send. Lines that fail or
    drag have a quarter of the places, and at least one.
    """
    if _was_set_back(clock()):
        return 0
    made, pause, places = 0, FIRST_PAUSE, settings.WEBHOOK_SLOTS
    running: dict[Future[Sent], Delivery] = {}
    with ThreadPoolExecutor(places, thread_name_prefix="send") as pool:
        while True:
            free = places - len(running)
            if free and clock() < until:
                dragging = sum(is_slow(delivery.endpoint) for delivery in running.values())
                claimed = claim(free, at=clock(), slow=max(1, places // 4) - dragging)
                for delivery in claimed:
                    running[pool.submit(send, delivery, at=clock())] = delivery
                pause = FIRST_PAUSE if claimed else min(PAUSE, pause * 2)
            if running:
                ended, _still = wait(running, timeout=pause if free else 1, return_when=FIRST_COMPLETED)
                if ended:
                    ended, _still = wait(running, timeout=LINGER)
                    finish_all([(running.pop(future), future.result()) for future in ended], at=clock())
                    made, pause = made + len(ended), FIRST_PAUSE
            elif not _comes_soon(clock(), until):
                return made
            else:
                time.sleep(pause)


def sweep(*, at: datetime) -> int:
    """Repeat every duty from the tables: end dead leases, hold what waits for its line, ring if anything is due.

    Returns how many are due. Running it at any time, any number of times, is right.
    """
    with transaction.atomic():
        give_up_leases(at)
    parked = _lay_aside(at)
    due = Delivery.objects.due(at).count()
    dead = Delivery.objects.filter(state=Delivery.State.DEAD).count()
    if due:
        for _worker in range(min(due, settings.Q_CLUSTER["workers"])):
            jobs.ring("deliver")
    if due or parked or dead:
        log.info("outbox: %s due, %s parked now, %s dead", due, parked, dead)
    return due


def _lay_aside(at: datetime) -> int:
    """Park what waits for a line out of use, hold back what waits for a closed one; returns how many were parked.

    By a line that is held, and looked at once more: else what waits for one that is opened again in this very moment
    would be parked after its owner was told that everything goes out.
    """
    waiting, parked = Delivery.objects.filter(state=Delivery.State.PENDING), 0
    shut = Q(endpoint__closed_until__gt=at, next_attempt_at__lt=F("endpoint__closed_until"))
    lines = waiting.filter(shut | ~Q(endpoint__state=Endpoint.State.ACTIVE)).values_list("endpoint", flat=True)
    for pk in lines.distinct().order_by("endpoint"):
        with transaction.atomic():
            line = Endpoint.objects.select_for_update(no_key=True).get(pk=pk)
            mine = waiting.filter(endpoint=line)
            if line.state != Endpoint.State.ACTIVE:
                parked += park(mine, at=at)
            elif line.closed_until and line.closed_until > at:
                hold_back(mine)
    return parked


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
    """Send a notice again at once, under the same webhook-id; raises CannotResend. One that was done with starts on a
    fresh plan; to one in the middle of its plan this attempt does not count."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=delivery.endpoint_id)
    if endpoint.state != Endpoint.State.ACTIVE:
        raise CannotResend(_("这个地址现在是“{state}”，先恢复，再重发。").format(state=endpoint.get_state_display()))
    if not delivery.body:
        raise CannotResend(_("这条通知的内容已经按期限删除，不能再发；案件现在的情况可以通过API查看。"))
    if delivery.trigger in PROBES:
        raise CannotResend(_("测试和核对不重发，请再做一次。"))
    one = Delivery.objects.filter(pk=delivery.pk)
    anew = {"next_attempt_at": at, "trigger": Trigger.MANUAL, "done_at": None, "settled_at": None}
    again = one.filter(state__in=SETTLED).update(state=Delivery.State.PENDING, attempts=0, **anew)
    if not again and not one.filter(state=Delivery.State.PENDING).update(**anew):
        raise CannotResend(_("这条通知正在发送，一分钟后再看。"))
    Endpoint.objects.filter(pk=endpoint.pk).update(closed_until=None)
    jobs.ring("deliver")
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def reopen_line(endpoint: Endpoint, *, at: datetime) -> int:
    """Use an address again, after it was put right; what was parked is sent. Returns how many notices that is."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    endpoint.state, endpoint.told_failing = Endpoint.State.ACTIVE, 0
    endpoint.failures_in_row, endpoint.failing_since, endpoint.closed_until = 0, None, None
    endpoint.save(update_fields=["state", "told_failing", "failures_in_row", "failing_since", "closed_until"])
    endpoint.deliveries.filter(state=Delivery.State.PENDING, next_attempt_at__gt=at).update(next_attempt_at=at)
    parked = endpoint.deliveries.filter(state=Delivery.State.PARKED).exclude(body=b"")
    count = parked.update(state=Delivery.State.PENDING, attempts=0, next_attempt_at=at, settled_at=None)
    if count:
        jobs.ring("deliver")
    return count


def _comes_soon(at: datetime, until: datetime) -> bool:
    """Whether it is worth waiting: the next notice comes due within seconds, and before the worker has to end."""
    soon = {"settled_at": None, "next_attempt_at__lte": min(at + SOON, until)}
    ahead = Delivery.objects.filter(state=Delivery.State.PENDING, **soon)
    lines = ahead.filter(Q(endpoint__closed_until=None) | Q(endpoint__closed_until__lte=at), endpoint__state="active")
    return at < until and lines.aggregate(first=Min("next_attempt_at"))["first"] is not None


def _was_set_back(at: datetime) -> bool:
    """Whether this machine's clock was set back since the last attempt: leases cannot be told to have ended then, so
    nothing is claimed until it has caught up. Where the database tells the time it is the judge of its own clock."""
    last = Attempt.objects.order_by("-pk").values_list("started_at", flat=True).first()
    if connection.vendor != "sqlite" or last is None or at >= last - BACK:
        return False
    log.error("the clock says %s, the last attempt began %s: nothing is sent until it has caught up", at, last)
    return True
