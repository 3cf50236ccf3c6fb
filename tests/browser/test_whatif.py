"""An officer tries what would turn a case: with scripts as they type, without them by the button; nothing changes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.test_officer_journey import sign_in
from tests.builders import a_complaint
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return assemble()


@pytest.fixture
def case(people: Cast) -> Complaint:
    return a_complaint(at=timezone.now())


def open_at(page: Page, path: str) -> None:
    sign_in(page, "chen")
    page.goto(path)


def choose(page: Page, fact: str, value: str) -> None:
    """Set a radio as a person with a keyboard does, opening its fold first."""
    fold = page.locator(f"details:has(#fact-{fact})")
    if fold.count() and not fold.evaluate("fold => fold.open"):
        fold.locator("summary").click()
    page.locator(f"[name='fact-{fact}'][value='{value}']").check(force=True)


def word(page: Page, party: int) -> str:
    return page.locator("[data-party]").nth(party).get_attribute("data-word") or ""


def examine(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"scrolls {wide} px sideways"


@pytest.mark.parametrize(
    ("prefix", "lang", "size", "dark"),
    [
        ("", "zh-CN", DESK, False),
        ("", "zh-CN", PHONE, False),
        ("/en", "en-GB", PHONE, True),
        ("/en", "en-GB", DESK, True),
    ],
    ids=["zh", "zh-phone", "en-phone-dark", "en-dark"],
)
def test_the_page_is_for_everybody(
    open_page: Open, case: Complaint, prefix: str, lang: str, size: dict[str, int], dark: bool
) -> None:
    page = open_page(f"{prefix}/admin/", size=size, lang=lang, dark=dark)
    open_at(page, f"{prefix}/admin/whatif/")
    examine(page)
    page.goto(f"{prefix}/admin/case/{case.reference}/whatif/")
    choose(page, "personal_use", "no")
    expect(page.locator("[data-party].is-new").first).to_be_visible()
    page.fill("[name=purchase_date]", "2020-01-05")
    page.fill("[name=price]", "-1")
    expect(page.locator("#id_price_error")).to_be_visible()
    examine(page)
    page.fill("[name=price]", "20")
    expect(page.locator("#id_price_error")).to_have_count(0)
    expect(page.locator("[data-party]").first).to_be_visible()
    for fold in page.locator("#result details").all():
        fold.locator("summary").click()
    examine(page)


def test_a_change_moves_the_verdicts_at_once_and_is_read_out(open_page: Open, case: Complaint) -> None:
    page = open_page("/admin/", size=DESK)
    open_at(page, f"/admin/case/{case.reference}/")
    page.get_by_role("link", name="假设推演").click()
    stood = [word(page, party) for party in range(3)]
    radio = page.locator("[name='fact-personal_use'][value='no']")
    radio.focus()
    page.keyboard.press("Space")
    said = page.locator("[data-said]")
    expect(said).to_contain_text(f"{stood[1]} → ")
    expect(radio).to_be_focused()
    expect(page.locator("#fact-personal_use .wf-mark")).to_be_visible()
    expect(page.locator(".has-moved").first).to_be_visible()

    page.get_by_role("link", name="恢复原样").click()
    assert [word(page, party) for party in range(3)] == stood
    way = page.locator("button[name=apply]").first
    fact, _is, value = str(way.get_attribute("value")).split()[0].partition("=")
    way.click()
    expect(said).to_contain_text("→")
    expect(page.locator("#result-h")).to_be_focused()
    expect(page.locator(f"[name='fact-{fact}'][value='{value}']")).to_be_checked()

    page.get_by_role("button", name="写进案件备注").click()
    page.wait_for_url(f"**/admin/case/{case.reference}/#timeline")
    expect(page.locator("#timeline")).to_contain_text("推演备注")
    assert case.decisions.count() == 1


def test_a_fact_is_found_by_a_word(open_page: Open, case: Complaint) -> None:
    page = open_page("/admin/", size=DESK)
    open_at(page, "/admin/whatif/")
    page.fill("[data-filter]", "f21")
    expect(page.locator("[data-fact]:visible")).to_have_count(1)
    expect(page.locator("#fact-platform_sells_itself")).to_be_visible()
    page.fill("[data-filter]", "没有这种事")
    expect(page.locator("[data-found]")).to_contain_text("换个词")
    page.fill("[data-filter]", "")
    expect(page.locator("[data-group]")).to_have_count(8)


def test_without_scripts_the_button_does_it(open_page: Open, case: Complaint) -> None:
    page = open_page("/admin/", size=DESK, scripts=False)
    open_at(page, f"/admin/case/{case.reference}/whatif/")
    stood = word(page, 1)
    page.locator("[name='fact-personal_use'][value='no']").check(force=True)
    page.get_by_role("button", name="重算").click()
    page.wait_for_load_state()
    assert page.url.endswith("/whatif/#result")
    assert word(page, 1) != stood
    expect(page.locator("#fact-personal_use .wf-mark")).to_be_visible()
    page.get_by_role("link", name="恢复原样").click()
    page.locator("button[name=apply]").first.click()
    page.wait_for_load_state()
    expect(page.locator(".has-moved").first).to_be_visible()
    page.fill("[name=loss]", "很多")
    page.get_by_role("button", name="重算").click()
    expect(page.locator(".errsum")).to_contain_text("很多")
    expect(page.locator("[name=loss]")).to_have_value("很多")
