"""Every kind of page: no accessibility violation, no sideways scroll, in both languages, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from complaints.models import Complaint
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.test_officer_journey import sign_in
from tests.builders import filed
from tests.cast import Cast, assemble
from tests.figures.test_pages import publish_all

pytestmark = pytest.mark.django_db(transaction=True)

PUBLIC = ("/", "/how/", "/help/", "/help/find-live-room/douyin/", "/help/evidence/live/",
          "/help/evidence/goods/?from=evidence", "/help/contact-merchant/", "/help/trim-video/",
          "/privacy/", "/complaint/", "/complaint/story/", "/track/", "/track/lost/",
          "/rules/", "/rules/?q=x", "/rules/A01/", "/rules/law/AUCL2019/", "/check/",
          "/stats/", "/stats/?sort=days", "/stats/method/", "/developers/", "/developers/kiosk/")  # fmt: skip


def examine(page: Page, path: str) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == [], path
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{path} scrolls {wide} px sideways"


@pytest.mark.parametrize(("lang", "size", "dark"), [("zh-CN", PHONE, False), ("en-GB", DESK, True)], ids=["zh", "en"])
def test_public_pages(open_page: Open, transactional_db: None, lang: str, size: dict[str, int], dark: bool) -> None:
    assemble()
    publish_all()
    prefix = "/en" if lang.startswith("en") else ""
    page = open_page("/", size=size, lang=lang, dark=dark)
    for path in PUBLIC:
        page.goto(prefix + path)
        examine(page, path)


@pytest.mark.parametrize(("lang", "size", "dark"), [("zh-CN", PHONE, True), ("en-GB", DESK, False)], ids=["zh", "en"])
def test_case_pages_and_the_desk(
    open_page: Open, transactional_db: None, lang: str, size: dict[str, int], dark: bool
) -> None:
    people: Cast = assemble()
    complaint: Complaint = filed(
        at=timezone.now(), files=True, consumer=people.lin, remedy={"association": "now"}
    ).complaint
    prefix = "/en" if lang.startswith("en") else ""
    page = open_page(f"{prefix}/account/sign-in/", size=size, lang=lang, dark=dark)
    examine(page, "sign-in")
    sign_in(page, "lin")
    case = f"{prefix}/case/{complaint.reference}"
    for path in (
        f"{case}/decision/",
        f"{case}/trace/",
        f"{case}/days/",
        f"{case}/next/",
        f"{case}/letter/",
        f"{case}/",
        f"{case}/evidence/",
        f"{case}/contact/verify/",
        f"{case}/messages/",
        f"{case}/messages/association/",
        f"{case}/messages/merchant/",
        f"{case}/withdraw/",
    ):
        page.goto(path)
        examine(page, path)

    page = open_page(f"{prefix}/admin/", size=size, lang=lang, dark=dark)
    sign_in(page, "chen")
    for path in ("queue/", f"case/{complaint.reference}/", f"case/{complaint.reference}/act/decline/"):
        page.goto(f"{prefix}/admin/{path}")
        examine(page, path)
