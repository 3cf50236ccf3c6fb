"""Hints on the pages: nothing is filled before a tap, nothing typed is overwritten, and nobody else sees a word."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from complaints.flow import hints
from complaints.lifecycle import Role
from complaints.models import Actor, Complaint, Draft, Evidence, HintAnswer, Viewing
from complaints.timeline import first_break
from tests.builders import a_referred_complaint, a_screenshot, filed
from tests.cast import PASSWORD, Cast
from tests.evidence.pages import a_reading
from tests.wizard.steps import send, the_draft, walk

pytestmark = pytest.mark.django_db

ORDER_HINTS, EVIDENCE = "/complaint/order/hints/", "/complaint/evidence/"
NUMBER, PAYMENT = "2605207712345677190", "2026052022001412345678901234"


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading is offered, whether or not this machine could do it: the words are there already."""
    monkeypatch.setattr("complaints.evidence.ocr.is_on", lambda: True)


def code(piece: Evidence, field: str) -> str:
    return next(hint.code for hint in hints.hints_of([piece], on=timezone.localdate()) if hint.field == field)


def piece_of(draft: Draft) -> Evidence:
    return draft.evidence.offered().get()


def test_a_screenshot_on_the_page_of_the_order_fills_it_with_one_tap(client: Client, cast: Cast, on: None) -> None:
    walk(client, until="order")
    client.post(ORDER_HINTS, {"picture": a_screenshot(), "amount": "450", "order_number": ""})
    draft = the_draft()
    piece = piece_of(draft)
    assert piece.kind == Evidence.Kind.ORDER
    assert draft.answers["order"]["amount"] == "450"  # what was typed went along
    assert "正在看图上的字" in client.get("/complaint/order/").content.decode()
    assert "data-reading" in client.get(EVIDENCE + "hints/").json()[str(piece.pk)]

    a_reading(piece.blob)
    shown = client.get("/complaint/order/").content.decode()
    assert NUMBER in shown
    assert "你填的是“¥450”" in shown
    assert "<rect" in shown
    assert client.get("/en/complaint/order/").status_code == 200
    assert the_draft().answers["order"]["order_number"] == ""  # nothing before a tap

    client.post(ORDER_HINTS, {"amount": "450", "take-free": piece.pk})
    draft = the_draft()
    assert draft.answers["order"] | {"none": False} == {"order_number": NUMBER, "amount": "450", "none": False}
    assert draft.answers["dates"] == {"purchased_on": "2026-05-20"}
    assert "dates" not in draft.done  # the page is still asked, with the day in it
    assert client.get("/complaint/dates/").context["form"]["purchased_on"].value() == "2026-05-20"

    client.post(ORDER_HINTS, {"amount": "450", "order_number": NUMBER, "take": code(piece, "amount")})
    assert the_draft().answers["order"]["amount"] == "469.00"
    assert "order" in the_draft().done
    client.post(ORDER_HINTS, {"amount": "469", "order_number": NUMBER, "undo": code(piece, "amount")})
    assert the_draft().answers["order"]["amount"] == "450.00"


def test_a_refused_hint_never_comes_back_and_numbers_go_into_the_caption(client: Client, cast: Cast, on: None) -> None:
    walk(client, until="evidence")
    send(client, "evidence", **{"file-1": a_screenshot(), "as-1": "order"})
    piece = piece_of(the_draft())
    a_reading(piece.blob)
    client.post(EVIDENCE, {"refuse": code(piece, "shop")})
    again = send(client, "evidence", upload="kinds")
    shown = client.get(EVIDENCE).content.decode()
    assert f'value="{code(piece, "shop")}"' not in shown
    assert "你填的是“260520771234567719”" in shown
    assert again
    for _press in range(2):  # pressed twice, or in two windows
        client.post(EVIDENCE, {"take": code(piece, "payment_number")})
    piece.refresh_from_db()
    assert piece.caption == f"支付单号 {PAYMENT}"
    assert HintAnswer.objects.count() == 2
    client.post(EVIDENCE, {"undo": code(piece, "payment_number"), f"caption-{piece.pk}": piece.caption})
    piece.refresh_from_db()
    assert piece.caption == ""
    assert client.post(EVIDENCE, {"take": "1.shop.0000"}).status_code == 302  # a hint that is none changes nothing


