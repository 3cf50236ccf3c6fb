"""Not us, because … but them: the law answers once, with both versions side by side; then an officer does, in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.flow.contest_closing import close_contest
from complaints.flow.intake import add_evidence
from complaints.flow.overrides import override
from complaints.flow.reminding import remind_officers
from complaints.flow.reopening import OfficersReason, reopen_case
from complaints.flow.responses import CannotAnswer, Position, receive_response
from complaints.flow.triage import CannotAct, settle
from complaints.models import Complaint, Contest, Delivery, Notice, Override, Party, Reminder, Speaker
from complaints.timeline import first_break
from tests.builders import a_complaint, a_screenshot
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
State = Contest.State


def not_us(complaint: Complaint, cast: Cast, party: Party, to: Party, **changed: Any) -> None:
    given: dict[str, Any] = {
        "words": "不归我们。",
        "claims": {},
        "instead": "某某贸易有限公司，400-800-1234",
        "at": MONDAY + DAY,
    }
    receive_response(
        complaint, party=party, position=Position.NOT_OURS, points_to=to, actor=cast.platform, **{**given, **changed}
    )
    complaint.refresh_from_db()


def test_the_first_is_answered_by_the_law_and_both_versions_stand_side_by_side(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    proof = add_evidence(
        complaint, a_screenshot(), kind="other", speaker=Speaker.PLATFORM, actor=cast.platform, at=MONDAY
    )
    claims = {"seller_identity_given": True, "operator_identity_given": True}
    not_us(complaint, cast, Party.PLATFORM, Party.MERCHANT, rule="P03", claims=claims, evidence=[proof])
    made = complaint.contests.get()
    assert (made.state, made.is_back, made.has_proof, made.rule) == (State.DECIDED, False, True, "P03")
    assert made.before and made.after and made.after.number == made.before.number + 1
    body = complaint.events.get(kind="contested").body
    assert (body["before"], body["after"], body["rule"]) == (1, 2, "P03")
    assert "400-800-1234" not in str(body) and "400-800-1234" not in made.sealed_instead
    assert made.instead == "某某贸易有限公司，400-800-1234"
    assert Delivery.objects.filter(type="case.contested").exists()
    assert complaint.contest_due_on is None


def test_a_rule_has_to_be_one_that_applies_and_a_near_miss_is_named(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    with pytest.raises(CannotAnswer, match="P03"):
        not_us(complaint, cast, Party.PLATFORM, Party.MERCHANT, rule="PO3")
    with pytest.raises(CannotAnswer):
        not_us(complaint, cast, Party.MERCHANT, Party.PLATFORM, rule="X4")  # what a platform says, no shop
    assert not complaint.contests.exists() and not complaint.respondents.exclude(answered_at=None).exists()


def test_it_bounces_once_then_an_officer_closes_it_and_nobody_passes_it_on_again(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    not_us(complaint, cast, Party.ANCHOR, Party.MERCHANT, rule="M01")
    not_us(complaint, cast, Party.ANCHOR, Party.MERCHANT, rule="M01")  # the same again is the same
    assert complaint.contests.count() == 1
    not_us(complaint, cast, Party.MERCHANT, Party.ANCHOR, rule="A02")
    back = complaint.contests.get(party="merchant")
    assert (back.state, back.is_back) == (State.WAITING, True)
    assert complaint.contest_due_on == back.due_on == (MONDAY + 8 * DAY).date()  # the fifth working day
    with pytest.raises(CannotAnswer):
        not_us(complaint, cast, Party.MERCHANT, Party.PLATFORM, words="那就找平台。")
    not_us(complaint, cast, Party.ANCHOR, Party.MERCHANT, rule="M01", words="还是他们。", instead="另一家公司")
    assert complaint.contests.waiting().count() == 2  # both wait for one word

    remind_officers(at=MONDAY + 8 * DAY)
    assert Reminder.objects.filter(complaint=complaint, of=Reminder.Of.CONTEST).exists()
    with pytest.raises(CannotAct):
        close_contest(complaint, words=" ", actor=cast.officer, at=MONDAY + 8 * DAY)
    closed = close_contest(
        complaint,
        fact="seller_displayed",
        value=True,
        words="回放里标明了卖家。",
        actor=cast.officer,
        at=MONDAY + 8 * DAY,
    )
    complaint.refresh_from_db()
    assert len(closed) == 2 and complaint.contest_due_on is None
    assert {each.outcome for each in complaint.contests.filter(is_back=True)} == {"finding"}
    assert complaint.decision and complaint.decision.sources["seller_displayed"]["how"] == "finding"
    assert Delivery.objects.filter(type="case.contest_closed").exists()
    assert Notice.objects.filter(kind=Notice.Kind.CONTEST).exists()
    for party in (Party.MERCHANT, Party.ANCHOR):
        with pytest.raises(CannotAnswer, match="不认可"):
            not_us(complaint, cast, party, Party.PLATFORM)
    receive_response(
        complaint,
        party=Party.MERCHANT,
        position=Position.DISPUTED,
        words="不同意。",
        claims={},
        actor=cast.platform,
        at=MONDAY,
    )
    with pytest.raises(CannotAct):
        close_contest(complaint, words="再定一次。", actor=cast.officer, at=MONDAY + 9 * DAY)
    complaint.refresh_from_db()
    assert first_break(complaint.events.order_by("sequence"), expected=complaint.version) is None


def test_an_override_answers_it_and_so_does_the_end_of_the_case(cast: Cast) -> None:
    first, second = a_complaint(consumer=cast.lin), a_complaint(consumer=cast.lin)
    for complaint in (first, second):
        not_us(complaint, cast, Party.MERCHANT, Party.PLATFORM)
        not_us(complaint, cast, Party.PLATFORM, Party.MERCHANT)
        assert complaint.contest_due_on
    assert first.decision
    override(
        first,
        party=Party.PLATFORM,
        outcome=Override.Outcome.SOLE,
        reason=Override.Reason.NEW_FACT,
        words="平台自己收了款、开了票，是它卖的。依据订单页面。",
        citation="CPL 44(1)",
        actor=cast.officer,
        at=MONDAY + 2 * DAY,
    )
    first.refresh_from_db()
    assert (first.contest_due_on, first.contests.get(is_back=True).outcome) == (None, "overridden")
    settle(second, actor=cast.officer, at=MONDAY + 2 * DAY)
    second.refresh_from_db()
    assert (second.contest_due_on, second.contests.get(is_back=True).outcome) == (None, "ended")


def test_what_waited_when_the_case_ended_is_heard_anew_after_it_was_opened_again(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    not_us(complaint, cast, Party.MERCHANT, Party.ANCHOR)
    not_us(complaint, cast, Party.ANCHOR, Party.MERCHANT)
    settle(complaint, actor=cast.officer, at=MONDAY + 2 * DAY)
    reopen_case(complaint, reason=OfficersReason.MISTAKE, words="点错了。", actor=cast.officer, at=MONDAY + 3 * DAY)
    not_us(complaint, cast, Party.ANCHOR, Party.MERCHANT, at=MONDAY + 4 * DAY)  # word for word as before
    again = complaint.contests.waiting().get()
    assert (again.party, again.is_back, complaint.contest_due_on) == ("anchor", True, again.due_on)
    close_contest(complaint, words="判定没有错。", actor=cast.officer, at=MONDAY + 4 * DAY)
    assert [each.outcome for each in complaint.contests.order_by("number")] == ["", "ended", "stays"]


def test_whom_an_officer_named_passes_it_on_no_more_though_it_never_did_before(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    not_us(complaint, cast, Party.ANCHOR, Party.PLATFORM)
    not_us(complaint, cast, Party.ANCHOR, Party.MERCHANT)
    close_contest(complaint, words="判定没有错。", actor=cast.officer, at=MONDAY + 2 * DAY)
    for party, to in ((Party.MERCHANT, Party.PLATFORM), (Party.ANCHOR, Party.PLATFORM)):
        with pytest.raises(CannotAnswer, match="不认可"):
            not_us(complaint, cast, party, to)
    not_us(complaint, cast, Party.PLATFORM, Party.MERCHANT)  # of the platform the officer said nothing
    assert complaint.contests.waiting().get().party == "platform"


def test_proof_that_comes_later_makes_up_for_a_bare_word_and_is_no_second_time(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    not_us(complaint, cast, Party.PLATFORM, Party.MERCHANT, rule="P03")
    assert not complaint.contests.get().has_proof
    at = MONDAY + 2 * DAY
    proof = add_evidence(complaint, a_screenshot(), kind="other", speaker=Speaker.PLATFORM, actor=cast.platform, at=at)
    not_us(complaint, cast, Party.PLATFORM, Party.MERCHANT, rule="P03", evidence=[proof], at=at)
    made = complaint.contests.get()
    assert (made.has_proof, made.is_back, made.state) == (True, False, State.DECIDED)
    assert complaint.contest_due_on is None
    assert [event.body["proof"] for event in complaint.events.filter(kind="contested").order_by("sequence")] == [
        False,
        True,
    ]
