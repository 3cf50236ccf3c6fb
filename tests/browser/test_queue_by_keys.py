"""The queue by keyboard alone: move, look, choose, take, search; nothing fires while one types."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from complaints.models import Complaint
from tests.browser.conftest import DESK, Open
from tests.browser.test_officer_journey import sign_in
from tests.browser.test_whatif import examine
from tests.builders import a_complaint
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return assemble()


def test_an_officer_takes_three_cases_without_a_mouse(open_page: Open, people: Cast) -> None:
    cases = [a_complaint(at=timezone.now(), goods={"goods": f"货{number}"}) for number in "甲乙丙丁"]
    page = open_page("/admin/queue/", size=DESK)
    sign_in(page, "chen")
    examine(page)
    preview = page.locator("[data-peek]")
    expect(preview).to_contain_text("货甲")
    page.keyboard.press("j")  # into the list, to the row that is open
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(preview).to_contain_text("货乙")
    assert page.evaluate("document.activeElement.closest('[data-row]').textContent.includes('货乙')")  # focus stays

    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-chosen]")).to_have_text("2")
    page.keyboard.press("a")
    expect(page.locator("main")).to_contain_text("2件已分给")
    assert set(Complaint.objects.filter(officer=people.chen)) == {cases[1], cases[2]}

    page.keyboard.press("/")
    page.keyboard.type("jax?")  # into the box, and nowhere else
    expect(page.locator("#find")).to_have_value("jax?")
    expect(page.locator("#keys")).not_to_be_visible()
    assert not page.locator("[name=case]:checked").count()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.locator("#keys [name=single_keys]").uncheck()
    page.locator("#keys form[action] button").press("Enter")
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(page.locator("#keys")).not_to_be_visible()
