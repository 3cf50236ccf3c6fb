"""Who is in a group is in by their own word; what is done once reaches each case by itself, and binds nobody else."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from complaints.admin.group_page import page_of
from complaints.flow import group_acts, groups, offers, triage
from complaints.flow.triage import CannotAct
from complaints.group_words import duty_on, joint_on
from complaints.lifecycle import IllegalMove
from complaints.models import (
    Actor,
    Complaint,
    Delivery,
    Group,
    GroupAct,
    GroupMember,
    GroupResult,
    Notice,
    Offer,
    Party,
    Speaker,
)
from complaints.permissions import NotAllowed
from tests.cast import MONDAY, Cast
from tests.groups.making import a_group, own, secrets_of, some_cases

UNTIL = (MONDAY + timedelta(days=9)).date()


def offered(group: Group, actor: Actor, *, rule: str = "share", amount: str = "", percent: str = "50") -> GroupAct:
    group.refresh_from_db()
    act = group_acts.offer_common(
        group,
        party=Party.MERCHANT,
        kind=Offer.Kind.COMPENSATE,
        rule=GroupAct.Rule(rule),
        amount=Decimal(amount) if amount else None,
        percent=Decimal(percent) if percent else None,
        words="每人退一半。",
        until=UNTIL,
        seen=group.version,
        actor=actor,
        at=MONDAY,
    )
    group_acts.carry_on(act, actor=actor, at=MONDAY)
    return act


def found(group: Group, actor: Actor, value: bool | None = False, fact: str = "seller_displayed") -> GroupAct:
    group.refresh_from_db()
    told = {"fact": fact, "value": value, "reason": "回放里一直没有卖家的名称。", "seen": group.version}
    act = group_acts.find_common(group, **told, actor=actor, at=MONDAY)  # type: ignore[arg-type]
    group_acts.carry_on(act, actor=actor, at=MONDAY)
    return act


def outcomes(act: GroupAct) -> list[str]:
    return list(act.results.order_by("member__complaint").values_list("outcome", flat=True))


@pytest.mark.django_db
def test_nobody_is_in_before_they_say_so_and_everybody_may_leave_at_any_time(cast: Cast) -> None:
    cases = some_cases(3)
    group = a_group(cases, cast, joins=False)
    assert (group.state, group.members.joined().count()) == ("forming", 0)
    assert Notice.objects.filter(kind="asked", event__kind="group-invited").count() == 3
    with pytest.raises(CannotAct):
        found(group, cast.officer)
    for stranger in (cast.officer, cast.platform, Actor()):
        with pytest.raises(IllegalMove):
            groups.answer(cases[0], joins=True, actor=stranger, at=MONDAY)
    for case in cases[:2]:
        for _twice in range(2):
            groups.answer(case, joins=True, actor=own(case), at=MONDAY)
    groups.answer(cases[2], joins=False, actor=own(cases[2]), at=MONDAY)
    group.refresh_from_db()
    assert (group.state, group.members.joined().count()) == ("open", 2)
    act = found(group, cast.officer)
    assert outcomes(act) == ["done", "done"]
    groups.answer(cases[0], joins=False, actor=own(cases[0]), at=MONDAY)
    assert list(group.members.order_by("pk").values_list("state", flat=True)) == ["left", "joined", "declined"]
    assert cases[0].assertions.filter(speaker=Speaker.OFFICER).exists()  # what was found stays found
    assert found(group, cast.officer, True).results.count() == 1
    with pytest.raises(IllegalMove):
        groups.answer(cases[0], joins=True, actor=own(cases[0]), at=MONDAY)
    group.refresh_from_db()
    with pytest.raises(CannotAct):  # who wants to go alone is not asked again
        groups.add(group, [cases[0]], seen=group.version, actor=cast.officer, at=MONDAY)


@pytest.mark.django_db
def test_a_case_stands_in_one_group_at_a_time_and_only_with_others_of_its_association(cast: Cast) -> None:
    cases = some_cases(3)
    group = a_group(cases[:2], cast)
    with pytest.raises(CannotAct, match=group.reference):
        groups.make(cases[1:], title="又一个", matter="同一件事。", actor=cast.officer, at=MONDAY)
    assert Group.objects.count() == 1
    with transaction.atomic():
        groups.part(Complaint.objects.locked(cases[0].pk), actor=cast.officer, at=MONDAY)
    assert not cases[0].memberships.standing().exists()
    group.refresh_from_db()
    groups.split(group, cases[1], seen=group.version, actor=cast.officer, at=MONDAY)
    again = groups.make(cases[1:], title="又一个", matter="同一件事。", actor=cast.officer, at=MONDAY)
    assert again.members.count() == 2
    Complaint.objects.filter(pk=cases[0].pk).update(association=cast.guangdong)
    alone = [Complaint.objects.get(pk=cases[0].pk), *some_cases(1)]
    with pytest.raises(CannotAct):
        groups.make(alone, title="两地", matter="同一件事。", actor=cast.officer, at=MONDAY)
    for duty in ("intake", "auditor", "administrator"):
        lesser = replace(cast.officer, duties=frozenset({duty}))
        with pytest.raises(NotAllowed):
            groups.close(again, seen=again.version, actor=lesser, at=MONDAY)


@pytest.mark.django_db
def test_a_common_finding_reaches_each_case_once_and_leaves_those_found_otherwise(cast: Cast) -> None:
    cases = some_cases(4)
    group = a_group(cases, cast)
    triage.make_finding(
        cases[1], fact="seller_displayed", value=True, reason="他看的那场有。", actor=cast.officer, at=MONDAY
    )
    Complaint.objects.filter(pk=cases[2].pk).update(state="withdrawn")
    groups.answer(cases[3], joins=False, actor=own(cases[3]), at=MONDAY)
    act = found(group, cast.officer)
    assert outcomes(act) == ["done", "otherwise", "closed"]
    assert group_acts.carry_on(act, actor=cast.officer, at=MONDAY) == 0
    own_findings = cases[0].assertions.filter(speaker=Speaker.OFFICER, fact="seller_displayed")
    assert own_findings.count() == 1
    back = found(group, cast.officer, None)
    assert outcomes(back) == ["done", "otherwise", "closed"]
    assert cases[1].assertions.filter(speaker=Speaker.OFFICER).order_by("pk").last().value is True
    assert own_findings.order_by("pk").last().value is None


@pytest.mark.django_db
def test_what_was_interrupted_is_gone_on_with_and_later_members_have_it_when_an_officer_says_so(cast: Cast) -> None:
    cases = some_cases(3)
    group = a_group(cases[:2], cast)
    told = {"fact": "seller_displayed", "value": False, "reason": "回放里没有。", "seen": group.version}
    act = group_acts.find_common(group, **told, actor=cast.officer, at=MONDAY)  # type: ignore[arg-type]
    assert outcomes(act) == ["waiting", "waiting"]
    elsewhere = Actor.officer(cast.huang)
    assert group_acts.carry_on(act, actor=elsewhere, at=MONDAY) == 0  # not their cases
    assert group_acts.carry_on(act, actor=cast.officer, at=MONDAY) == 2
    group.refresh_from_db()
    groups.add(group, cases[2:], seen=group.version, actor=cast.officer, at=MONDAY)
    groups.answer(cases[2], joins=True, actor=own(cases[2]), at=MONDAY)
    group.refresh_from_db()
    assert not cases[2].assertions.filter(speaker=Speaker.OFFICER).exists()
    assert group_acts.extend(act, seen=group.version, actor=cast.officer, at=MONDAY) == 1
    group_acts.carry_on(act, actor=cast.officer, at=MONDAY)
    assert cases[2].assertions.get(speaker=Speaker.OFFICER).value is False


@pytest.mark.django_db
def test_what_was_taken_back_or_is_over_is_not_revived_for_later_members(cast: Cast) -> None:
    cases = some_cases(3)
    group = a_group(cases[:2], cast)
    first, offer = found(group, cast.officer), offered(group, cast.officer)
    back = found(group, cast.officer, None)
    group.refresh_from_db()
    groups.add(group, cases[2:], seen=group.version, actor=cast.officer, at=MONDAY)
    groups.answer(cases[2], joins=True, actor=own(cases[2]), at=MONDAY)
    group.refresh_from_db()
    for act, at in ((first, MONDAY), (offer, MONDAY + timedelta(days=10))):
        with pytest.raises(CannotAct):
            group_acts.extend(act, seen=group.version, actor=cast.officer, at=at)
    buttons = {
        days: [
            done.act
            for done in page_of(group, cast.officer, on=(MONDAY + timedelta(days=days)).date())["acts"]
            if done.later
        ]
        for days in (9, 10)
    }
    assert buttons == {9: [back, offer], 10: [back]}
    assert group_acts.extend(offer, seen=group.version, actor=cast.officer, at=MONDAY) == 1


@pytest.mark.django_db
def test_an_offer_to_the_group_binds_who_accepts_it_and_one_refusal_leaves_the_others(cast: Cast) -> None:
    cases = some_cases(4)
    group = a_group(cases, cast)
    act = offered(group, cast.officer)
    assert outcomes(act) == ["done", "done", "done", "no-price"]
    sums = [case.offers.get().amount for case in cases[:3]]
    assert sums == [Decimal("234.50"), Decimal("150.00"), Decimal("50.00")]
    offers.accept_offer(cases[0].offers.get(), actor=own(cases[0]), at=MONDAY)
    offers.refuse_offer(cases[1].offers.get(), reason="太少。", actor=own(cases[1]), at=MONDAY)
    states = {case.pk: Complaint.objects.get(pk=case.pk).state for case in cases}
    assert list(states.values()) == ["promised", "referred", "referred", "referred"]
    assert [case.offers.get().state for case in cases[:3]] == ["accepted", "refused", "made"]
    second = offered(group, cast.officer, rule="fixed", amount="80", percent="")
    assert outcomes(second) == ["agreed", "done", "done", "done"]
    assert list(cases[2].offers.values_list("state", "amount")) == [("replaced", Decimal(50)), ("made", Decimal(80))]
    assert cases[0].offers.get().state == "accepted"


@pytest.mark.django_db
def test_an_offer_of_its_own_that_waits_is_not_replaced_by_the_groups(cast: Cast) -> None:
    cases = some_cases(2)
    group = a_group(cases, cast)
    mine = {
        "party": Party.MERCHANT,
        "kind": Offer.Kind.REFUND,
        "amount": Decimal(469),
        "words": "全退。",
        "until": UNTIL,
    }
    offers.make_offer(cases[0], **mine, actor=cast.officer, at=MONDAY)  # type: ignore[arg-type]
    assert outcomes(offered(group, cast.officer)) == ["own-offer", "done"]
    assert cases[0].offers.get().amount == Decimal(469)


@pytest.mark.django_db
def test_at_most_two_who_agreed_speak_for_the_others(cast: Cast) -> None:
    cases = some_cases(4)
    group = a_group(cases, cast)

    def choose(case: Complaint, stands: bool = True) -> None:
        group.refresh_from_db()
        groups.choose_representative(group, case, stands=stands, seen=group.version, actor=cast.officer, at=MONDAY)

    with pytest.raises(CannotAct):
        choose(cases[0])
    for case in cases[:3]:
        groups.offer_to_represent(case, willing=True, actor=own(case), at=MONDAY)
    choose(cases[0])
    choose(cases[1])
    with pytest.raises(CannotAct):
        choose(cases[2])
    groups.offer_to_represent(cases[0], willing=False, actor=own(cases[0]), at=MONDAY)
    choose(cases[2])
    groups.answer(cases[1], joins=False, actor=own(cases[1]), at=MONDAY)
    assert [each.complaint for each in group.members.filter(is_representative=True)] == [cases[2]]


@pytest.mark.django_db
def test_events_and_webhooks_say_nothing_of_the_others(cast: Cast) -> None:
    cases = some_cases(3)
    group = a_group(cases, cast)
    found(group, cast.officer)
    offered(group, cast.officer)
    group.refresh_from_db()
    assert groups.tell_parties(group, seen=group.version, actor=cast.officer, at=MONDAY) == 3
    group.refresh_from_db()
    assert groups.tell_parties(group, seen=group.version, actor=cast.officer, at=MONDAY) == 0
    groups.close(group, seen=group.version + 1, actor=cast.officer, at=MONDAY)
    for case in cases:
        others = set.union(*(secrets_of(other) for other in cases if other != case))
        events = json.dumps([each.body for each in case.events.all()], ensure_ascii=False)
        sent = json.dumps(
            [
                json.loads(bytes(each))
                for each in Delivery.objects.filter(event__complaint=case).values_list("body", flat=True)
            ],
            ensure_ascii=False,
        )
        assert not [secret for secret in others if secret in events or secret in sent]
        told = case.events.get(kind="group-told")
        assert told.body == {"group": group.reference, "members": 3, "duty": ["O117 20"]}
        notice = json.loads(bytes(Delivery.objects.get(event=told).body))
        assert (notice["type"], notice["data"]["group"]) == ("case.updated", group.reference)
    assert not GroupMember.objects.standing().exists()


@pytest.mark.django_db
def test_parties_who_were_told_of_the_group_are_told_when_a_case_goes_alone_again(cast: Cast) -> None:
    cases = some_cases(4)
    group = a_group(cases, cast)
    Complaint.objects.filter(pk=cases[3].pk).update(state="withdrawn", closed_at=MONDAY)

    def told(case: Complaint) -> list[str]:
        """The number of the group in each notice since the group was made, empty where there is none."""
        sent = Delivery.objects.filter(event__complaint=case, event__kind__startswith="group-").order_by("pk")
        bodies = [json.loads(bytes(each)) for each in sent.values_list("body", flat=True)]
        assert {body["type"] for body in bodies} <= {"case.updated"}
        return [body["data"].get("group", "") for body in bodies]

    groups.answer(cases[0], joins=False, actor=own(cases[0]), at=MONDAY)
    group.refresh_from_db()
    assert groups.tell_parties(group, seen=group.version, actor=cast.officer, at=MONDAY) == 2
    group.refresh_from_db()
    groups.split(group, cases[1], seen=group.version, actor=cast.officer, at=MONDAY)
    group.refresh_from_db()
    groups.close(group, seen=group.version, actor=cast.officer, at=MONDAY)
    number = group.reference
    assert [told(case) for case in cases] == [[], [number, ""], [number, ""], []]


@pytest.mark.django_db
def test_two_officers_at_once_do_nothing_twice(cast: Cast) -> None:
    cases = some_cases(3)
    group = a_group(cases[:2], cast)
    seen = group.version
    groups.add(group, cases[2:], seen=seen, actor=cast.officer, at=MONDAY)
    for late in (
        lambda: groups.add(group, cases[2:], seen=seen, actor=cast.officer, at=MONDAY),
        lambda: groups.split(group, cases[0], seen=seen, actor=cast.officer, at=MONDAY),
        lambda: groups.close(group, seen=seen, actor=cast.officer, at=MONDAY),
        lambda: groups.tell_parties(group, seen=seen, actor=cast.officer, at=MONDAY),
    ):
        with pytest.raises(groups.GroupChanged):
            late()
    assert GroupResult.objects.count() == 0
    assert group.members.standing().count() == 3


def test_the_law_of_the_day_is_cited_and_no_duty_before_it_was_in_force() -> None:
    assert duty_on(date(2026, 1, 31)) is None
    duty = duty_on(date(2026, 2, 1))
    assert duty
    assert (duty.text, duty.gist) == (
        "《直播电商监督管理办法》第20条",
        "平台要有投诉机制和反馈时限，重点关注投诉多的直播间",
    )
    before, since = joint_on(date(2026, 4, 14)), joint_on(date(2026, 4, 15))
    assert before and since
    assert (before.text, since.text) == (
        "《市场监督管理投诉举报处理暂行办法》第11条",
        "《市场监督管理投诉举报处理办法》第12条",
    )
