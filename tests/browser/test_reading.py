"""A screenshot of an order, handed in where its number is asked for: words come by themselves, one tap fills them."""

import importlib.util
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from complaints.flow import reading
from tests.browser.conftest import DESK, Open
from tests.cast import assemble
from tests.reading.styles import STYLES
from tests.wizard.steps import walk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="rapidocr is not installed: make ocr"),
]

URL = "/complaint/order/"


def test_a_screenshot_fills_the_page_of_the_order(open_page: Open, live_server: LiveServer, settings: Settings) -> None:
    assemble()
    settings.OCR = "auto"
    browser = Client()
    walk(browser, until="order")
    shot = BytesIO()
    next(style for style in STYLES if style.name == "kuaishou-half").draw().save(shot, "PNG")
    page = open_page("/help/", size=DESK)
    page.context.add_cookies([{"name": "draft", "value": browser.cookies["draft"].value, "url": live_server.url}])
    page.goto(URL)
    page.set_input_files("#shot", {"name": "订单.png", "mimeType": "image/png", "buffer": shot.getvalue()})
    page.get_by_role("button", name="上传").click()
    expect(page.locator("[data-reading]")).to_be_visible()
    assert reading.read_waiting(timezone.now, until=timezone.now() + timedelta(seconds=55)) == 1
    expect(page.locator("#picture .hints")).to_contain_text("2613800012345678")  # without a reload
    page.locator("[name=take-free]").click()
    expect(page.locator("[name=order_number]")).to_have_value("2613800012345678")
    expect(page.locator("[name=amount]")).to_have_value("497.50")
    page.locator("[name=amount]").press("Enter")  # goes on, and presses no button under a hint
    page.wait_for_url("**/complaint/how/")
    page.goto(URL)
    page.locator("[name=undo]").first.click()
    expect(page.locator("[name=order_number]")).to_have_value("")
