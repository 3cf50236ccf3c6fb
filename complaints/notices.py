"""What the person who complained is told of, and at which hours: the rows are written with what they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from complaints import jobs
from complaints.models import Complaint, Contact, Event, Notice, Side
from complaints.models.helper import helper_of

# Quiet hours in China: whatever happens then is told in the morning, nothing excepted. Policy of the site.
QUIET_FROM, QUIET_UNTIL = time(22), time(8)

# Which events are told. The person's own answers and evidence are not: the page says at once what came of them.
TOLD = {
    "filed": Notice.Kind.FILED,
    "answered": Notice.Kind.ANSWERED,
    "lapsed": Notice.Kind.LAPSED,
    "decided": Notice.Kind.DECIDED,
    "asked": Notice.Kind.ASKED,
    "overridden": Notice.Kind.OVERRIDDEN,
    "review-answered": Notice.Kind.REVIEWED,
    "offer-made": Notice.Kind.OFFERED,
    "payment-asked": Notice.Kind.PAYMENT,
    "moved.resume": Notice.Kind.RESUMED,
    "moved.resume-referral": Notice.Kind.RESUMED,
    "moved.resume-mediation": Notice.Kind.RESUMED,
    "moved.accept": Notice.Kind.ACCEPTED,
    "moved.decline": Notice.Kind.DECLINED,
    "moved.settle": Notice.Kind.ENDED,
    "moved.terminate": Notice.Kind.ENDED,
    "moved.hand-off": Notice.Kind.ENDED,
    "moved.withdraw": Notice.Kind.ENDED,
    "claimed": Notice.Kind.CLAIMED,
    "message-posted": Notice.Kind.WROTE,
}
RESUMED = {"moved.resume", "moved.resume-referral", "moved.resume-mediation"}
ANSWERS = {"kept", "redecided"}  # Review.Outcome
OWN_ACTS = {"filed", "answers", "evidence"}  # DecisionRecord.Because


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell. ``account`` is theirs where the case stands in it; ``is_represented``: another filed it."""

    email: str
    phone: str
    account: User | None
    is_represented: bool = False

    @property
    def address(self) -> str:
        """Where a message goes: by mail where there is a mailbox, else by telephone. Empty where nobody can be told."""
        return self.email or self.phone

    @property
    def wants_notices(self) -> bool:
        return self.account is None or self.account.wants_notices


def recipients_of(contact: Contact) -> list[Recipient]:
    """Who is to be told of a case, as was chosen when it was filed, and can be reached."""
    complaint, helper, buyer = contact.complaint, helper_of(contact.complaint), contact.reveal()
    if helper is None:
        told = [Recipient(buyer["email"], buyer["phone"], complaint.consumer)]
    else:
        own, is_helpers = helper.reveal(), helper.account_id is not None and helper.account_id == complaint.consumer_id
        told = [Recipient(own["email"], own["phone"], complaint.consumer if is_helpers else None)]
        told = told if helper.tells_helper else []
        if helper.tells_buyer:
            account = None if is_helpers else complaint.consumer
            told.append(Recipient(buyer["email"], buyer["phone"], account, is_represented=True))
    return [each for each in told if each.address]


def promise(complaint: Complaint, event: Event) -> None:
    """Write down that the consumer is to be told of an event, in the transaction that records it; ring once."""
    kind = _kind_of(event.kind, event.body)
    contact = Contact.objects.filter(complaint=complaint).only("pk").first() if kind else None
    if kind is None or contact is None:
        return
    Notice.objects.create(
        contact=contact, kind=kind, event=event, created_at=event.at, next_attempt_at=not_before(event.at)
    )
    jobs.ring("notify")


def is_quiet(at: datetime) -> bool:
    """Whether people sleep at that moment (Beijing time)."""
    clock = timezone.localtime(at).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def not_before(at: datetime) -> datetime:
    """That moment, or eight in the morning after it where it lies in the quiet hours."""
    if not is_quiet(at):
        return at
    local = timezone.localtime(at)
    morning = local.replace(hour=QUIET_UNTIL.hour, minute=0, second=0, microsecond=0)
    return morning + timedelta(days=1) if local.time() >= QUIET_FROM else morning


def _kind_of(kind: str, body: Mapping[str, Any]) -> Notice.Kind | None:
    if kind == "decided" and (not body.get("changed") or body.get("because") in OWN_ACTS):
        return None
    if kind == "asked" and body.get("to") != "consumer":
        return None
    if kind == "message-posted" and (body["by"] == Side.CONSUMER or body["told_before"]):
        return None
    if kind == "review-answered" and body.get("outcome") not in ANSWERS:
        return None  # an override tells of itself; who ended the case knows
    if kind in RESUMED and body.get("because") != "unconfirmed":
        return None  # the person has just told us so
    return TOLD.get(kind)
