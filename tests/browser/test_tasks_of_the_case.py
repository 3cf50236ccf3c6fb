"""Usability scripts T7 and T8: explain why the platform need not pay yet; and answer an offer that is too low."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from complaints.flow.intake import Filed
from complaints.flow.offers import make_offer
from complaints.lifecycle import OfferState
from complaints.models import Offer, Party
from tests.browser.conftest import Open
from tests.browser.person import RUNS, Person
from tests.builders import filed
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return assemble()


@pytest.fixture
def case(people: Cast) -> Filed:
    return filed(at=timezone.now(), files=True)


def with_the_code(open_page: Open, case: Filed, lang: str, size: dict[str, int], scripts: bool) -> Person:
    """The person who complained, back with the receipt code."""
    page = open_page("/track/" if lang == "zh-CN" else "/en/track/", size=size, lang=lang, scripts=scripts)
    person = Person(page, lang[:2], scripts)
    person.write("回执码", case.receipt_code or "")
    person.tap(person.button("查看"))
    return person


@pytest.mark.parametrize(("lang", "size", "scripts"), RUNS)
def test_t7_why_the_platform_need_not_pay_yet_and_what_would_change_that(
    open_page: Open, case: Filed, lang: str, size: dict[str, int], scripts: bool
) -> None:
    person = with_the_code(open_page, case, lang, size, scripts)
    page = person.page
    person.tap(person.link("判定"))
    person.looks()
    card = page.locator("#card-platform")
    fold = card.locator("details").filter(has=page.get_by_text(person.word("什么情况下它也要负责"), exact=True)).first
    summary = fold.locator("summary")
    if fold.get_attribute("open") is not None:
        summary.press("Enter")
    expect(fold).not_to_have_attribute("open", "")
    summary.press("Enter")  # by keyboard: closed, and open again
    expect(fold).to_have_attribute("open", "")
    told = fold.inner_text()
    assert {"zh": "先赔", "en": "pay first"}[person.language] in told.lower(), told
    person.tap(person.link("看完整推理过程"))
    person.looks()


@pytest.mark.parametrize(("lang", "size", "scripts"), RUNS)
def test_t8_two_hundred_offered_and_the_whole_sum_wanted(
    open_page: Open, people: Cast, case: Filed, lang: str, size: dict[str, int], scripts: bool
) -> None:
    offer = make_offer(
        case.complaint,
        party=Party.MERCHANT,
        kind=Offer.Kind.REFUND,
        amount=Decimal("200.00"),
        words="退您200元，货不用退。",
        until=timezone.localdate() + timedelta(days=4),
        actor=people.platform,
        at=timezone.now(),
    )
    person = with_the_code(open_page, case, lang, size, scripts)
    page = person.page
    person.looks()
    person.tap(page.get_by_role("main").locator(f"a[href$='/offer/{offer.number}/']").first)
    person.looks()
    for beside in ("对方给的", "你要的", "法律怎么算"):
        person.reads(beside)
    expect(page.locator("main")).to_contain_text("200")
    expect(page.locator(".ring")).to_be_visible()  # until when
    person.tap(person.link("还价"))
    person.tap(person.button("发出还价"))
    expect(page.locator(".errsum")).to_be_visible()
    person.looks()
    person.write("我希望是多少元", "469")
    person.tap(person.button("发出还价"))
    person.looks()
    offer.refresh_from_db()
    assert (offer.state, offer.counter_amount) == (OfferState.COUNTERED, Decimal("469.00"))
    page.goto(person.address(f"/case/{case.complaint.reference}/offer/{offer.number}/?do=counter"))
    expect(page.get_by_role("button", name=person.word("发出还价"))).to_have_count(0)  # not twice
    page.goto(person.address(f"/case/{case.complaint.reference}/"))
    expect(page.locator(".tl li").first).to_contain_text("469")
