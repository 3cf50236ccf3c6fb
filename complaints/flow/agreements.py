"""Settlement agreements: an officer writes down what two sides agreed to; it binds once both have said yes to it.

Both sides' yes is a promise like an accepted offer (``flow.promises``): the case ends when it is kept. An agreement
that a side declines leaves everything where it was: the mediation goes on, and an offer that was accepted stays so.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.deadlines import local_day
from complaints.flow.dispatch import announce
from complaints.flow.moves import advance
from complaints.flow.offers import step, told_of
from complaints.flow.responses import respondent_for
from complaints.flow.triage import CannotAct
from complaints.lifecycle import OfferState, Role, State
from complaints.models import Actor, Agreement, Complaint, Event, Offer, Party, Session

CONSUMER, PARTY = "consumer", "party"  # the two sides of one agreement
AHEAD = timedelta(days=366)  # no day to pay by is further ahead: policy of the site
WITH_SUM = frozenset({Offer.Kind.REFUND, Offer.Kind.RETURN, Offer.Kind.COMPENSATE})


@transaction.atomic
def draw_up(
    complaint: Complaint,
    *,
    party: Party,
    kind: Offer.Kind,
    payer: str,
    amount: Decimal | None,
    pay_by: date,
    duties: str,
    otherwise: str,
    actor: Actor,
    at: datetime,
) -> Agreement:
    """Write down what was agreed in a mediation, for both sides to confirm. One that still waits is replaced.

    Raises CannotAct or IllegalMove; nothing has changed then.
    """
    permissions.require(actor, "agreement")
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    if complaint.state != State.ACCEPTED:
        raise CannotAct(_("受理以后、调解期间才能写协议。已经接受的方案，用“按方案写协议”。"))
    session = complaint.sessions.filter(result=Session.Result.AGREED).order_by("-number").first()
    terms = Agreement(party=party, kind=kind, payer=payer, amount=amount, pay_by=pay_by, session=session)
    return _made(complaint, terms, duties, otherwise, actor, at)


@transaction.atomic
def draw_up_offer(offer: Offer, *, pay_by: date, duties: str, otherwise: str, actor: Actor, at: datetime) -> Agreement:
    """The same upon an offer the consumer accepted: sum and kind are the offer's. Raises CannotAct or IllegalMove."""
    permissions.require(actor, "agreement")
    complaint = Complaint.objects.locked(offer.complaint_id)
    complaint.require_open()
    offer = complaint.offers.get(pk=offer.pk)
    if offer.state != OfferState.ACCEPTED or complaint.state != State.PROMISED:
        raise CannotAct(_("消费者接受了方案、还在等兑现的时候，才能按方案写协议。"))
    if offer.agreements.filter(state=Agreement.State.CONFIRMED).exists():
        raise CannotAct(_("这个方案的协议双方都确认过了，不用再写。"))
    payer = Agreement.Payer.PARTY if offer.amount is not None else Agreement.Payer.NOBODY
    terms = Agreement(party=offer.party, kind=offer.kind, payer=payer, amount=offer.amount, pay_by=pay_by, offer=offer)
    return _made(complaint, terms, duties or offer.words, otherwise, actor, at)


@transaction.atomic
def confirm_agreement(agreement: Agreement, *, side: str, actor: Actor, at: datetime) -> Agreement:
    """Say yes for one side, ``consumer`` or ``party``. With the second yes it binds: the case waits for what was
    promised. Saying yes twice is saying it once. Raises CannotAct, CannotAnswer or IllegalMove."""
    complaint, agreement = _held(agreement, side, actor)
    if getattr(agreement, f"{side}_at") and agreement.state in {Agreement.State.PROPOSED, Agreement.State.CONFIRMED}:
        return agreement  # pressed twice
    _require_waiting(agreement)
    if agreement.pay_by < local_day(at):
        raise CannotAct(_("协议里约好的日子已经过了，请协会换一版再确认。"))
    setattr(agreement, f"{side}_at", at)
    is_both = agreement.consumer_at is not None and agreement.party_at is not None
    body = {"side": side, "both": is_both, "digest": agreement.digest}
    _tell(complaint, "agreement-confirmed", agreement, body, actor=actor, at=at)
    if is_both:
        _conclude(complaint, agreement, actor=actor, at=at)
    agreement.save()
    return agreement


