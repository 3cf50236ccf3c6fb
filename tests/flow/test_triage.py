"""An officer's acts, and the table of moves."""

from datetime import timedelta
from typing import Any

import pytest

from complaints.flow import consumer, triage
from complaints.flow.triage import Declined
from complaints.lifecycle import MOVES, IllegalMove, Role, State, after
from complaints.models import Actor, Complaint
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import MONDAY, Cast


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", State)
def test_the_table_of_moves_is_the_only_law(state: State, role: Role, move: str) -> None:
    allowed = state in MOVES[move].sources and role in MOVES[move].roles
    if allowed:
        assert after(state, move, role) == MOVES[move].target
    else:
        with pytest.raises(IllegalMove) as refused:
            after(state, move, role)
        assert str(refused.value).endswith("。")


@pytest.mark.django_db
def test_accepting_starts_sixty_days_and_takes_the_case(cast: Cast) -> None:
    complaint = a_referred_complaint()
    assert complaint.state == State.REFERRED
    assert str(complaint.due_on) == "2026-06-10"  # seven working days to accept or decline
    until = triage.accept(complaint, actor=cast.officer, at=MONDAY)
    complaint.refresh_from_db()
    assert complaint.state == State.ACCEPTED
    assert complaint.officer == cast.chen
    assert str(until.day) == "2026-07-31" == str(complaint.due_on)


@pytest.mark.django_db
def test_declining_needs_a_reason_and_closes_the_case(cast: Cast) -> None:
    complaint = a_referred_complaint()
    with pytest.raises(triage.CannotAct, match="理由"):
        triage.decline(complaint, ground=Declined.NO_PROOF, words=" ", actor=cast.officer, at=MONDAY)
    triage.decline(complaint, ground=Declined.NO_PROOF, words="没有凭证。", actor=cast.officer, at=MONDAY)
    complaint.refresh_from_db()
    assert complaint.state == State.DECLINED
    assert complaint.closed_at == MONDAY
    assert complaint.due_on is None


@pytest.mark.django_db
def test_an_illegal_move_changes_nothing(cast: Cast) -> None:
    complaint = a_complaint()  # still negotiating: the consumer has not asked the association
    events = complaint.events.count()
    with pytest.raises(IllegalMove, match="协商中"):
        triage.accept(complaint, actor=cast.officer, at=MONDAY)
    complaint = Complaint.objects.get(pk=complaint.pk)
    assert (complaint.state, complaint.accepted_at, complaint.events.count()) == (State.NEGOTIATING, None, events)


@pytest.mark.django_db
def test_a_question_to_the_consumer_holds_the_case_and_the_answer_frees_it(cast: Cast) -> None:
    complaint = a_referred_complaint(shown={"shown": "unsure", "disclaimed": "unsure"})
    due = (MONDAY + timedelta(days=5)).date()
    triage.ask(
        complaint,
        to="consumer",
        facts=["seller_displayed"],
        words="再看看录屏。",
        due_on=due,
        actor=cast.officer,
        at=MONDAY,
    )
    complaint.refresh_from_db()
    assert complaint.state == State.NEEDS_INFO
    consumer.answer_questions(complaint, {"seller_displayed": False}, actor=Actor.receipt(complaint.pk), at=MONDAY)
    complaint.refresh_from_db()
    assert complaint.state == State.REFERRED
    assert complaint.requests.get().answered_at
    assert complaint.decision.number == 2


@pytest.mark.django_db
def test_a_question_needs_words_and_a_day_to_come(cast: Cast) -> None:
    complaint = a_complaint()
    yesterday = (MONDAY - timedelta(days=1)).date()
    with pytest.raises(triage.CannotAct, match="期限"):
        triage.ask(
            complaint, to="merchant", facts=[], words="请给合同", due_on=yesterday, actor=cast.officer, at=MONDAY
        )
    assert not complaint.requests.exists()


@pytest.mark.django_db
def test_withdrawing_ends_it_for_the_consumer_only_by_the_consumer(cast: Cast) -> None:
    complaint = a_complaint()
    consumer.withdraw(complaint, actor=Actor.receipt(complaint.pk), at=MONDAY)
    with pytest.raises(IllegalMove, match="已撤回"):
        consumer.withdraw(complaint, actor=Actor.receipt(complaint.pk), at=MONDAY)


@pytest.mark.django_db
def test_an_answer_to_something_else_does_not_close_the_associations_question(cast: Cast) -> None:
    complaint = a_referred_complaint(shown={"shown": "unsure", "disclaimed": "unsure"})
    due = (MONDAY + timedelta(days=5)).date()
    ask: dict[str, Any] = {"facts": ["seller_displayed"], "words": "再看录屏。", "due_on": due}
    triage.ask(complaint, to="consumer", actor=cast.officer, at=MONDAY, **ask)
    lin = Actor.receipt(complaint.pk)
    consumer.answer_questions(complaint, {"overpaid": False}, actor=lin, at=MONDAY)
    assert complaint.requests.get().answered_at is None
    consumer.answer_questions(complaint, {}, replies=True, actor=lin, at=MONDAY)
    complaint.refresh_from_db()
    assert complaint.state == State.REFERRED
