"""Usability scripts T3 to T6: complain without the room, with a film too large, on two telephones, with mistakes."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.models import Complaint, Draft, Evidence
from tests.browser.conftest import Open
from tests.browser.person import RUNS, SMALL, Person
from tests.browser.story import answer_everything, choose, give_contact, go_on
from tests.builders import a_photo, a_screenshot
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)


def begin(open_page: Open, lang: str, size: dict[str, int], scripts: bool) -> Person:
    """Somebody who has opened the first question."""
    assemble()
    page = open_page("/" if lang == "zh-CN" else "/en/", size=size, lang=lang, scripts=scripts)
    person = Person(page, lang[:2], scripts)
    person.tap(person.link("投诉，马上看该找谁"))
    person.tap(person.page.get_by_role("main").get_by_role("link", name=person.word("开始"), exact=True))
    return person


def fill(person: Person, until: str, **instead: list[tuple[Callable[..., None], object]]) -> None:
    """Answer from where the person stands, looking at every page."""
    day = timezone.localdate() - timedelta(days=9)
    name = "快播场" if person.language == "zh" else "Kuailive"
    answer_everything(
        person.page,
        bought=day,
        platform=name,
        seen=lambda page, slug: person.looks(),
        until=until,
        instead=instead,
    )


@pytest.mark.parametrize(("lang", "size", "scripts"), RUNS)
def test_t3_complain_with_the_order_alone(
    open_page: Open, transactional_db: None, lang: str, size: dict[str, int], scripts: bool
) -> None:
    person = begin(open_page, lang, size, scripts)
    page = person.page
    fill(person, "evidence", room=[(choose, (page, "none"))], anchor=[(choose, (page, "unknown"))])
    person.looks()
    go_on(page)
    give_contact(page)
    person.looks()
    go_on(page)
    person.looks()
    person.tap(person.button("先不验证，继续"))
    person.tick("checkbox", "我说的都是真实的。我知道故意说假话要承担责任。")
    person.looks()
    person.tap(person.button("提交投诉，马上看判定"))
    assert person.heading == person.word("投诉已提交")
    person.looks()
    complaint = Complaint.objects.get()
    expect(page.locator("#reference")).to_have_text(complaint.reference)
    expect(page.locator("#code span")).to_have_count(7)
    expect(page.locator("figure.qr svg")).to_be_visible()
    person.reads("初步判定已经出来了")
    expect(page.locator("ul.who li")).to_have_count(3)
    person.tap(person.link("看完整判定"))
    person.looks()
    expect(page.locator("#missing li").first).to_be_visible()


def test_t4_a_chat_a_photo_and_a_film_that_is_too_large(
    open_page: Open, transactional_db: None, tmp_path: Path
) -> None:
    person = begin(open_page, "zh-CN", SMALL, scripts=True)
    page = person.page
    page.fill("[name=story]", "我在直播间买了桑蚕丝四件套，收到的吊牌写着聚酯纤维。")
    go_on(page)
    page.goto("/complaint/evidence/")
    film, chat, photo = tmp_path / "直播录屏.mp4", tmp_path / "聊天.png", tmp_path / "实物.jpg"
    chat.write_bytes(a_screenshot().read())
    photo.write_bytes(a_photo().read())
    with film.open("wb") as large:
        large.write(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")
        large.truncate(412 << 20)
    page.locator("[data-script] input[type=file][multiple]").first.set_input_files([chat, film, photo])
    expect(page.locator("[data-queue]")).to_contain_text("最多200MB。只截主播说那句话的一分钟就够了")
    expect(page.locator("[data-files]")).to_contain_text("聊天.png")
    expect(page.locator("[data-files]")).to_contain_text("实物.jpg")
    assert Evidence.objects.count() == 2
    person.looks()

    remove = page.get_by_role("button", name="删除聊天.png")
    remove.focus()
    remove.press("Enter")
    expect(page.locator("[data-files]")).not_to_contain_text("聊天.png")
    expect(page.locator("[data-files]")).to_contain_text("实物.jpg")
    where = page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.id")
    assert where in ("删除实物.jpg", "files")
    assert Evidence.objects.get().name == "实物.jpg"


@pytest.mark.parametrize(("lang", "size", "scripts"), RUNS)
def test_t5_come_back_tomorrow_on_another_telephone(
    open_page: Open, transactional_db: None, lang: str, size: dict[str, int], scripts: bool
) -> None:
    person = begin(open_page, lang, size, scripts)
    fill(person, "tried")
    kept = Draft.objects.get().answers
    person.page.goto(person.address("/complaint/save/"))
    person.tap(person.button("给我一个接着填的码"))
    person.looks()
    code = person.page.locator("#code-plain").inner_text()

    page = open_page(person.address("/resume/"), size=size, lang=lang, scripts=scripts)
    other = Person(page, person.language, scripts)
    other.write("接着填的码", "".join(reversed(code)))
    other.tap(other.button("打开我的草稿"))
    expect(page.locator(".errsum")).to_be_visible()
    other.write("接着填的码", code)
    other.tap(other.button("打开我的草稿"))
    assert other.heading == other.word("接着填你的投诉")
    other.looks()
    done = page.locator(".tasks li").filter(has_text=other.word("已完成"))
    expect(done).to_have_count(6)
    other.tap(page.get_by_role("main").get_by_role("link", name=other.word("接着填"), exact=True))
    assert page.url.rstrip("/").endswith("/tried")
    assert Draft.objects.get().answers == kept


@pytest.mark.parametrize(("lang", "size", "scripts"), RUNS)
def test_t6_the_amount_left_out_and_two_outcomes_that_clash(
    open_page: Open, transactional_db: None, lang: str, size: dict[str, int], scripts: bool
) -> None:
    person = begin(open_page, lang, size, scripts)
    page = person.page
    pick = partial(choose, page)
    fill(person, "order")
    page.fill("[name=order_number]", "2605 2077 1234 567719")
    _refused(person, page)
    assert page.input_value("[name=order_number]").replace(" ", "") == "260520771234567719"
    page.fill("[name=amount]", "四百六")
    _refused(person, page)
    assert page.input_value("[name=amount]") == "四百六"
    page.fill("[name=amount]", "469")
    go_on(page)
    fill(person, "remedy")
    pick("wanted", "replace")
    pick("wanted", "refund-only")
    _refused(person, page)
    expect(page.locator("input[name=wanted]:checked")).to_have_count(2)
    page.locator("input[name=wanted][value=replace]").press("Space")
    pick("association", "later")
    go_on(page)
    assert page.url.split("?")[0].rstrip("/").endswith("/evidence")
    go_on(page)
    give_contact(page)
    go_on(page)
    person.tap(person.button("先不验证，继续"))
    person.looks()

    page.goto(person.address("/complaint/order/?from=check"))  # what "Change" on the check page leads to
    page.fill("[name=amount]", "")
    _refused(person, page)
    page.fill("[name=amount]", "468.50")
    go_on(page)
    assert person.heading == person.word("检查一下，再提交")  # straight back, not through all steps
    expect(page.locator("main")).to_contain_text("468.5")


def _refused(person: Person, page: Page) -> None:
    """Continue; the page says what is wrong: in the title, in a summary that has the focus, and at the field."""
    go_on(page)
    expect(page).to_have_title(person.page_title_of_an_error())
    expect(page.locator(".errsum")).to_be_visible()
    if person.scripts:
        expect(page.locator(".errsum")).to_be_focused()
    link = page.locator(".errsum a").first
    said = link.inner_text().strip()
    link.click()
    target = page.evaluate("document.activeElement.id || document.activeElement.name")
    assert target, "the link leads to its field"
    expect(page.locator(".field--err .msg, .msg").filter(has_text=said).first).to_be_visible()
    person.looks()
