"""The columns of an order table on a phone: guessed, mended, and one row taken over."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from complaints.models import Draft
from tests.browser.conftest import PHONE, Open
from tests.cast import assemble
from tests.evidence.tables import NUMBER, csv_bytes, rows_of
from tests.evidence.tables import PHONE as TELEPHONE
from tests.wizard.steps import walk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_column_is_mended_on_a_phone_and_the_row_taken_over(
    open_page: Open, live_server: LiveServer, transactional_db: None
) -> None:
    assemble()
    browser = Client()
    walk(browser, until="evidence", order={"order_number": NUMBER, "amount": "400"})
    export = SimpleUploadedFile("订单.csv", csv_bytes(rows_of("taobao"), "gb18030"), "text/csv")
    browser.post("/complaint/evidence/", {"file-1": export, "as-1": "order"})
    page = open_page("/help/", lang="zh-CN", size=PHONE)
    page.context.add_cookies([{"name": "draft", "value": browser.cookies["draft"].value, "url": live_server.url}])
    page.goto("/complaint/evidence/")
    page.get_by_role("link", name="从表格里读订单").click()
    expect(page.locator("[name=row]:checked")).to_have_value("3")
    assert TELEPHONE not in page.content()
    page.get_by_text("这些列认得对吗？").click()
    page.get_by_label("这一列是买家实际支付金额").select_option("")
    page.get_by_label("这一列是买家应付货款").select_option("paid")
    page.get_by_role("button", name="按这些列重新读").click()
    expect(page.locator(".ot__pairs")).to_contain_text("¥489.00")
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.get_by_label("换成表格里的").first.check()
    page.get_by_role("button", name="用这一行").click()
    expect(page.get_by_text("你确认过：第3行是这一单。")).to_be_visible()
    assert Draft.objects.get().answers["order"]["amount"] == "489.00"
    page.get_by_role("button", name="改回原来填的").click()
    expect(page.get_by_text("已经改回去了。")).to_be_visible()
    assert Draft.objects.get().answers["order"]["amount"] == "400.00"
