"""A consumer disagrees with a finding and asks a person to look at it; an officer answers with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import permissions, timeline
from complaints.deadlines import local_day, review_by
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Actor, Clarity, Complaint, DecisionRecord, Override, Review

LONGEST = 1000  # characters in the consumer's own words

# What makes it worth asking a second time: anything that could lead a person to another result.
NEW = (
    *("evidence-added", "consumer-answered", "answered", "lapsed"),
    *("found", "decided", "overridden", "moved.reopen"),
    *("moved.reopen-negotiation", "moved.reopen-referral", "moved.reopen-mediation"),
)
CHANGED = {Review.Outcome.REDECIDED, Review.Outcome.OVERRIDDEN}  # the finding is another one than was asked about


@transaction.atomic
def ask_for_review(
    complaint: Complaint, *, reasons: Sequence[Review.Reason], words: str, actor: Actor, at: datetime
) -> Review:
    """Ask that a person look at the finding, by the day the site sets itself. One at a time. Raises IllegalMove with a
    sentence where that cannot be; nothing has changed then."""
    complaint = Complaint.objects.locked(complaint.pk)
    if actor.role != Role.CONSUMER:
        raise IllegalMove(_("只有投诉的人可以申请复核。"))
    if why_not := why_no_review(complaint, last_review(complaint)):
        raise IllegalMove(why_not)
    if not reasons:
        raise CannotAct(_("选一下你觉得哪里不对，可以多选。"))
    assert complaint.decision is not None  # a complaint is decided as it is filed
    until = review_by(local_day(at))
    review = Review(
        complaint=complaint,
        number=complaint.reviews.count() + 1,
        decision=complaint.decision,
        reasons=[Review.Reason(each).value for each in dict.fromkeys(reasons)],
        asked_at=at,
        due_on=until.day,
    )
    review.keep_words(words.strip()[:LONGEST])
    review.save()
    complaint.review_due_on = until.day
    complaint.save(update_fields=["review_due_on"])
    body = {
        "review": review.number,
        "decision": complaint.decision.number,
        "reasons": review.reasons,
        "due_on": until.day.isoformat(),
        **({"provisional": True} if until.provisional else {}),
    }
    timeline.record(complaint, "review-asked", body, actor=actor.label, at=at)
    return review


@transaction.atomic
def answer_review(complaint: Complaint, *, outcome: Review.Outcome, words: str, actor: Actor, at: datetime) -> Review:
    """Answer the open review: the finding stays, for this reason, or it was decided again on new facts meanwhile.

    Also after the case has ended: who asked is owed an answer. Raises CannotAct; nothing has changed then.
    """
    permissions.require(actor, "review")
    if outcome not in {Review.Outcome.KEPT, Review.Outcome.REDECIDED}:
        raise CannotAct(_("选一下复核的结果。"))
    if not words.strip():
        raise CannotAct(_("写明理由，消费者会看到。"))
    if actor.role != Role.OFFICER or not Complaint.objects.visible_to(actor).filter(pk=complaint.pk).exists():
        raise CannotAct(_("只有承办协会的工作人员可以答复复核。"))
    complaint = Complaint.objects.locked(complaint.pk)
    review = open_review(complaint)
    if review is None:
        raise CannotAct(_("没有在等答复的复核，可能别人刚办过。"))
    if outcome == Review.Outcome.REDECIDED and not is_redecided(complaint, review):
        raise CannotAct(_("申请以后判定还没有重新作过。先认定事实，再来答复；没有变就选“维持”。"))
    _close(complaint, review, outcome=outcome, words=words.strip(), actor=actor, at=at)
    return review


def answered_by_override(complaint: Complaint, made: Override, *, actor: Actor, at: datetime) -> None:
    """An override is the answer to the review that asked for it, in the same words. The caller holds the row lock."""
    review = open_review(complaint)
    if review is not None:
        _close(complaint, review, outcome=Review.Outcome.OVERRIDDEN, words=made.words, actor=actor, at=at)


def open_review(complaint: Complaint) -> Review | None:
    """The one that waits for an answer."""
    return complaint.reviews.filter(outcome="").first()


def is_redecided(complaint: Complaint, review: Review) -> bool:
    """Whether the law was read again since the review was asked for."""
    return complaint.decision is not None and complaint.decision.number > review.decision.number


def last_review(complaint: Complaint) -> Review | None:
    """The newest one, open or answered."""
    return complaint.reviews.select_related("decision").order_by("-number").first()


def why_no_review(complaint: Complaint, last: Review | None) -> str:
    """Why a review cannot be asked for now, after ``last``, as a sentence; empty where it can."""
    if not complaint.is_open:
        return _("投诉已经结束，不能再申请复核。重新打开以后可以。")
    if last is None:
        return ""
    if last.is_open:
        return _("已经有一次复核在办，等有了结果再说。要补充的，可以加证据。")
    later = complaint.events.filter(sequence__gt=last.answered_version or 0, kind__in=NEW)
    if last.outcome in CHANGED or later.exists():
        return ""
    return _("上一次复核以后还没有新的情况。补充了新证据、新回答，或者判定改了，可以再申请。")


def say_whether_clear(record: DecisionRecord, *, is_clear: bool) -> Clarity:
    """Keep whether this version was understood. It may be said again otherwise; who said it is not kept."""
    told, _is_new = Clarity.objects.update_or_create(decision=record, defaults={"is_clear": is_clear})
    return told


def _close(
    complaint: Complaint, review: Review, *, outcome: Review.Outcome, words: str, actor: Actor, at: datetime
) -> None:
    review.outcome, review.answered_at, review.answered_by = outcome, at, actor.user
    review.keep_answer(words)
    complaint.review_due_on = None
    complaint.save(update_fields=["review_due_on"])
    body = {"review": review.number, "outcome": str(outcome)}
    event = timeline.record(complaint, "review-answered", body, actor=actor.label, at=at)
    review.answered_version = event.sequence
    review.save()
