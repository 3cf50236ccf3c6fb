"""An accepted offer is a promise: kept, it ends the case; broken, the case goes on and the law is read again.

Silence asserts nothing: when nobody says whether the promise was kept, the case goes on, and the question stays open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints import timeline
from complaints.deadlines import local_day
from complaints.flow.clock import associations_day
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.facts import assert_facts
from complaints.flow.moves import advance, await_answers
from complaints.flow.offers import CannotOffer, lapse_offers, step, told_of
from complaints.lifecycle import OfferState, Role, State
from complaints.models import Actor, Complaint, DecisionRecord, Offer, Party, Speaker

# What a settlement that was not kept shows, by whose it was. It is no public promise (law.md F47): what was asked for
# and agreed was put off once more. Of a platform there is no such fact.
BROKEN: Mapping[str, Mapping[str, bool]] = {
    Party.MERCHANT: {"after_sales_stalled": True},
    Party.ANCHOR: {"after_sales_stalled": True, "stalled_by_operator": True},
    Party.PLATFORM: {},
}


# The move back, by where the case stood when it was agreed. What the association still asks stands in its requests.
BACK = {
    State.NEGOTIATING: "resume",
    State.REFERRED: "resume-referral",
    State.NEEDS_INFO: "resume-referral",
    State.ACCEPTED: "resume-mediation",
}


@transaction.atomic
def confirm_kept(offer: Offer, *, actor: Actor, at: datetime) -> Offer:
    """The consumer has what was promised: the case is settled."""
    complaint, offer = _held(offer)
    step(offer, "keep", actor)
    offer.told_at = at
    offer.save(update_fields=["state", "told_at"])
    announce(complaint, advance(complaint, "keep", actor=actor, at=at, body=told_of(offer)), at=at)
    return offer


@transaction.atomic
def report_broken(offer: Offer, *, actor: Actor, at: datetime) -> DecisionRecord:
    """The day has passed and nothing came: what was put off again is a fact, the case goes on, the law is read again.

    Raises CannotOffer while the party still has time.
    """
    complaint, offer = _held(offer)
    if not offer.is_due(local_day(at)) and offer.state == OfferState.ACCEPTED:
        raise CannotOffer(_("还没到约好的日子。过了那天还没收到，再回来点。"))
    step(offer, "break", actor)
    offer.told_at = at
    offer.save(update_fields=["state", "told_at"])
    announce(complaint, timeline.record(complaint, "offer-broken", told_of(offer), actor=actor.label, at=at), at=at)
    resume(complaint, offer, because="broken", actor=actor, at=at)
    assert_facts(complaint, speaker=Speaker.CONSUMER, facts=BROKEN[offer.party], at=at)
    return decide_again(complaint, because=DecisionRecord.Because.ANSWERS, actor=actor.label, at=at)


def run_offers(*, at: datetime, limit: int = 500) -> int:
    """Every duty of the clock about offers, each complaint in a transaction of its own. Returns how many complaints."""
    today = local_day(at)
    expired = Q(state=OfferState.MADE, until__lt=today)
    due = Q(state=OfferState.ACCEPTED, pay_by__lt=today, asked_at=None)
    unconfirmed = Q(state=OfferState.ACCEPTED, pay_by__lt=today - _patience(), complaint__state=State.PROMISED)
    open_cases = Offer.objects.filter(complaint__in=Complaint.objects.real().open())
    found = open_cases.filter(expired | due | unconfirmed).order_by("complaint").values_list("complaint", flat=True)
    pks = list(found.distinct()[:limit])
    for pk in pks:
        run_offers_of(pk, at=at)
    return len(pks)


@transaction.atomic
def run_offers_of(complaint_id: int, *, at: datetime) -> None:
    """Let offers of this complaint run out; ask whether what was promised came; go on when nobody says so in time.

    Doing it twice changes nothing.
    """
    complaint, today = Complaint.objects.locked(complaint_id), local_day(at)
    if not complaint.is_open:
        return
    lapse_offers(complaint, at=at)
    for offer in _due(complaint, today):
        if offer.asked_at is None:
            offer.asked_at = at
            offer.save(update_fields=["asked_at"])
            body = {**told_of(offer), "pay_by": offer.pay_by.isoformat() if offer.pay_by else None}
            timeline.record(complaint, "payment-asked", body, actor="clock", at=at)
        if complaint.state == State.PROMISED and offer.pay_by and offer.pay_by + _patience() < today:
            resume(complaint, offer, because="unconfirmed", actor=Actor(), at=at)


def resume(complaint: Complaint, offer: Offer, *, because: str, actor: Actor, at: datetime) -> None:
    """Back to where the case stood before it was agreed; nothing where it went back already. Its days run again."""
    if complaint.state != State.PROMISED:
        return
    agreed = complaint.events.filter(kind="moved.agree").order_by("-sequence").first()
    if agreed and agreed.body.get("offer", offer.number) != offer.number:
        return  # the case waits for another promise, made since
    move = BACK[State(agreed.body["from"])] if agreed else BACK[State.NEGOTIATING]
    body: dict[str, Any] = {"offer": offer.number, "party": offer.party, "because": because}
    if actor.role == Role.OFFICER:
        body["by_officer"] = True  # the consumer has not said it: it is news to them
    event = advance(complaint, move, actor=actor, at=at, body=body)
    if move == "resume":
        await_answers(complaint)
    else:
        complaint.due_on = associations_day(complaint)
        complaint.save(update_fields=["due_on"])
    announce(complaint, event, at=at)


def _held(offer: Offer) -> tuple[Complaint, Offer]:
    complaint = Complaint.objects.locked(offer.complaint_id)
    complaint.require_open()
    return complaint, complaint.offers.get(pk=offer.pk)


def _due(complaint: Complaint, today: date) -> Iterator[Offer]:
    return (offer for offer in complaint.offers.promised() if offer.is_due(today))


def _patience() -> timedelta:
    return timedelta(days=settings.CONFIRM_DAYS)
