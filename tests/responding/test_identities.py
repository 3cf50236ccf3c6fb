"""Who the seller is, under a clock: silence, an identity nobody can be reached at, the platform first, turned back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.flow.clock import lapse
from complaints.flow.identities import asked_in, give_identity, report_unreachable
from complaints.flow.intake import add_evidence
from complaints.flow.record_requests import CannotAnswerRecord, lapse_records
from complaints.flow.responses import Position, receive_response
from complaints.flow.triage import CannotAct
from complaints.models import Actor, Complaint, Evidence, Party, RecordAnswer, RecordItem, Speaker, Unreachable
from complaints.present_information import on_present_information, present_words
from complaints.rulings import ruling_on
from complaints.timeline import first_break
from tests.builders import a_complaint, a_screenshot
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AFTER = MONDAY + 8 * DAY  # the fifth working day is Monday, 8 June
SELLER, OPERATOR = "seller_identity", "operator_identity"
PARTS = {"name": "杭州澜岸家居有限公司", "address": "杭州市余杭区某路1号", "contact": "0571-8800 0000"}
OTHER = {**PARTS, "contact": "0571-8800 1111"}


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    """The platform has answered the complaint, and told who runs the room; the seller is not told yet."""
    made = a_complaint(consumer=cast.lin)
    receive_response(
        made,
        party=Party.PLATFORM,
        position=Position.DISPUTED,
        words="只提供场所。",
        claims={},
        actor=cast.platform,
        at=MONDAY,
    )
    give(made, cast, OPERATOR, evidence=[proof(made, cast)])
    return made


def proof(complaint: Complaint, cast: Cast, colour: str = "#335577") -> Evidence:
    upload = a_screenshot(colour=colour)
    return add_evidence(complaint, upload, kind="other", speaker=Speaker.PLATFORM, actor=cast.platform, at=MONDAY)


def give(complaint: Complaint, cast: Cast, kind: str = SELLER, **changed: Any) -> RecordItem:
    given: dict[str, Any] = {"says": RecordAnswer.Says.YES, "parts": PARTS, "at": MONDAY + DAY, **changed}
    return give_identity(complaint, kind, actor=cast.platform, **given)


def unreachable(complaint: Complaint, actor: Actor, **changed: Any) -> Unreachable:
    given: dict[str, Any] = {
        "why": Unreachable.Why.PHONE,
        "words": "打了三次，空号。",
        "at": MONDAY + 2 * DAY,
        **changed,
    }
    return report_unreachable(complaint, SELLER, actor=actor, **given)


def stands(complaint: Complaint) -> tuple[str, list[str]]:
    """The verdict on the platform, and the grounds on present information."""
    complaint.refresh_from_db()
    assert complaint.decision
    ruling = ruling_on(complaint.decision)
    return ruling.verdicts["platform"], on_present_information(ruling.output).get("platform", [])


def state(complaint: Complaint, kind: str = SELLER) -> str:
    return {one.kind: one.state for one in asked_in(complaint)}[kind]


def test_what_was_asked_with_the_complaint_runs_with_the_platforms_own_time(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    first = asked_in(complaint)[0]
    assert (first.kind, first.state, first.by_request) == (SELLER, "waiting", None)
    assert first.due_on == (MONDAY + 7 * DAY).date()
    lapse(complaint.pk, at=AFTER)
    assert state(complaint) == "overdue"
    verdict, grounds = stands(complaint)
    assert verdict == "responsible" and "P03" in grounds
    assert complaint.decision and "依目前掌握的信息" in present_words(complaint.decision.output)["platform"]
    give(complaint, cast, evidence=[proof(complaint, cast)], at=AFTER + DAY)
    assert state(complaint) == "given"
    item = complaint.record_items.get(kind=SELLER)
    assert item.answer and item.answer.is_late and "P03" not in stands(complaint)[1]
    assert "0571-8800 0000" in item.answer.words and "0571" not in item.answer.sealed_words


def test_what_the_platforms_answer_leaves_out_stays_asked_for_with_the_days_it_had(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    answer(complaint, cast, at=MONDAY)
    answer(complaint, cast, at=MONDAY + DAY, words="再说一遍。")
    asked = asked_in(complaint)
    assert [(one.kind, one.state) for one in asked] == [(SELLER, "waiting"), (OPERATOR, "waiting")]
    assert {one.due_on for one in asked} == {(MONDAY + 7 * DAY).date()}
    assert complaint.record_items.count() == 2  # each is written out once
    assert stands(complaint) == ("possible", [])
    assert lapse_records(at=MONDAY + 7 * DAY) == 0
    assert lapse_records(at=AFTER) == 2
    verdict, grounds = stands(complaint)
    assert verdict == "responsible" and {"P03", "P04"} <= set(grounds)
    assert [one.state for one in asked_in(complaint)] == ["overdue", "overdue"]
    assert complaint.decision and "依目前掌握的信息" in present_words(complaint.decision.output)["platform"]
    shown = [proof(complaint, cast)]
    for kind in (SELLER, OPERATOR):
        give(complaint, cast, kind, evidence=shown, at=AFTER + DAY)
    assert [one.state for one in asked_in(complaint)] == ["given", "given"]
    verdict, grounds = stands(complaint)
    assert (verdict != "responsible", grounds) == (True, [])


def test_a_late_answer_without_a_word_of_them_leaves_what_silence_decided(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    lapse(complaint.pk, at=AFTER)
    before = stands(complaint)
    assert before[0] == "responsible" and "P03" in before[1]
    answer(complaint, cast, at=AFTER + DAY)
    assert stands(complaint) == before and state(complaint) == "overdue"
    assert {item.lapsed_at for item in complaint.record_items.all()} == {AFTER}
    shown = [proof(complaint, cast)]
    claims = {"seller_identity_given": True, "operator_identity_given": True}
    answer(complaint, cast, claims=claims, evidence=shown, at=AFTER + 2 * DAY)
    assert stands(complaint)[1] == [] and state(complaint) == "given"
    assert complaint.decision and "platform" not in complaint.decision.input["lapsed"]
    told = complaint.record_items.get(kind=SELLER).answer
    assert told and told.is_late and list(told.evidence.all()) == shown
    assert first_break(complaint.events.order_by("sequence"), expected=complaint.version) is None


def test_an_identity_no_law_of_that_day_spoke_of_holds_up_no_other(cast: Cast) -> None:
    dates = {"purchased_on": "2021-06-01", "delivered_on": "2021-06-05"}
    complaint = a_complaint(consumer=cast.lin, dates=dates, when={"watched_on": "2021-06-01"})
    answer(complaint, cast, at=MONDAY)
    assert dict(complaint.record_items.values_list("kind", "is_owed")) == {SELLER: True, OPERATOR: False}
    lapse_records(at=AFTER)
    _verdict, grounds = stands(complaint)
    assert "P03" in grounds and "P04" not in grounds and not complaint.has_records


def test_a_bare_word_that_it_was_given_is_no_silence(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    answer(complaint, cast, claims={"seller_identity_given": True}, at=MONDAY)
    assert [one.state for one in asked_in(complaint)] == ["given", "waiting"]
    assert [item.kind for item in complaint.record_items.all()] == [OPERATOR]


def answer(complaint: Complaint, cast: Cast, **changed: Any) -> None:
    given: dict[str, Any] = {"words": "只提供场所。", "claims": {}, **changed}
    receive_response(complaint, party=Party.PLATFORM, position=Position.DISPUTED, actor=cast.platform, **given)


def test_the_consumers_report_runs_a_clock_and_then_the_platform_pays_first(complaint: Complaint, cast: Cast) -> None:
    lin = Actor.consumer(cast.lin)
    with pytest.raises(CannotAct, match="还没有给过"):
        unreachable(complaint, lin)
    give(complaint, cast, evidence=[proof(complaint, cast, "#112233")])
    assert (state(complaint), stands(complaint)[1]) == ("given", [])
    report = unreachable(complaint, lin)
    assert unreachable(complaint, lin).pk == report.pk  # said twice is said once
    assert state(complaint) == "unreachable"
    assert stands(complaint)[1] == []  # uncertain: the platform has its time to give another
    assert complaint.decision and "seller_identity_given" in complaint.decision.disputed
    lapse_records(at=MONDAY + 12 * DAY)
    verdict, grounds = stands(complaint)
    assert (verdict, grounds) == ("responsible", ["P03"]) and state(complaint) == "overdue"

    with pytest.raises(CannotAnswerRecord, match="联系不上"):
        give(complaint, cast, evidence=[proof_again(complaint)], at=MONDAY + 13 * DAY)
    give(complaint, cast, parts=OTHER, evidence=[proof(complaint, cast, "#445566")], at=MONDAY + 13 * DAY)
    verdict, grounds = stands(complaint)
    assert (state(complaint), grounds) == ("given", []) and verdict != "responsible"
    report.refresh_from_db()
    assert (report.at, report.ended_at) == (MONDAY + 2 * DAY, MONDAY + 13 * DAY)  # both dates stay
    kinds = list(complaint.events.filter(kind__startswith="identity-").values_list("kind", flat=True))
    assert kinds == ["identity-unreachable", "identity-renewed"]
    assert first_break(complaint.events.order_by("sequence"), expected=complaint.version) is None


def proof_again(complaint: Complaint) -> Evidence:
    answer = RecordAnswer.objects.filter(item__complaint=complaint, item__kind=SELLER).latest("pk")
    return answer.evidence.get()


def test_an_officers_report_is_a_finding_and_another_identity_takes_it_back(complaint: Complaint, cast: Cast) -> None:
    item = give(complaint, cast, evidence=[proof(complaint, cast, "#112233")])
    with pytest.raises(CannotAct):
        unreachable(complaint, cast.officer, words="")
    unreachable(complaint, cast.officer, why=Unreachable.Why.ADDRESS)
    verdict, grounds = stands(complaint)
    assert (verdict, grounds) == ("responsible", ["P03"])
    assert complaint.decision and complaint.decision.sources["seller_identity_given"]["how"] == "finding"
    give(complaint, cast, parts=OTHER, evidence=[proof(complaint, cast, "#445566")], at=MONDAY + 3 * DAY)
    assert stands(complaint)[1] == []
    assert complaint.decision and complaint.decision.sources["seller_identity_given"]["how"] == "agreed"
    newest = complaint.record_items.filter(kind=SELLER).latest("pk")
    assert newest.pk != item.pk and newest.answered_at and not complaint.record_items.unanswered().exists()
