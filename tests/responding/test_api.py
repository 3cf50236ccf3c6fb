"""The same verbs by API: contests, more time, identities, facts and proof of performance; nobody else's case."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from complaints.deadlines import answer_of
from complaints.flow.clock import lapse
from complaints.flow.extending import ask_for_time, grant_time, open_extensions, refuse_time
from complaints.flow.inviting import invite, open_invitation
from complaints.flow.offers import accept_offer, make_offer
from complaints.flow.promises import confirm_kept
from complaints.flow.reopening import OfficersReason, reopen_case
from complaints.flow.triage import CannotAct, settle
from complaints.models import Actor, Complaint, Delivery, Extension, Notice, Offer, Party
from tests.builders import a_complaint, a_screenshot
from tests.cast import MONDAY, Cast
from tests.platform.calls import ROOT, Machine, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CONTEST: dict[str, Any] = {
    "party": "platform",
    "points_to": "merchant",
    "rule": "P03",
    "facts": {"seller_identity_given": True, "operator_identity_given": True},
    "instead": {"name": "杭州澜岸家居有限公司", "contact": "0571-8800 0000"},
    "words": "订单是澜岸家居旗舰店的，它的真实身份和联系方式我们已经提供，凭证附上。",
}


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_complaint(consumer=cast.lin, at=timezone.now())


@pytest.fixture
def machine(cast: Cast) -> Machine:
    return Machine(cast.key)


def post(machine: Machine, complaint: Complaint, page: str, given: Any, *, key: str = "") -> HttpResponse:
    machine.sent += 1
    return machine.client.post(  # type: ignore[return-value]
        f"{ROOT}/cases/{complaint.reference}/{page}",
        json.dumps(given),
        content_type="application/json",
        headers={"Idempotency-Key": key or f"{page}-{machine.sent}"},
    )


def uploaded(machine: Machine, complaint: Complaint, colour: str = "#335577") -> int:
    found = told(machine.offer(complaint.reference, a_screenshot(colour=colour), kind="other", party="platform"), 201)
    return int(found["id"])


def test_a_contest_comes_back_with_both_versions_and_its_twin_is_the_same(
    complaint: Complaint, machine: Machine, cast: Cast
) -> None:
    given = {**CONTEST, "evidence": [uploaded(machine, complaint)], "note": "法务已看"}
    wrong = told(post(machine, complaint, "contests", {**given, "rule": "PO3"}), 400)
    assert wrong["errors"][0]["field"] == "rule" and "P03" in wrong["errors"][0]["message"]
    made = told(post(machine, complaint, "contests", given, key="c-1"), 201)
    contest = made["contest"]
    assert (contest["state"], contest["came_back"], contest["proof"], contest["rule"]) == (
        "decided",
        False,
        True,
        "P03",
    )
    assert (contest["before"]["number"], contest["after"]["number"]) == (1, 2)
    assert contest["changed"]["facts"]["seller_identity_given"] is True
    assert told(post(machine, complaint, "contests", given, key="c-1"), 201) == made
    assert complaint.contests.count() == 1 and complaint.events.filter(kind="answered").count() == 1
    assert complaint.respondents.get(party="platform").note == "法务已看"
    on = {**CONTEST, "party": "merchant", "points_to": "anchor", "rule": "A02", "facts": {}}
    back = told(post(machine, complaint, "contests", on), 201)
    assert (back["contest"]["state"], back["contest"]["came_back"]) == ("waiting", True)
    told(post(machine, complaint, "contests", {**CONTEST, "party": "merchant", "words": "还是不归我们。"}), 409)
    shown = told(machine.get(f"/cases/{complaint.reference}/contests"), 200)["contests"]
    assert [each["number"] for each in shown] == [2, 1]
    rules = told(machine.get(f"/cases/{complaint.reference}/contest-rules"), 200)["rules"]
    assert {"rule": "P03", "kind": "ground", "title": "给不出卖家的真实身份"} in rules

    open_invitation(invite(complaint, party=Party.MERCHANT, actor=cast.officer, at=timezone.now()), at=timezone.now())
    shown = told(machine.get(f"/cases/{complaint.reference}/contests"), 200)["contests"]
    assert shown[0]["instead"] is None and shown[1]["instead"]  # whom the shop names is between it and the association
    stranger = Machine(cast.other_key)
    for page in ("contests", "contest-rules", "extensions", "facts", "identity-requests", "performances"):
        told(stranger.get(f"/cases/{complaint.reference}/{page}"), 404)


def test_more_time_is_asked_for_once_and_clock_follows(complaint: Complaint, machine: Machine, cast: Cast) -> None:
    asked = {"party": "platform", "reason": "replay", "days": 2, "words": "回放在冷存储里，要两天取。"}
    told(post(machine, complaint, "extensions", {**asked, "days": 6}), 409)
    was = complaint.respondents.get(party="platform").due_on
    made = told(post(machine, complaint, "extensions", asked), 201)["extension"]
    assert (made["state"], made["by_policy"], made["was_due"]) == ("granted", True, was.isoformat() if was else "")
    platform = complaint.respondents.get(party="platform")
    assert platform.due_on and platform.due_on.isoformat() == made["until"] > made["was_due"]
    assert Notice.objects.filter(kind=Notice.Kind.EXTENDED).exists()
    assert Delivery.objects.filter(type="case.extension_granted").exists()
    assert "只能申请一次" in told(post(machine, complaint, "extensions", {**asked, "reason": "other"}), 409)["detail"]

    other = told(post(machine, complaint, "extensions", {**asked, "party": "merchant", "reason": "other"}), 201)
    assert other["extension"]["state"] == "asked"
    waiting = open_extensions(complaint)[0]
    with pytest.raises(CannotAct):
        grant_time(waiting, until=waiting.was_due + 60 * DAY, actor=cast.officer, at=timezone.now())
    with pytest.raises(CannotAct):
        refuse_time(waiting, words="", actor=cast.officer, at=timezone.now())
    refuse_time(waiting, words="订单很简单，按期答复就行。", actor=cast.officer, at=timezone.now())
    shown = told(machine.get(f"/cases/{complaint.reference}/extensions"), 200)
    assert {each["party"]: each["state"] for each in shown["extensions"]} == {
        "platform": "granted",
        "merchant": "refused",
    }
    assert shown["may_ask"] == {"merchant": False, "anchor": True, "platform": False}

    lapse(complaint.pk, at=timezone.now() + 10 * DAY)
    assert complaint.respondents.get(party="anchor").lapsed_at
    late = told(post(machine, complaint, "extensions", {**asked, "party": "anchor"}), 409)
    assert "已经过了" in late["detail"]


def test_more_time_is_counted_from_the_day_that_stands_and_never_shortens_it(cast: Cast) -> None:
    first, second = a_complaint(consumer=cast.lin), a_complaint(consumer=cast.lin)
    for complaint in (first, second):
        ask_for_time(
            complaint,
            party=Party.PLATFORM,
            reason=Extension.Reason.OTHER,
            days=3,
            words="要多几天。",
            actor=cast.platform,
            at=MONDAY,
        )
    wish = first.extensions.get()
    later = wish.was_due + 10 * DAY  # the calendar of that year came out
    first.respondents.filter(party="platform").update(due_on=later)
    with pytest.raises(CannotAct):
        grant_time(wish, until=wish.was_due + 2 * DAY, actor=cast.officer, at=MONDAY)
    granted = grant_time(wish, until=later + DAY, actor=cast.officer, at=MONDAY)
    assert (granted.was_due, granted.until) == (wish.was_due, later + DAY)
    assert first.events.get(kind="extended").body["was_due"] == later.isoformat()

    settle(second, actor=cast.officer, at=MONDAY)
    reopen_case(second, reason=OfficersReason.NEW, words="有新证据。", actor=cast.officer, at=MONDAY + 3 * DAY)
    assert second.extensions.get().state == Extension.State.OVER and not open_extensions(second)
    with pytest.raises(CannotAct):
        grant_time(second.extensions.get(), until=wish.was_due + DAY, actor=cast.officer, at=MONDAY + 3 * DAY)


def test_a_day_given_into_a_year_without_a_calendar_is_not_over_at_once(cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    platform = complaint.respondents.get(party="platform")
    platform.due_on = date(2049, 1, 4)
    until = answer_of(platform)
    assert until and until.provisional and not until.is_over(date(2049, 1, 5))


def test_an_identity_is_read_and_given_by_the_platform(complaint: Complaint, machine: Machine) -> None:
    shown = told(machine.get(f"/cases/{complaint.reference}/identity-requests"), 200)["identity_requests"]
    assert [each["state"] for each in shown] == ["waiting", "waiting"]
    given: dict[str, Any] = {
        "identity": "seller_identity",
        "answer": "yes",
        "name": "杭州澜岸家居有限公司",
        "address": "余杭区某路1号",
    }
    missing = told(post(machine, complaint, "identity-requests", given), 422)
    assert missing["errors"][0]["field"] == "contact"
    given |= {"contact": "0571-8800 0000", "evidence": [uploaded(machine, complaint)]}
    made = told(post(machine, complaint, "identity-requests", given), 201)
    assert [each["state"] for each in made["identity_requests"]] == ["given", "waiting"]
    assert "0571" not in json.dumps(made)


def test_single_facts_are_told_without_an_answer(complaint: Complaint, machine: Machine) -> None:
    key = next(each["fact"] for each in told(machine.get("/facts"), 200)["facts"] if "platform" in each["known_to"])
    page = {"party": "platform", "facts": {key: True}, "checking": {"seller_identity_given": 3}}
    made = told(post(machine, complaint, "facts", page), 201)
    assert made["told"]["platform"] == {key: True} and "seller_identity_given" in made["checking"]["platform"]
    assert complaint.respondents.get(party="platform").answered_at is None  # the answer is still owed
    events = complaint.events.count()
    told(post(machine, complaint, "facts", page), 201)
    assert complaint.events.count() == events  # the same again adds nothing
    told(post(machine, complaint, "facts", {**page, "checking": {"nonsense": 2}}), 400)
    told(post(machine, complaint, "facts", {"party": "platform"}), 409)
    told(post(machine, complaint, "facts", {**page, "checking": {key: 2}}), 409)
    answer = {
        "party": "platform",
        "position": "disputed",
        "words": "不认可。",
        "checking": {"operator_identity_given": 2},
    }
    told(machine.answer(complaint.reference, answer), 201)
    shown = told(machine.get(f"/cases/{complaint.reference}/facts"), 200)["checking"]["platform"]
    assert set(shown) == {"seller_identity_given", "operator_identity_given"}


def test_a_promise_is_shown_to_be_kept_and_the_consumer_says_whether_it_came(
    complaint: Complaint, machine: Machine, cast: Cast
) -> None:
    today = timezone.localdate()
    offer = make_offer(
        complaint,
        party=Party.PLATFORM,
        kind=Offer.Kind.REFUND,
        amount=complaint.price,
        words="",
        until=today + 5 * DAY,
        actor=cast.platform,
        at=timezone.now(),
    )
    shown = {"offer": 1, "on": today.isoformat(), "words": "原路退回。", "evidence": [uploaded(machine, complaint)]}
    told(post(machine, complaint, "performances", shown), 422)  # nobody has accepted it
    accept_offer(offer, actor=Actor.consumer(cast.lin), at=timezone.now())
    told(post(machine, complaint, "performances", {**shown, "evidence": []}), 422)
    told(post(machine, complaint, "performances", {**shown, "on": (today + DAY).isoformat()}), 422)
    for _twice in range(2):
        told(post(machine, complaint, "performances", shown), 201)
    assert offer.performances.count() == 1
    assert Notice.objects.filter(kind=Notice.Kind.PERFORMED).exists()
    confirm_kept(offer, actor=Actor.consumer(cast.lin), at=timezone.now())
    listed = told(machine.get(f"/cases/{complaint.reference}/performances"), 200)["performances"]
    assert listed[0]["offer_state"] == "kept"


def test_the_same_words_in_case_after_case_are_told_so_and_taken_all_the_same(cast: Cast, machine: Machine) -> None:
    words = "尊敬的用户您好，非常抱歉给您带来不好的体验，我们已经反馈给相关部门核实处理，请您耐心等待。"
    answer = {"party": "platform", "position": "disputed", "words": words, "facts": {}}
    made = [told(machine.answer(a_complaint(at=timezone.now()).reference, answer), 201) for _each in range(3)]
    assert [len(each["warnings"]) for each in made] == [0, 0, 1]
    assert "2份" in made[2]["warnings"][0]["message"]
    long = told(machine.answer(a_complaint(at=timezone.now()).reference, {**answer, "words": "长" * 601}), 400)
    assert long["errors"][0]["field"] == "words"
