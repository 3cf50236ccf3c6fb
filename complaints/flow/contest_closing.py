"""An officer says who answers where a case was passed to and fro: by a finding, or because the decision is right."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.flow.contesting import close_waiting
from complaints.flow.triage import CannotAct, make_finding
from complaints.lifecycle import Role
from complaints.models import Actor, Complaint, Contest

LONGEST = 500  # as a finding's reason
Outcome = Contest.Outcome


@transaction.atomic
def close_contest(
    complaint: Complaint,
    *,
    fact: str = "",
    value: bool | None = None,
    words: str,
    actor: Actor,
    at: datetime,
) -> list[Contest]:
    """Close what waits: with a finding on ``fact``, after which the law is read again, or without one, where the
    decision stays as it is. The reason is told to everybody of the case. (An override closes it by itself.)

    Raises CannotAct or IllegalMove; nothing has changed then. Returns what was closed.
    """
    permissions.require(actor, "contest")
    if actor.role != Role.OFFICER or not Complaint.objects.visible_to(actor).filter(pk=complaint.pk).exists():
        raise CannotAct(_("只有承办协会的工作人员可以定。"))
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    words = words.strip()
    if not words:
        raise CannotAct(_("写明理由，各方都看得到。"))
    if len(words) > LONGEST:
        raise CannotAct(_("理由最多{n}字。").format(n=LONGEST))
    if not complaint.contests.waiting().exists():
        raise CannotAct(_("没有在等协会定的，可能同事刚办过。"))
    if fact:
        make_finding(complaint, fact=fact, value=value, reason=words, actor=actor, at=at)
        complaint.refresh_from_db()
    outcome = Outcome.FINDING if fact else Outcome.STAYS
    return close_waiting(complaint, outcome, words=words, actor=actor, at=at)
