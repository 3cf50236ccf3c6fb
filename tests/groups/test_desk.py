"""Groups at the desk: from a suggestion to a group, and everything an officer does to it, through the door."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from complaints.flow import clusters, groups
from complaints.lifecycle import IllegalMove
from complaints.models import Group, Suggestion
from tests.cast import Cast
from tests.groups.making import a_group, own, some_cases


@pytest.fixture
def chen(cast: Cast) -> Client:
    browser = Client()
    browser.force_login(cast.chen)
    return browser


def do(browser: Client, group: Group, name: str, **given: Any) -> HttpResponse:
    group.refresh_from_db()
    address = reverse("admin:group-act", args=[group.pk, name])
    return browser.post(address, {"version": group.version, **given}, follow=True)  # type: ignore[return-value]


@pytest.mark.django_db
def test_from_a_suggestion_to_a_group_and_on_to_its_end(cast: Cast, chen: Client) -> None:
    now = timezone.now()
    empty = chen.get(reverse("admin:groups")).content.decode()
    assert "现在没有合并建议" in empty and "还没有合并" in empty
    cases = some_cases(4, at=now)
    clusters.look_for_new(timezone.now)
    page = chen.get(reverse("admin:groups")).content.decode()
    assert "“小满家居间”1天内4件，像是同一件事" in page and "同一个直播间" in page and "商品：桑蚕丝四件套" in page
    assert "像是同一件事" in chen.get(reverse("admin:case", args=[cases[0].reference])).content.decode()
    suggestion = Suggestion.objects.get()
    new = reverse("admin:group-new") + f"?suggestion={suggestion.pk}"
    assert all(case.reference in chen.get(new).content.decode() for case in cases)
    told = {"title": "小满家居间：四件套", "matter": "直播说桑蚕丝，吊牌聚酯纤维。", "suggestion": suggestion.pk}
    chosen = [case.reference for case in cases[:3]]
    assert chen.post(new, {**told, "case": chosen, "matter": ""}).status_code == 422
    assert chen.post(new, {**told, "case": chosen[:1]}).status_code == 409
    assert chen.post(new, {**told, "case": chosen}).status_code == 302
    group = Group.objects.get()
    assert chen.post(new, {**told, "case": chosen}).status_code == 409
    assert "等本人决定" in chen.get(reverse("admin:case", args=[cases[0].reference])).content.decode()
    for case in cases[:3]:
        groups.answer(case, joins=True, actor=own(case), at=now)
    shown = chen.get(reverse("admin:group", args=[group.pk])).content.decode()
    assert "3位已加入" in shown and "后来又有1件像是同一件事" in shown and "《直播电商监督管理办法》第20条" in shown
    assert (
        "共同认定："
        in do(chen, group, "finding", fact="seller_displayed", value="no", reason="回放里没有。").content.decode()
    )
    until = (timezone.localdate() + timedelta(days=5)).isoformat()
    offer = {
        "party": "merchant",
        "kind": "compensate",
        "rule": "share",
        "percent": "50",
        "words": "一半。",
        "until": until,
    }
    assert do(chen, group, "offer", **{**offer, "percent": "500"}).status_code == 422
    assert "办好3件" in do(chen, group, "offer", **offer).content.decode()
    assert "已通知各方：3件" in do(chen, group, "tell").content.decode()
    assert "已去问1位" in do(chen, group, "add", cases=cases[3].reference.lower()).content.decode()
    groups.answer(cases[3], joins=True, actor=own(cases[3]), at=now)
    assert "也用到后来加入的1件" in chen.get(reverse("admin:group", args=[group.pk])).content.decode()
    assert "办好4件" in do(chen, group, "extend", number=1).content.decode()
    groups.offer_to_represent(cases[0], willing=True, actor=own(cases[0]), at=now)
    assert "已定为代表" in do(chen, group, "represent", case=cases[0].reference).content.decode()
    assert "已分出来" in do(chen, group, "split", case=cases[1].reference).content.decode()
    stale = chen.post(reverse("admin:group-act", args=[group.pk, "close"]), {"version": 1})
    assert stale.status_code == 409 and "别人刚改过" in stale.content.decode()
    assert "合并已结束" in do(chen, group, "close").content.decode()
    assert "也看已结束的1个" in chen.get(reverse("admin:groups")).content.decode()


@pytest.mark.django_db
def test_a_suggestion_that_was_dismissed_or_taken_makes_no_group(cast: Cast) -> None:
    cases = some_cases(3, at=timezone.now())
    clusters.look_for_new(timezone.now)
    told: dict[str, Any] = {"title": "小满家居间", "matter": "同一件事。", "actor": cast.officer, "at": timezone.now()}
    suggestion = Suggestion.objects.get()
    for state in ("dismissed", "taken"):
        Suggestion.objects.update(state=state)
        with pytest.raises(IllegalMove):
            groups.make(cases, suggestion=suggestion, **told)
    Suggestion.objects.update(state="open")
    assert groups.make(cases, suggestion=suggestion, **told).suggestion == suggestion


@pytest.mark.django_db
def test_each_act_says_beforehand_what_it_does_and_a_wrong_number_is_told(cast: Cast, chen: Client) -> None:
    cases = some_cases(2)
    group = a_group(cases, cast)
    for name in ("finding", "finding/?fact=seller_displayed", "offer", "tell", "add", "close", "split"):
        address = reverse("admin:group", args=[group.pk]) + name + ("" if "?" in name else "/")
        assert chen.get(address).status_code == 200, name
    assert chen.get(reverse("admin:group", args=[group.pk]) + "nothing/").status_code == 404
    wrong = do(chen, group, "add", cases="ZZ-260601-0000")
    assert wrong.status_code == 422 and "不是投诉编号" in wrong.content.decode()


@pytest.mark.django_db
def test_other_associations_and_other_duties_see_or_do_nothing(cast: Cast, chen: Client) -> None:
    cases = some_cases(3, at=timezone.now())
    clusters.look_for_new(timezone.now)
    group = a_group(cases[:2], cast)
    hint = Suggestion.objects.get()
    places = [
        reverse("admin:group", args=[group.pk]),
        reverse("admin:group-act", args=[group.pk, "close"]),
        reverse("admin:group-new") + f"?case={cases[2].reference}",
        reverse("admin:group-new") + f"?suggestion={hint.pk}",
    ]
    huang, member = Client(), Membership.objects.get(user=cast.chen)
    huang.force_login(cast.huang)
    for address in places:
        assert huang.get(address).status_code == 404
        sent = {"version": group.version, "case": [cases[2].reference]}
        assert huang.post(address, sent).status_code in {404, 405}, address
    assert huang.post(reverse("admin:group-dismiss", args=[hint.pk])).status_code == 404
    assert group.title not in huang.get(reverse("admin:groups")).content.decode()
    for duty, status in (("auditor", 403), ("intake", 403), ("administrator", 404)):
        member.duties = [duty]
        member.save()
        assert chen.get(places[0]).status_code == (404 if duty == "administrator" else 200)
        assert chen.post(places[1], {"version": group.version}).status_code == status
        assert chen.post(reverse("admin:group-dismiss", args=[hint.pk])).status_code == status
    group.refresh_from_db()
    assert (group.state, Suggestion.objects.get().state) == ("open", "open")
