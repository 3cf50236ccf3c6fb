"""Usability script T10: the queue worked by keyboard alone, and a finding overridden with a reason everybody reads."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.models import Event
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.story import heading
from tests.browser.test_every_page import examine
from tests.browser.test_officer_journey import sign_in
from tests.builders import a_referred_complaint, filed
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)

SHORT = "证据够了。"
WORDS = "别的买家三天前已经投诉过同一个直播间，平台没有处理，应当一起负责。"


def test_t10_the_overdue_case_first_and_an_override_everybody_reads(open_page: Open, transactional_db: None) -> None:
    people = assemble()
    now = timezone.now()
    case = filed(at=now - timedelta(days=1), files=True, remedy={"association": "now"})
    overdue = a_referred_complaint(at=now - timedelta(days=30), goods={"category": "food"})
    page = open_page("/admin/queue/", size=DESK)
    sign_in(page, "chen")
    assert heading(page).startswith("待办")
    page.keyboard.press("j")
    row = page.locator("[data-row]").first
    expect(row).to_contain_text(overdue.reference)  # the most pressing one stands on top
    expect(row.locator("a:focus")).to_have_count(1)
    expect(page.locator("[role=img][aria-label*='商家']").first).to_be_attached()  # the three verdicts read as words
    page.keyboard.press("j")
    page.keyboard.press("o")  # beside the list, which keeps the focus
    expect(page.locator("[data-peek]")).to_contain_text(case.complaint.reference)
    expect(page.locator("[data-row]").nth(1).locator("a:focus")).to_have_count(1)
    page.keyboard.press("k")
    page.keyboard.press("o")
    expect(page.locator("[data-peek]")).to_contain_text(overdue.reference)
    with page.expect_navigation():
        page.keyboard.press("a")
    overdue.refresh_from_db()
    assert overdue.officer == people.chen
    examine(page, "queue")

    page.goto(f"/admin/case/{case.complaint.reference}/act/override/")
    _tick(page, "party", "platform")
    _tick(page, "outcome", "joint")
    _tick(page, "reason", "misapplied")
    page.locator("[name=citation]").select_option(index=1)
    _write(page, SHORT)
    _send(page)
    expect(page.locator(".errsum")).to_be_visible()
    expect(page.locator("[name=words]")).to_have_value(SHORT)
    examine(page, "override refused")
    _write(page, WORDS)
    _send(page)  # first the sentence as the consumer will read it
    expect(page.locator("main")).to_contain_text(WORDS)
    assert not case.complaint.overrides.exists()
    examine(page, "override to be confirmed")
    _send(page)
    made = case.complaint.overrides.get()
    assert (made.party, made.outcome, made.by) == ("platform", "joint", people.chen)
    kinds = list(Event.objects.filter(complaint=case.complaint).values_list("kind", flat=True))
    assert "overridden" in kinds

    consumer = open_page("/track/", size=PHONE)
    consumer.get_by_role("textbox", name="回执码").fill(case.receipt_code or "")
    consumer.get_by_role("button", name="查看").click()
    consumer.get_by_role("link", name="判定").first.click()
    expect(consumer.locator("#card-platform")).to_contain_text("一起负责")
    expect(consumer.locator("main")).to_contain_text(WORDS)
    expect(consumer.locator("main")).to_contain_text("可能要负责")  # what the rules had come to stays beside it
    examine(consumer, "overridden")


def _tick(page: Page, name: str, value: str) -> None:
    page.locator(f"input[name={name}][value='{value}']").focus()
    page.keyboard.press("Space")
    expect(page.locator(f"input[name={name}][value='{value}']")).to_be_checked()


def _write(page: Page, words: str) -> None:
    page.locator("[name=words]").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(words)


def _send(page: Page) -> None:
    page.locator("main form[method=post] button[type=submit]").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
