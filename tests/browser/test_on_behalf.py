"""A daughter files for her father on a phone: she says so once, is reminded on every page, and prints the letter."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.models import Complaint, Helper
from tests.browser.conftest import PHONE, Open
from tests.browser.story import answer_everything, choose, go_on
from tests.builders import HELPER, HELPER_PHONE
from tests.cast import assemble

BUYER = "王建国"


def test_a_daughter_files_for_her_father(
    open_page: Open, transactional_db: None, picture: Callable[[Page, str], None]
) -> None:
    assemble()
    page = open_page("/complaint/", size=PHONE)
    page.get_by_role("link", name="帮父母、孩子或别人投诉？从这里开始").click()
    page.fill("[name=name]", BUYER)
    choose(page, "relation", "child")
    expect(page.locator(".dock [role=status]")).to_contain_text("已自动保存")
    page.reload()
    expect(page.locator("[name=name]")).to_have_value(BUYER)
    picture(page, "behalf-who")
    go_on(page)
    banner = page.locator(".behalf")
    expect(banner).to_contain_text(f"你在帮{BUYER}填")
    answer_everything(page, bought=timezone.localdate() - timedelta(days=9), platform="快播场", seen=picture)
    expect(banner).to_contain_text("题目里的“你”，说的是买东西的人")
    go_on(page)
    page.fill("[name=name]", HELPER)
    page.fill("[name=phone]", HELPER_PHONE)
    go_on(page)
    page.select_option("[name=region]", "33")
    go_on(page)

    expect(page.locator("h1")).to_have_text("检查一下，再提交")
    picture(page, "behalf-check")
    page.get_by_role("link", name="打印委托书，签好传上来").click()
    expect(page.locator(".letter")).to_contain_text(BUYER)
    picture(page, "behalf-authority")
    page.emulate_media(media="print")
    expect(page.locator(".letter")).to_be_visible()
    expect(page.locator(".tools")).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.get_by_role("link", name="接着填投诉").click()
    choose(page, "declared")
    go_on(page)
    expect(page.locator("h1")).to_contain_text("投诉已提交")
    assert Complaint.objects.get().contact.reveal()["name"] == BUYER
    assert Helper.objects.get().reveal()["name"] == HELPER
