"""An officer keeps out of a case (回避): it is none of theirs, from every door, until another lead lifts it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from complaints import permissions, timeline
from complaints.flow.triage import CannotAct
from complaints.models import Actor, Complaint, Recusal


@transaction.atomic
def recuse(
    complaint: Complaint, *, user: User, reason: Recusal.Reason, words: str, actor: Actor, at: datetime
) -> Recusal:
    """Keep an officer out: oneself, or, by a lead, a colleague. Where they had the case in charge it goes back
    unassigned. Raises CannotAct or NotAllowed; nothing has changed then."""
    is_own = actor.user == user
    permissions.require(actor, "recuse" if is_own else "recuse-other")
    complaint = _held(complaint, actor)
    words = words.strip()
    if not is_own and not words:
        raise CannotAct(_("写一句为什么要这个人回避。"))
    if not is_own and not _works_on(complaint, user, actor):
        raise CannotAct(_("这个人不在办这件投诉的协会里，不用回避。"))
    if Recusal.objects.standing().filter(complaint=complaint, user=user).exists():
        raise CannotAct(_("这个人已经回避了。"))
    assert actor.user is not None  # officers are people
    made = Recusal.objects.create(
        complaint=complaint, user=user, reason=reason, words=words, made_by=actor.user, made_at=at
    )
    was_theirs = complaint.officer == user
    if was_theirs:
        complaint.officer = None
        complaint.save(update_fields=["officer"])
    complaint.reminders.standing().filter(to=user).update(to=None)  # to who leads
    body = {"officer": user.pk, "reason": reason, "own": is_own, "unassigned": was_theirs}
    timeline.record(complaint, "recused", body, actor=actor.label, at=at)
    return made


@transaction.atomic
def lift(complaint: Complaint, *, user: User, because: str, actor: Actor, at: datetime) -> Recusal:
    """Let an officer see the case again. Nobody lifts their own: another lead does. Raises CannotAct or NotAllowed."""
    permissions.require(actor, "lift-recusal")
    complaint = _held(complaint, actor)
    if not because.strip():
        raise CannotAct(_("写一句为什么不用再回避。"))
    if actor.user == user:
        raise CannotAct(_("自己的回避要由另一位负责人解除。"))
    found = Recusal.objects.standing().filter(complaint=complaint, user=user).first()
    if found is None:
        raise CannotAct(_("这项回避已经解除了。"))
    found.lifted_by, found.lifted_at, found.lifted_because = actor.user, at, because.strip()
    found.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])
    timeline.record(complaint, "recusal-lifted", {"officer": user.pk}, actor=actor.label, at=at)
    return found


def _held(complaint: Complaint, actor: Actor) -> Complaint:
    """The case, locked, for an officer who may see it: who keeps out already does not."""
    found = Complaint.objects.locked(complaint.pk)
    if not Complaint.objects.visible_to(actor).filter(pk=complaint.pk).exists():
        raise CannotAct(_("你已经看不到这件投诉了。"))
    return found


def _works_on(complaint: Complaint, user: User, actor: Actor) -> bool:
    houses = [complaint.association_id, actor.organisation.pk if actor.organisation else None]
    return Membership.objects.filter(user=user, organisation__in=[each for each in houses if each]).exists()
