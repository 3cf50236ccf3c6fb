"""The same on pages: the party's entrance, the desk, and the consumer's case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.flow.inviting import invite
from complaints.flow.offers import accept_offer, make_offer
from complaints.flow.responses import Position, receive_response
from complaints.models import Actor, Complaint, Offer, Party
from tests.builders import a_complaint, a_screenshot
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_complaint(consumer=cast.lin, at=timezone.now())


def entrance(complaint: Complaint, cast: Cast, party: Party) -> Client:
    browser = Client()
    code = invite(complaint, party=party, actor=cast.officer, at=timezone.now())
    assert browser.post("/r/", {"code": code}).status_code == 302
    return browser


def desk(cast: Cast) -> Client:
    browser = Client()
    browser.force_login(cast.chen)
    return browser


def read(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def not_us(complaint: Complaint, cast: Cast, party: Party, to: Party, rule: str) -> None:
    receive_response(
        complaint,
        party=party,
        position=Position.NOT_OURS,
        words="不归我们。",
        claims={},
        points_to=to,
        instead="星河传媒有限公司，400-0000",
        rule=rule,
        actor=cast.platform,
        at=timezone.now(),
    )


def test_a_shop_says_not_us_twice_over_and_an_officer_closes_it(complaint: Complaint, cast: Cast) -> None:
    not_us(complaint, cast, Party.ANCHOR, Party.MERCHANT, "M01")
    shop = entrance(complaint, cast, Party.MERCHANT)
    at = f"/r/case/{complaint.reference}/"
    assert "推给商家" in read(shop, at) and "星河传媒" not in read(shop, at)  # whom the room names stays with it
    answer = {"position": "not_ours", "points_to": "anchor", "instead": "星河传媒有限公司，400-0000", "rule": "A02"}
    answer |= {"words": "是主播说的，合同写明由它负责。", "note": "法务第7号"}
    look = shop.post(at + "answer/", answer).content.decode()
    assert "由协会来定" in look and "推责无据" in look
    assert shop.post(at + "answer/", {**answer, "send": "1"}).status_code == 302
    page = read(shop, at)
    assert "等协会定" in page and "法务第7号" in page and "之前（第" in page

    officer = desk(cast)
    case = read(officer, f"/admin/case/{complaint.reference}/")
    assert "两方互相推" in case and "法务第7号" not in case
    assert complaint.reference in read(officer, "/admin/queue/?view=contest")
    complaint.refresh_from_db()
    act = f"/admin/case/{complaint.reference}/act/contest/"
    read(officer, act)
    given: dict[str, Any] = {
        "version": complaint.version,
        "fact": "",
        "value": "",
        "words": "合同对消费者不生效，商家先答。",
    }
    assert officer.post(act, given).status_code == 302
    complaint.refresh_from_db()
    assert complaint.contest_due_on is None
    lin = Client()
    lin.force_login(cast.lin)
    mine = read(lin, f"/case/{complaint.reference}/")
    assert "合同对消费者不生效" in mine and "星河传媒有限公司" in mine
    read(lin, f"/case/{complaint.reference}/decision/")
    assert "不能再推给别人" in shop.post(at + "answer/", {**answer, "send": "1"}).content.decode()


def test_more_time_facts_and_proof_go_through_the_entrance(complaint: Complaint, cast: Cast) -> None:
    shop = entrance(complaint, cast, Party.MERCHANT)
    at = f"/r/case/{complaint.reference}/"
    assert (
        "最多延5个工作日"
        in shop.post(at + "extension/", {"reason": "other", "days": "9", "words": "等"}).content.decode()
    )
    asked = {"reason": "other", "days": "4", "words": "负责人出差，下周回来。"}
    assert shop.post(at + "extension/", asked).status_code == 302
    assert "等协会答复" in read(shop, at)
    officer = desk(cast)
    complaint.refresh_from_db()
    act = f"/admin/case/{complaint.reference}/act/extension/"
    page = read(officer, act)
    assert "负责人出差" in page
    wish = complaint.extensions.get()
    until = wish.was_due + DAY
    while until.weekday() > 4:
        until += DAY
    given = {
        "version": complaint.version,
        "extension": wish.pk,
        "agrees": "yes",
        "until": until.isoformat(),
        "words": "",
    }
    assert officer.post(act, given).status_code == 302
    assert "已同意延到" in read(shop, at)
    assert complaint.respondents.get(party="merchant").due_on == until
    assert "已经申请过一次" in read(shop, at + "extension/")

    page = read(shop, at + "facts/")
    name = page.split('name="fact-')[1].split('"')[0]
    assert "至少说明一项" in shop.post(at + "facts/", {}).content.decode()
    assert shop.post(at + "facts/", {f"fact-{name}": "check", "days": "3"}).status_code == 302
    assert "前查清" in read(shop, at)

    offer = make_offer(
        complaint,
        party=Party.MERCHANT,
        kind=Offer.Kind.REFUND,
        amount=complaint.price,
        words="",
        until=timezone.localdate() + 5 * DAY,
        actor=cast.officer,
        at=timezone.now(),
    )
    accept_offer(offer, actor=Actor.consumer(cast.lin), at=timezone.now())
    kept = {"on": timezone.localdate().isoformat(), "file": a_screenshot(), "words": "原路退回。"}
    assert shop.post(f"{at}offer/1/kept/", kept).status_code == 302
    lin = Client()
    lin.force_login(cast.lin)
    assert "收到了没有，由你来说" in read(lin, f"/case/{complaint.reference}/offer/1/")


def test_an_identity_is_given_at_the_entrance_and_reported_by_the_consumer(complaint: Complaint, cast: Cast) -> None:
    # A platform that is not connected here comes by an invitation, as others do.
    other = a_complaint(consumer=cast.lin, at=timezone.now(), platform={"name": "海马集市"})
    platform = entrance(other, cast, Party.PLATFORM)
    at = f"/r/case/{other.reference}/"
    lin = Client()
    lin.force_login(cast.lin)
    asked = lin.post(f"/case/{other.reference}/records/", {"kinds": ["seller_identity"]})
    assert asked.status_code == 302
    assert "等平台给" in read(platform, at + "identity/")
    given = {"kind": "seller_identity", "says": "yes", "name": "澜岸家居", "address": "余杭区某路1号", "contact": ""}
    assert "都要写" in platform.post(at + "identity/", given).content.decode()
    assert platform.post(at + "identity/", {**given, "contact": "0571-88000000"}).status_code == 302
    page = f"/case/{other.reference}/identity/"
    assert "联系不上" in read(lin, page)
    told = lin.post(page, {"kind": "seller_identity", "why": "phone", "words": "空号"})
    assert told.status_code == 302
    assert "给了，联系不上" in read(lin, page) and "给了，联系不上" in read(platform, at)
    shop = entrance(complaint, cast, Party.MERCHANT)
    assert shop.get(f"/r/case/{complaint.reference}/identity/").status_code == 404
    officer = desk(cast)
    other.refresh_from_db()
    act = f"/admin/case/{other.reference}/act/unreachable/"
    report = {"version": other.version, "kind": "seller_identity", "why": "address", "words": "6月10日去信退回。"}
    assert officer.post(act, report).status_code == 302
    assert "依目前掌握的信息" in read(lin, f"/case/{other.reference}/decision/")
