"""An ended case can be rated, and for a month opened again; nobody loses time they were owed."""

from datetime import timedelta

import pytest

from complaints.flow.aftermath import ReopenReason, rate, reopen
from complaints.flow.clock import lapse_deadlines
from complaints.flow.consumer import withdraw
from complaints.flow.terminating import Ground, terminate
from complaints.flow.triage import accept, settle
from complaints.lifecycle import IllegalMove, State
from complaints.models import Actor, Complaint, Delivery, Feedback
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

Score = Feedback.Score


@pytest.fixture
def ended(cast: Cast) -> Complaint:
    return withdraw(a_complaint(consumer=cast.lin), actor=Actor.consumer(cast.lin), at=MONDAY)


def test_a_case_opened_again_is_negotiated_anew_and_nobody_is_late_at_once(cast: Cast, ended: Complaint) -> None:
    later = MONDAY + timedelta(days=21)
    reopen(ended, reason=ReopenReason.PRESSED, actor=Actor.consumer(cast.lin), at=later)
    ended.refresh_from_db()
    assert (ended.state, ended.closed_at, str(ended.due_on)) == (State.NEGOTIATING, None, "2026-06-29")
    assert lapse_deadlines(at=later) == 0
    assert lapse_deadlines(at=later + timedelta(days=8)) == 3
    assert ended.events.get(kind="moved.reopen").body["reason"] == "pressed"
    assert Delivery.objects.filter(type="case.reopened").exists()


def test_the_last_day_to_open_again_is_the_thirtieth(cast: Cast, ended: Complaint) -> None:
    lin = Actor.consumer(cast.lin)
    with pytest.raises(IllegalMove, match="超过30天"):
        reopen(ended, reason=ReopenReason.MISTAKE, actor=lin, at=MONDAY + timedelta(days=31))
    reopen(ended, reason=ReopenReason.MISTAKE, actor=lin, at=MONDAY + timedelta(days=30))


def test_only_the_consumer_opens_again_and_only_what_was_settled_or_withdrawn(cast: Cast, ended: Complaint) -> None:
    for actor in (cast.officer, cast.platform, Actor()):
        with pytest.raises(IllegalMove):
            reopen(ended, reason=ReopenReason.MISTAKE, actor=actor, at=MONDAY)
    failed = a_referred_complaint(consumer=cast.lin)
    accept(failed, actor=cast.officer, at=MONDAY)
    terminate(failed, ground=Ground.IMPASSE, words="谈不拢", actor=cast.officer, at=MONDAY)
    with pytest.raises(IllegalMove, match="调解终止"):
        reopen(failed, reason=ReopenReason.MISTAKE, actor=Actor.consumer(cast.lin), at=MONDAY)


def test_a_mediation_that_was_settled_does_not_run_on_in_the_case_opened_again(cast: Cast) -> None:
    complaint = a_referred_complaint(consumer=cast.lin)
    accept(complaint, actor=cast.officer, at=MONDAY)
    settle(complaint, actor=cast.officer, at=MONDAY)
    reopen(complaint, reason=ReopenReason.NOT_KEPT, actor=Actor.consumer(cast.lin), at=MONDAY)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.accepted_at) == (State.NEGOTIATING, None)


def test_a_rating_is_given_once_and_may_be_changed_for_a_week(cast: Cast, ended: Complaint) -> None:
    lin = Actor.consumer(cast.lin)
    rate(ended, score=Score.POOR, words="canary-words", actor=lin, at=MONDAY)
    rate(ended, score=Score.GOOD, words="canary-words", actor=lin, at=MONDAY + timedelta(days=6))
    given = Feedback.objects.get()
    assert (given.score, given.words) == (Score.GOOD, "canary-words")
    assert "canary" not in given.sealed_words
    assert [event.body for event in ended.events.filter(kind="rated")] == [{"score": 2}, {"score": 4}]
    with pytest.raises(IllegalMove, match="7天内"):
        rate(ended, score=Score.FAIR, words="", actor=lin, at=MONDAY + timedelta(days=7))


def test_nobody_rates_an_open_case_or_for_the_consumer(cast: Cast, ended: Complaint) -> None:
    with pytest.raises(IllegalMove):
        rate(a_complaint(), score=Score.GOOD, words="", actor=Actor.consumer(cast.lin), at=MONDAY)
    with pytest.raises(IllegalMove):
        rate(ended, score=Score.GOOD, words="", actor=cast.platform, at=MONDAY)
