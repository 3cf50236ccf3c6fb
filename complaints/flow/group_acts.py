"""What is done once for a group and carried into each member's case: a fact found, a party's offer written down.

Each case is a transaction of its own with an outcome of its own: one that has ended, was found otherwise or has an
offer of its own stays as it is. What is left waiting, by a breakdown or for another officer, is gone on with.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.deadlines import local_day
from complaints.flow.groups import FEWEST, changed, held
from complaints.flow.offers import CannotOffer, check_offer, make_offer
from complaints.flow.triage import WEIGHED, CannotAct, make_finding
from complaints.lifecycle import OfferState, State
from complaints.models import (
    Actor,
    Complaint,
    Group,
    GroupAct,
    GroupMember,
    GroupResult,
    Offer,
    Party,
    Speaker,
)
from routing import rulebook

AT_ONCE = 50  # cases in one press of the button
CENT = Decimal("0.01")
Outcome = GroupResult.Outcome


@transaction.atomic
def find_common(
    group: Group, *, fact: str, value: bool | None, reason: str, seen: int, actor: Actor, at: datetime
) -> GroupAct:
    """Write down a finding for all who are in, to be carried out by ``carry_on``; ``None`` takes an earlier one back.
    Raises NotAllowed, CannotAct, IllegalMove; nothing has changed then."""
    permissions.require(actor, "group")
    permissions.require(actor, "finding")
    if fact not in rulebook().facts:
        raise CannotAct(_("没有“{fact}”这项事实。").format(fact=fact))
    if fact in WEIGHED and value is not None:
        raise CannotAct(_("这一项法律要求综合几种情况来判断，要在每件投诉里用“综合判断”来办。"))
    if not reason.strip():
        raise CannotAct(_("写明认定的理由。"))
    group = held(group.pk, seen=seen)
    return _begin(group, reason, actor=actor, at=at, kind=GroupAct.Kind.FINDING, fact=fact, value=value)


@transaction.atomic
def offer_common(
    group: Group,
    *,
    party: Party,
    kind: Offer.Kind,
    rule: GroupAct.Rule,
    amount: Decimal | None,
    percent: Decimal | None,
    words: str,
    until: date,
    seen: int,
    actor: Actor,
    at: datetime,
) -> GroupAct:
    """Write down a party's offer to the group: the same sum for each, a share of what each paid, or no sum. It becomes
    an offer in each member's case by ``carry_on``, and binds whoever accepts it. Raises CannotOffer as well."""
    permissions.require(actor, "group")
    permissions.require(actor, "offer")
    if rule == GroupAct.Rule.SHARE and (percent is None or not 0 < percent <= 100):
        raise CannotOffer(_("百分比写大于0、不超过100的数。"))
    per_case = {GroupAct.Rule.FIXED: amount, GroupAct.Rule.SHARE: Decimal(1), GroupAct.Rule.NONE: None}[rule]
    check_offer(kind, per_case, words.strip(), until, today=local_day(at))
    if not words.strip():
        raise CannotOffer(_("写清楚是什么办法。"))
    group = held(group.pk, seen=seen)
    fields: dict[str, Any] = {"party": party, "offer_kind": kind, "rule": rule, "until": until}
    fields["amount"] = amount if rule == GroupAct.Rule.FIXED else None
    fields["percent"] = percent if rule == GroupAct.Rule.SHARE else None
    return _begin(group, words, actor=actor, at=at, kind=GroupAct.Kind.OFFER, **fields)


@transaction.atomic
def extend(act: GroupAct, *, seen: int, actor: Actor, at: datetime) -> int:
    """Let those who joined later have it too; to be carried out by ``carry_on``. Returns how many. Raises CannotAct
    where it holds no more."""
    permissions.require(actor, "group")
    group = held(act.group_id, seen=seen)
    if why_past(act, on=local_day(at)):
        raise CannotAct(why_past(act, on=local_day(at)))
    later = list(group.members.joined().exclude(results__act=act))
    GroupResult.objects.bulk_create(GroupResult(act=act, member=member, at=at) for member in later)
    changed(group)
    return len(later)


def why_past(act: GroupAct, *, on: date) -> str:
    """Why it is not for those who joined later any more: the fact was found or taken back anew, or the offer's last day
    is over. Empty where it still holds."""
    if act.kind == GroupAct.Kind.OFFER:
        is_over = act.until is not None and act.until < on
        return _("这个方案的期限已过。要给后来加入的，记一个新的方案。") if is_over else ""
    later = act.group.acts.filter(kind=GroupAct.Kind.FINDING, fact=act.fact, number__gt=act.number)
    return _("这项事实后来又办过一次，照后来那一次办。") if later.exists() else ""


