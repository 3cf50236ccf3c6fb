"""Usability scripts T1 and T2: who is responsible, without signing in; and what to say to the one who refuses."""

import pytest
from playwright.sync_api import expect

from complaints.models import Complaint, Draft
from tests.browser.conftest import Open
from tests.browser.person import RUNS, Person
from tests.browser.story import choose
from tests.browser.test_check_journey import go_on
from tests.builders import filed
from tests.cast import assemble
from tests.check.respondent import SAID

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("lang", "size", "scripts"), RUNS)
def test_t1_find_out_who_is_responsible_without_signing_in(
    open_page: Open, transactional_db: None, lang: str, size: dict[str, int], scripts: bool
) -> None:
    assemble()
    page = open_page("/" if lang == "zh-CN" else "/en/", size=size, lang=lang, scripts=scripts)
    person = Person(page, lang[:2], scripts)
    person.tap(person.link("先花2分钟查一查"))
    person.tap(person.link("开始"))
    while True:
        choose(page, "answer", SAID[page.locator("[name=asked]").input_value()])
        person.taps += 1
        enough = page.get_by_role("button", name=person.word("够了，看结果"))
        if enough.count():
            break
        go_on(page)
        person.taps += 1
    person.tap(enough)
    expect(page.locator("ul.who li")).to_have_count(3)
    assert person.word("商家").lower() in person.heading.lower()
    person.looks()
    assert person.taps <= 12, person.taps
    bar = page.locator("ul.who").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] <= 2 * size["height"]  # all three within two screens
    assert Draft.objects.count() == Complaint.objects.count() == 0
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"lang", "csrftoken"}
    person.tap(person.button("改上一个回答"))
    expect(page.locator("input[name=answer]:checked")).to_have_count(1)


@pytest.mark.parametrize(("lang", "size", "scripts"), RUNS)
def test_t2_give_the_merchant_the_words_it_cannot_pass_on(
    open_page: Open, transactional_db: None, lang: str, size: dict[str, int], scripts: bool
) -> None:
    people = assemble()
    case = filed(consumer=people.lin)
    page = open_page(f"{'/en' if lang == 'en-GB' else ''}/track/", size=size, lang=lang, scripts=scripts)
    person = Person(page, lang[:2], scripts)
    person.write("回执码", case.receipt_code or "")
    person.tap(person.button("查看"))
    person.tap(person.link("判定"))
    if scripts:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        person.tap(person.button("复制这段话"))
        expect(page.get_by_role("status").filter(has_text=person.word("已复制"))).to_be_visible()
        words = page.evaluate("navigator.clipboard.readText()")
    else:
        words = page.locator("#say-text").inner_text()
    assert "尾号7719" in words
    assert case.complaint.reference in words
    assert "最晚到" in words
