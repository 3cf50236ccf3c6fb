"""Where the answer in steps is written: who stands at which case, what is kept so far, and the way through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.flow.answering import draft_of, last_kept
from complaints.flow.boilerplate import warning
from complaints.flow.responses import Position
from complaints.models import Actor, AnswerDraft
from complaints.narrative import moment
from complaints.web.portal import frame_of_party
from complaints.web.portal_answer_forms import CHECK, POSITION, STEPS, WORDS, Case
from complaints.web.portal_members import member_name
from complaints.web.portal_session import own_case

BESIDE = timedelta(minutes=15)  # so long a colleague who has just written counts as still at it


@dataclass(frozen=True, slots=True)
class Desk:
    """Who stands at which case, and what is written so far."""

    case: Case
    actor: Actor
    draft: AnswerDraft | None
    at: datetime

    @property
    def reference(self) -> str:
        return self.case.complaint.reference


def desk_of(request: HttpRequest, reference: str) -> Desk:
    complaint, respondent, actor = own_case(request, reference)
    complaint.require_open()
    case = Case.of(complaint, respondent, on=timezone.localdate())
    return Desk(case, actor, draft_of(respondent, actor), timezone.now())


def address(desk: Desk, number: int) -> str:
    if number == int(CHECK):
        return reverse("complaints:portal-answer-check", args=[desk.reference])
    return reverse("complaints:portal-answer-step", args=[desk.reference, max(1, number)])


def frame(desk: Desk, name: str) -> dict[str, Any]:
    """The steps as a way that can be walked both ways, each with whether it is filled in."""
    steps = [(number, words, address(desk, int(number)), _state(desk, number, name)) for number, words in STEPS.items()]
    return {
        **frame_of_party(desk.case.complaint, desk.case.respondent),
        "steps": steps,
        "step": int(name),
        "total": len(STEPS),
        "days_kept": days_kept(),
    }


def _state(desk: Desk, number: str, name: str) -> str:
    if number == name:
        return "now"
    is_kept = desk.draft is not None and number in desk.draft.steps and not desk.draft.was_refused(number)
    return "done" if is_kept else ""


def days_kept() -> int:
    return int(settings.DRAFT_LIFETIME.days)


def beside(desk: Desk) -> str:
    """That a colleague is writing this answer, too, or began it; empty where it is one's own."""
    last = last_kept(desk.draft) if desk.draft else None
    if desk.draft is None or last is None:
        return ""
    name, by, at = last
    if desk.actor.user is None or by == desk.actor.user.pk:
        return ""
    told = _("{name}{time}写过“{step}”，可能还在写。你存的时候如果碰上，会先告诉你。")
    if desk.at - at > BESIDE:
        told = _("这份答复{name}{time}写到了“{step}”，你可以接着写。")
    return told.format(name=who(desk.draft.keeper(name)), time=moment(at), step=STEPS[name])


def who(user: User | None) -> str:
    return member_name(user) if user else _("另一个窗口")


def is_not_ours(draft: AnswerDraft | None) -> bool:
    return draft is not None and draft.answers.get(POSITION, {}).get("position") == [Position.NOT_OURS.value]


def kept_words(draft: AnswerDraft | None) -> str:
    return next(iter(draft.answers.get(WORDS, {}).get("words", [])), "") if draft else ""


def alike(desk: Desk, words: str) -> str:
    return warning(words, respondent=desk.case.respondent, actor=desk.actor)
