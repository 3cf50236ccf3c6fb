"""Without a line the form says so and loses nothing; other addresses lead to our page; nothing of anybody is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from complaints.models import Draft
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.story import STORY, go_on, heading
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)

READY = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  }
  return found;
}"""


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return assemble()


def until(page: Page, condition: str) -> None:
    """Wait for an expression to hold. (Playwright's own waiting evaluates text in the page: our policy refuses it.)"""
    for _try in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def served(open_page: Open, path: str, **more: Any) -> Page:
    """A page whose service worker is at work."""
    page = open_page(path, **more)
    until(page, READY)
    return page


def test_nothing_but_static_files_and_the_offline_page_is_kept(open_page: Open, people: Cast) -> None:
    page = served(open_page, "/complaint/story/")
    page.fill("[name=story]", STORY)
    go_on(page)
    for path in ("/", "/complaint/", "/complaint/save/", "/complaint/check/", "/complaint/evidence/", "/track/"):
        page.goto(path)
    kept = page.evaluate(KEPT)
    assert "/offline/" in kept
    assert "/en/offline/" in kept
    assert all(path.startswith("/static/") or path.endswith("/offline/") for path in kept), kept


@pytest.mark.parametrize(("prefix", "lang"), [("", "zh-CN"), ("/en", "en")])
def test_an_address_without_a_line_leads_to_our_page(
    open_page: Open, people: Cast, prefix: str, lang: str, picture: Callable[[Page, str], None]
) -> None:
    page = served(open_page, f"{prefix}/complaint/", lang=lang, size=DESK if prefix else PHONE)
    page.context.set_offline(True)
    page.goto(f"{prefix}/how/")
    assert heading(page) == _words(lang)
    picture(page, f"offline{prefix.replace('/', '-')}")
    page.context.set_offline(False)
    page.locator("main a.btn").click()
    expect(page.locator("h1")).not_to_have_text(_words(lang))
    assert page.url.endswith("/how/")


def test_what_is_typed_without_a_line_is_kept_and_sent_when_it_is_back(
    open_page: Open, people: Cast, picture: Callable[[Page, str], None]
) -> None:
    page = served(open_page, "/complaint/story/")
    page.fill("[name=story]", "我在直播间买了四件套。")
    expect(page.locator(".dock [role=status]")).to_contain_text("已自动保存")
    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_contain_text("网络断开了")
    page.fill("[name=story]", STORY)
    page.locator(".dock button[type=submit]:not([name])").click()
    assert page.input_value("[name=story]") == STORY  # the press led nowhere
    picture(page, "wizard-offline")
    until(page, "sessionStorage.length > 0")
    page.goto("/complaint/save/")
    assert heading(page) == "现在没有网络"

    page.context.set_offline(False)
    page.goto("/complaint/story/")
    assert page.input_value("[name=story]") == STORY
    expect(page.locator(".dock [role=status]")).to_contain_text("已自动保存")
    until(page, "sessionStorage.length === 0")
    assert Draft.objects.get().answers["story"]["story"] == STORY
    go_on(page)
    assert page.url.endswith("/complaint/platform/")


def test_words_that_wait_belong_to_their_draft_and_fill_no_other(open_page: Open, people: Cast) -> None:
    page = served(open_page, "/complaint/story/")
    page.fill("[name=story]", "我在直播间买了四件套。")
    expect(page.locator(".dock [role=status]")).to_contain_text("已自动保存")
    page.context.set_offline(True)
    page.fill("[name=story]", STORY)
    until(page, "sessionStorage.length > 0")
    Draft.objects.all().delete()  # thrown away on another device; this window does not know
    page.context.clear_cookies()
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto("/complaint/story/")
    assert page.input_value("[name=story]") == ""


def _words(lang: str) -> str:
    with translation.override("en" if lang == "en" else "zh-hans"):
        return gettext("现在没有网络")
