"""The two-minute check in a real browser: both languages, phone and desk, with scripts and without."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint, Draft
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.story import choose, heading
from tests.browser.test_every_page import examine
from tests.cast import assemble
from tests.check.respondent import SAID

pytestmark = pytest.mark.django_db(transaction=True)

Take = Callable[[Page, str], None]


def go_on(page: Page, button: str = "") -> None:
    """Press a button of the question and wait until another page stands."""
    before = page.locator("[data-swap=page] [name=told]").last.input_value()
    (page.get_by_role("button", name=button) if button else page.locator(".dock button").first).click()
    expect(page.locator("[data-swap=page] [name=told]").last).not_to_have_value(before)


def questions(page: Page) -> Iterator[str]:
    """Answer as Lin would; the key of each question as it stands answered, before it is sent."""
    while page.locator("[name=asked]").count():
        asked = page.locator("[name=asked]").input_value()
        choose(page, "answer", SAID[asked])
        yield asked
        go_on(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize(
    ("lang", "size", "start", "found"),
    [
        ("zh-CN", PHONE, "先花2分钟查一查", "先找商家"),
        ("en-GB", DESK, "Check first: 2 minutes", "Start with the merchant"),
    ],
    ids=["zh on a phone", "en on a desk"],
)
def test_from_the_home_page_to_the_finding(
    open_page: Open,
    transactional_db: None,
    picture: Take,
    lang: str,
    size: dict[str, int],
    start: str,
    found: str,
    scripts: bool,
) -> None:
    page = open_page("/" if lang == "zh-CN" else "/en/", size=size, lang=lang, scripts=scripts)
    name = f"check-{lang[:2]}"
    page.get_by_role("link", name=start).first.click()
    if scripts:
        examine(page, "start")
        picture(page, f"{name}-start")
    page.locator("main .btn--big").click()
    for number, asked in enumerate(questions(page), start=1):
        if scripts:
            examine(page, asked)
            picture(page, f"{name}-{number:02}-{asked}")
    expect(page.locator("h1")).to_contain_text(found)
    expect(page.locator("ul.who li")).to_have_count(3)
    if scripts:
        assert page.evaluate("document.activeElement.id") == "v"
        examine(page, "result")
        picture(page, f"{name}-result")
    assert Draft.objects.count() == Complaint.objects.count() == 0


def test_back_and_the_other_language_keep_the_answers(open_page: Open, transactional_db: None) -> None:
    page = open_page("/check/q/1/")
    for asked in questions(page):
        if asked == "kind":
            break
    go_on(page)
    third = heading(page)
    page.go_back()
    expect(page.locator("h1")).to_have_text("具体是哪一种？")
    page.go_forward()
    expect(page.locator("h1")).to_have_text(third)
    go_on(page, "上一步")
    expect(page.locator("input[value=broken]")).to_be_checked()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator("[name=asked]").input_value() == "kind"


def test_no_entry_of_the_history_holds_an_answer_and_reloading_forgets_them_all(
    open_page: Open, transactional_db: None
) -> None:
    page = open_page("/check/q/1/")
    for _asked in questions(page):
        assert set(page.evaluate("history.state")) == {"place"}
    assert set(page.evaluate("history.state")) == {"place"}
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    page.reload()
    expect(page.locator("[role=status]")).to_contain_text("回答没有了")
    page.go_back()
    expect(page.locator("[role=status]")).to_contain_text("回答没有了")


def test_what_explains_the_result_opens_beside_it(open_page: Open, transactional_db: None) -> None:
    page = open_page("/check/q/1/", size=DESK)
    for _asked in questions(page):
        pass
    with page.expect_popup() as opened:
        page.get_by_role("link", name="去哪里发？").click()
    expect(opened.value.locator("h1")).to_be_visible()
    expect(page.locator("#say")).to_be_visible()


def test_by_keyboard_alone_and_with_a_question_left_out(open_page: Open, transactional_db: None) -> None:
    page = open_page("/check/q/1/", size=DESK)
    page.locator(".dock button").first.press("Enter")
    expect(page.locator(".errsum")).to_be_focused()
    page.locator(".errsum a").press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[value=D]")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    assert page.locator("[name=asked]").input_value() == "kind"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_answers_become_a_complaint(open_page: Open, transactional_db: None, scripts: bool) -> None:
    assemble()
    page = open_page("/check/q/1/", scripts=scripts)
    for _asked in questions(page):
        pass
    page.locator("#complain button[type=submit]").click()
    page.wait_for_load_state()
    assert heading(page) == "用你的话说说，发生了什么"
    assert Draft.objects.get().answers["relation"] == {"relation": "different"}
