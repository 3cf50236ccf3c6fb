"""Note what came of attempts: the delivery, the attempt, the health of the line, and that a party was reached.

By compare-and-set on the fence, so that a worker that was given up on changes nothing. Whoever writes to a line and
its deliveries locks the endpoint first; a success on a line in good health writes nothing to it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from accounts.models import Endpoint
from complaints import outbox, webhooks
from complaints.evidence import personal
from complaints.models import PROBES, Attempt, Delivery, Pace, Reached, Respondent, Trigger
from complaints.models.delivery import DeliveryQuerySet

log = logging.getLogger(__name__)

BREAKER_AFTER = 5  # failures in a row
BREAKER_FIRST = timedelta(seconds=60)
BREAKER_LONGEST = timedelta(hours=1)
SLOW_MS = 5000  # longer than this a receiver drags
REPLY_KEPT = 4096  # characters

LONG = re.compile(r"(?:[Bb]earer|[Bb]asic) +\S+|[A-Za-z0-9_+/.=-]{20,}")  # keys, tokens, cookies: long, and no word
TELLING = re.compile(r"\d{3}|[@一-鿿]|[A-Za-z0-9_+/.=-]{20}|[Bb]earer|[Bb]asic")


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one attempt. ``status`` is None when no answer came; ``answer`` is its beginning as it came, which
    is kept nowhere; ``peer`` and ``tls`` are those of outbound.Reply."""

    meaning: webhooks.Meaning
    status: int | None = None
    answer: bytes = b""
    peer: str = ""
    tls: str = ""
    duration_ms: int | None = None


NOT_SENT = Sent(webhooks.Meaning(webhooks.Then.RETRY, Attempt.Outcome.NOT_SENT, "lease"))

Ended = Sequence[tuple[Delivery, Sent]]


def finish(delivery: Delivery, sent: Sent, *, at: datetime) -> bool:
    """Note one attempt. False if the delivery was taken over since: then only the attempt is noted."""
    return delivery.pk in finish_all([(delivery, sent)], at=at)


@transaction.atomic
def finish_all(ended: Ended, *, at: datetime) -> set[int]:
    """Note several attempts; returns the deliveries that were still ours. Of the others only the attempt is noted."""
    lines = _lines_to_mark(ended)
    owned = _settle(ended, at)
    outbox.note_attempts([(delivery, _kept(sent)) for delivery, sent in ended], at=at)
    for delivery, _sent in ended:
        if delivery.pk not in owned:
            log.warning("delivery %s: attempt %s ended after its lease; nothing changed", delivery.pk, delivery.fence)
    ours = [(delivery, sent) for delivery, sent in ended if delivery.pk in owned]
    for line in lines:
        # How an earlier URL answered says nothing about the one that stands here now.
        here = [(one, sent) for one, sent in ours if one.endpoint_id == line.pk and one.endpoint.url == line.url]
        _mark_line(line, [sent for one, sent in here if _counts(one, sent)], at)
    _note_reached([one for one, sent in ours if sent.meaning.then is webhooks.Then.DONE], at)
    return owned


def hold_back(waiting: DeliveryQuerySet) -> None:
    """What waits for a closed line is not due before it opens: else it would look like work nobody does."""
    opens = Endpoint.objects.filter(pk=OuterRef("endpoint")).values("closed_until")[:1]
    waiting.filter(next_attempt_at__lt=F("endpoint__closed_until")).update(next_attempt_at=Subquery(opens))


def park(waiting: DeliveryQuerySet, *, at: datetime) -> int:
    """Lay aside what waits for a line out of use; using it again sends it."""
    return waiting.filter(state=Delivery.State.PENDING).update(state=Delivery.State.PARKED, settled_at=at)


def as_text(body: bytes) -> str:
    """The beginning of an answer, for the log: text, without what a database or a terminal cannot show, and without
    what looks like a secret or like somebody's number or address."""
    text = body.decode("utf-8", errors="replace")
    shown = "".join(character for character in text if character.isprintable() or character in "\n\t")[:REPLY_KEPT]
    if not TELLING.search(shown):
        return shown
    shown = LONG.sub(_hidden, shown)
    return personal.covered(shown)[0][:REPLY_KEPT]


def _hidden(found: re.Match[str]) -> str:
    is_secret = " " in found[0] or any(map(str.isdigit, found[0]))
    return f"{found[0][:4]}****" if is_secret else found[0]


# ── The delivery and its attempt ─────────────────────────────────────────────────────────────────────────────────────


def _settle(ended: Ended, at: datetime) -> set[int]:
    """Write what each delivery is now, where nobody took it over. All that arrived go in one statement."""
    owned = outbox.note_done([one for one, sent in ended if sent.meaning.then is webhooks.Then.DONE], at=at)
    for one, sent in ended:
        if sent.meaning.then is not webhooks.Then.DONE:
            ours = Delivery.objects.filter(pk=one.pk, fence=one.fence, state=Delivery.State.LEASED)
            owned |= {one.pk} if ours.update(leased_until=None, **_after(one, sent, at)) else set()
    return owned


