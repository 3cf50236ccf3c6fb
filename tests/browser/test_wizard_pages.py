"""The form in a real browser: Back after a mistake, too many files at once, another language in mid-sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect
from pytest_django import Settings

from complaints.models import Draft
from tests.browser.conftest import PHONE, Open
from tests.browser.story import files, go_on
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_back_after_a_mistake_sends_nothing_again(open_page: Open, transactional_db: None, scripts: bool) -> None:
    assemble()
    page = open_page("/complaint/goods/", scripts=scripts)
    page.goto("/complaint/order/")
    page.fill("[name=order_number]", "A-1")
    page.fill("[name=amount]", "四百多")
    go_on(page)
    expect(page).to_have_title("错误：订单号和实付金额 — 第4步，共11步 | 责在谁")
    expect(page.locator(".errsum")).to_contain_text("现在写的是“四百多”")

    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.reload()
    expect(page.locator("[name=amount]")).to_have_value("四百多")
    expect(page.locator(".errsum")).to_be_visible()
    page.goto("/complaint/how/")
    page.go_back()
    expect(page.locator("[name=order_number]")).to_have_value("A-1")
    expect(page.locator(".errsum")).to_be_visible()
    assert sent == []


def test_files_beyond_the_limit_are_named_for_as_long_as_one_stays(
    open_page: Open, transactional_db: None, tmp_path: Path, settings: Settings
) -> None:
    settings.EVIDENCE_MAX_FILES = 5
    assemble()
    paths = []
    for number in range(8):
        paths.append(tmp_path / f"记录{number}.txt")
        paths[-1].write_text(f"第{number}页", encoding="utf-8")
    page = open_page("/complaint/evidence/")
    page.locator("[data-script] input[multiple]").first.set_input_files(paths)
    expect(page.locator("[data-files] .file")).to_have_count(5)
    notice = page.locator("[data-left-out]")
    expect(notice).to_contain_text("一件投诉最多5个文件，这些没有添加：记录5.txt、记录6.txt、记录7.txt。")
    page.locator("[name=remove]").first.click()
    expect(page.locator("[data-files] .file")).to_have_count(4)
    expect(notice).to_be_visible()
    page.locator("[data-script] input[type=file]").last.set_input_files(paths[5])
    expect(page.locator("[data-files]")).to_contain_text("记录5.txt")
    expect(notice).to_be_hidden()


def test_the_other_language_shows_the_same_page_with_what_was_just_typed(
    open_page: Open, transactional_db: None
) -> None:
    assemble()
    page = open_page("/complaint/goods/?from=check", size=PHONE)
    page.fill("[name=goods]", "桑蚕丝四件套")
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/en/complaint/goods/?from=check")
    expect(page.locator("[name=goods]")).to_have_value("桑蚕丝四件套")
    assert Draft.objects.get().answers["goods"]["goods"] == "桑蚕丝四件套"


def test_pieces_are_moved_and_described_where_they_stand(
    open_page: Open, transactional_db: None, tmp_path: Path, picture: Callable[[Page, str], None]
) -> None:
    assemble()
    page = open_page("/complaint/evidence/")
    for path in files(tmp_path):
        page.locator("[data-script] input[type=file]").last.set_input_files(path)
        expect(page.locator("[data-files]")).to_contain_text(path.name)
    names = page.locator("[data-files] .file__n")
    expect(names).to_have_text(["订单.png", "IMG_2201.jpg", "orders.csv"])
    page.locator("[data-files] .file").nth(2).get_by_role("button", name="上移").click()
    expect(names).to_have_text(["订单.png", "orders.csv", "IMG_2201.jpg"])
    expect(page.locator("[data-status]")).to_have_text("顺序已改")
    note = page.locator("[data-files] .file").first.locator("input[name^=caption]")
    note.fill("能看到店铺名和469元")
    with page.expect_response("**/complaint/evidence/"):
        note.blur()
    page.reload()
    expect(page.locator("[data-files] .file").first.locator("input[name^=caption]")).to_have_value(
        "能看到店铺名和469元"
    )
    picture(page, "evidence-files")
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
