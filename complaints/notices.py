"""What the person who complained is told of, and at which hours: the rows are written with what they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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
    "records-answered": Notice.Kind.RECORDS,
    "records-lapsed": Notice.Kind.LAPSED,
    "decided": Notice.Kind.DECIDED,
    "asked": Notice.Kind.ASKED,
    "group-invited": Notice.Kind.ASKED,
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
    "moved.keep": Notice.Kind.ENDED,
    "moved.terminate": Notice.Kind.ENDED,
    "moved.hand-off": Notice.Kind.ENDED,
    "moved.withdraw": Notice.Kind.ENDED,
    "contest-closed": Notice.Kind.CONTEST,
    "extended": Notice.Kind.EXTENDED,
    "performance-shown": Notice.Kind.PERFORMED,
    "claimed": Notice.Kind.CLAIMED,
    "released": Notice.Kind.RELEASED,
    "receipt-renewed": Notice.Kind.RENEWED,
    "message-posted": Notice.Kind.WROTE,
    "evidence-checked": Notice.Kind.REFUSED,
    "transfer-accepted": Notice.Kind.MOVED,
    "session-set": Notice.Kind.SESSION,
    "session-moved": Notice.Kind.SESSION,
    "session-cancelled": Notice.Kind.SESSION,
    "agreement-made": Notice.Kind.AGREEMENT,
    "agreement-confirmed": Notice.Kind.AGREEMENT,
    "agreement-declined": Notice.Kind.AGREEMENT,
    "agreement-ended": Notice.Kind.AGREEMENT,
    "moved.reopen-negotiation": Notice.Kind.REOPENED,
    "moved.reopen-referral": Notice.Kind.REOPENED,
    "moved.reopen-mediation": Notice.Kind.REOPENED,
}
# Who may open the case has changed: said to everybody who is told of it, whatever they want to hear, muted or not.
WARNINGS = {Notice.Kind.CLAIMED, Notice.Kind.RELEASED, Notice.Kind.RENEWED}
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
    is_muted: bool = False  # the link in a letter was followed: no more of this case

    @property
    def address(self) -> str:
        """Where a message goes: by mail where there is a mailbox, else by telephone. Empty where nobody can be told."""
        return self.email or self.phone

    @property
    def wants_notices(self) -> bool:
        return not self.is_muted and (self.account is None or self.account.wants_notices)


def those_told(complaint: Complaint) -> list[Notice.To]:
    """Who is to be told of a case, as was chosen when it was filed."""
    helper = helper_of(complaint)
    told = [Notice.To.HELPER] if helper and helper.tells_helper else []
    return [*told, Notice.To.BUYER] if helper is None or helper.tells_buyer else told


def recipient_of(contact: Contact, to: str) -> Recipient | None:
    """How one of them is reached now; None for who cannot be. The account is that of the one whose case stands in it:
    the helper's does not speak for the buyer, nor the other way round."""
    complaint, helper = contact.complaint, helper_of(contact.complaint)
    is_helpers = helper is not None and helper.account_id is not None and helper.account_id == complaint.consumer_id
    is_to_helper = to == Notice.To.HELPER
    account = complaint.consumer if is_helpers == is_to_helper else None
    if not is_to_helper:
        plain = contact.reveal()
        found = Recipient(plain["email"], plain["phone"], account, helper is not None, contact.muted_at is not None)
    elif helper:
        plain = helper.reveal()
        found = Recipient(plain["email"], plain["phone"], account, is_muted=helper.muted_at is not None)
    else:
        return None
    return found if found.address else None


def promise(complaint: Complaint, event: Event) -> None:
    """Write down that each who is told of the case is to be told of an event, in the transaction that records it; ring
    once."""
    kind = _kind_of(event.kind, event.body)
    contact = Contact.objects.filter(complaint=complaint).only("pk").first() if kind else None
    if kind is None or contact is None:
        return
    for to in those_told(complaint):
        Notice.objects.create(
            contact=contact, kind=kind, to=to, event=event, created_at=event.at, next_attempt_at=not_before(event.at)
        )
    jobs.ring("notify")


def promise_bundle(complaint: Complaint, *, until: date, at: datetime) -> None:
    """Write down that each who is told of the case is to be told of the bundle that is ready, once a day; ring once."""
    contact = Contact.objects.filter(complaint=complaint).only("pk").first()
    for to in those_told(complaint) if contact else []:
        told = {"created_at": at, "next_attempt_at": not_before(at)}
        Notice.objects.get_or_create(contact=contact, kind=Notice.Kind.BUNDLED, to=to, due_on=until, defaults=told)
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
    if kind == "moved.keep" and body.get("by") != "officer":
        return None  # the consumer said so
    if kind == "message-posted" and (body["by"] == Side.CONSUMER or body["told_before"]):
        return None
    if kind == "evidence-checked" and (body["state"] != "rejected" or body["by"] != Side.CONSUMER):
        return None
    if kind == "review-answered" and body.get("outcome") not in ANSWERS:
        return None  # an override tells of itself; who ended the case knows
    if kind in {"agreement-confirmed", "agreement-declined"} and body["side"] == "consumer":
        return None
    if kind == "agreement-ended" and body["because"] != "transferred":
        return None  # the person accepted an offer, or is told of the end
    if kind in RESUMED and body.get("because") != "unconfirmed" and not body.get("by_officer"):
        return None  # the person has just told us so
    return TOLD.get(kind)
