"""One's own pages on a phone and on a desk, in both languages, with ordinary and with large text."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.names import keep_password, move_token
from complaints.flow.consumer import withdraw
from complaints.models import Actor
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.test_every_page import examine
from tests.browser.test_officer_journey import sign_in
from tests.builders import a_complaint
from tests.cast import PASSWORD, assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("lang", "size", "dark"), [("zh-CN", PHONE, False), ("en-GB", DESK, True)], ids=["zh", "en"])
def test_ones_own_pages(
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
    now = timezone.now()
    user = keep_password("canary@mail.example", PASSWORD, language="en" if lang.startswith("en") else "zh")
    prefix = "/en" if lang.startswith("en") else ""

    def look(name: str) -> None:
        examine(page, name)
        picture(page, f"{name}-{lang}-{size['width']}")

    page = open_page(f"{prefix}/account/sign-in/", size=size, lang=lang, dark=dark)
    sign_in(page, "canary@mail.example")
    page.wait_for_url("**/mine/")
    look("mine-empty")
    cases = [a_complaint(at=now, consumer=user) for _each in range(3)]
    withdraw(cases[0], actor=Actor.consumer(user), at=now)
    for path in (
        "/mine/",
        "/account/",
        "/account/email/",
        f"/account/email/{move_token(user, 'new@mail.example', at=now)}/",
        f"/case/{cases[1].reference}/release/",
        "/account/data/",
        "/account/delete/",
    ):
        page.goto(prefix + path)
        look(path.strip("/").split("/")[-1][:12] or "root")
    page.goto(f"{prefix}/account/")
    page.locator("[name=large_text]").check()
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    look("profile-large")
    page.goto(f"{prefix}/mine/")
    look("mine-large")
