"""What is kept for a while only: counters of tries, and answers given to an Idempotency-Key."""

from datetime import datetime, timedelta

from complaints.models import IdempotentAnswer, Tally

COUNTERS_KEPT = timedelta(days=2)
ANSWERS_KEPT = timedelta(days=7)  # longer than any sender goes on trying


def forget(*, at: datetime) -> int:
    """Delete what has served its time; returns how many rows that was."""
    counters, _kinds = Tally.objects.filter(window__lt=at - COUNTERS_KEPT).delete()
    answers, _kinds = IdempotentAnswer.objects.filter(at__lt=at - ANSWERS_KEPT).delete()
    return counters + answers
