"""An officer tells a party by other means: a letter, a call, in person, by hand. It starts the clock as a notice that
was taken does, so nobody escapes by switching its address off. What was written down wrongly is taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.deadlines import local_day, serve_by
from complaints.flow.clock import recall_silence
from complaints.flow.reaching import begin, count_days, when_reached
from complaints.flow.record_serving import begin as begin_request
from complaints.flow.record_serving import is_told, recall, serve_waiting, served_with
from complaints.flow.triage import CannotAct
from complaints.lifecycle import Role
from complaints.models import Actor, Complaint, Party, Reached, Respondent, Service

LONGEST = 500  # characters


@transaction.atomic
def serve_by_hand(
    complaint: Complaint,
    *,
    party: Party,
    how: Service.How,
    served_at: datetime,
    to: str = "",
    words: str = "",
    with_records: bool = False,
    actor: Actor,
    at: datetime,
) -> Service:
    """Write down that a party was told, and when; its time to answer runs from then, and the task ends with the last of
    those to tell. ``with_records``: the letters about records went with it.

    Raises CannotAct (it was reached already; a moment that cannot be) or IllegalMove; nothing has changed then.
    """
    permissions.require(actor, "serve")
    complaint = _held(complaint, actor)
    respondent = complaint.respondents.get(party=party)
    if not complaint.respondents.unserved().filter(pk=respondent.pk).exists():
        raise CannotAct(_("{party}已经收到通知了，不用再记。").format(party=party.label))
    if served_at > at:
        raise CannotAct(_("送到的时间不能在现在以后。"))
    if served_at < (respondent.asked_at or complaint.filed_at).replace(second=0, microsecond=0):
        raise CannotAct(_("送到的时间不能早于通知它的时间。"))
    to, words = to.strip(), words.strip()
    if len(to) > LONGEST or len(words) > LONGEST:
        raise CannotAct(_("最多{n}字，现在有{count}字。").format(n=LONGEST, count=max(len(to), len(words))))
    asked = Coalesce(F("asked_at"), Value(served_at))
    mine = Respondent.objects.filter(pk=respondent.pk, notified_at=None)
    if not mine.update(notified_at=served_at, notified_how=Reached(how.value), asked_at=asked):
        raise CannotAct(_("{party}刚刚自己收下了通知，不用再记。").format(party=party.label))
    made = Service(
        complaint=complaint,
        respondent=respondent,
        how=how,
        at=served_at,
        by=actor.user,
        made_at=at,
        was_asked_at=respondent.asked_at,
    )
    made.keep(to=to, words=words)
    made.save()
    begin(complaint, actor=actor.label, at=at, kind="served")
    if with_records and party == Party.PLATFORM:
        for request in complaint.record_requests.filter(served_at=None):
            begin_request(complaint, request, since=served_with(request, served_at), actor=actor.label, at=at)
    return made


@transaction.atomic
def take_back_service(service: Service, *, reason: str, actor: Actor, at: datetime) -> Service:
    """What was written down was wrong: the clocks of the answer, and of the records whose letters went with it, run
    from when the party was reached otherwise, or stand still. A silence that rested on it is recalled, and the law is
    read again. Raises CannotAct or IllegalMove."""
    permissions.require(actor, "serve")
    complaint = _held(service.complaint, actor)
    found = complaint.services.standing().filter(pk=service.pk).first()
    if found is None:
        raise CannotAct(_("这条送达记录已经收回了。"))
    service, reason = found, reason.strip()
    if not reason:
        raise CannotAct(_("写一句为什么收回，留在案卷里。"))
    if len(reason) > LONGEST:
        raise CannotAct(_("最多{n}字，现在有{count}字。").format(n=LONGEST, count=len(reason)))
    service.taken_back_at, service.taken_back_by = at, actor.user
    service.keep_reason(reason)
    service.save()
    respondent = complaint.respondents.get(pk=service.respondent_id)
    otherwise = when_reached(respondent)
    respondent.asked_at = service.was_asked_at or (otherwise[0] if otherwise else None)
    respondent.save(update_fields=["asked_at"])
    touched = [respondent]
    if respondent.party == Party.PLATFORM:
        touched += complaint.respondents.filter(notified_how=Reached.PASSED_ON)
    recalled = [each.party for each in touched if each.lapsed_at is not None]
    for each in touched:
        _as_reached_otherwise(each)
    count_days(complaint)
    is_waiting = respondent.party == Party.PLATFORM and not is_told(complaint)
    records, was_silent = recall(complaint, service.at) if is_waiting else ([], False)
    recall_silence(
        complaint,
        "service-taken-back",
        party=respondent.party,
        recalled=recalled,
        records=records,
        reads=was_silent,
        actor=actor.label,
        at=at,
    )
    if is_told(complaint):
        serve_waiting(complaint, actor=actor.label, at=at)
    if complaint.respondents.unserved().exists():
        complaint.service_due_on = serve_by(local_day(at)).day
        complaint.save(update_fields=["service_due_on"])
    return service


def _as_reached_otherwise(respondent: Respondent) -> None:
    """Put down what is on file of a party beside the service, and its days are to be counted anew: it was reached by
    itself, or not at all."""
    respondent.notified_at, respondent.notified_how = when_reached(respondent) or (None, "")
    respondent.lapsed_at = None
    if respondent.answered_at is None:
        respondent.due_on = respondent.reminded_of = None
    respondent.save(update_fields=["notified_at", "notified_how", "lapsed_at", "due_on", "reminded_of"])


def _held(complaint: Complaint, actor: Actor) -> Complaint:
    if actor.role != Role.OFFICER or not Complaint.objects.visible_to(actor).filter(pk=complaint.pk).exists():
        raise CannotAct(_("只有承办协会的工作人员可以记送达。"))
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    return complaint
