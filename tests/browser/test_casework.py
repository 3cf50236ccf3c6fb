"""Two officers on one case, with scripts: one points to the other, each sees the other, evidence is read by keys."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Membership, User
from complaints.models import Mention
from tests.browser.conftest import DESK, Open
from tests.browser.test_officer_journey import sign_in
from tests.builders import a_referred_complaint
from tests.cast import PASSWORD, assemble

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_colleague_is_pointed_to_and_seen_and_evidence_is_read_by_keys(
    open_page: Open, transactional_db: None
) -> None:
    people = assemble()
    wu = User.objects.create_user("wuqian", password=PASSWORD, last_name="吴", first_name="倩", is_staff=True)
    wu.memberships.create(organisation=people.zhejiang, duties=[Membership.Duty.MEDIATOR])
    case = a_referred_complaint(at=timezone.now(), files=True)
    address = f"/admin/case/{case.reference}/"

    chen = open_page(address, size=DESK)
    sign_in(chen, "chen")
    box = chen.locator("#notes textarea")
    box.press_sequentially("先看证据2。@")
    expect(chen.get_by_role("option", name="吴倩")).to_be_visible()
    box.press("Enter")
    expect(box).to_have_value("先看证据2。@吴倩 ")
    chen.locator("#notes").get_by_role("button", name="记下").click()
    expect(chen.locator("main")).to_contain_text("备注已记下，会提醒吴倩。")
    assert Mention.objects.get().user == wu

    other = open_page("/admin/mentions/", size=DESK)
    sign_in(other, "wuqian")
    expect(other.locator(".rail .hot")).to_have_text("1")
    other.get_by_role("link", name=re.compile(case.reference)).click()
    expect(other.locator("[data-lookers]")).to_contain_text("chen正在看")
    expect(other.locator("#notes")).to_contain_text("先看证据2。")
    chen.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # come back to the page: it asks at once
    expect(chen.locator("[data-lookers]")).to_contain_text("吴倩正在看")

    other.goto(f"{address}evidence/1/")
    other.keyboard.press("+")
    other.keyboard.press("r")
    expect(other.locator("[data-stages]")).to_have_attribute("data-zoom", "150")
    expect(other.locator("[data-said]")).to_have_text("转了90度")
    other.keyboard.press("ArrowRight")
    other.wait_for_url("**/evidence/2/")
