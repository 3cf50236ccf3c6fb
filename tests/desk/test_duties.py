"""Duties at an association: who may do what, by every door, and who looks after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import DutyChange, Membership, User
from complaints import permissions
from complaints.admin.acts import ACTS
from complaints.flow import staffing
from complaints.flow.staffing import CannotStaff
from complaints.flow.triage import accept, assign
from complaints.lifecycle import MOVES, Role, State
from complaints.models import Access, Actor, Complaint
from complaints.permissions import MAY, NotAllowed
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import Cast
from tests.desk.conftest import SignIn

Duty = Membership.Duty
GIVEN = {
    **{"ground": "no-proof", "words": "写给消费者看的一句理由，足够长。", "route": "court", "reason": "reach"},
    **{"to": "platform", "due_on": "2099-01-01", "fact": "seller_displayed", "value": "yes", "officer": ""},
}


@pytest.fixture
def hire(cast: Cast) -> Callable[..., User]:
    """A colleague in Zhejiang with these duties and no others."""

    def hired(*duties: str, name: str = "") -> User:
        user = User.objects.create_user(name or "-".join(duties) or "nobody", is_staff=True)
        Membership.objects.create(user=user, organisation=cast.zhejiang, duties=list(duties))
        return user

    return hired


def snapshot(case: Complaint) -> dict[str, Any]:
    row = Complaint.objects.filter(pk=case.pk).values().get()
    return {**row, "events": case.events.count(), "requests": case.requests.count(), "offers": case.offers.count()}


@pytest.mark.django_db
@pytest.mark.parametrize("duty", list(Duty))
def test_an_act_that_is_not_of_ones_duties_is_not_offered_is_refused_in_words_and_changes_nothing(
    cast: Cast, signed_in: SignIn, hire: Callable[..., User], duty: Membership.Duty
) -> None:
    browser = signed_in(hire(duty))
    for make in (a_complaint, a_referred_complaint):
        case = make(at=timezone.now())
        if duty == Duty.ADMINISTRATOR:  # looks after people; cases are none of theirs
            assert browser.get(reverse("admin:case", args=[case.reference])).status_code == 404
            assert browser.get(reverse("admin:case-act", args=[case.reference, "accept"])).status_code == 404
            continue
        page = browser.get(reverse("admin:case", args=[case.reference]))
        offered = {act.name for act, _does in page.context["told_acts"]}
        before = snapshot(case)
        for name, act in ACTS.items():
            if duty in MAY[act.right or name]:
                continue
            assert name not in offered
            answer = browser.post(
                reverse("admin:case-act", args=[case.reference, name]), {**GIVEN, "version": case.version}
            )
            assert answer.status_code in {403, 409, 422}, name
        assert snapshot(case) == before


@pytest.mark.django_db
def test_every_move_an_officer_may_make_asks_for_a_duty(cast: Cast) -> None:
    """The two tables speak of the same moves: none is open to officers that no duty opens."""
    assert {name for name, move in MOVES.items() if Role.OFFICER in move.roles} <= set(MAY)
    assert set(ACTS) <= set(MAY) | {name for name, act in ACTS.items() if act.right}
    nobody = replace(cast.officer, duties=frozenset())
    case = a_referred_complaint(at=timezone.now())
    with pytest.raises(NotAllowed, match="登记受理、调解、负责人"):
        accept(case, actor=nobody, at=timezone.now())
    case.refresh_from_db()
    assert case.state == State.REFERRED
    assert all(permissions.may(Actor.consumer(cast.lin), act) for act in MAY)  # the table binds officers only


@pytest.mark.django_db
def test_an_auditor_reads_everything_and_every_look_is_entered_once_in_ten_minutes(
    cast: Cast, signed_in: SignIn, hire: Callable[..., User]
) -> None:
    auditor = hire("auditor")
    case = a_complaint(at=timezone.now())
    browser = signed_in(auditor)
    for _again in range(3):
        assert browser.get(reverse("admin:case", args=[case.reference])).status_code == 200
    shown = browser.post(reverse("admin:case-contact", args=[case.reference]), {"reason": "verify"})
    assert shown.status_code == 200
    looks = Access.objects.filter(officer=auditor).values_list("what", flat=True)
    assert sorted(looks) == ["case", "contact"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Access.objects.filter(officer=auditor).delete()

    signed_in(cast.chen).get(reverse("admin:case", args=[case.reference]))
    told = browser.get(reverse("admin:log")).content.decode()
    assert case.reference in told
    assert told.count("联系方式</td>") == 1
    assign(case, to=cast.chen, actor=cast.officer, at=timezone.now())
    deeds = browser.get(reverse("admin:log"), {"show": "done", "officer": str(cast.chen.pk)}).content.decode()
    assert "分给" in deeds
    assert browser.get(reverse("admin:log"), {"case": "ZZ-000000-0000", "since": "x"}).status_code == 200


@pytest.mark.django_db
def test_the_log_is_of_ones_own_association_and_for_those_who_may_read_it(
    cast: Cast, signed_in: SignIn, hire: Callable[..., User]
) -> None:
    case = a_complaint(at=timezone.now())
    signed_in(cast.chen).get(reverse("admin:case", args=[case.reference]))
    assert case.reference not in signed_in(cast.huang).get(reverse("admin:log")).content.decode()
    assert case.reference in signed_in(cast.zhou).get(reverse("admin:log")).content.decode()
    refused = signed_in(hire("intake")).get(reverse("admin:log"))
    assert (refused.status_code, "要由" in refused.content.decode()) == (403, True)


@pytest.mark.django_db
def test_an_administrator_gives_duties_and_it_is_on_record_who_did(
    cast: Cast, signed_in: SignIn, hire: Callable[..., User]
) -> None:
    keeper, colleague = hire("administrator"), hire("intake")
    browser, member = signed_in(keeper), colleague.memberships.get()
    browser.post(reverse("admin:person", args=[member.pk]), {"duties": ["mediator", "auditor"]})
    member.refresh_from_db()
    assert member.duties == ["mediator", "auditor"]
    change = DutyChange.objects.get()
    assert (change.user, change.by, change.before, change.after) == (
        *(colleague, keeper),
        *(["intake"], ["mediator", "auditor"]),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyChange.objects.all().delete()
    wrongs: list[dict[str, list[str]]] = [{"duties": []}, {"duties": ["king"]}, {}]
    for wrong in wrongs:
        answer = browser.post(reverse("admin:person", args=[member.pk]), wrong)
        assert answer.status_code == 422
    abroad = cast.huang.memberships.get()
    assert browser.post(reverse("admin:person", args=[abroad.pk]), {"duties": ["lead"]}).status_code == 404
    own = keeper.memberships.get()
    answer = browser.post(reverse("admin:person", args=[own.pk]), {"duties": ["lead"]})
    assert "自己的岗位不能自己改" in answer.content.decode()
    assert signed_in(cast.chen).get(reverse("admin:people")).status_code == 403


@pytest.mark.django_db
def test_one_administrator_always_stays(cast: Cast, hire: Callable[..., User]) -> None:
    first, second = hire("administrator", name="first"), hire("administrator", name="second")
    at = timezone.now()
    staffing.change_duties(first.memberships.get(), ["lead"], actor=Actor.officer(second), at=at)
    last = second.memberships.get()
    with pytest.raises(NotAllowed):
        staffing.let_go(last, actor=Actor.officer(first), at=at)
    with pytest.raises(CannotStaff, match="没有管理员"):  # by an actor read before its duty was taken away
        staffing.change_duties(
            last, ["lead"], actor=replace(Actor.officer(first), duties=frozenset({"administrator"})), at=at
        )


@pytest.mark.django_db
def test_who_leaves_gives_the_cases_back_and_can_do_nothing_more(
    cast: Cast, signed_in: SignIn, hire: Callable[..., User]
) -> None:
    keeper, colleague = hire("administrator"), hire("mediator")
    theirs = signed_in(colleague)
    open_case, ended = a_complaint(at=timezone.now()), a_complaint(at=timezone.now())
    for case in (open_case, ended):
        assign(case, to=colleague, actor=cast.officer, at=timezone.now())
    Complaint.objects.filter(pk=ended.pk).update(state="settled")
    answer = signed_in(keeper).post(
        reverse("admin:person", args=[colleague.memberships.get().pk]), {"do": "let-go"}, follow=True
    )
    assert "1件退回了待分派" in answer.content.decode()
    open_case.refresh_from_db()
    ended.refresh_from_db()
    assert (open_case.officer, ended.officer) == (None, colleague)
    assert theirs.get(reverse("admin:queue")).status_code in {302, 404}
    colleague.refresh_from_db()
    assert not colleague.is_staff


@pytest.mark.django_db
def test_a_new_colleagues_first_password_is_shown_once_and_works(
    cast: Cast, signed_in: SignIn, hire: Callable[..., User]
) -> None:
    browser = signed_in(hire("administrator"))
    given = {"family": "孙", "given": "宇", "username": "sunyu", "duties": ["intake"]}
    page = browser.post(reverse("admin:people"), given)
    password = page.context["password"]
    assert password in page.content.decode()
    assert password not in browser.get(reverse("admin:people")).content.decode()
    user = User.objects.get(username="sunyu")
    assert user.check_password(password)
    assert (user.is_staff, user.memberships.get().duties) == (True, ["intake"])
    again = browser.post(reverse("admin:people"), given)
    assert (again.status_code, "已经有人用了" in again.content.decode()) == (422, True)
    odd = browser.post(reverse("admin:people"), {**given, "username": "a@b.cn"})
    assert (odd.status_code, "登录名只能用" in odd.content.decode()) == (422, True)


@pytest.mark.django_db
def test_a_national_officer_who_leaves_strands_no_case_of_any_association(
    cast: Cast, hire: Callable[..., User]
) -> None:
    at = timezone.now()
    keeper = User.objects.create_user("keeper", is_staff=True)
    Membership.objects.create(user=keeper, organisation=cast.national, duties=["administrator"])
    case = a_complaint(at=at)
    assign(case, to=cast.zhou, actor=Actor.officer(cast.zhou), at=at)
    assert staffing.let_go(cast.zhou.memberships.get(), actor=Actor.officer(keeper), at=at) == 1
    case.refresh_from_db()
    assert case.officer is None

    gone = hire("mediator")
    assign(case, to=gone, actor=cast.officer, at=at)
    gone.memberships.all().delete()  # as after a kill between the seat and its cases
    assert staffing.give_back_stranded(at=at) == 1
    assert staffing.give_back_stranded(at=at) == 0
