"""Covering a picture by keyboard alone: a box is added, moved, made larger, looked at, saved, and really there."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from complaints.evidence import vault
from complaints.flow.intake import add_evidence
from complaints.models import Actor, Mask, Speaker
from tests.browser.conftest import Open
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast
from tests.evidence.pictures import drawn

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_box_drawn_by_keyboard_is_burned(open_page: Open, live_server: LiveServer, cast: Cast) -> None:
    complaint = a_complaint(consumer=cast.lin)
    upload, _lines = drawn()
    piece = add_evidence(
        complaint, upload, kind="order", speaker=Speaker.CONSUMER, actor=Actor.receipt(complaint.pk), at=MONDAY
    )
    browser = Client()
    browser.force_login(cast.lin)
    page = open_page("/")
    cookie = browser.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/case/{complaint.reference}/evidence/{piece.pk}/mask/")
    expect(page.locator("[data-none]")).to_be_visible()
    page.locator("[data-add]").focus()
    page.keyboard.press("Enter")
    box = page.locator(".mask__box")
    expect(box).to_be_focused()
    before = {side: float(box.get_attribute(side) or 0) for side in ("x", "y", "width", "height")}
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
        expect(box).to_be_focused()
    after = {side: float(box.get_attribute(side) or 0) for side in before}
    assert [round(after[side] - before[side]) for side in before] == [-50, -50, 50, 50]
    page.keyboard.press("Delete")
    expect(box).to_have_count(0)
    page.locator("[data-undo]").click()
    expect(box).to_have_count(1)
    page.get_by_role("button", name="看看对方会看到什么").click()
    expect(page.get_by_role("heading", name="对方会看到这样")).to_be_visible()
    page.get_by_role("button", name="就这样，保存").click()
    expect(page.get_by_text("对方从现在起只看得到遮好的副本")).to_be_visible()
    mask = Mask.objects.standing().get()
    assert (mask.basis, [each["left"] for each in mask.regions]) == ("person", [round(after["x"])])
    with vault.open_blob(mask.sheets[0]) as source:
        assert source.read(4) == b"RIFF"
    assert mask.sheets != piece.blob.sheets
