"""A conversation in a browser: with scripts and without, on a line that breaks, and nothing to trip over on the way."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from complaints.flow.messages import open_thread
from complaints.models import Actor, Message, Party, Side
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.test_every_page import examine
from tests.browser.test_officer_journey import sign_in
from tests.builders import filed
from tests.cast import Cast, assemble
from tests.messages.conftest import say

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = "<b>粗</b> \u202eתירבע 😀" + "长" * 120 + "A" * 300


def a_conversation() -> tuple[Cast, str]:
    people = assemble()
    complaint = filed(at=timezone.now(), consumer=people.lin).complaint
    lin = Actor.consumer(people.lin)
    open_thread(complaint, party=Party.MERCHANT, actor=lin, at=timezone.now())
    say(complaint, lin, "什么时候退？")
    say(complaint, people.platform, "加我微信：lan_2026，私下给您退。")
    say(complaint, people.platform, HOSTILE)
    say(complaint, people.officer, "您好", to=Side.ASSOCIATION)
    return people, f"/case/{complaint.reference}/messages/"


@pytest.mark.parametrize(
    ("lang", "size", "dark"),
    [("zh-CN", PHONE, False), ("en-GB", PHONE, True), ("zh-CN", DESK, True), ("en-GB", DESK, False)],
)
def test_nothing_to_trip_over(
    open_page: Open, transactional_db: None, lang: str, size: dict[str, int], dark: bool
) -> None:
    _people, path = a_conversation()
    prefix = "/en" if lang.startswith("en") else ""
    page = open_page(f"{prefix}/account/sign-in/", size=size, lang=lang, dark=dark)
    sign_in(page, "lin")
    for part in ("", "merchant/", "association/", "anchor/"):
        page.goto(f"{prefix}{path}{part}")
        examine(page, part)
        for fold in page.locator(".write details summary").all():
            fold.click()
        examine(page, f"{part}, opened")


def test_a_line_that_breaks_loses_no_word_and_sends_none_twice(open_page: Open, transactional_db: None) -> None:
    _people, path = a_conversation()
    page = open_page("/account/sign-in/")
    sign_in(page, "lin")
    page.goto(f"{path}merchant/")
    expect(page.locator("[data-seen]")).to_be_hidden()  # looked at: not new any more
    page.locator(".write__say summary").click()
    page.get_by_text("请按页面和直播里的承诺办。").click()
    box = page.locator("textarea[name=words]")
    expect(box).to_have_value("请按页面和直播里的承诺办。")
    page.context.set_offline(True)
    page.locator("[data-send]").click()
    expect(page.locator("[data-status]")).to_have_text("没发出去，点重试")
    expect(box).to_have_value("请按页面和直播里的承诺办。")
    page.context.set_offline(False)
    page.locator("[data-send]").click()
    expect(page.locator("[data-status]")).to_contain_text("已发出")
    expect(page.locator(".msgb--mine").last).to_contain_text("请按页面和直播里的承诺办。")
    expect(box).to_have_value("")
    box.fill("长" * 1001)
    page.locator("[data-send]").click()
    expect(page.locator(".errsum")).to_contain_text("最多1000字")
    expect(page.locator("textarea[name=words]")).to_have_value("长" * 1001)
    assert Message.objects.filter(by=Side.CONSUMER).count() == 2


def test_the_same_without_scripts(open_page: Open, transactional_db: None) -> None:
    _people, path = a_conversation()
    page = open_page("/account/sign-in/", scripts=False)
    sign_in(page, "lin")
    page.goto(f"{path}merchant/")
    expect(page.locator(".msgb__new")).to_have_count(2)
    page.get_by_role("button", name="都看过了").click()
    expect(page.locator(".msgb__new")).to_have_count(0)
    page.locator(".write__say summary").click()
    page.get_by_text("请按页面和直播里的承诺办。").click()
    expect(page.locator("textarea[name=words]")).to_have_value("请按页面和直播里的承诺办。")
    page.locator("[data-send]").click()
    expect(page.locator(".msgb--mine").last).to_contain_text("请按页面和直播里的承诺办。")
    page.get_by_role("button", name="不谈了").click()
    expect(page.locator("h2", has_text="你关上了这段对话")).to_be_visible()
    page.get_by_role("button", name="再打开").click()
    expect(page.locator("textarea[name=words]")).to_be_visible()