@transaction.atomic
def decline_agreement(agreement: Agreement, *, side: str, reason: str, actor: Actor, at: datetime) -> Agreement:
    """Say no for one side, and why: the mediation goes on. Raises CannotAct, CannotAnswer or IllegalMove."""
    complaint, agreement = _held(agreement, side, actor)
    _require_waiting(agreement)
    if not reason.strip():
        raise CannotAct(_("写一句哪里不同意，协会好再谈。"))
    agreement.state = Agreement.State.DECLINED
    agreement.declined_by = side
    agreement.keep_reason(reason.strip())
    agreement.save()
    _tell(complaint, "agreement-declined", agreement, {"side": side}, actor=actor, at=at)
    return agreement


def terms_of(agreement: Agreement) -> dict[str, Any]:
    """What the paper says, as its digest is made over: no name of any person."""
    return {
        "case": agreement.complaint.reference,
        "version": agreement.number,
        "party": str(agreement.party),
        "kind": str(agreement.kind),
        "payer": str(agreement.payer),
        "amount": None if agreement.amount is None else f"{agreement.amount:.2f}",
        "pay_by": agreement.pay_by.isoformat(),
        "duties": agreement.duties,
        "otherwise": agreement.otherwise,
    }


def digest_of(agreement: Agreement) -> str:
    """SHA-256 over the terms as canonical JSON (RFC 8785 for these values)."""
    text = json.dumps(terms_of(agreement), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _made(
    complaint: Complaint, agreement: Agreement, duties: str, otherwise: str, actor: Actor, at: datetime
) -> Agreement:
    agreement.complaint, agreement.number = complaint, complaint.agreements.count() + 1
    agreement.keep_terms(duties.strip(), otherwise.strip() or _goes_on(complaint))
    _check(agreement, today=local_day(at))
    respondent = complaint.respondents.get(party=agreement.party)
    if respondent.asked_at is None:
        raise CannotAct(
            _("还没有通知到{party}，它没有地方确认。先给它一个答复入口。").format(party=respondent.get_party_display())
        )
    assert actor.user is not None  # officers are people
    agreement.made_by, agreement.made_at, agreement.digest = actor.user, at, digest_of(agreement)
    waiting = complaint.agreements.waiting().first()
    complaint.agreements.waiting().update(state=Agreement.State.REPLACED)
    agreement.save()
    body = {
        "kind": agreement.kind,
        "amount": terms_of(agreement)["amount"],
        "pay_by": agreement.pay_by.isoformat(),
        "digest": agreement.digest,
        "replaces": waiting.number if waiting else None,
        "from_offer": agreement.offer.number if agreement.offer else None,
    }
    _tell(complaint, "agreement-made", agreement, body, actor=actor, at=at)
    return agreement


def _goes_on(complaint: Complaint) -> str:
    """What holds where nothing else was agreed. It is kept as part of the terms, so that no signed paper can change: in
    Chinese, and in English under it where the case is told in English."""
    said = []
    for locale in ("zh-hans", "en") if complaint.language == "en" else ("zh-hans",):
        with translation.override(locale):
            said.append(_("到期没有做到的，调解接着进行；消费者也可以走其他途径。"))
    return "\n".join(said)


def _check(agreement: Agreement, *, today: date) -> None:
    amount, payer = agreement.amount, agreement.payer
    if amount is not None and amount <= 0:
        raise CannotAct(_("写一个比0大的金额。"))
    if amount is None and (payer or agreement.kind in WITH_SUM):
        raise CannotAct(_("谁付钱就要写明多少元。"))
    if amount is not None and not payer:
        raise CannotAct(_("写了金额，就要选谁付给谁。"))
    if payer == Agreement.Payer.CONSUMER and agreement.kind in WITH_SUM:
        raise CannotAct(_("退款、赔偿是对方付给消费者，重新选谁付钱。"))
    if amount is None and not agreement.duties:
        raise CannotAct(_("不付钱的协议，要写清楚做什么。"))
    if agreement.pay_by < today:
        raise CannotAct(_("兑现的日子已经过去了，写今天或以后的日子。"))
    if agreement.pay_by > today + AHEAD:
        raise CannotAct(_("兑现的日子最远写到{n}天以后。").format(n=AHEAD.days))


def _held(agreement: Agreement, side: str, actor: Actor) -> tuple[Complaint, Agreement]:
    """The case, held, and the agreement as it stands, where this actor may speak for the side."""
    complaint = Complaint.objects.locked(agreement.complaint_id)
    complaint.require_open()
    agreement = complaint.agreements.select_related("offer").get(pk=agreement.pk)
    agreement.complaint = complaint
    if side == CONSUMER and actor.role == Role.CONSUMER:
        return complaint, agreement
    if side != PARTY or actor.role != Role.RESPONDENT:
        raise CannotAct(_("这一方的话要由它自己说。"))
    respondent_for(complaint, Party(agreement.party), actor)
    return complaint, agreement


def _require_waiting(agreement: Agreement) -> None:
    if agreement.state != Agreement.State.PROPOSED:
        state = Agreement.State(agreement.state).label
        raise CannotAct(_("这一版协议现在是“{state}”，不能再回了。").format(state=state))


def _conclude(complaint: Complaint, agreement: Agreement, *, actor: Actor, at: datetime) -> None:
    """Both have said yes: it becomes the promise of an offer, new or the one it was made from."""
    agreement.state, agreement.confirmed_at = Agreement.State.CONFIRMED, at
    complaint.due_on = agreement.pay_by
    if agreement.offer is not None:
        if agreement.offer.state != OfferState.ACCEPTED:
            raise CannotAct(_("这个方案已经不在等兑现了，这一版协议用不上了。"))
        agreement.offer.pay_by, agreement.offer.asked_at = agreement.pay_by, None
        agreement.offer.save(update_fields=["pay_by", "asked_at"])
        complaint.save(update_fields=["due_on"])
        return
    _end_waiting_offer(complaint, agreement.party, at=at)
    offer = Offer(
        complaint=complaint,
        number=complaint.offers.count() + 1,
        party=agreement.party,
        recorded_by=agreement.made_by,
        kind=agreement.kind,
        amount=agreement.amount if agreement.payer == Agreement.Payer.PARTY else None,
        until=local_day(at),
        state=OfferState.ACCEPTED,
        made_at=agreement.made_at,
        answered_at=at,
        pay_by=agreement.pay_by,
    )
    offer.keep_words(agreement.duties)
    offer.save()
    agreement.offer = offer
    body = {**told_of(offer), "pay_by": agreement.pay_by.isoformat(), "agreement": agreement.number}
    announce(complaint, advance(complaint, "agree", actor=actor, at=at, body=body), at=at)


def _end_waiting_offer(complaint: Complaint, party: str, *, at: datetime) -> None:
    """What the same party had offered before is overtaken."""
    waiting = complaint.offers.filter(party=party, state=OfferState.MADE).first()
    if waiting:
        step(waiting, "end", Actor())
        waiting.save(update_fields=["state"])
        body = {"offer": waiting.number, "party": waiting.party}
        announce(complaint, timeline.record(complaint, "offer-ended", body, actor="system", at=at), at=at)


def _tell(
    complaint: Complaint, kind: str, agreement: Agreement, more: dict[str, Any], *, actor: Actor, at: datetime
) -> Event:
    body = {"agreement": agreement.number, "party": str(agreement.party), **more}
    event = timeline.record(complaint, kind, body, actor=actor.label, at=at)
    announce(complaint, event, to=Party(agreement.party), at=at)
    return event
