"""Offers: a party makes one, the consumer accepts, refuses or counters it. Nothing is settled before it is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.deadlines import local_day
from complaints.flow.dispatch import announce
from complaints.flow.moves import advance
from complaints.flow.responses import respondent_for
from complaints.lifecycle import OfferState, Role, offer_after
from complaints.models import Actor, Complaint, Offer, Party

LONGEST = timedelta(days=60)  # an offer stays open no longer than a mediation would: policy of the site


class CannotOffer(Exception):
    """An offer that lacks something, with a sentence that says what."""


@transaction.atomic
def make_offer(
    complaint: Complaint,
    *,
    party: Party,
    kind: Offer.Kind,
    amount: Decimal | None,
    words: str,
    until: date,
    actor: Actor,
    at: datetime,
) -> Offer:
    """Put an offer of a party before the consumer: by the party's machine, or by an officer who was told of it.

    An offer of the same party that still waits is replaced. Raises CannotOffer, CannotAnswer or IllegalMove; nothing
    has changed then.
    """
    permissions.require(actor, "offer")
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    if actor.role != Role.OFFICER:
        respondent_for(complaint, party, actor)
    check_offer(kind, amount, words.strip(), until, today=local_day(at))
    replaced = complaint.offers.filter(party=party, state=OfferState.MADE).first()
    if replaced:
        step(replaced, "replace", actor)
        replaced.save(update_fields=["state"])
    offer = Offer(
        complaint=complaint,
        number=complaint.offers.count() + 1,
        party=party,
        organisation=actor.organisation if actor.role == Role.RESPONDENT else None,
        recorded_by=actor.user if actor.role == Role.OFFICER else None,
        kind=kind,
        amount=amount,
        until=until,
        made_at=at,
    )
    offer.keep_words(words.strip())
    offer.save()
    body = {
        **told_of(offer),
        "kind": kind,
        "until": until.isoformat(),
        "replaces": replaced.number if replaced else None,
    }
    announce(complaint, timeline.record(complaint, "offer-made", body, actor=actor.label, at=at), at=at)
    return offer


@transaction.atomic
def accept_offer(offer: Offer, *, actor: Actor, at: datetime) -> Offer:
    """Agree. The party has until ``pay_by`` to keep its word; the case ends when the consumer says that it did."""
    complaint, offer = waiting_offer(offer, at=at)
    step(offer, "accept", actor)
    offer.answered_at, offer.pay_by = at, local_day(at) + timedelta(days=settings.PAYMENT_DAYS)
    offer.save(update_fields=["state", "answered_at", "pay_by"])
    complaint.due_on = offer.pay_by
    event = advance(complaint, "agree", actor=actor, at=at, body={**told_of(offer), "pay_by": offer.pay_by.isoformat()})
    announce(complaint, event, at=at)
    return offer


@transaction.atomic
def refuse_offer(offer: Offer, *, reason: str, actor: Actor, at: datetime) -> Offer:
    """Say no; the party may offer again."""
    complaint, offer = waiting_offer(offer, at=at)
    step(offer, "refuse", actor)
    offer.answered_at = at
    offer.keep_reply(reason.strip())
    offer.save(update_fields=["state", "answered_at", "sealed_reply"])
    event = timeline.record(complaint, "offer-refused", told_of(offer), actor=actor.label, at=at)
    announce(complaint, event, at=at)
    return offer


@transaction.atomic
def counter_offer(offer: Offer, *, amount: Decimal, words: str, actor: Actor, at: datetime) -> Offer:
    """Say for what sum the consumer would agree; the party may offer that."""
    if amount <= 0:
        raise CannotOffer(_("写一个比0大的金额。"))
    complaint, offer = waiting_offer(offer, at=at)
    step(offer, "counter", actor)
    offer.answered_at, offer.counter_amount = at, amount
    offer.keep_reply(words.strip())
    offer.save(update_fields=["state", "answered_at", "counter_amount", "sealed_reply"])
    body = {**told_of(offer), "counter": f"{amount:.2f}"}
    announce(complaint, timeline.record(complaint, "offer-countered", body, actor=actor.label, at=at), at=at)
    return offer


def lapse_offers(complaint: Complaint, *, at: datetime) -> int:
    """Let the offers run out whose last day has passed. The caller holds the row lock. Returns how many."""
    late = list(complaint.offers.out_of_time(local_day(at)))
    for offer in late:
        step(offer, "lapse", Actor())
        offer.save(update_fields=["state"])
        event = timeline.record(complaint, "offer-lapsed", told_of(offer), actor="clock", at=at)
        announce(complaint, event, at=at)
    return len(late)


def waiting_offer(offer: Offer, *, at: datetime) -> tuple[Complaint, Offer]:
    """The case, held, and the offer as it stands. Raises IllegalMove for an ended case, CannotOffer past its day."""
    complaint = Complaint.objects.locked(offer.complaint_id)
    complaint.require_open()
    offer = complaint.offers.get(pk=offer.pk)
    if offer.state == OfferState.LAPSED or (offer.state == OfferState.MADE and offer.until < local_day(at)):
        raise CannotOffer(_("这个方案已过期。你可以请对方重新提。"))
    return complaint, offer


def step(offer: Offer, move: str, actor: Actor) -> None:
    """Make a move of the table of offers; the caller saves. Raises IllegalMove."""
    offer.state = offer_after(OfferState(offer.state), move, Role(actor.role) if actor.role else Role.CLOCK)


def told_of(offer: Offer) -> dict[str, Any]:
    """An offer in an event: number, party and sum, no words."""
    return {
        "offer": offer.number,
        "party": offer.party,
        "amount": None if offer.amount is None else f"{offer.amount:.2f}",
    }


def check_offer(kind: Offer.Kind, amount: Decimal | None, words: str, until: date, *, today: date) -> None:
    """Raises CannotOffer for an offer that lacks something on this day."""
    if amount is not None and amount <= 0:
        raise CannotOffer(_("写一个比0大的金额。"))
    if amount is None and kind in {Offer.Kind.REFUND, Offer.Kind.RETURN, Offer.Kind.COMPENSATE}:
        raise CannotOffer(_("退款或赔偿要写明多少元。"))
    if kind == Offer.Kind.OTHER and not words:
        raise CannotOffer(_("写清楚是什么办法。"))
    if until < today:
        raise CannotOffer(_("有效期已经过去了，写今天或以后的日子。"))
    if until > today + LONGEST:
        raise CannotOffer(_("有效期最长{n}天，写近一点的日子。").format(n=LONGEST.days))
