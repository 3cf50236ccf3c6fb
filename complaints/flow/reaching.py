"""Whether a party was reached: a notice that nobody took for a day is an officer's task, to notify by other means."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from complaints.deadlines import local_day
from complaints.models import Actor, Complaint, Reminder, Respondent

UNTAKEN_FOR = timedelta(hours=24)


def remind_of_service(*, at: datetime, limit: int = 500) -> int:
    """Ask the officer of a case, or who leads its association, to notify a connected party that took no notice within a
    day of being asked. Once for each case; it is put aside when the notice arrives after all. Returns how many."""
    told = Reminder.objects.filter(complaint=OuterRef("complaint"), of=Reminder.Of.SERVICE)
    waiting = Respondent.objects.unheard().filter(
        organisation__isnull=False, asked_at__lte=at - UNTAKEN_FOR, notified_at=None, seen_at=None
    )
    cases = Complaint.objects.real().open()
    waiting = waiting.filter(complaint__in=cases).exclude(Exists(told)).order_by("asked_at", "pk")
    rows = {
        one.complaint_id: Reminder(
            complaint_id=one.complaint_id,
            of=Reminder.Of.SERVICE,
            due_on=local_day(one.asked_at),
            step=Reminder.Step.AFTER,
            to_id=one.complaint.officer_id,
            made_at=at,
        )
        for one in waiting.select_related("complaint").only("complaint__officer", "asked_at")[:limit]
        if one.asked_at
    }
    Reminder.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return len(rows)


def note_seen(complaint: Complaint, *, actor: Actor, at: datetime) -> None:
    """Enter that a party opened or fetched its case, the first time: delivered, seen and answered are three things."""
    unseen = Respondent.objects.filter(complaint=complaint, seen_at=None)
    if actor.respondent_id is not None:
        first = unseen.filter(pk=actor.respondent_id).update(seen_at=at)
    else:
        mine = unseen.filter(organisation=actor.organisation, organisation__isnull=False, asked_at__isnull=False)
        first = mine.update(seen_at=at)
    if first:
        put_aside([complaint.pk], at=at)


def put_aside(cases: Collection[int], *, at: datetime) -> None:
    """The party was reached after all: nobody need notify it by other means."""
    told = Reminder.objects.filter(complaint__in=cases, of=Reminder.Of.SERVICE, dismissed_at=None)
    told.update(dismissed_at=at)
