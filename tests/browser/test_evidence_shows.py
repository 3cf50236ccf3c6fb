"""What a file shows, ticked in a browser: kept at once, in two windows, and a film too long is told where to go."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from complaints.flow.showings import standing
from complaints.models import Draft, Evidence
from tests.browser.conftest import DESK, PHONE, Open
from tests.builders import a_photo, a_screenshot
from tests.cast import assemble
from tests.wizard.steps import walk

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/complaint/evidence/"
TOO_LONG = """() => {
  const film = new File(["x"], "直播录屏.mp4", {type: "video/mp4"});
  Object.defineProperty(film, "size", {value: 412 * 1024 * 1024});
  const pasted = new Event("paste");
  pasted.clipboardData = {files: [film]};
  document.dispatchEvent(pasted);
}"""


@pytest.fixture
def begun(transactional_db: None) -> str:
    """A form filled in up to the evidence, with two files; the cookie that opens it."""
    assemble()
    browser = Client()
    walk(browser, until="evidence")
    browser.post(URL, {"file-1": a_screenshot(), "as-1": "live", "file-2": a_photo(), "as-2": "goods"})
    return browser.cookies["draft"].value


def opened(open_page: Open, server: LiveServer, cookie: str, *, lang: str = "zh-CN", **options: object) -> Page:
    page = open_page("/help/", lang=lang, **options)
    page.context.add_cookies([{"name": "draft", "value": cookie, "url": server.url}])
    page.goto(URL)
    return page


def film() -> Evidence:
    return Draft.objects.get().evidence.offered()[0]


def tick(page: Page, code: str) -> None:
    page.locator(f"#shows-{film().pk}-{code}").set_checked(True)


def test_ticks_are_kept_at_once_and_two_windows_agree(open_page: Open, live_server: LiveServer, begun: str) -> None:
    one, other = (opened(open_page, live_server, begun) for _ in range(2))
    fold = one.locator(f"#shows-{film().pk}")
    expect(fold).to_contain_text("没有清楚写明实际卖家是谁")
    fold.locator("summary").click()
    while fold.locator("input:checked").count():
        with one.expect_response("**/complaint/evidence/"):
            fold.locator("input:checked").first.click()
    expect(fold.locator("summary")).to_contain_text("还没说（可不填）")
    assert standing(film()) == {}
    tick(one, "false_claim-yes")
    tick(one, "not_as_described-yes")  # two quick ticks, neither is lost
    for _ in range(50):
        if len(standing(film())) == 2:
            break
        one.wait_for_timeout(100)
    assert standing(film()) == {"false_claim": True, "not_as_described": True}

    other.locator(f"#shows-{film().pk} summary").click()
    with other.expect_response("**/complaint/evidence/"):
        tick(other, "claim_mattered-yes")
    assert standing(film())["claim_mattered"] is True
    with other.expect_response("**/complaint/evidence/"):
        other.locator("[name^=kind-]").first.select_option("chat")
    expect(other.locator(f"#shows-{film().pk}")).to_have_attribute("open", "")  # folds stay as they were


def test_without_scripts_the_same_boxes_are_sent(open_page: Open, live_server: LiveServer, begun: str) -> None:
    page = opened(open_page, live_server, begun, scripts=False)
    page.locator(f"#shows-{film().pk} summary").click()
    tick(page, "false_claim-yes")
    page.locator("button[value=kinds]").click()
    assert standing(film())["false_claim"] is True
    expect(page.locator(f"#shows-{film().pk} summary")).to_contain_text("直播或页面上有说法与实际不符")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_film_that_is_too_long_is_shown_how_to_trim(
    open_page: Open, live_server: LiveServer, begun: str, size: dict[str, int]
) -> None:
    page = opened(open_page, live_server, begun, size=size)
    page.evaluate(TOO_LONG)
    row = page.locator("[data-queue] .file--bad")
    expect(row).to_contain_text("视频有412.0MB，最多200MB")
    expect(page.locator("[data-count]")).to_have_text("2个已传好，1个没传上")
    expect(row.locator("[data-retry]")).to_be_hidden()
    expect(row.locator("[data-swap]")).to_be_visible()
    with page.expect_popup() as helped:
        row.locator("[data-trim]").click()
    expect(helped.value.locator("h1")).to_have_text("录屏太大，传不上去")
    expect(helped.value.get_by_role("link", name="回到第9步").first).to_be_visible()
    page.locator("details.shows summary").first.click()
    for each in (page, helped.value):
        found = Axe().run(each).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
        assert each.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
