"""Time-stamps of anchors by an authority that is not us: asked for in the background until they come."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from complaints import jobs, outbound
from complaints.evidence import stamping
from complaints.models import Stamp

log = logging.getLogger(__name__)

MISSED_AFTER = timedelta(hours=24)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)  # doubling: an authority may be away for days
HEADERS = {"Content-Type": stamping.REQUEST_TYPE, "Accept": stamping.ANSWER_TYPE, "User-Agent": "WhoAnswers"}


def ask_due(clock: Callable[[], datetime], *, until: datetime) -> int:
    """Ask for every stamp that is due; returns how many came. Each try is counted and put off before it is made: a
    worker that dies meanwhile has still tried, and two workers do not ask for the same one."""
    came = 0
    while settings.TIMESTAMP_URL and (at := clock()) < until:
        stamp = Stamp.objects.due(at).select_related("anchor").first()
        if stamp is None:
            break
        came += _is_ours(stamp, at) and ask(stamp, clock)
    return came


def ask(stamp: Stamp, clock: Callable[[], datetime]) -> bool:
    """Ask the authority once, believe its answer only when all of it is right, and keep it. Touches the network, and
    must not run inside a transaction."""
    statement = stamp.anchor.statement.encode()
    asked = stamping.ask(statement)
    rows = Stamp.objects.filter(pk=stamp.pk, stamped_at=None)
    try:
        reply = outbound.post_to_authority(
            settings.TIMESTAMP_URL,
            asked.body,
            HEADERS,
            networks=settings.TIMESTAMP_NETWORKS,
            cap=stamping.ANSWER_CAP,
        )
        if reply.status != 200 or reply.truncated:
            raise stamping.NotStamped(f"status-{reply.status}")
        found = stamping.check(reply.body, statement, nonce=asked.nonce, near=clock())
    except (outbound.Blocked, outbound.Failed, stamping.NotStamped) as why:
        log.warning("anchor %s: no time-stamp (%s)", stamp.anchor.number, why.code)
        rows.update(error=why.code)
        return False
    kept = {"token": reply.body, "nonce": str(asked.nonce), "policy": found.policy, "stamped_at": found.at, "error": ""}
    return rows.update(**kept) == 1


def sweep(*, at: datetime) -> int:
    """Ring if a stamp is due; returns how many are."""
    due = Stamp.objects.due(at).count() if settings.TIMESTAMP_URL else 0
    if due:
        jobs.ring("stamp")
    return due


def missing(*, at: datetime) -> int:
    """How many stamps are wanted for longer than a day: an alarm for the operator, in the log."""
    late = Stamp.objects.filter(stamped_at=None, anchor__at__lt=at - MISSED_AFTER).count()
    if late:
        log.error("time-stamps: %s anchors have had none for 24 hours", late)
    return late


def _is_ours(stamp: Stamp, at: datetime) -> bool:
    pause = min(FIRST_PAUSE * (1 << min(stamp.attempts, 10)), LONGEST_PAUSE)
    read = Stamp.objects.filter(pk=stamp.pk, attempts=stamp.attempts, stamped_at=None)
    return read.update(attempts=stamp.attempts + 1, next_attempt_at=at + pause) == 1
