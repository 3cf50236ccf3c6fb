"""After a case has ended: the consumer says how it went, or opens it again within the time allowed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import timeline
from complaints.deadlines import answer_by, local_day, reopen_by
from complaints.flow.dispatch import announce
from complaints.flow.moves import advance, await_answers
from complaints.flow.reaching import catch_up
from complaints.flow.record_requests import run_anew
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Actor, Complaint, Feedback

CHANGEABLE = timedelta(days=7)  # a rating may be thought over for a week: policy of the site


class ReopenReason(models.TextChoices):
    """Why a case goes on after all. Codes: the story is told by evidence and answers."""

    NOT_KEPT = "not-kept", gettext_lazy("答应的没有做到")
    AGAIN = "again", gettext_lazy("换来、修好的又出了问题")
    PRESSED = "pressed", gettext_lazy("是被人劝着或者逼着结束的")
    MISTAKE = "mistake", gettext_lazy("点错了")


@transaction.atomic
def reopen(complaint: Complaint, *, reason: ReopenReason, actor: Actor, at: datetime) -> Complaint:
    """Open an ended case again, for a reason. It is negotiated anew; who had not answered gets its whole time again.

    Raises IllegalMove where the table does not allow it or the time has passed; nothing has changed then.
    """
    complaint = Complaint.objects.locked(complaint.pk)
    if why_not := why_no_reopening(complaint, at=at):
        raise IllegalMove(why_not)
    complaint.accepted_at = None
    event = advance(complaint, "reopen", actor=actor, at=at, body={"reason": reason})
    complaint.save(update_fields=["accepted_at"])
    catch_up(complaint, at=at)
    complaint.respondents.unheard().filter(notified_at__isnull=False).update(due_on=answer_by(local_day(at)).day)
    run_anew(complaint, at=at)
    await_answers(complaint)
    announce(complaint, event, at=at)
    return complaint


def why_no_reopening(complaint: Complaint, *, at: datetime) -> str:
    """Why an ended case cannot be opened again, as a sentence; empty where nothing but the table of moves says no."""
    until = reopen_by(complaint)
    if until is not None and until < local_day(at):
        return _("结束已经超过{n}天，不能再打开。可以重新提一件。").format(n=settings.REOPEN_DAYS)
    if reopenings_left(complaint) <= 0:
        return _("这件投诉已经重新打开过{n}次，不能再打开。可以重新提一件。").format(n=settings.REOPEN_TIMES)
    return ""


def reopenings_left(complaint: Complaint) -> int:
    """How often the case may still be opened again: policy of the site (``REOPEN_TIMES``)."""
    return int(settings.REOPEN_TIMES) - complaint.events.filter(kind="moved.reopen").count()


@transaction.atomic
def rate(complaint: Complaint, *, score: Feedback.Score, words: str, actor: Actor, at: datetime) -> Feedback:
    """Say how it went, 1 to 5, with a sentence or without. Raises IllegalMove before the end, or after a week."""
    complaint = Complaint.objects.locked(complaint.pk)
    if actor.role != Role.CONSUMER or not may_rate(complaint, at=at):
        raise IllegalMove(_("现在不能打分：投诉结束以后打，打过的7天内可以改。"))
    given = Feedback.objects.filter(complaint=complaint).first() or Feedback(complaint=complaint, made_at=at)
    given.score, given.changed_at = score, at
    given.keep_words(words.strip())
    given.save()
    timeline.record(complaint, "rated", {"score": int(score)}, actor=actor.label, at=at)
    return given


def may_rate(complaint: Complaint, *, at: datetime) -> bool:
    """Whether the case has ended, and a rating given before may still be changed."""
    given = Feedback.objects.filter(complaint=complaint).first()
    return not complaint.is_open and (given is None or at < given.made_at + CHANGEABLE)
