"""Going back on an end: an association opens again what it declined, ended or wrote down as settled, for a reason."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import permissions
from complaints.deadlines import acceptance_by, answer_by, local_day
from complaints.flow.clock import associations_day
from complaints.flow.dispatch import announce
from complaints.flow.moves import advance, await_answers
from complaints.flow.reaching import catch_up
from complaints.flow.record_requests import run_anew
from complaints.flow.terminating import Ground
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove, State
from complaints.models import Actor, Complaint


class OfficersReason(StrEnum):
    """Why an association opens a case again."""

    REVIEWED = "reviewed"
    NOT_KEPT = "not-kept"
    NEW = "new"
    MISTAKE = "mistake"


REASON_LABELS = {
    OfficersReason.REVIEWED: gettext_lazy("复查以后，原来的决定要改"),
    OfficersReason.NOT_KEPT: gettext_lazy("谈妥的没有兑现"),
    OfficersReason.NEW: gettext_lazy("有了新的证据或者情况"),
    OfficersReason.MISTAKE: gettext_lazy("办错了"),
}


# Mediation needs the consent of both (law.md 6.1). Who took it back is not brought to it again by the association.
WITHOUT_CONSENT = frozenset({Ground.WITHDRAWN, Ground.REFUSED})


def way_back_of(complaint: Complaint) -> str:
    """The move of the table that opens it again; empty where no officer may."""
    if _ended_without_consent(complaint):
        return ""
    match State(complaint.state):
        case State.DECLINED:
            return "reopen-referral"
        case State.TERMINATED:
            return "reopen-mediation"
        case State.SETTLED:
            return "reopen-mediation" if complaint.accepted_at else "reopen-negotiation"
    return ""


@transaction.atomic
def reopen_case(complaint: Complaint, *, reason: OfficersReason, words: str, actor: Actor, at: datetime) -> Complaint:
    """Open an ended case again, where it stood: its day is counted anew by the law. What was refused is looked at again
    from today; a mediation goes on from the day it was accepted, so that opening again makes it no longer.

    Raises CannotAct or IllegalMove; nothing has changed then.
    """
    permissions.require(actor, "reopen")
    if not words.strip():
        raise CannotAct(_("写一句为什么重新打开，消费者和对方都会看到。"))
    complaint = Complaint.objects.locked(complaint.pk)
    if _ended_without_consent(complaint):
        raise IllegalMove(_("调解要各方都愿意。这次结束，是因为有人不想调解了，协会不能自己重新打开。"))
    move = way_back_of(complaint)
    if not move:
        state = State(complaint.state).label
        raise IllegalMove(_("这件投诉现在是“{state}”，协会不能重新打开。").format(state=state))
    told = {"reason": reason.value, "words": words.strip()}
    complaint.statement = {**complaint.statement, "reopened": told}
    if move == "reopen-referral":
        complaint.accepted_at = None
    event = advance(complaint, move, actor=actor, at=at, body={"reason": reason.value})
    if move == "reopen-negotiation":
        catch_up(complaint, at=at)
        complaint.respondents.unheard().filter(notified_at__isnull=False).update(due_on=answer_by(local_day(at)).day)
        await_answers(complaint)
    elif move == "reopen-referral":
        complaint.due_on = acceptance_by(complaint, local_day(at)).day
    else:
        complaint.due_on = associations_day(complaint)
    complaint.save(update_fields=["statement", "accepted_at", "due_on"])
    run_anew(complaint, at=at)
    announce(complaint, event, at=at)
    return complaint


def _ended_without_consent(complaint: Complaint) -> bool:
    """Whether the mediation ended because somebody did not want it, as the timeline says: what was said in the case may
    be erased meanwhile."""
    if complaint.state != State.TERMINATED:
        return False
    ended = complaint.events.filter(kind="moved.terminate").order_by("-sequence").first()
    return ended is not None and ended.body.get("ground") in WITHOUT_CONSENT