def _after(delivery: Delivery, sent: Sent, at: datetime) -> dict[str, object]:
    """The columns of a delivery that did not arrive."""
    if sent is NOT_SENT:
        was_free = delivery.trigger == Trigger.MANUAL and delivery.attempts > 1
        attempts = delivery.attempts - (0 if was_free else 1)
        return {"state": Delivery.State.PENDING, "next_attempt_at": at, "attempts": attempts}
    if delivery.trigger in PROBES:
        return {"state": Delivery.State.DEAD, "settled_at": at}
    if sent.meaning.then in {webhooks.Then.GONE, webhooks.Then.STOP}:
        return {"state": Delivery.State.PARKED, "settled_at": at}
    pause = webhooks.wait_before(delivery.attempts, sent.meaning)
    if pause is None:
        return {"state": Delivery.State.DEAD, "settled_at": at}
    return {"state": Delivery.State.PENDING, "next_attempt_at": at + pause, "trigger": Trigger.SCHEDULED}


def _kept(sent: Sent) -> tuple[object, ...]:
    """What an attempt keeps, in the order of outbox.note_attempts."""
    found = sent.meaning
    return (
        found.outcome,
        sent.status,
        found.error,
        as_text(sent.answer),
        sent.peer or None,
        sent.tls,
        sent.duration_ms,
    )


# ── The line ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _counts(delivery: Delivery, sent: Sent) -> bool:
    """Whether an attempt says something about the health of its line."""
    return sent is not NOT_SENT and delivery.trigger not in PROBES


def _lines_to_mark(ended: Ended) -> list[Endpoint]:
    """The lines that these attempts change something of, locked in one order."""
    counting = [(one, sent) for one, sent in ended if _counts(one, sent)]
    bad = {one.endpoint_id for one, sent in counting if sent.meaning.then is not webhooks.Then.DONE}
    bad |= {one.endpoint_id for one, sent in counting if (sent.duration_ms or 0) > SLOW_MS}
    bad |= outbox.ill(list({one.endpoint_id for one, _sent in counting} - bad))
    if not bad:
        return []
    lines = Endpoint.objects.filter(pk__in=bad).select_related("pace").order_by("pk")
    return list(lines.select_for_update(no_key=True, of=("self",)))


def _mark_line(line: Endpoint, sent: Sequence[Sent], at: datetime) -> None:
    """One success clears the line; failures in a row open its breaker; a receiver may ask for a pause or end it."""
    if not sent:
        return
    _note_pace(line, sent)
    for each in sent:
        _count(line, each.meaning, at)
    line.save(update_fields=["failures_in_row", "failing_since", "closed_until", "told_failing", "state"])
    waiting = Delivery.objects.filter(endpoint=line, state=Delivery.State.PENDING)
    if line.state == Endpoint.State.GONE:
        park(waiting, at=at)
    elif line.closed_until:
        hold_back(waiting)


def _count(line: Endpoint, found: webhooks.Meaning, at: datetime) -> None:
    if found.then is webhooks.Then.DONE:
        line.failures_in_row, line.failing_since, line.closed_until, line.told_failing = 0, None, None, 0
        return
    line.failures_in_row += 1
    line.failing_since = line.failing_since or at
    pause = breaker(line.failures_in_row)
    if found.holds_line:
        pause = max(pause, found.at_least)
    line.closed_until = at + pause if pause else None
    if found.then is webhooks.Then.GONE and line.state != Endpoint.State.UNVERIFIED:  # that may not be used again yet
        line.state = Endpoint.State.GONE


def breaker(failures: int) -> timedelta:
    """How long a line stays closed after so many failures in a row: a minute, doubling up to an hour."""
    if failures < BREAKER_AFTER:
        return timedelta()
    doublings = min(failures - BREAKER_AFTER, 6)
    return min(BREAKER_FIRST * (1 << doublings), BREAKER_LONGEST)


def _note_pace(line: Endpoint, sent: Sequence[Sent]) -> None:
    before = line.pace.slow if hasattr(line, "pace") else 0
    slow = before
    for each in sent:
        slow = (slow << 1 | ((each.duration_ms or 0) > SLOW_MS)) & ((1 << Pace.OF) - 1)
    if slow != before:
        Pace.objects.update_or_create(endpoint=line, defaults={"slow": slow})


def _note_reached(arrived: Sequence[Delivery], at: datetime) -> None:
    """Whoever took the notice that it was asked counts as notified, the first time. Its days are counted from then, by
    flow.reaching.start_clocks: no case is held here."""
    opened = {
        (one.event.complaint_id, one.endpoint.organisation_id)
        for one in arrived
        if one.type == "case.opened" and one.event
    }
    if not opened:
        return
    asked = reduce(or_, (Q(complaint=case, organisation=organisation) for case, organisation in opened))
    Respondent.objects.filter(asked, notified_at=None).update(notified_at=at, notified_how=Reached.NOTICE)
