"""Members of a business in its portal: who is let in to what, who invites whom, who is out at once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, DutyChange, MemberInvitation, Membership, Organisation, User
from accounts.names import name_for
from complaints.flow import members
from complaints.flow.members import CannotChangeMember
from complaints.models import Actor, Assignment, Complaint
from tests.browsers import browser_of
from tests.builders import a_referred_complaint
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
Part = Membership.Part
NEW_PASSWORD = "riverbank-orchard-seven"


def member(name: str, house: Organisation, *parts: Membership.Part) -> Membership:
    user = User.objects.create_user(name, password=PASSWORD)
    return Membership.objects.create(user=user, organisation=house, duties=[part.value for part in parts])


def acting(found: Membership) -> Actor:
    return Actor.representative(found.user, found.organisation)


def link_in(page: str) -> str:
    found = re.search(r"/r/join/[\w-]+/", page)
    assert found
    return found.group()


@pytest.fixture
def boss(cast: Cast) -> Membership:
    return member("guanli", cast.kuailive, Part.MANAGER)


def test_nobody_comes_to_the_list_without_signing_in_for_a_business(cast: Cast) -> None:
    assert Client().get("/r/inbox/")["Location"] == "/r/sign-in/?next=%2Fr%2Finbox%2F"
    page = browser_of(cast.lin).get("/r/inbox/", follow=True).content.decode()
    assert "你登录的账号不属于任何机构" in page
    engineer = browser_of(member("wang", cast.kuailive, Part.ENGINEER).user).get("/r/inbox/")
    assert engineer.status_code == 403
    assert "这里要“答复”才能打开" in engineer.content.decode()
    answer = browser_of(member("li", cast.kuailive, Part.ANSWERING).user).get("/r/sign-in/", follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "快播场" in page
    assert [f'href="{path}"' in page for path in ("/r/inbox/", "/r/team/", "/r/keys/")] == [True, True, False]


PAGES = {
    "/r/inbox/": {Part.ANSWERING},
    "/r/inbox/export.csv": {Part.ANSWERING},
    "/r/case/{ref}/": {Part.ANSWERING},
    "/r/case/{ref}/answer/": {Part.ANSWERING},
    "/r/case/{ref}/offer/": {Part.ANSWERING},
    "/r/case/{ref}/proof/": {Part.ANSWERING},
    "/r/case/{ref}/records/": {Part.ANSWERING},
    "/r/case/{ref}/bundle/": {Part.ANSWERING},
    "/r/team/": {Part.ANSWERING, Part.ENGINEER, Part.MANAGER},
    "/r/team/{boss}/": {Part.MANAGER},
    "/r/keys/": {Part.ENGINEER, Part.MANAGER},
}


def test_each_page_is_for_the_parts_that_need_it(cast: Cast, boss: Membership) -> None:
    case = a_referred_complaint(at=timezone.now())
    opened = {part: browser_of(member(f"only-{part}", cast.kuailive, part).user) for part in Part} | {
        None: browser_of(member("no-part", cast.kuailive).user)
    }
    found = {
        (path, part): browser.get(path.format(ref=case.reference, boss=boss.pk)).status_code
        for path in PAGES
        for part, browser in opened.items()
    }
    wanted = {
        (path, part): 200 if part in parts or path == "/r/team/" else 403
        for path, parts in PAGES.items()
        for part in opened
    }
    assert found == wanted


def test_a_colleague_joins_by_a_link_that_is_good_once_for_the_one_it_names(cast: Cast, boss: Membership) -> None:
    manager = browser_of(boss.user)
    page = manager.post("/r/team/", {"whom": "xiaochen", "parts": ["answering"]})
    assert "这个链接只显示这一次" in page.content.decode()
    link = link_in(page.content.decode())
    assert link not in manager.get("/r/team/").content.decode()
    stranger = browser_of(cast.lin)
    assert "另一个账号" in stranger.get(link).content.decode()
    assert "给另一个账号的" in stranger.post(link).content.decode()
    assert not Membership.objects.filter(user=cast.lin).exists()
    colleague = Client()
    assert colleague.get(link).status_code == colleague.get(link).status_code == 200  # looking uses nothing up
    assert colleague.post(link, {"password": NEW_PASSWORD}).status_code == 302
    assert colleague.get("/r/inbox/").status_code == 200
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"password": NEW_PASSWORD}).status_code == 410
    change = DutyChange.objects.get(organisation=cast.kuailive)
    assert (change.user.username, change.by, change.before, change.after) == ("xiaochen", boss.user, [], ["answering"])
    assert MemberInvitation.objects.get().whom == ""


def test_a_link_that_is_old_or_taken_back_or_replaced_opens_nothing(cast: Cast, boss: Membership) -> None:
    manager = browser_of(boss.user)

    def invite() -> str:
        return link_in(manager.post("/r/team/", {"whom": "xiaochen", "parts": ["answering"]}).content.decode())

    first = invite()
    second = invite()
    assert Client().get(first).status_code == 410
    MemberInvitation.objects.filter(withdrawn_at=None).update(ends_at=timezone.now())
    assert Client().post(second, {"password": NEW_PASSWORD}).status_code == 410
    third = invite()
    manager.post("/r/team/withdraw/", {"invitation": MemberInvitation.objects.latest("pk").pk})
    assert Client().get(third).status_code == 410
    assert not User.objects.filter(username="xiaochen").exists()


def test_an_address_is_invited_by_letter_alone_and_its_account_signs_in(cast: Cast, boss: Membership) -> None:
    manager = browser_of(boss.user)
    page = manager.post("/r/team/", {"whom": "Chen@shop.example", "parts": ["engineer"]}, follow=True).content.decode()
    assert "/r/join/" not in page
    assert mail.outbox[0].to == ["Chen@shop.example"]
    link = link_in(str(mail.outbox[0].body))
    assert Client().post(link, {"password": NEW_PASSWORD}).status_code == 302
    user = User.objects.get(username=name_for("chen@shop.example"))
    assert acting(Membership.objects.get(user=user)).duties == {"engineer"}
    manager.post("/r/team/", {"whom": "chen@shop.example", "parts": ["engineer"]})
    assert len(mail.outbox) == 1  # a member already
    browser_of(member("chief", cast.yunji, Part.MANAGER).user).post(
        "/r/team/", {"whom": "chen@shop.example", "parts": ["engineer"]}
    )
    other = link_in(str(mail.outbox[1].body))
    assert "先登录这个账号" in Client().get(other).content.decode()  # and no password can be set for it here
    assert Client().post(other, {"password": NEW_PASSWORD}).status_code == 200
    signed_in = browser_of(user)
    assert signed_in.post(other).status_code == 302
    assert "云集市" in signed_in.get("/r/team/").content.decode()
    assert "换到快播场" in signed_in.get("/r/team/").content.decode()
    signed_in.post("/r/house/", {"house": cast.kuailive.pk})
    assert "快播场" in signed_in.get("/r/team/").content.decode()
    assert signed_in.post("/r/house/", {"house": cast.zhejiang.pk}).status_code == 404


def test_one_address_is_not_written_to_again_and_again(cast: Cast, boss: Membership) -> None:
    manager = browser_of(boss.user)
    for _each in range(5):
        manager.post("/r/team/", {"whom": "chen@shop.example", "parts": ["engineer"]})
    assert len(mail.outbox) == 3
    assert not MemberInvitation.objects.open(timezone.now()).exists()  # the last were taken back with their letter


def test_who_judges_is_no_member_and_a_name_made_of_an_address_is_not_taken(cast: Cast, boss: Membership) -> None:
    manager = browser_of(boss.user)
    link = link_in(manager.post("/r/team/", {"whom": "chen", "parts": ["answering"]}).content.decode())
    assert "不能做机构的成员" in browser_of(cast.chen).post(link).content.decode()
    assert not Membership.objects.filter(user=cast.chen, organisation=cast.kuailive).exists()
    for odd in (name_for("victim@mail.example"), "a b", "x", "é@shop.example", "@", "x" * 151):
        assert manager.post("/r/team/", {"whom": odd, "parts": ["answering"]}).status_code == 422


def test_the_first_manager_is_invited_by_an_operator(cast: Cast) -> None:
    operator = browser_of(User.objects.create_superuser("yunwei", password=PASSWORD))
    path = f"/admin/accounts/organisation/{cast.yunji.pk}/invite/"
    assert "邀请账号管理" in operator.get(f"/admin/accounts/organisation/{cast.yunji.pk}/change/").content.decode()
    link = link_in(operator.post(path, {"whom": "dianzhang"}).content.decode())
    first = Client()
    assert first.post(link, {"password": NEW_PASSWORD}, follow=True).status_code == 200
    assert first.get("/r/team/").status_code == 200
    assert operator.get(f"/admin/accounts/organisation/{cast.zhejiang.pk}/invite/").status_code == 404
    assert browser_of(cast.chen).get(path).status_code in {302, 404}


def test_a_second_factor_is_demanded_before_anything_is_seen(cast: Cast, settings: object) -> None:
    settings.SECOND_FACTOR_REQUIRED = True  # type: ignore[attr-defined]
    browser = browser_of(member("li", cast.kuailive, Part.ANSWERING).user)
    case = a_referred_complaint(at=timezone.now())
    for path in ("/r/inbox/", f"/r/case/{case.reference}/", "/r/team/", "/r/"):
        assert browser.get(path)["Location"] == "/account/security/"


def test_who_is_taken_away_is_out_at_once_and_their_cases_wait(cast: Cast, boss: Membership) -> None:
    gone = member("li", cast.kuailive, Part.ANSWERING)
    case, browser = a_referred_complaint(at=timezone.now()), browser_of(gone.user)
    Assignment.objects.create(complaint=case, organisation=cast.kuailive, user=gone.user, at=timezone.now())
    assert browser.get(f"/r/case/{case.reference}/").status_code == 200
    page = browser_of(boss.user).post(f"/r/team/{gone.pk}/", {"do": "remove"}, follow=True).content.decode()
    assert "手上的1件等着重新分派" in page
    assert browser.get(f"/r/case/{case.reference}/")["Location"].startswith("/r/sign-in/")
    browser.force_login(User.objects.get(pk=gone.user_id))  # signing in again does not help
    assert browser.get(f"/r/case/{case.reference}/").status_code == 404
    assert browser.get("/r/inbox/").status_code == 302
    assert not Assignment.objects.exists()
    assert browser_of(boss.user).get(f"/r/team/{gone.pk}/").status_code == 404


def test_one_manager_always_stays(cast: Cast, boss: Membership) -> None:
    manager = browser_of(boss.user)
    assert "没有人管账号了" in manager.post(f"/r/team/{boss.pk}/", {"do": "remove"}).content.decode()
    assert "没有人管账号了" in manager.post(f"/r/team/{boss.pk}/", {"parts": ["engineer"]}).content.decode()
    second = member("second", cast.kuailive, Part.MANAGER)
    stale = acting(boss)
    manager.post(f"/r/team/{boss.pk}/", {"do": "remove"})
    assert not Membership.objects.filter(pk=boss.pk).exists()
    for act in (
        lambda: members.remove_member(second, actor=stale, at=timezone.now()),
        lambda: members.invite_member(
            cast.kuailive, whom="friend", parts=["manager"], by=boss.user, actor=stale, at=timezone.now()
        ),
    ):
        with pytest.raises(CannotChangeMember):
            act()
    foreign = member("foreign", cast.yunji, Part.MANAGER)
    assert browser_of(foreign.user).get(f"/r/team/{second.pk}/").status_code == 404
    assert browser_of(foreign.user).post(f"/r/team/{second.pk}/", {"do": "remove"}).status_code == 404


def test_a_key_is_shown_once_and_another_business_cannot_touch_it(cast: Cast) -> None:
    engineer = browser_of(member("wang", cast.kuailive, Part.ENGINEER).user)
    page = engineer.post("/r/keys/", {"label": "客服系统", "scopes": ["cases:read"]}).content.decode()
    text = re.search(r"zz_live_[0-9a-z_]+", page)
    assert "密钥只显示这一次" in page and text
    assert text.group() not in engineer.get("/r/keys/").content.decode()
    key = ApiKey.objects.latest("pk")
    assert (key.scopes, key.expires_at is not None) == (["cases:read"], True)
    other = browser_of(member("liu", cast.yunji, Part.ENGINEER).user)
    assert other.post("/r/keys/revoke/", {"key": key.public_id}).status_code == 404
    assert other.post("/r/keys/rotate/", {"key": key.public_id}).status_code == 404
    assert "密钥只显示这一次" in engineer.post("/r/keys/rotate/", {"key": key.public_id}).content.decode()
    key.refresh_from_db()
    assert key.expires_at and key.expires_at < timezone.now() + timedelta(days=2)
    engineer.post("/r/keys/revoke/", {"key": key.public_id})
    assert not ApiKey.objects.usable(timezone.now()).filter(pk=key.pk).exists()
    assert engineer.post("/r/keys/", {"label": "", "scopes": ["all"]}).status_code == 422
    assert Complaint.objects.count() == 0


def test_an_invitation_ends_when_who_made_it_manages_there_no_more(cast: Cast, boss: Membership) -> None:
    now = timezone.now()

    def invited_by(maker: Membership, name: str) -> str:
        told: dict[str, Any] = {
            "whom": name,
            "parts": ["answering"],
            "by": maker.user,
            "actor": acting(maker),
            "at": now,
        }
        return members.invite_member(cast.kuailive, **told).code

    def opens(code: str, name: str) -> bool:
        user = User.objects.create_user(name, password=PASSWORD)
        try:
            members.accept(code, user=user, at=now)
        except CannotChangeMember:
            return False
        return True

    removed, demoted, shut = (member(f"maker-{n}", cast.kuailive, Part.MANAGER) for n in range(3))
    codes = [invited_by(maker, f"new-{n}") for n, maker in enumerate((removed, demoted, shut, boss))]
    kept_by_the_removed = members.invite_member(
        cast.kuailive,
        whom=removed.user.username + "x",
        parts=["manager"],
        by=removed.user,
        actor=acting(removed),
        at=now,
    ).code
    members.remove_member(removed, actor=acting(boss), at=now)
    members.change_parts(demoted, ["engineer"], actor=acting(boss), at=now)
    User.objects.filter(pk=shut.user_id).update(is_active=False)
    assert [opens(code, f"new-{n}") for n, code in enumerate(codes)] == [False, False, False, True]
    assert not opens(kept_by_the_removed, "maker-0x")


def test_letters_of_invitation_end_for_the_day_however_many_are_taken_back(cast: Cast, boss: Membership) -> None:
    now = timezone.now()
    told: dict[str, Any] = {"parts": ["answering"], "by": boss.user, "actor": acting(boss)}
    for number in range(members.MOST_A_DAY):
        made = members.invite_member(cast.kuailive, whom=f"a{number}@mail.example", **told, at=now)
        members.withdraw_invitation(made.invitation, actor=acting(boss), at=now)
    with pytest.raises(CannotChangeMember, match="明天"):
        members.invite_member(cast.kuailive, whom="more@mail.example", **told, at=now)
    members.invite_member(cast.kuailive, whom="more@mail.example", **told, at=now + timedelta(days=1))


def test_looking_at_the_place_to_practise_opens_none_and_a_press_opens_one(cast: Cast, boss: Membership) -> None:
    manager, before = browser_of(boss.user), Organisation.objects.count()
    for path in ("/r/sandbox/", "/r/sandbox/case/ZZ-260601-9E02/"):
        assert "开一个练习环境" in manager.get(path).content.decode()
    for path in ("key", "line", "new", "begin"):
        manager.post(f"/r/sandbox/{path}/")
    assert Organisation.objects.count() == before
    answering = browser_of(member("li", cast.kuailive, Part.ANSWERING).user)
    answering.post("/r/sandbox/open/")
    assert Organisation.objects.count() == before
    for _time in range(2):
        page = manager.post("/r/sandbox/open/", follow=True).content.decode()
    assert "再要一把练习密钥" in page
    assert Organisation.objects.filter(sandbox_of=cast.kuailive).count() == 1
