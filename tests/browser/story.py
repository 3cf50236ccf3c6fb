"""The story every journey tells: Lin bought silk and got polyester. One function a page, by what a person sees."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.builders import EMAIL, NAME, PHONE, a_photo, a_screenshot, an_order_export

STORY = "我在“小满家居间”买了桑蚕丝四件套，主播说百分百桑蚕丝，收到的吊牌写着聚酯纤维，商家让我去找主播。"


def choose(page: Page, name: str, value: str = "") -> None:
    """Tick a radio or box by clicking its tile, as a person does."""
    field = page.locator(f"input[name='{name}'][value='{value}']" if value else f"input[name='{name}']")
    page.locator(f"label[for='{field.get_attribute('id')}'], label:has(#{field.get_attribute('id')})").first.click()
    expect(field).to_be_checked()


def type_day(page: Page, name: str, day: date) -> None:
    for part, number in enumerate((day.year, day.month, day.day)):
        page.fill(f"[name='{name}_{part}']", str(number))


def go_on(page: Page) -> None:
    page.locator(".dock button[type=submit]:not([name])").last.click()
    page.wait_for_load_state()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text().strip()


def answer_everything(
    page: Page,
    *,
    bought: date,
    platform: str,
    seen: Callable[[Page, str], None],
    until: str = "evidence",
    instead: dict[str, list[tuple[Callable[..., None], Any]]] | None = None,
) -> None:
    """From the page that stands open to the page ``until``, whichever way the form leads. ``instead`` holds other acts
    for pages, by their slug; a page may then be refused (the test looks at it)."""
    pick = partial(choose, page)
    acts: dict[str, list[tuple[Callable[..., None], Any]]] = {
        "story": [(page.fill, ("[name=story]", STORY))],
        "platform": [(page.get_by_text(platform, exact=True).click, ())],
        "room": [(page.fill, ("[name=room]", "小满家居间 房间号 88231"))],
        "when": [(pick, ("when", "roughly")), (pick, ("rough", "this-month"))],
        "anchor": [(page.fill, ("[name=anchor]", "小满"))],
        "shop": [(pick, ("seller", "shop")), (page.fill, ("[name=shop]", "澜岸家居旗舰店"))],
        "relation": [(pick, ("relation", "different"))],
        "shown": [(pick, ("shown", "no")), (pick, ("disclaimed", "no"))],
        "goods": [(page.fill, ("[name=goods]", "桑蚕丝四件套")), (pick, ("use", "own"))],
        "order": [(page.fill, ("[name=order_number]", "2605 2077 1234 567719")), (page.fill, ("[name=amount]", "469"))],
        "how": [(pick, ("how", "live-link"))],
        "payment": [(pick, ("payment", "inside"))],
        "dates": [
            (type_day, (page, "purchased_on", bought)),
            (pick, ("received", "yes")),
            (type_day, (page, "delivered_on", bought + timedelta(days=3))),
        ],
        "type": [(pick, ("problems", "C")), (pick, ("problems", "D"))],
        "detail": [(pick, ("kinds-C", "material")), (pick, ("kinds-D", "different"))],
        "promise": [
            (page.fill, ("[name=said]", "百分百桑蚕丝")),
            (pick, ("where", "live")),
            (page.fill, ("[name=got]", "聚酯纤维100%")),
        ],
        "more": [(_answer_the_law, (page,))],
        "tried": [(pick, ("tried", "merchant"))],
        "replies": [(pick, ("merchant", "refused"))],
        "remedy": [(pick, ("wanted", "return-refund")), (pick, ("association", "now"))],
    }
    acts |= instead or {}
    for _ in range(len(acts) + 2):
        slug = page.url.split("#")[0].split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        if slug == until:
            return
        if slug == "goods":
            page.select_option("[name=category]", "home")
        seen(page, f"wizard-{slug}")
        for act, given in acts[slug]:
            act(*given)
        go_on(page)
        assert not page.locator(".errsum").count(), f"{slug}: {page.locator('.errsum').inner_text()}"
    raise AssertionError(f"the form does not end: {page.url}")


def _answer_the_law(page: Page) -> None:
    """Of what the law still asks, Lin knows one thing: she bought because of what was said."""
    for field in page.locator("input[type=radio][value=unsure]").all():
        name = field.get_attribute("name") or ""
        choose(page, name, "yes" if name == "fact-claim_mattered" else "unsure")


def files(folder: Path) -> list[Path]:
    """A photo, a screenshot and an order export, as files on the person's device."""
    made = []
    for upload in (a_screenshot(), a_photo(), an_order_export()):
        path = folder / str(upload.name)
        path.write_bytes(upload.read())
        made.append(path)
    return made


def give_contact(page: Page) -> None:
    page.fill("[name=name]", NAME)
    page.fill("[name=phone]", PHONE)
    page.fill("[name=email]", EMAIL)
    page.select_option("[name=region]", "33")