def carry_on(act: GroupAct, *, actor: Actor, at: datetime) -> int:
    """Carry an act into the cases that still wait, as far as this officer sees them; returns how many were gone
    through. Two at once share the work, and no case gets it twice."""
    permissions.require(actor, "group")
    seen = Complaint.objects.visible_to(actor)
    waiting = act.results.filter(outcome=Outcome.WAITING, member__complaint__in=seen)
    pairs = list(waiting.values_list("pk", "member__complaint_id")[:AT_ONCE])
    return sum(_carry_out(act, pk, case_pk, actor=actor, at=at) for pk, case_pk in pairs)


def amount_for(act: GroupAct, price: Decimal | None) -> Decimal | None:
    """What one member is offered, in yuan to the cent; None where no sum is named, or none can be told."""
    if act.rule == GroupAct.Rule.FIXED:
        return act.amount
    if act.rule == GroupAct.Rule.SHARE and act.percent is not None and price is not None:
        return (price * act.percent / 100).quantize(CENT, ROUND_HALF_UP)
    return None


def _begin(group: Group, words: str, *, actor: Actor, at: datetime, **fields: Any) -> GroupAct:
    if group.state != Group.State.OPEN:
        raise CannotAct(_("至少{n}位消费者加入以后，才能一起办。").format(n=FEWEST))
    act = GroupAct(group=group, number=group.acts.count() + 1, by=actor.user, at=at, **fields)
    act.keep_words(words.strip())
    act.save()
    GroupResult.objects.bulk_create(GroupResult(act=act, member=each, at=at) for each in group.members.joined())
    changed(group)
    return act


@transaction.atomic
def _carry_out(act: GroupAct, pk: int, case_pk: int, *, actor: Actor, at: datetime) -> int:
    complaint = Complaint.objects.locked(case_pk)
    result = GroupResult.objects.select_for_update().get(pk=pk)
    if result.outcome != Outcome.WAITING:
        return 0  # somebody else was first
    member = GroupMember.objects.get(pk=result.member_id)
    if not (member.stands and member.state == GroupMember.State.JOINED):
        result.outcome = Outcome.LEFT
    elif not complaint.is_open:
        result.outcome = Outcome.CLOSED
    elif act.kind == GroupAct.Kind.FINDING:
        _find(act, result, complaint, actor=actor, at=at)
    else:
        _offer(act, result, complaint, actor=actor, at=at)
    result.at = at
    result.save()
    return 1


def _find(act: GroupAct, result: GroupResult, complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """A fact that was settled in this case alone stays as it was settled there."""
    own = complaint.assertions.filter(speaker=Speaker.OFFICER, fact=act.fact)
    last = own.order_by("pk").last()
    is_groups = last is not None and GroupResult.objects.filter(member=result.member, assertion=last).exists()
    if last is not None and last.value is not None and not is_groups and last.value != act.value:
        result.outcome = Outcome.OTHERWISE
        return
    result.outcome = Outcome.DONE
    if (last.value if last else None) != act.value:
        make_finding(complaint, fact=act.fact, value=act.value, reason=act.words, actor=actor, at=at)
        result.assertion = own.order_by("pk").last()


def _offer(act: GroupAct, result: GroupResult, complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """An offer made to this case alone is not replaced, and what was agreed is not opened again."""
    waiting = complaint.offers.filter(party=act.party, state=OfferState.MADE).first()
    amount = amount_for(act, complaint.price)
    assert act.until is not None  # an offer always has a last day
    if complaint.state == State.PROMISED:
        result.outcome = Outcome.AGREED
    elif waiting and not GroupResult.objects.filter(offer=waiting).exists():
        result.outcome = Outcome.OWN_OFFER
    elif act.rule == GroupAct.Rule.SHARE and not amount:
        result.outcome = Outcome.NO_PRICE
    elif act.until < local_day(at):
        result.outcome = Outcome.LATE
    else:
        kind, party = Offer.Kind(act.offer_kind), Party(act.party)
        told: dict[str, Any] = {"amount": amount, "words": act.words, "until": act.until}
        result.offer = make_offer(complaint, party=party, kind=kind, **told, actor=actor, at=at)
        result.outcome = Outcome.DONE
