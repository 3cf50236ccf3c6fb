"""A human review as values: what was asked, where it stands, and the answer with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints.models import Review
from complaints.narrative import day, until_words


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One review as pages show it. ``outcome`` and ``answer`` are empty while it is open."""

    number: int
    version: int
    asked_on: str
    reasons: str
    words: str
    until: str
    is_open: bool
    outcome: str
    answer: str
    answered_on: str


def told_review(review: Review) -> ReviewView:
    """The review in the reader's language."""
    return ReviewView(
        number=review.number,
        version=review.decision.number,
        asked_on=day(review.asked_at),
        reasons=_("、").join(review.reason_labels),
        words=review.words,
        until=until_words(review.due_on),
        is_open=review.is_open,
        outcome="" if review.is_open else str(Review.Outcome(review.outcome).label),
        answer=review.answer,
        answered_on=day(review.answered_at) if review.answered_at else "",
    )
