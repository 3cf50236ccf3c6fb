"""Reminders before a day, and word to those who lead after it: once for each case, day and step, whatever runs twice.

Nobody is reminded of a day that is not fixed yet, nor while testing holds the clock: there is no day then.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.names import email_of
from complaints import mail, permissions, timeline
from complaints.deadlines import calendar, is_settled, local_day
from complaints.flow.dispatch import announce
from complaints.flow.triage import CannotAct
from complaints.lifecycle import OPEN, State
from complaints.models import Actor, Complaint, Party, Reminder, Respondent

log = logging.getLogger(__name__)

AHEAD = 20  # calendar days in which three working days and the longest holiday fit
MORNING = time(8)
ASSOCIATIONS = (State.REFERRED, State.NEEDS_INFO, State.ACCEPTED)  # where the day is the association's own
Step = Reminder.Step


def working_days_to(day: date, on: date) -> int:
    """How many working days are left after ``on``, the last day inside."""
    days = range(on.toordinal() + 1, day.toordinal() + 1)
    return sum(calendar(date.fromordinal(each))[0] for each in days)


def step_of(due_on: date, on: date, *, at_least: bool = False) -> Step | None:
    """What is to be said of a last day on this day; None while it is far off, or not fixed yet. ``at_least``: said even
    where the calendar may still put it later, for a task of our own that must not sleep until it is out."""
    if not at_least and not is_settled(due_on):
        return None
    if due_on <= on:
        return Step.ON_THE_DAY if due_on == on else Step.AFTER
    left = working_days_to(due_on, on)
    return Step.ONE_BEFORE if left <= 1 else Step.THREE_BEFORE if left <= 3 else None


def remind_officers(*, at: datetime, limit: int = 500) -> int:
    """Write down what officers are to be reminded of today. Returns how many reminders are new."""
    made = _remind(Reminder.Of.CASE, "due_on", Q(state__in=ASSOCIATIONS), at=at, limit=limit)
    made += _remind(Reminder.Of.CONTEST, "contest_due_on", Q(state__in=OPEN), at=at, limit=limit)
    made += _remind(Reminder.Of.SERVICE, "service_due_on", Q(state__in=OPEN), at=at, limit=limit)
    return made + _remind(Reminder.Of.REVIEW, "review_due_on", Q(state__in=OPEN), at=at, limit=limit)


def remind_parties(*, at: datetime, limit: int = 500) -> int:
    """Remind each party, one working day before its last day to answer, that it has not. Returns how many."""
    today = local_day(at)
    near = [day for day in _days_ahead(today) if step_of(day, today) == Step.ONE_BEFORE]
    waiting = Respondent.objects.unheard().filter(due_on__in=near, complaint__in=Complaint.objects.real().open())
    waiting = waiting.exclude(reminded_of=F("due_on")) | waiting.filter(reminded_of=None)
    pks = list(waiting.order_by("complaint", "pk").values_list("pk", flat=True)[:limit])
    return sum(remind_party(pk, at=at) for pk in pks)


@transaction.atomic
def remind_party(respondent_id: int, *, at: datetime) -> bool:
    """One party, once for its day. Doing it twice changes nothing; who has answered meanwhile hears nothing."""
    found = Respondent.objects.get(pk=respondent_id)
    complaint = Complaint.objects.locked(found.complaint_id)
    respondent = complaint.respondents.unheard().filter(pk=respondent_id).first()
    if respondent is None or not complaint.is_open or respondent.due_on is None:
        return False
    if respondent.reminded_of == respondent.due_on:
        return False
    respondent.reminded_of = respondent.due_on
    respondent.save(update_fields=["reminded_of"])
    body = {"party": respondent.party, "due_on": respondent.due_on.isoformat()}
    event = timeline.record(complaint, "party-reminded", body, actor="clock", at=at)
    announce(complaint, event, to=Party(respondent.party), at=at)
    return True


def dismiss(reminder: Reminder, *, actor: Actor, at: datetime) -> None:
    """Put one aside; it does not come back, the next step does. That nobody has told a party stands once its day is
    over, until somebody has: raises CannotAct."""
    permissions.require(actor, "dismiss")
    if reminder.must_stand:
        raise CannotAct(_("还没有通知到，不能收起。记下送达以后，它自己会收起。"))
    Reminder.objects.filter(pk=reminder.pk, dismissed_at=None).update(dismissed_at=at, dismissed_by=actor.user)


def mail_digests(*, at: datetime) -> int:
    """One letter a morning to each officer who has an address: case numbers and days, nothing personal. What came after
    eight waits for the next morning. Returns how many letters.

    A reminder counts as mailed once the last of its readers was written to: whatever ends a run half-way, no letter is
    lost. What could be sent to none of them is tried again with the next run.
    """
    local = timezone.localtime(at)
    morning = local.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    if local < morning:
        return 0
    waiting = Reminder.objects.standing().filter(mailed_at=None, made_at__lt=morning)
    found = waiting.select_related("complaint", "to").defer("complaint__story", "complaint__statement")
    rows = list(found.order_by("due_on", "pk"))
    letters = list(_by_reader(rows))
    left = Counter(row.pk for _user, mine in letters for row in mine)
    _mark_mailed([row.pk for row in rows if not left[row.pk]], at=at)
    sent, told, failed = 0, set[int](), set[int]()
    for user, mine in letters:
        seen = waiting.filter(complaint__in=Complaint.objects.visible_to(Actor.officer(user)))
        pks = set(seen.filter(Q(to=user) | Q(to=None)).values_list("pk", flat=True))
        came = _send(user, [row for row in mine if row.pk in pks])
        sent += came is True
        told |= pks if came else set()
        failed |= pks if came is False else set()
        left.subtract(row.pk for row in mine)
        _mark_mailed([row.pk for row in mine if not left[row.pk] and row.pk not in failed - told], at=at)
    return sent


def _mark_mailed(pks: Sequence[int], *, at: datetime) -> None:
    for start in range(0, len(pks), 500):
        Reminder.objects.filter(pk__in=pks[start : start + 500], mailed_at=None).update(mailed_at=at)


def _remind(of: Reminder.Of, column: str, where: Q, *, at: datetime, limit: int) -> int:
    """``closed_at`` is named beside the state, for the indexes of cases in hand hold those without an end."""
    today, made, at_least = local_day(at), 0, of == Reminder.Of.SERVICE
    days_ahead = [(day, step_of(day, today, at_least=at_least)) for day in _days_ahead(today)]
    steps = {step: [day for day, said in days_ahead if said == step] for step in Step}
    for step in Step:
        days = Q(**{f"{column}__lt": today}) if step == Step.AFTER else Q(**{f"{column}__in": steps[step]})
        told = Reminder.objects.filter(complaint=OuterRef("pk"), of=of, step=step, due_on=OuterRef(column))
        due = (
            Complaint.objects.real()
            .filter(where, days, closed_at__isnull=True)
            .filter(~Exists(told))
            .order_by(column, "pk")
        )
        rows = [
            Reminder(
                complaint_id=pk, of=of, due_on=day, step=step, to_id=None if step == Step.AFTER else officer, made_at=at
            )
            for pk, day, officer in due.values_list("pk", column, "officer")[:limit]
            if step_of(day, today, at_least=at_least) == step
        ]
        Reminder.objects.bulk_create(rows, ignore_conflicts=True)
        made += len(rows)
    return made


def _days_ahead(today: date) -> list[date]:
    return [today + timedelta(days=n) for n in range(AHEAD)]


def _by_reader(rows: Sequence[Reminder]) -> Iterable[tuple[User, list[Reminder]]]:
    """Each reminder with those who get it: the officer, or who leads the association of the case."""
    found: dict[int, tuple[User, list[Reminder]]] = {}
    leads: dict[int | None, list[User]] = {}
    for row in rows:
        readers = [row.to] if row.to else _leads_of(row.complaint.association_id, leads)
        for user in readers:
            found.setdefault(user.pk, (user, []))[1].append(row)
    return found.values()


def _leads_of(association: int | None, known: dict[int | None, list[User]]) -> list[User]:
    if association not in known:
        members = Membership.objects.filter(organisation=association, user__is_active=True).select_related("user")
        known[association] = [each.user for each in members if Membership.Duty.LEAD in each.duties]
    return known[association]


def _send(user: User, rows: list[Reminder]) -> bool | None:
    """Whether the letter went out; None where there is none to send, or nowhere to send it to."""
    address = email_of(user)
    if not rows or not address or not user.is_active:
        return None
    with translation.override("en" if user.language == "en" else "zh-hans"):
        told = {"reminders": rows, "page": f"{settings.SITE_URL}/admin/reminders/"}
        subject = _("责在谁：{n}件投诉的期限要看一下").format(n=len({row.complaint_id for row in rows}))
        try:
            mail.send(address, subject, "reminders", told)
        except OSError as error:
            log.warning("reminders of officer %s: not sent (%s)", user.pk, type(error).__name__)
            return False
    return True
