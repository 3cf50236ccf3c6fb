"""More time to answer: asked for once, before the last day; given at once where the site lists why, else by an officer.

Asking stops no clock: until somebody says yes, the day stands. What passed in silence cannot be extended any more.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.deadlines import answer_of, extended_by, local_day
from complaints.flow.contesting import CannotAnswer
from complaints.flow.dispatch import announce
from complaints.flow.moves import await_answers
from complaints.flow.responses import respondent_for
from complaints.flow.triage import CannotAct
from complaints.lifecycle import Role
from complaints.models import Actor, Complaint, Extension, Party, Respondent
from complaints.narrative import day

LONGEST = 500
State = Extension.State


class CannotExtend(CannotAnswer):
    """A wish for more time that cannot be taken, with a sentence that says why."""


def days_at_once(reason: str) -> int:
    """How many working days this reason is given at once; 0 where an officer answers."""
    return int(min(settings.EXTENSIONS_AT_ONCE.get(reason, 0), settings.EXTENSION_WORKING_DAYS))


def why_not(respondent: Respondent, *, on: date) -> str:
    """Why this party cannot ask for more time today, as a sentence; empty where it can."""
    if Extension.objects.filter(respondent=respondent).exists():
        return _("已经申请过一次，每件投诉只能申请一次。")
    if respondent.answered_at is not None:
        return _("已经答复了，不用延期。要补充，直接再答复。")
    until = answer_of(respondent)
    if until is None and respondent.lapsed_at is None:
        return _("通知送到以后才开始算答复的日子，现在还没有开始，不用延期。")
    if respondent.lapsed_at is not None or until is None or until.is_over(on) or on > until.day:
        return _("期限已经过了，不能再延。晚了也可以答复，照样会重新判定。")
    return ""


@transaction.atomic
def ask_for_time(
    complaint: Complaint,
    *,
    party: Party,
    reason: Extension.Reason,
    days: int,
    words: str,
    actor: Actor,
    at: datetime,
) -> Extension:
    """Ask for so many working days more. Within the site's list it is granted in the same step.

    Raises CannotExtend, CannotAnswer or IllegalMove; nothing has changed then.
    """
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    respondent = respondent_for(complaint, party, actor)
    if refusal := why_not(respondent, on=local_day(at)):
        raise CannotExtend(refusal)
    words, most = words.strip(), int(settings.EXTENSION_WORKING_DAYS)
    if not 1 <= days <= most:
        raise CannotExtend(_("最多延{n}个工作日，写1到{n}。").format(n=most))
    if not words:
        raise CannotExtend(_("用一两句话写明为什么来不及。"))
    if len(words) > LONGEST:
        raise CannotExtend(_("最多{n}字，现在有{count}字。").format(n=LONGEST, count=len(words)))
    assert respondent.due_on is not None  # else why_not says so
    made = Extension(
        complaint=complaint, respondent=respondent, reason=reason, days=days, asked_at=at, was_due=respondent.due_on
    )
    made.keep_words(words)
    made.save()
    body = {"party": party, "reason": str(reason), "days": days, "due_on": respondent.due_on.isoformat()}
    timeline.record(complaint, "extension-asked", body, actor=actor.label, at=at)
    if days <= days_at_once(reason):
        until = extended_by(respondent.due_on, days).day
        _grant(complaint, respondent, made, until, by_policy=True, actor=actor, at=at)
    return made


@transaction.atomic
def grant_time(extension: Extension, *, until: date, actor: Actor, at: datetime) -> Extension:
    """An officer gives more time, to a day. Raises CannotAct or IllegalMove; nothing has changed then."""
    complaint, respondent, extension = _held(extension, actor, at=at)
    first, last = span_of(extension)
    if not first < until <= last:
        told = _("延到{first}以后、{last}以前（含那一天）。")
        raise CannotAct(told.format(first=day(first), last=day(last)))
    _grant(complaint, respondent, extension, until, by_policy=False, actor=actor, at=at)
    return extension


def span_of(extension: Extension) -> tuple[date, date]:
    """After which day, and until which one, more time may be given. The party's day may be later meanwhile than the one
    it asked against: the case was opened again, or the calendar of that year came out. It is never put earlier."""
    stands = answer_of(extension.respondent)
    first = max(filter(None, (extension.was_due, extension.respondent.due_on, stands.day if stands else None)))
    return first, extended_by(first, int(settings.EXTENSION_WORKING_DAYS)).day


@transaction.atomic
def refuse_time(extension: Extension, *, words: str, actor: Actor, at: datetime) -> Extension:
    """An officer says no, and why; the day stands. Raises CannotAct or IllegalMove; nothing has changed then."""
    complaint, respondent, extension = _held(extension, actor, at=at)
    if not words.strip():
        raise CannotAct(_("写一句为什么不同意，那一方看得到。"))
    extension.state, extension.answered_by, extension.answered_at = State.REFUSED, actor.user, at
    extension.keep_answer(words.strip()[:LONGEST])
    extension.save()
    due_on = respondent.due_on.isoformat() if respondent.due_on else None
    body = {"party": respondent.party, "due_on": due_on}
    event = timeline.record(complaint, "extension-refused", body, actor=actor.label, at=at)
    announce(complaint, event, to=Party(respondent.party), at=at)
    return extension


def open_extensions(complaint: Complaint) -> list[Extension]:
    """Those an officer may still answer: asked for, and the party's time has neither run out nor been used."""
    asked = complaint.extensions.filter(state=State.ASKED).select_related("respondent").order_by("pk")
    return [each for each in asked if each.respondent.lapsed_at is None and each.respondent.answered_at is None]


def _grant(
    complaint: Complaint,
    respondent: Respondent,
    extension: Extension,
    until: date,
    *,
    by_policy: bool,
    actor: Actor,
    at: datetime,
) -> None:
    extension.state, extension.until, extension.by_policy = State.GRANTED, until, by_policy
    extension.answered_at = at
    extension.answered_by = actor.user if actor.role == Role.OFFICER else None
    extension.save()
    was_due, respondent.due_on = respondent.due_on or extension.was_due, until
    respondent.save(update_fields=["due_on"])
    await_answers(complaint)
    body = {
        "party": respondent.party,
        "was_due": was_due.isoformat(),
        "until": until.isoformat(),
        "by_policy": by_policy,
    }
    event = timeline.record(complaint, "extended", body, actor="system" if by_policy else actor.label, at=at)
    announce(complaint, event, to=Party(respondent.party), at=at)


def _held(extension: Extension, actor: Actor, *, at: datetime) -> tuple[Complaint, Respondent, Extension]:
    """The case, locked, with a wish that may still be answered by this officer."""
    permissions.require(actor, "extension")
    if actor.role != Role.OFFICER or not Complaint.objects.visible_to(actor).filter(pk=extension.complaint_id).exists():
        raise CannotAct(_("只有承办协会的工作人员可以答复延期。"))
    complaint = Complaint.objects.locked(extension.complaint_id)
    complaint.require_open()
    found = complaint.extensions.select_related("respondent").get(pk=extension.pk)
    respondent = found.respondent
    if found.state != State.ASKED:
        raise CannotAct(_("这次延期已经有人答复过了。"))
    until = answer_of(respondent)
    if (
        respondent.answered_at is not None
        or respondent.lapsed_at is not None
        or (until and until.is_over(local_day(at)))
    ):
        raise CannotAct(_("这一方已经答复，或者期限已经过了，不能再延。"))
    return complaint, respondent, found
