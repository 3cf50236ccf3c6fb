"""A case goes to another association: one proposes, the other accepts or sends back; no clock stops meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from complaints import permissions, timeline
from complaints.flow.appointments import Because, cancel_planned, end_agreements
from complaints.flow.groups import part
from complaints.flow.triage import CannotAct
from complaints.models import Actor, Complaint, Transfer
from complaints.narrative import language

FREELY = 2  # so often a case goes from hand to hand; after that only the national association takes it. Policy.


@transaction.atomic
def propose(
    complaint: Complaint, *, to: Organisation, reason: Transfer.Reason, words: str, actor: Actor, at: datetime
) -> Transfer:
    """Offer the case to another association. Until that one accepts, it stays where it is and every day counts on.

    The national association, which sees every case, gives it at once. Raises CannotAct, or IllegalMove where the case
    has ended; nothing has changed then.
    """
    permissions.require(actor, "transfer")
    complaint = _held(complaint, actor)
    complaint.require_open()
    _check(complaint, to, words, actor)
    assert actor.user is not None  # officers are people
    made = Transfer.objects.create(
        complaint=complaint,
        number=complaint.transfers.count() + 1,
        from_association=complaint.association,
        to_association=to,
        reason=reason,
        words=words.strip(),
        made_by=actor.user,
        made_at=at,
    )
    if _is_national(actor.organisation):
        _hand_over(complaint, made, answer="", actor=actor, at=at)
    else:
        body = {"transfer": made.number, "to": to.pk}  # why stands in the row: the timeline leaves the house
        timeline.record(complaint, "transfer-proposed", body, actor=actor.label, at=at)
    return made


@transaction.atomic
def accept(transfer: Transfer, *, answer: str = "", actor: Actor, at: datetime) -> Transfer:
    """Take the case over: it is this association's from now on, nobody's in charge yet, and the first no longer sees
    it. Messages, papers and internal notes go along; sessions to come and an agreement that waits end. Raises CannotAct
    or IllegalMove."""
    permissions.require(actor, "transfer")
    complaint, found = _answered_by(transfer, actor)
    complaint.require_open()
    _hand_over(complaint, found, answer=answer.strip(), actor=actor, at=at)
    return found


@transaction.atomic
def send_back(transfer: Transfer, *, answer: str, actor: Actor, at: datetime) -> Transfer:
    """Do not take it, and say why; it stays where it is."""
    permissions.require(actor, "transfer")
    if not answer.strip():
        raise CannotAct(_("写一句为什么不接收。"))
    complaint, found = _answered_by(transfer, actor)
    _close(found, Transfer.State.RETURNED, answer=answer.strip(), actor=actor, at=at)
    body = {"transfer": found.number, "to": found.to_association_id}
    timeline.record(complaint, "transfer-returned", body, actor=actor.label, at=at)
    return found


@transaction.atomic
def take_back(complaint: Complaint, *, actor: Actor, at: datetime) -> Transfer:
    """Drop one's own proposal before it is answered."""
    permissions.require(actor, "transfer")
    complaint = _held(complaint, actor)
    found = complaint.transfers.waiting().first()
    if found is None:
        raise CannotAct(_("转交已经有答复了，没有可以收回的。"))
    _close(found, Transfer.State.WITHDRAWN, answer="", actor=actor, at=at)
    body = {"transfer": found.number, "to": found.to_association_id}
    timeline.record(complaint, "transfer-withdrawn", body, actor=actor.label, at=at)
    return found


def able_to_take(complaint: Complaint, actor: Actor) -> list[Organisation]:
    """The associations the case may be offered to now, the national one last."""
    others = Organisation.objects.associations().order_by("region", "pk")
    if complaint.association_id:
        others = others.exclude(pk=complaint.association_id)
    if _was_passed_on(complaint) and not _is_national(actor.organisation):
        others = others.filter(region="")
    return sorted(others, key=lambda each: (not each.region, each.region))


# ── How it is done ───────────────────────────────────────────────────────────────────────────────────────────────────


def _held(complaint: Complaint, actor: Actor) -> Complaint:
    found = Complaint.objects.locked(complaint.pk)
    if not Complaint.objects.visible_to(actor).filter(pk=complaint.pk).exists():
        raise CannotAct(_("你已经看不到这件投诉了。"))
    return found


def _check(complaint: Complaint, to: Organisation, words: str, actor: Actor) -> None:
    if not words.strip():
        raise CannotAct(_("写一句为什么转，接收的协会先看到它。"))
    if to.kind != Organisation.Kind.ASSOCIATION:
        raise CannotAct(_("只能转给消费者协会。"))
    if to.pk == complaint.association_id:
        raise CannotAct(_("这件投诉已经在{name}了。").format(name=to.name(language())))
    waiting = complaint.transfers.waiting().select_related("to_association").first()
    if waiting:
        sentence = _("已经提出转给{name}，等它答复。要改，先收回那一次。")
        raise CannotAct(sentence.format(name=waiting.to_association.name(language())))
    if to.region and _was_passed_on(complaint) and not _is_national(actor.organisation):
        raise CannotAct(_("这件投诉已经转过{n}次，再转只能转给全国性的协会。").format(n=FREELY))
    if not _has_lead(to):
        raise CannotAct(_("{name}还没有能接收的负责人，先联系它。").format(name=to.name(language())))


def _was_passed_on(complaint: Complaint) -> bool:
    return complaint.transfers.filter(state=Transfer.State.ACCEPTED).count() >= FREELY


def _is_national(association: Organisation | None) -> bool:
    return association is not None and not association.region


def _has_lead(association: Organisation) -> bool:
    people = association.memberships.filter(user__is_active=True, user__is_staff=True)
    return any(Membership.Duty.LEAD in each.duties for each in people)


def _answered_by(transfer: Transfer, actor: Actor) -> tuple[Complaint, Transfer]:
    """The case, locked, and the proposal as it stands, for the association it is made to, or the national one."""
    complaint = Complaint.objects.locked(transfer.complaint_id)
    found = Transfer.objects.visible_to(actor).filter(pk=transfer.pk).first()
    if found is None or not (actor.organisation == found.to_association or _is_national(actor.organisation)):
        raise CannotAct(_("这次转交要由接收的协会答复。"))
    if found.state != Transfer.State.PROPOSED:
        raise CannotAct(_("这次转交已经办过了：{state}。").format(state=found.get_state_display()))
    return complaint, found


def _hand_over(complaint: Complaint, transfer: Transfer, *, answer: str, actor: Actor, at: datetime) -> None:
    _close(transfer, Transfer.State.ACCEPTED, answer=answer, actor=actor, at=at)
    complaint.association, complaint.officer = transfer.to_association, None
    complaint.save(update_fields=["association", "officer"])
    part(complaint, actor=actor, at=at)
    cancel_planned(complaint, Because.TRANSFERRED, at=at)
    end_agreements(complaint, Because.TRANSFERRED, at=at)
    complaint.reminders.standing().update(to=None)
    body = {"transfer": transfer.number, "from": transfer.from_association_id, "to": transfer.to_association_id}
    timeline.record(complaint, "transfer-accepted", body, actor=actor.label, at=at)


def _close(transfer: Transfer, state: Transfer.State, *, answer: str, actor: Actor, at: datetime) -> None:
    transfer.state, transfer.answer = state, answer
    transfer.answered_by, transfer.answered_at = actor.user, at
    transfer.save(update_fields=["state", "answer", "answered_by", "answered_at"])
