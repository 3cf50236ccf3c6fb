"""Appraisal and testing: while it runs the time of mediation does not count (消费者权益保护法实施条例 Art 46(3))."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.deadlines import local_day, mediation_by, pauses_of, timed_of
from complaints.flow.triage import CannotAct
from complaints.lifecycle import State
from complaints.models import Actor, Complaint


def is_tested(complaint: Complaint) -> bool:
    """Whether testing is under way."""
    pauses = pauses_of(timed_of(complaint))
    return bool(pauses) and pauses[-1].last is None


def can_be_tested(complaint: Complaint, *, on: date) -> bool:
    """Whether testing may begin on that day: during mediation, while its time runs, one at a time."""
    if complaint.state != State.ACCEPTED or complaint.accepted_at is None or is_tested(complaint):
        return False
    until = mediation_by(complaint, local_day(complaint.accepted_at))
    return until is not None and not until.is_over(on)


@transaction.atomic
def begin_testing(complaint: Complaint, *, actor: Actor, at: datetime) -> Complaint:
    """Stop the clock of mediation from this day on. Raises CannotAct outside mediation, after its last day, or while it
    stands already."""
    permissions.require(actor, "testing")
    complaint = Complaint.objects.locked(complaint.pk)
    if not can_be_tested(complaint, on=local_day(at)):
        raise CannotAct(_("调解期间、期限没过才能送检，一次只能有一项在检。"))
    complaint.due_on = None
    complaint.save(update_fields=["due_on"])
    timeline.record(complaint, "testing-began", {}, actor=actor.label, at=at)
    return complaint


@transaction.atomic
def end_testing(complaint: Complaint, *, actor: Actor, at: datetime) -> Complaint:
    """Let the clock run on: the days of testing, this one too, are added. Raises CannotAct while nothing is tested."""
    permissions.require(actor, "tested")
    complaint = Complaint.objects.locked(complaint.pk)
    if complaint.state != State.ACCEPTED or not is_tested(complaint):
        raise CannotAct(_("现在没有在检的项目。"))
    timeline.record(complaint, "testing-ended", {}, actor=actor.label, at=at)
    assert complaint.accepted_at is not None  # it is being mediated
    until = mediation_by(complaint, local_day(complaint.accepted_at))
    complaint.due_on = until.day if until else None
    complaint.save(update_fields=["due_on"])
    return complaint