def test_nobody_else_sees_sheets_or_words(client: Client, cast: Cast, on: None) -> None:
    walk(client, until="evidence")
    send(client, "evidence", **{"file-1": a_screenshot(), "as-1": "order"})
    piece = piece_of(the_draft())
    a_reading(piece.blob)
    address = f"/complaint/evidence/{piece.pk}/mask/sheet-0/"
    assert client.get(address).status_code == 200
    assert client.get(f"/complaint/evidence/{piece.pk}/mask/sheet-9/").status_code == 404
    assert Client().get(address).status_code == 404
    assert Client().get(EVIDENCE + "hints/").status_code == 404

    complaint = filed(files=True, consumer=cast.lin, platform={"platform": str(cast.kuailive.pk)}).complaint
    own = complaint.evidence.get(kind="order")
    a_reading(own.blob)
    assert Client().get(f"/evidence/{own.pk}/sheet-0/").status_code == 404
    told = Client().get(f"/api/v1/cases/{complaint.reference}", headers={"Authorization": f"Bearer {cast.key.text}"})
    assert told.status_code == 200
    assert PAYMENT not in told.content.decode()
    zhao = Client()
    zhao.force_login(cast.zhao)
    assert zhao.get(f"/evidence/{own.pk}/sheet-0/").status_code == 404
    lin = Client()
    lin.force_login(cast.lin)
    assert lin.get(f"/evidence/{own.pk}/sheet-0/").status_code == 200
    assert Viewing.objects.filter(evidence=own, variant="sheet-0").count() == 1


def test_what_the_case_is_missing_can_be_filled_once(cast: Cast, on: None) -> None:
    complaint = filed(files=True, consumer=cast.lin, order={"order_number": "", "amount": "", "none": True}).complaint
    piece = complaint.evidence.get(kind="order")
    a_reading(piece.blob)
    lin = Client()
    lin.force_login(cast.lin)
    page = f"/case/{complaint.reference}/evidence/"
    shown = lin.get(page).content.decode()
    assert NUMBER in shown
    assert "澜岸家居旗舰店" not in shown.partition('class="hints"')[2].partition("</form>")[0]  # the shop is known
    taken = {"take": code(piece, "order_number")}
    for _press in range(2):
        assert lin.post(page + "hint/", taken).status_code == 302
    complaint.refresh_from_db()
    assert complaint.order_number == NUMBER
    assert complaint.events.filter(kind="hint-taken").count() == 1
    lin.post(page + "hint/", {"refuse": code(piece, "amount")})
    complaint.refresh_from_db()
    assert complaint.price is None
    assert NUMBER not in str(list(complaint.events.values_list("body", flat=True)))
    assert first_break(complaint.events.all(), expected=complaint.version) is None
    assert lin.get(f"/case/{complaint.reference}/").status_code == 200
    zhao = Client()
    zhao.force_login(cast.zhao)
    assert zhao.post(page + "hint/", taken).status_code == 404


def test_an_officer_sees_every_line_and_checks_for_the_record(cast: Cast) -> None:
    complaint: Complaint = a_referred_complaint(files=True)
    piece = complaint.evidence.get(kind="order")
    a_reading(piece.blob)
    desk = Client()
    assert desk.login(username=cast.chen.username, password=PASSWORD)
    address = f"/admin/case/{complaint.reference}/reading/{piece.pk}/"
    shown = desk.get(address).content.decode()
    assert "创建时间:2026-05-20" in shown.replace("：", ":")
    assert shown.count("</title></rect>") == 15
    desk.post(address, {"confirm": code(piece, "order_number")})
    desk.post(address, {"confirm": code(piece, "order_number")})
    row = HintAnswer.objects.get()
    assert (row.by, row.answer, row.kept["value"]) == (Role.OFFICER, "confirmed", NUMBER)
    assert complaint.events.filter(kind="hint-answered").count() == 1
    assert "已核对，对" in desk.get(address).content.decode()
    assert desk.get(f"/admin/case/{complaint.reference}/").status_code == 200
    other = Client()
    assert other.login(username=cast.huang.username, password=PASSWORD)
    assert other.get(address).status_code == 404
    assert hints.is_missing(complaint, hints.hints_of([piece], on=timezone.localdate())[0]) is False
    assert Actor.officer(cast.chen).label == row.actor
