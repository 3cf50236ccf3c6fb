"""What is kept for a while only: counters, answers given to an Idempotency-Key, tries to send and to sign in."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session

from complaints.flow.importing_responses import forget_sheets
from complaints.models import Attempt, Delivery, IdempotentAnswer, Tally

COUNTERS_KEPT = timedelta(days=2)
ANSWERS_KEPT = timedelta(days=7)  # longer than any sender goes on trying
SHEETS_KEPT = timedelta(days=7)  # the words of a table of answers that nobody sent


def forget(*, at: datetime) -> int:
    """Delete what has served its time; returns how many rows that was."""
    counters, _kinds = Tally.objects.filter(window__lt=at - COUNTERS_KEPT).delete()
    answers, _kinds = IdempotentAnswer.objects.filter(at__lt=at - ANSWERS_KEPT).delete()
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
    return sheets + counters + answers + tries + sessions + signed
