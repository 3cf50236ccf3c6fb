"""A deadline that passed is a fact: silence is recorded, and the law is read again. Only who was reached is silent."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from complaints import timeline
from complaints.deadlines import acceptance_by, answer_of, local_day, mediation_by, referred_on, timed_of
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.flow.moves import await_answers
from complaints.lifecycle import State
from complaints.models import Complaint, DecisionRecord, Extension, Respondent


def lapse_deadlines(*, at: datetime, limit: int = 500) -> int:
    """Record every silence past its last day, each complaint in a transaction of its own. Returns how many parties."""
    today = local_day(at)
    late = Respondent.objects.out_of_time(today).filter(complaint__in=Complaint.objects.real().open())
    lapsed = 0
    for pk in late.order_by("complaint").values_list("complaint", flat=True).distinct()[:limit]:
        lapsed += lapse(pk, at=at)
    return lapsed


@transaction.atomic
def lapse(complaint_id: int, *, at: datetime) -> int:
    """Let the time of this complaint's silent parties run out, and decide again. Doing it twice changes nothing.

    A day that was told before the calendar was out is counted again first: nobody is silent before their time.
    """
    complaint = Complaint.objects.locked(complaint_id)
    if not complaint.is_open:
        return 0
    today = local_day(at)
    silent = [each for each in complaint.respondents.out_of_time(today) if _is_over(each, today)]
    for respondent in silent:
        respondent.lapsed_at = at
        respondent.save(update_fields=["lapsed_at"])
        Extension.objects.filter(respondent=respondent, state=Extension.State.ASKED).update(state=Extension.State.OVER)
        body = {"party": respondent.party, "due_on": respondent.due_on.isoformat() if respondent.due_on else None}
        announce(complaint, timeline.record(complaint, "lapsed", body, actor="clock", at=at), at=at)
    if silent:
        await_answers(complaint)
        decide_again(complaint, because=DecisionRecord.Because.LAPSE, actor="clock", at=at)
    return len(silent)


def recall_unreached(*, at: datetime, limit: int = 500) -> int:
    """Take back each silence of a party that no word of the case ever came to: such were recorded while the clock ran
    from the day of asking. Each case in a transaction of its own; returns how many parties."""
    never = Respondent.objects.silent().filter(notified_at=None, complaint__in=Complaint.objects.open())
    cases = never.order_by("complaint").values_list("complaint", flat=True).distinct()[:limit]
    return sum(_recall_unreached(pk, at=at) for pk in cases)


@transaction.atomic
def _recall_unreached(complaint_id: int, *, at: datetime) -> int:
    complaint = Complaint.objects.locked(complaint_id)
    never = complaint.respondents.silent().filter(notified_at=None)
    parties = list(never.order_by("pk").values_list("party", flat=True))
    if not complaint.is_open or not parties:
        return 0
    never.update(lapsed_at=None, due_on=None, reminded_of=None)
    recall_silence(complaint, "silence-recalled", recalled=parties, actor="clock", at=at)
    return len(parties)


def recall_silence(
    complaint: Complaint,
    kind: str,
    *,
    recalled: Sequence[str],
    party: str = "",
    records: Sequence[int] = (),
    reads: bool = False,
    actor: str,
    at: datetime,
) -> None:
    """Write down that these parties are not silent after all, tell whoever is of the case, and read the law again. The
    caller holds the case and has cleared their rows. ``records``: the numbers of the requests for records that wait
    again; ``reads``: a silence about them was recalled, too."""
    await_answers(complaint)
    body = {
        "recalled": list(recalled),
        **({"party": party} if party else {}),
        **({"records": list(records)} if records else {}),
    }
    announce(complaint, timeline.record(complaint, kind, body, actor=actor, at=at), at=at)
    if recalled or reads:
        decide_again(complaint, because=DecisionRecord.Because.SERVICE, actor=actor, at=at)


@transaction.atomic
def recount(complaint_id: int, *, at: datetime) -> bool:
    """Count the days of a complaint anew, once a year's calendar is out. True if one of them moved; it is recorded."""
    complaint = Complaint.objects.locked(complaint_id)
    if not complaint.is_open:
        return False
    moved = sum(_recount_answer(each) for each in complaint.respondents.unheard()) > 0
    was = complaint.due_on
    if complaint.state == State.PROMISED:
        pass  # what was agreed is due on a day of the calendar, which nothing moves
    elif complaint.state == State.NEGOTIATING:
        await_answers(complaint)
    elif (due_on := associations_day(complaint)) != was:
        complaint.due_on = due_on
        complaint.save(update_fields=["due_on"])
    if not moved and complaint.due_on == was:
        return False
    body = {"due_on": complaint.due_on.isoformat() if complaint.due_on else None}
    timeline.record(complaint, "recounted", body, actor="clock", at=at)
    return True


def _is_over(respondent: Respondent, on: date) -> bool:
    """Whether the last day has passed; where the calendar has put it later meanwhile, that is noted."""
    until = answer_of(respondent)
    _recount_answer(respondent)
    return until is not None and until.is_over(on)


def _recount_answer(respondent: Respondent) -> bool:
    until = answer_of(respondent)
    if until is None or until.day == respondent.due_on:
        return False
    respondent.due_on = until.day
    respondent.save(update_fields=["due_on"])
    return True


def associations_day(complaint: Complaint) -> date | None:
    """The last day to accept or decline, or to mediate; None while testing holds it up."""
    if complaint.accepted_at:
        until = mediation_by(complaint, local_day(complaint.accepted_at))
        return until.day if until else None
    referred = referred_on(timed_of(complaint))
    return acceptance_by(complaint, referred).day if referred else complaint.due_on
