"""Small screens, large letters, thumbs, keyboards: nothing scrolls sideways, is too small to press, hides the focus."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from complaints.asking.pages import BY_SLUG
from tests.browser.conftest import Open
from tests.browser.test_officer_journey import sign_in
from tests.builders import filed
from tests.case.test_offers import offered
from tests.cast import Cast, assemble
from tests.pictures.table import PUBLIC

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

WIDTHS = (320, 360, 412, 768, 1024, 1440)
TWICE = {"standard": 32, "fixed": 26}  # px, where browsers begin with 16 and 13
LOW = {"width": 360, "height": 640}
MOST_STOPS = 90
OF_A_CASE = ("", "decision/", "trace/", "days/", "next/", "letter/", "evidence/", "offer/1/", "refer/", "withdraw/")
QUESTIONS = tuple(f"/complaint/{slug}/" for slug in BY_SLUG)

TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Controls, and links that stand as controls. A link amidst words is as high as its line (WCAG 2.5.8, inline).
TOO_SMALL = """() => {
  const labelOf = (one) => one.closest("label") ?? (one.id && document.querySelector(`label[for="${one.id}"]`));
  const boxOf = (one) => {
    if (one.matches(".cases__t, .rl a")) return one.closest("li");
    return (["radio", "checkbox", "file"].includes(one.type) && labelOf(one)) || one;
  };
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((one) => {
    const beside = [...one.parentElement.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    const inWords = getComputedStyle(one).display === "inline" || one.matches(".chip") || (one.matches("a") && beside);
    if (inWords || one.type === "hidden" || one.matches(".skip") || !one.checkVisibility()) return false;
    return [one, boxOf(one)].every((each) => {
      const box = each.getBoundingClientRect();
      return Math.min(box.width, box.height) < 43.5;
    });
  }).map((one) => `${one.outerHTML.slice(0, 90)} ${Math.round(one.getBoundingClientRect().height)}`);
}"""

# What has focus, where: on screen, shown, and not under the strip at the foot.
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const shown = one.closest("label.tile, .pick label, .add") ?? one, box = shown.getBoundingClientRect();
  const dock = document.querySelector(".dock");
  const strip = dock && !dock.contains(one) ? dock.getBoundingClientRect() : { top: innerHeight, bottom: innerHeight };
  const middle = (box.top + box.bottom) / 2, under = middle > strip.top && middle < strip.bottom;
  const ring = [one, shown].some((each) => getComputedStyle(each).outlineStyle !== "none");
  return { name: one.outerHTML.slice(0, 90), hidden: under || middle > innerHeight || middle < 0, ring };
}"""


@pytest.fixture
def addresses(transactional_db: None) -> tuple[str, ...]:
    """Every page of the public and of somebody with a case that has an offer."""
    people: Cast = assemble()
    complaint = filed(at=timezone.now(), files=True, consumer=people.lin).complaint
    offered(complaint, people)
    public = (each.path for each in PUBLIC if not each.press and not each.name.startswith("error"))
    return (*public, *QUESTIONS, "/mine/", "/account/", *(f"/case/{complaint.reference}/{each}" for each in OF_A_CASE))


def signed_in(open_page: Open, **more: object) -> Page:
    page = open_page("/account/sign-in/", **more)
    sign_in(page, "lin")
    return page


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
def test_no_page_scrolls_sideways_at_any_width_or_with_letters_twice_as_large(
    open_page: Open, addresses: tuple[str, ...], lang: str
) -> None:
    page = signed_in(open_page, lang=lang)
    letters = page.context.new_cdp_session(page)
    wide = []
    for path in addresses:
        page.goto(f"/en{path}" if lang == "en-GB" else path)
        for sizes, widths in (({"standard": 16, "fixed": 13}, WIDTHS), (TWICE, (390, 1280))):
            letters.send("Page.setFontSizes", {"fontSizes": sizes})
            for width in widths:
                page.set_viewport_size({"width": width, "height": 800})
                if (over := page.evaluate(TOO_WIDE)) > 0:
                    wide.append(f"{path} at {width} px, letters {sizes['standard']}: {over} px too wide")
    assert not wide, "\n".join(wide)


def test_everything_one_presses_is_large_enough_for_a_thumb(open_page: Open, addresses: tuple[str, ...]) -> None:
    page = signed_in(open_page, size=LOW)
    small = []
    for path in addresses:
        page.goto(path)
        small += [f"{path}: {one}" for one in page.evaluate(TOO_SMALL)]
    assert not small, "\n".join(small)


def test_by_keyboard_what_has_focus_is_seen(open_page: Open, addresses: tuple[str, ...]) -> None:
    page = open_page("/complaint/", size=LOW)
    unseen = []
    for path in QUESTIONS:
        page.goto(path)
        for _stop in range(MOST_STOPS):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            if focus is None:
                break
            if focus["hidden"] or not focus["ring"]:
                unseen.append(f"{path}: {focus}")
        else:
            raise AssertionError(f"{path}: more than {MOST_STOPS} stops")
    assert not unseen, "\n".join(unseen)
