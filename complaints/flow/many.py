"""Many cases at once: the same verb on each, in a transaction of its own, with a word on every one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints import permissions
from complaints.flow.triage import CannotAct, ask, assign
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Complaint

MOST = 50  # at once: as many as a person can look over
SAME = timedelta(days=1)  # within which the same words to the same party are the same question


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case. ``refusal`` says what stood in the way; ``was_done`` that it had been done before."""

    complaint: Complaint
    refusal: str = ""
    was_done: bool = False

    @property
    def is_done(self) -> bool:
        return not self.refusal and not self.was_done


class TooMany(CannotAct):
    """More cases than a person looks over at once."""


def assign_each(complaints: Iterable[Complaint], *, to: User, actor: Actor, at: datetime) -> list[Outcome]:
    """Give each case to one officer. A case that is refused stops none of the others; nothing is done twice."""

    def give(complaint: Complaint) -> bool:
        if complaint.is_open and complaint.officer_id == to.pk:
            return False
        assign(complaint, to=to, actor=actor, at=at)
        return True

    permissions.require(actor, "assign")
    return _each(complaints, give)


def ask_each(
    complaints: Iterable[Complaint], *, to: str, words: str, due_on: date, actor: Actor, at: datetime
) -> list[Outcome]:
    """Put the same question to the same side of each case. A case that is refused stops none of the others; a question
    that this officer put within the last day is not put again."""

    def put(complaint: Complaint) -> bool:
        same = complaint.requests.filter(to=to, words=words.strip(), due_on=due_on, asked_by=actor.user)
        if same.filter(asked_at__gt=at - SAME).exists():
            return False
        ask(complaint, to=to, facts=(), words=words, due_on=due_on, actor=actor, at=at)
        return True

    permissions.require(actor, "ask")
    return _each(complaints, put)


def _each(complaints: Iterable[Complaint], act: Callable[[Complaint], bool]) -> list[Outcome]:
    """One transaction a case, on the locked row. Raises TooMany before any is touched."""
    chosen = list(complaints)
    if len(chosen) > MOST:
        raise TooMany(_("一次最多{most}件，现在选了{n}件。少选一些，分几次做。").format(most=MOST, n=len(chosen)))
    return [_one(complaint, act) for complaint in chosen]


def _one(complaint: Complaint, act: Callable[[Complaint], bool]) -> Outcome:
    try:
        with transaction.atomic():
            return Outcome(complaint, was_done=not act(Complaint.objects.locked(complaint.pk)))
    except (IllegalMove, CannotAct) as refusal:
        return Outcome(complaint, str(refusal))
