"""A first visit on a bad line: how much a page weighs, how many requests it makes, and that all of them are ours."""

import gzip
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Response

from tests.browser.conftest import Open
from tests.browser.test_officer_journey import sign_in
from tests.builders import filed
from tests.case.test_offers import offered
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)

KIB = 1024
SHEETS = (12 + 4) * KIB  # the sheet of the site, and what a room may add to it
BUDGET = {"document": 20 * KIB, "stylesheet": SHEETS, "script": 22 * KIB}  # gzipped, of a page
WHOLE = 60 * KIB
REQUESTS = 5
# The browser asks for these by itself, after the page; and the pictures of a case are evidence, not ours.
NOT_OF_THE_PAGE = re.compile(r"/manifest\.webmanifest|/service-worker\.js|/favicon\.svg|/app-\d+\.png|/evidence/\d+/")

PUBLIC = ("/", "/how/", "/help/", "/rules/", "/check/", "/check/q/1/", "/complaint/", "/complaint/story/",
          "/complaint/goods/", "/complaint/evidence/", "/complaint/contact/", "/rules/law/AUCL2019/",
          "/developers/")  # fmt: skip
OF_A_CASE = ("", "decision/", "trace/", "days/", "next/", "letter/", "evidence/", "offer/1/")


def weigh(page: Page, path: str) -> tuple[dict[str, int], list[str]]:
    """Open ``path`` with nothing kept: bytes by kind as a server sends them (gzipped), and what was asked for."""
    answers: list[Response] = []

    def came(answer: Response) -> None:
        answers.append(answer)

    page.on("response", came)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    weights: dict[str, int] = {}
    asked = []
    for answer in answers:
        if NOT_OF_THE_PAGE.search(answer.url):
            continue
        kind = answer.request.resource_type
        body = answer.body() if answer.ok else b""  # a redirect has none
        weights[kind] = weights.get(kind, 0) + len(gzip.compress(body, 9))
        asked.append(answer.url)
    page.remove_listener("response", came)
    return weights, asked


def test_a_first_visit_is_small_whichever_page_it_begins_with(open_page: Open, transactional_db: None) -> None:
    people: Cast = assemble()
    complaint = filed(at=timezone.now(), files=True, consumer=people.lin).complaint
    offered(complaint, people)
    page = open_page("/account/sign-in/", workers=False)
    sign_in(page, "lin")
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    heavy = []
    for path in (*PUBLIC, *(f"/case/{complaint.reference}/{each}" for each in OF_A_CASE)):
        weights, asked = weigh(page, path)
        said = f"{path}: {weights}, {len(asked)} requests"
        print(said)
        limits = [weights.get(kind, 0) <= most for kind, most in BUDGET.items()]
        if not all(limits) or sum(weights.values()) > WHOLE or len(asked) > REQUESTS:
            heavy.append(f"{said} {asked}")
    assert not heavy, "\n".join(heavy)
