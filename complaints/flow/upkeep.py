"""What is kept for a while only: counters, answers given to an Idempotency-Key, tries to send and to sign in."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models.functions import Coalesce

from complaints.flow.answering import forget_answer_drafts
from complaints.flow.importing_responses import forget_sheets
from complaints.models import Attempt, Delivery, IdempotentAnswer, Tally

COUNTERS_KEPT = timedelta(days=2)
REPLIES_KEPT = timedelta(days=30)  # what a receiver answered, in words
BODIES_KEPT = timedelta(days=90)  # of notices, once they were done, dead or parked: so long they can be sent again
AT_ONCE = 5000
ANSWERS_KEPT = timedelta(days=7)  # longer than any sender goes on trying
SHEETS_KEPT = timedelta(days=7)  # the words of a table of answers that nobody sent


def forget(*, at: datetime) -> int:
    """Delete what has served its time; returns how many rows that was."""
    counters, _kinds = Tally.objects.filter(window__lt=at - COUNTERS_KEPT).delete()
    answers, _kinds = IdempotentAnswer.objects.filter(at__lt=at - ANSWERS_KEPT).delete()
    forget_replies(at=at)
    tries, _kinds = (
        Attempt.objects.filter(started_at__lt=at - timedelta(days=settings.ATTEMPTS_KEPT_DAYS))
        .exclude(delivery__state=Delivery.State.PENDING)
        .delete()
    )
    sessions, _kinds = Session.objects.filter(expire_date__lt=at).delete()
    old = at - timedelta(days=settings.SIGN_IN_TRIES_KEPT_DAYS)
    signed: int = sum(
        log.objects.filter(attempt_time__lt=old).delete()[0] for log in (AccessAttempt, AccessFailureLog, AccessLog)
    )
    sheets = forget_sheets(before=at - SHEETS_KEPT)
    drafts = forget_answer_drafts(before=at - settings.DRAFT_LIFETIME)
    return drafts + sheets + counters + answers + tries + sessions + signed


def forget_replies(*, at: datetime) -> int:
    """Empty what receivers answered a month ago, and the bytes of notices that were settled three months ago. The rows
    stay, and what they count. Returns how many were emptied; the next run goes on."""
    said = Attempt.objects.filter(finished_at__lt=at - REPLIES_KEPT).exclude(reply="").values("pk")[:AT_ONCE]
    replies = Attempt.objects.filter(pk__in=list(said.values_list("pk", flat=True))).update(reply="")
    settled = Delivery.objects.filter(state__in=[Delivery.State.DONE, Delivery.State.DEAD, Delivery.State.PARKED])
    old = settled.annotate(since=Coalesce("settled_at", "created_at")).filter(since__lt=at - BODIES_KEPT)
    full = old.exclude(body=b"").values_list("pk", flat=True)[:AT_ONCE]
    return replies + Delivery.objects.filter(pk__in=list(full)).update(body=b"")
