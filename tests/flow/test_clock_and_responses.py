"""Answers and silences are facts: the same function decides again."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from complaints import tasks, timeline
from complaints.flow import triage
from complaints.flow.clock import lapse_deadlines
from complaints.flow.responses import CannotAnswer, Position, receive_response
from complaints.flow.triage import settle
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Complaint, DecisionRecord, Delivery, Party
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

LAST_DAY = MONDAY + timedelta(days=7)  # Monday, 8 June: the fifth working day
DAY_AFTER = MONDAY + timedelta(days=8)


def answer(complaint: Complaint, cast: Cast, **kwargs: Any) -> DecisionRecord:
    given: dict[str, Any] = {
        "party": Party.PLATFORM,
        "position": Position.PARTLY,
        "words": "卖家信息已提供。",
        "claims": {"seller_identity_given": True, "operator_identity_given": True},
        "actor": cast.platform,
        "at": MONDAY + timedelta(days=2),
    }
    return receive_response(complaint, **{**given, **kwargs})


def test_nobody_lapses_on_the_last_day(cast: Cast) -> None:
    complaint = a_complaint()
    assert lapse_deadlines(at=LAST_DAY) == 0
    assert complaint.decisions.count() == 1


def test_silence_past_the_last_day_is_a_fact_and_the_platform_pays_first(cast: Cast) -> None:
    complaint = a_complaint()
    assert complaint.decision.verdict("platform") == "possible"
    assert lapse_deadlines(at=DAY_AFTER) == 3
    complaint.refresh_from_db()
    assert complaint.decision.number == 2
    assert complaint.decision.input["lapsed"] == ["anchor", "merchant", "platform"]
    assert complaint.decision.output["parties"]["platform"]["forms"] == ["advance"]  # CPL 44(1): identity not given
    assert Delivery.objects.filter(type="case.response_overdue").count() == 3


def test_lapsing_twice_changes_nothing(cast: Cast) -> None:
    complaint = a_complaint()
    lapse_deadlines(at=DAY_AFTER)
    events = complaint.events.count()
    assert lapse_deadlines(at=DAY_AFTER + timedelta(days=1)) == 0
    assert complaint.events.count() == events


def test_a_late_answer_turns_back_what_silence_decided(cast: Cast) -> None:
    complaint = a_complaint()
    lapse_deadlines(at=DAY_AFTER)
    decision = answer(complaint, cast, at=DAY_AFTER + timedelta(days=1))
    assert decision.verdict("platform") != "responsible"
    assert complaint.events.filter(kind="answered").get().body["late"] is True


def test_an_answer_in_time_is_heard_and_the_others_clocks_run_on(cast: Cast) -> None:
    complaint = a_complaint()
    answer(complaint, cast)
    assert lapse_deadlines(at=DAY_AFTER) == 2
    assert complaint.respondent("platform").lapsed_at is None


def test_the_next_day_to_act_by_is_that_of_whoever_is_still_waited_for(cast: Cast) -> None:
    complaint = a_complaint()
    answer(complaint, cast)
    complaint.refresh_from_db()
    assert complaint.due_on == LAST_DAY.date()  # shop and room have not answered
    lapse_deadlines(at=DAY_AFTER)
    complaint.refresh_from_db()
    assert complaint.due_on is None  # everybody was heard, or was silent: now it is the consumer's turn


def test_a_partys_answer_does_not_move_the_associations_day(cast: Cast) -> None:
    complaint = a_referred_complaint()
    answer(complaint, cast)
    lapse_deadlines(at=DAY_AFTER)
    complaint.refresh_from_db()
    assert str(complaint.due_on) == "2026-06-10"


def test_the_platform_may_pass_on_what_the_shop_says_but_another_platform_may_not(cast: Cast) -> None:
    complaint = a_complaint()
    answer(complaint, cast, party=Party.MERCHANT, position=Position.ACCEPTED, claims={"not_as_described": True})
    assert complaint.respondent("merchant").answered_at
    with pytest.raises(CannotAnswer, match="不能代"):
        answer(complaint, cast, actor=Actor.machine(cast.yunji))


def test_not_ours_must_name_somebody_else(cast: Cast) -> None:
    complaint = a_complaint()
    for points_to in (None, Party.PLATFORM):
        with pytest.raises(CannotAnswer, match="归谁"):
            answer(complaint, cast, position=Position.NOT_OURS, points_to=points_to)
    assert not complaint.events.filter(kind="answered").exists()


def test_a_closed_case_takes_no_answer(cast: Cast) -> None:
    complaint = a_complaint()
    settle(complaint, actor=cast.officer, at=MONDAY)
    with pytest.raises(IllegalMove, match="已经结束"):
        answer(complaint, cast)
    assert lapse_deadlines(at=DAY_AFTER) == 0


def test_repeating_what_is_known_makes_no_new_version(cast: Cast) -> None:
    complaint = a_complaint()
    first = answer(complaint, cast)
    again = answer(complaint, cast, at=MONDAY + timedelta(days=3))
    assert again == first
    assert timeline.first_break(complaint.events.all()) is None


def test_a_notice_names_the_party_it_is_about(cast: Cast) -> None:
    complaint = a_complaint()
    answer(complaint, cast)
    lapse_deadlines(at=DAY_AFTER)
    overdue = Delivery.objects.filter(type="case.response_overdue")
    told = [json.loads(bytes(delivery.body))["data"] for delivery in overdue]
    assert sorted(data["party"] for data in told) == ["anchor", "merchant"]
    assert {data["response_due_on"] for data in told} == {"2026-06-08"}


def test_an_answer_closes_the_question_put_to_that_party(cast: Cast) -> None:
    complaint = a_complaint()
    ask: dict[str, Any] = {
        "facts": ["operator_is_seller"],
        "words": "请说明。",
        "due_on": LAST_DAY.date(),
        "at": MONDAY,
    }
    for party in ("merchant", "platform"):
        triage.ask(complaint, to=party, actor=cast.officer, **ask)
    answer(complaint, cast)
    assert [request.to for request in complaint.requests.unanswered()] == ["merchant"]


def test_a_duty_of_the_clock_that_fails_keeps_no_other_from_being_done(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[datetime] = []

    def broken(*, at: datetime) -> None:
        raise OSError("no room")

    def whole(*, at: datetime) -> None:
        done.append(at)

    monkeypatch.setattr(tasks, "CLOCK", (broken, whole))
    with pytest.raises(ExceptionGroup, match="clock"):
        tasks.clock()
    assert len(done) == 1
