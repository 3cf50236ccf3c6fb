"""An officer at a desk: from the queue to a settled fact, a decision that moved, and a case accepted."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.flow.responses import Position, receive_response
from complaints.models import Complaint, Party
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.story import choose, heading
from tests.builders import PHONE as NUMBER
from tests.builders import a_referred_complaint
from tests.cast import PASSWORD, Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return assemble()


@pytest.fixture
def disputed(people: Cast) -> Complaint:
    """Two accounts of one fact: Lin says the room showed no seller, the room says it did."""
    complaint = a_referred_complaint(at=timezone.now(), files=True)
    receive_response(
        complaint,
        party=Party.ANCHOR,
        position=Position.DISPUTED,
        words="下单页写明了店铺。",
        claims={"seller_displayed": True, "operator_disclaimed_sale": True},
        evidence=list(complaint.evidence.all()[:1]),
        actor=people.platform,
        at=timezone.now(),
    )
    complaint.refresh_from_db()
    return complaint


def sign_in(page: Page, name: str) -> None:
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def test_triage_from_the_queue_to_an_accepted_case(
    open_page: Open, people: Cast, disputed: Complaint, picture: Callable[[Page, str], None]
) -> None:
    southern = a_referred_complaint(at=timezone.now(), contact={"region": "44"})
    page = open_page("/admin/", size=DESK)
    sign_in(page, "chen")
    assert heading(page).startswith("待办")
    expect(page.locator("main")).to_contain_text(disputed.reference)
    expect(page.locator("main")).to_contain_text("说法冲突")
    assert southern.reference not in page.content()
    picture(page, "queue")

    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/admin/case/{disputed.reference}/")
    expect(page.locator("main")).to_contain_text("说法不一致")
    assert NUMBER not in page.content()
    picture(page, "desk-case")

    for fact in ("seller_displayed", "operator_disclaimed_sale"):
        page.goto(f"/admin/case/{disputed.reference}/act/finding/?fact={fact}")
        choose(page, "value", "no")
        page.locator("main form[method=post] button").first.click()
        expect(page.locator(".errsum")).to_be_visible()  # a finding needs a reason
        page.fill("[name=reason]", "录屏12分31秒看不到标识。")
        page.locator("main form[method=post] button").first.click()
        page.wait_for_url(f"**/admin/case/{disputed.reference}/**")
    disputed.refresh_from_db()
    assert not disputed.has_dispute
    assert disputed.verdicts["anchor"] == "responsible"

    page.goto(f"/admin/case/{disputed.reference}/")
    page.get_by_role("link", name="受理", exact=True).click()
    expect(page.locator("main")).to_contain_text("12315")
    page.locator("main form[method=post] button").first.click()
    page.wait_for_url(f"**/admin/case/{disputed.reference}/")
    disputed.refresh_from_db()
    assert disputed.state == "accepted"
    expect(page.locator("main")).to_contain_text("已受理")


def test_the_desk_in_english_on_a_phone(open_page: Open, people: Cast, disputed: Complaint) -> None:
    page = open_page("/en/admin/", size=PHONE, lang="en-GB", dark=True)
    sign_in(page, "chen")
    expect(page.locator("main")).to_contain_text(disputed.reference)
    page.goto(f"/en/admin/case/{disputed.reference}/")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"scrolls {wide} px sideways"
