"""A deadline that passed is a fact: silence is recorded, and the law is read again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from complaints import timeline
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.moves import await_answers
from complaints.models import Complaint, DecisionRecord, Respondent


def lapse_deadlines(*, at: datetime, limit: int = 500) -> int:
    """Record every silence past its last day, each complaint in a transaction of its own. Returns how many parties."""
    today = timezone.localtime(at).date()
    late = Respondent.objects.out_of_time(today).filter(complaint__in=Complaint.objects.open())
    lapsed = 0
    for pk in late.order_by("complaint").values_list("complaint", flat=True).distinct()[:limit]:
        lapsed += lapse(pk, at=at)
    return lapsed


@transaction.atomic
def lapse(complaint_id: int, *, at: datetime) -> int:
    """Let the time of this complaint's silent parties run out, and decide again. Doing it twice changes nothing."""
    complaint = Complaint.objects.locked(complaint_id)
    if not complaint.is_open:
        return 0
    silent = list(complaint.respondents.out_of_time(timezone.localtime(at).date()))
    for respondent in silent:
        respondent.lapsed_at = at
        respondent.save(update_fields=["lapsed_at"])
        body = {"party": respondent.party, "due_on": respondent.due_on.isoformat() if respondent.due_on else None}
        announce(complaint, timeline.record(complaint, "lapsed", body, actor="clock", at=at), at=at)
    if silent:
        await_answers(complaint)
        decide_again(complaint, because=DecisionRecord.Because.LAPSE, actor="clock", at=at)
    return len(silent)
