"""A receipt code opens its one case to one key for half an hour; what is done then is what the page would do."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from complaints.flow.offers import make_offer
from complaints.flow.receipts import renew
from complaints.models import Complaint, Event, Message, Offer, Party
from complaints.references import new_receipt_code
from tests.builders import NAME, PHONE, a_screenshot
from tests.cast import Cast
from tests.kiosk.stand import BOTH, Stand
from tests.platform.calls import fields_of, told

pytestmark = pytest.mark.django_db
SUM = Decimal(300)


@pytest.fixture
def filed(stand: Stand) -> dict[str, Any]:
    return stand.file()


@pytest.fixture
def case(filed: dict[str, Any]) -> Complaint:
    return Complaint.objects.get(reference=filed["reference"])


def an_offer(case: Complaint, cast: Cast, amount: Decimal = SUM) -> Offer:
    at = timezone.now()
    until = timezone.localdate() + timedelta(days=7)
    return make_offer(
        case, party=Party.PLATFORM, kind=Offer.Kind.REFUND, amount=amount, words="退款", until=until,
        actor=cast.platform, at=at,
    )  # fmt: skip


def test_the_code_opens_the_case_and_shows_what_the_page_shows(
    stand: Stand, filed: dict[str, Any], case: Complaint, cast: Cast
) -> None:
    an_offer(case, cast)
    token = stand.open(filed)
    shown = told(stand.get(f"/complaints/{case.reference}", token=token), 200)
    assert "receipt_code" not in shown
    assert shown["decision"]["verdict"] == filed["decision"]["verdict"]
    assert shown["contact"] == case.contact.masked()
    assert NAME not in str(shown)
    assert PHONE not in str(shown)
    assert shown["offers"][0]["answers"] == ["accept", "counter", "refuse"]
    assert shown["deadlines"]
    assert shown["timeline"][0]["title"].startswith("对方提出") or len(shown["timeline"]) >= 3
    opened = Event.objects.get(kind="at-stand")
    assert opened.body == {"act": "open", "organisation": cast.zhejiang.pk, "key": stand.key.public_id}


def test_without_the_right_token_there_is_no_such_case(stand: Stand, filed: dict[str, Any], case: Complaint) -> None:
    token, path = stand.open(filed), f"/complaints/{case.reference}"
    assert told(stand.get(path), 403)["code"] == "case_token_needed"
    assert told(stand.get(path, token=token + "x"), 403)["code"] == "case_token_needed"
    another = stand.file()
    for other, to in (
        (Stand(stand.key.organisation, *BOTH), path),  # another key of the same house
        (stand, f"/complaints/{another['reference']}"),  # another case
        (stand, "/complaints/ZZ-260601-9E02"),
    ):
        assert told(other.get(to, token=token), 404)["code"] == "not_found"
        assert told(other.post(f"{to}/withdraw", {"understood": True}, token=token), 404)["code"] == "not_found"
    with override_settings(RECEIPT_SESSION=timedelta(0)):
        assert told(stand.get(path, token=token), 403)["code"] == "case_token_needed"
    renew(case, at=timezone.now())
    assert told(stand.get(path, token=token), 404)["code"] == "not_found"


def test_wrong_codes_are_one_refusal_and_ten_an_hour(stand: Stand, filed: dict[str, Any], case: Complaint) -> None:
    path, another = f"/complaints/{case.reference}/open", stand.file()
    slip = told(stand.post(path, {"receipt_code": filed["receipt_code"][:-1]}), 400)
    assert "receipt_code" in fields_of(slip)
    wrong = [
        stand.post(path, {"receipt_code": new_receipt_code()}),
        stand.post(path, {"receipt_code": another["receipt_code"]}),
        stand.post("/complaints/ZZ-260601-9E02/open", {"receipt_code": filed["receipt_code"]}),
        stand.post("/complaints/☃/open", {"receipt_code": filed["receipt_code"]}),
    ]
    assert len({answer.content for answer in wrong}) == 1
    assert told(wrong[0], 404)["code"] == "code_not_found"
    for _time in range(6):
        stand.post(path, {"receipt_code": new_receipt_code()})
    refused = stand.post(path, {"receipt_code": filed["receipt_code"]})  # even the right one is not looked at
    assert told(refused, 429)["code"] == "too_many_requests"
    assert refused["Retry-After"]
    fresh = Stand(stand.key.organisation, *BOTH)
    assert told(fresh.post(path, {"receipt_code": filed["receipt_code"]}), 200)["token"]
    for _time in range(2):
        fresh.post(path, {"receipt_code": new_receipt_code()})
    third = Stand(stand.key.organisation, *BOTH)
    assert third.post(path, {"receipt_code": filed["receipt_code"]}).status_code == 429  # the number has had its ten


def test_an_offer_is_answered_with_what_its_page_asks(
    stand: Stand, filed: dict[str, Any], case: Complaint, cast: Cast
) -> None:
    offer, token = an_offer(case, cast), stand.open(filed)
    path = f"/complaints/{case.reference}/offers/{offer.number}"
    assert "请先勾选" in str(told(stand.post(path, {"answer": "accept"}, token=token), 400))
    never = told(stand.post(path, {"answer": "kept", "understood": True}, token=token), 400)
    assert never["errors"][0]["allowed"] == ["accept", "counter", "refuse"]
    for amount in ("", "0", "abc", "-1"):
        told(stand.post(path, {"answer": "counter", "amount": amount}, token=token), 400)
    countered = told(stand.post(path, {"answer": "counter", "amount": "469", "words": "全退"}, token=token), 201)
    assert countered["offer"]["counter_amount"] == "469.00"
    assert told(stand.post(f"/complaints/{case.reference}/offers/99", {"answer": "refuse"}, token=token), 404)
    assert [each.body["act"] for each in Event.objects.filter(kind="at-stand")] == ["open", "offer"]


def test_messages_facts_and_evidence_go_the_way_of_the_page(
    stand: Stand, filed: dict[str, Any], case: Complaint
) -> None:
    token, path = stand.open(filed), f"/complaints/{case.reference}"
    made = stand.post(f"{path}/messages", {"to": "association", "words": "电话13812345678"}, token=token, press="m")
    again = stand.post(f"{path}/messages", {"to": "association", "words": "电话13812345678"}, token=token, press="m")
    assert told(again, 201) == told(made, 201)
    assert Message.objects.count() == 1
    shut = stand.post(f"{path}/messages", {"to": "platform", "words": "在吗"}, token=token)
    assert told(shut, 409)["code"] == "cannot_write"
    assert told(
        stand.post(f"{path}/messages", {"to": "platform", "words": "在吗", "let_write": True}, token=token), 201
    )

    shown = told(stand.get(path, token=token), 200)
    fact = shown["questions"][0]["fact"]
    assert told(stand.post(f"{path}/facts", {"facts": {"nothing": True}}, token=token), 400)
    assert told(stand.post(f"{path}/facts", {"facts": {fact: "yes"}}, token=token), 400)
    assert told(stand.post(f"{path}/facts", {"facts": {}}, token=token), 400)
    assert told(stand.post(f"{path}/facts", {"facts": {fact: True}}, token=token), 201)["decision"]

    added = told(stand.offer(f"{path}/evidence", a_screenshot(), token=token, kind="goods"), 201)["evidence"]
    assert told(stand.offer(f"{path}/evidence", a_screenshot(), token=token, kind="goods"), 200)["evidence"] == added
    assert case.evidence.count() == 1


def test_a_complaint_is_taken_back_once_and_then_it_has_ended(
    stand: Stand, filed: dict[str, Any], case: Complaint
) -> None:
    token, path = stand.open(filed), f"/complaints/{case.reference}"
    assert "understood" in fields_of(told(stand.post(f"{path}/withdraw", {"understood": False}, token=token), 400))
    pressed = {"understood": True, "pressed": True, "words": "店铺说撤了才退"}
    gone = stand.post(f"{path}/withdraw", pressed, token=token, press="w")
    assert told(gone, 201)["state"] == "withdrawn"
    assert told(stand.post(f"{path}/withdraw", pressed, token=token, press="w"), 201) == told(gone, 201)
    assert case.pressures.count() == 1
    for act, body in (("withdraw", pressed), ("messages", {"to": "association", "words": "还有"})):
        assert stand.post(f"{path}/{act}", body, token=token).status_code == 409
    assert stand.offer(f"{path}/evidence", a_screenshot(), token=token, kind="goods").status_code == 409


def test_the_slip_is_printed_for_who_has_the_code(stand: Stand, filed: dict[str, Any], case: Complaint) -> None:
    path = f"/complaints/{case.reference}/slip"
    slip = stand.post(path, {"receipt_code": filed["receipt_code"]})
    assert slip["Content-Type"] == "image/png"
    assert slip.content[:4] == b"\x89PNG"
    assert slip["Cache-Control"] == "private, no-store"
    assert told(stand.post(path, {"receipt_code": new_receipt_code()}), 404)["code"] == "code_not_found"


def test_the_code_from_a_stand_opens_the_page_as_any_other(filed: dict[str, Any], case: Complaint, cast: Cast) -> None:
    browser = Client()
    browser.post("/track/", {"code": filed["receipt_code"]})
    page = browser.get(f"/case/{case.reference}/").content.decode()
    assert "在浙江省消费者协会的网点填的" in page
