"""Passkeys in a real browser with a virtual authenticator, and how the pages of second factors look."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.accounts.test_second_factor import code_of, seed_on
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.test_every_page import examine
from tests.browser.test_officer_journey import sign_in
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)


def with_authenticator(page: Page) -> None:
    """A telephone that always finds the right finger (CDP domain WebAuthn)."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_is_made_and_opens_the_account_after_the_password_or_alone(
    open_page: Open, live_server: LiveServer, settings: Settings
) -> None:
    settings.SITE_URL = live_server.url
    settings.SECOND_FACTOR_REQUIRED = True
    assemble()
    page = open_page("/admin/", size=DESK)
    with_authenticator(page)
    sign_in(page, "chen")
    page.wait_for_url("**/account/security/")
    page.get_by_role("link", name="设一个通行密钥").click()
    page.get_by_label("给它起个名字").fill("办公室电脑\u202e")
    page.get_by_role("button", name="设通行密钥").click()
    page.get_by_role("heading", name="收好恢复码").wait_for()
    assert page.locator(".spare li").count() == 10
    page.get_by_role("link", name="收好了，继续").click()
    page.wait_for_url("**/admin/queue/")

    page.goto("/account/security/")
    assert "办公室电脑" in page.inner_text(".factors")
    page.context.clear_cookies()
    page.goto("/admin/")
    sign_in(page, "chen")
    page.get_by_role("button", name="用通行密钥").click()
    page.wait_for_url("**/admin/queue/")

    page.context.clear_cookies()
    page.goto("/account/sign-in/?next=/admin/whatif/")
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url("**/admin/whatif/")


def test_a_passkey_of_another_site_opens_nothing(open_page: Open, live_server: LiveServer, settings: Settings) -> None:
    """What the site is called comes from its settings: a browser at another address refuses to sign."""
    settings.SITE_URL = "https://elsewhere.example"
    assemble()
    page = open_page("/account/sign-in/")
    with_authenticator(page)
    page.get_by_role("button", name="用通行密钥登录").click()
    page.get_by_text("没有成功").wait_for()
    assert page.url.endswith("/account/sign-in/")


@pytest.mark.parametrize(("lang", "size", "dark"), [("zh-CN", PHONE, False), ("en-GB", DESK, True)], ids=["zh", "en"])
def test_pages_of_second_factors(
    open_page: Open,
    lang: str,
    size: dict[str, int],
    dark: bool,
    settings: Settings,
    live_server: LiveServer,
    picture: Callable[[Page, str], None],
) -> None:
    settings.SITE_URL = live_server.url
    assemble()
    prefix = "/en" if lang.startswith("en") else ""
    page = open_page(f"{prefix}/account/sign-in/", size=size, lang=lang, dark=dark)

    def look(name: str) -> None:
        examine(page, name)
        picture(page, f"{name}-{lang}-{size['width']}")

    look("sign-in")
    sign_in(page, "lin")
    page.wait_for_url("**/mine/")
    for path in ("security/", "security/passkey/", "security/app/", "confirm/"):
        page.goto(f"{prefix}/account/{path}")
        look(path.strip("/").replace("/", "-"))
    page.goto(f"{prefix}/account/security/app/")
    seed = seed_on(page.content())
    page.fill("[name=code]", code_of(seed, timezone.now()))
    page.click("main form button[type=submit]")
    page.locator(".spare").wait_for()
    look("codes")
    paper = page.locator(".spare li").first.inner_text()
    for path in ("security/", "security/codes/"):
        page.goto(f"{prefix}/account/{path}")
        look("on-" + path.strip("/").replace("/", "-"))
    remove = page.goto(f"{prefix}/account/security/") and page.locator("a[href$='/remove/']").first
    remove.click()
    look("remove")
    page.context.clear_cookies()
    page.goto(f"{prefix}/account/sign-in/")
    sign_in(page, "lin")
    page.wait_for_url("**/second-step/")
    look("second-step")
    page.fill("[name=code]", "000000")
    page.click("main form[autocomplete] button[type=submit]")
    look("second-step-wrong")
    page.fill("[name=code]", paper)
    page.click("main form[autocomplete] button[type=submit]")
    page.wait_for_url(re.compile("/mine/$"))
