"""What only a browser can tell: no label cut off, no word broken, no pattern through words on paper."""

import pytest
from django.utils import timezone

from complaints.flow.responses import Position, receive_response
from complaints.models import Party
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.test_officer_journey import sign_in
from tests.builders import filed
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)

CUT_OFF = """() => {
  const drawing = document.querySelector("svg.sankey"), box = drawing.viewBox.baseVal;
  return [...drawing.querySelectorAll("text")].filter((text) => {
    const found = text.getBBox();
    return found.x < box.x || found.x + found.width > box.x + box.width || found.y + found.height > box.y + box.height;
  }).map((text) => text.textContent);
}"""
BROKEN = """() => [...document.querySelectorAll(".conflict dt")].filter((name) => {
  const range = document.createRange();
  range.selectNodeContents(name);
  return new Set([...range.getClientRects()].map((rect) => rect.top)).size > 1;
}).map((name) => name.textContent)"""
ON_PAPER = """() => [...document.querySelectorAll(".who li:not(.who__resp)")]
  .map((cell) => getComputedStyle(cell).backgroundImage)"""


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
def test_labels_are_whole(open_page: Open, transactional_db: None, lang: str) -> None:
    people: Cast = assemble()
    prefix = "/en" if lang == "en-GB" else ""
    for letter in "ABCDEFGHX":
        filed(at=timezone.now(), type={"problems": [letter]}, detail={"kinds": []})
    complaint = filed(at=timezone.now(), files=True, consumer=people.lin).complaint
    receive_response(
        complaint,
        party=Party.ANCHOR,
        position=Position.DISPUTED,
        words="",
        claims={"seller_displayed": True},
        evidence=list(complaint.evidence.all()[:1]),
        actor=people.platform,
        at=timezone.now(),
    )
    page = open_page(f"{prefix}/admin/", size=DESK, lang=lang)
    sign_in(page, "chen")
    page.goto(f"{prefix}/admin/queue/")
    assert page.evaluate(CUT_OFF) == []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(f"{prefix}/admin/case/{complaint.reference}/")
        assert page.locator(".conflict dt").count() >= 2
        assert page.evaluate(BROKEN) == []


def test_paper_shows_words_without_a_pattern_under_them(open_page: Open, transactional_db: None) -> None:
    people: Cast = assemble()
    complaint = filed(at=timezone.now(), consumer=people.lin).complaint
    page = open_page("/account/sign-in/", size=DESK)
    sign_in(page, "lin")
    page.goto(f"/case/{complaint.reference}/decision/")
    assert any(found != "none" for found in page.evaluate(ON_PAPER))
    page.emulate_media(media="print")
    assert set(page.evaluate(ON_PAPER)) == {"none"}
