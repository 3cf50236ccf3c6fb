"""Usability script T9: a shop says it is the anchor's; first step by step without proof, then on one page with."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from complaints.flow.inviting import invite
from complaints.models import Party
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.test_every_page import examine
from tests.builders import a_screenshot, filed
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("size", "scripts"), [(DESK, True), (PHONE, False)])
def test_t9_the_shop_passes_it_on(
    open_page: Open, transactional_db: None, tmp_path: Path, size: dict[str, int], scripts: bool
) -> None:
    people = assemble()
    case = filed(at=timezone.now(), files=True)
    code = invite(case.complaint, party=Party.MERCHANT, actor=people.officer, at=timezone.now())
    page = open_page(f"/r/#{code}" if scripts else "/r/", size=size, scripts=scripts)
    if scripts:
        expect(page.get_by_role("textbox", name="入口码")).to_have_value(code)
        assert "#" not in page.url  # the code stands in no address, and so in no history
        examine(page, "enter")
    else:
        page.get_by_role("textbox", name="入口码").fill(code)
    page.get_by_role("button", name="打开这件投诉").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("桑蚕丝四件套")
    if scripts:
        examine(page, "case")

    page.get_by_role("link", name="答复", exact=True).click()
    page.locator("label").filter(has_text="不是我方的责任").click()
    onward = page.get_by_role("button", name="保存，下一步")
    onward.click()
    expect(page.get_by_role("alert")).to_contain_text("写上那一方的全称和联系方式")
    expect(page.get_by_role("radio", name="不是我方的责任")).to_be_checked()
    if scripts:
        examine(page, "answer")
    page.locator("label").filter(has_text="主播").last.click()
    page.get_by_role("textbox", name="那一方的全称和联系方式").fill("星河传媒有限公司，400-0000")
    onward.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("事实和证明")
    if scripts:
        examine(page, "facts")
    onward.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("方案")
    if scripts:
        examine(page, "offer")
    onward.click()
    page.get_by_role("textbox", name="写给消费者的话").fill("直播间里的话是主播自己说的。")
    if scripts:
        examine(page, "words")
    onward.click()
    expect(page.locator("main")).to_contain_text("推责无据")
    if scripts:
        examine(page, "look")
    page.get_by_role("button", name="没有证明，照样发出").click()
    expect(page.locator("main")).to_contain_text("直播间里的话是主播自己说的。")
    if scripts:
        examine(page, "sent")
    page.get_by_role("link", name="回到这件投诉").click()

    page.get_by_role("link", name="提交证明").click()
    contract = tmp_path / "合同.png"
    contract.write_bytes(a_screenshot().read())
    page.get_by_label("选文件").set_input_files(contract)
    if scripts:
        examine(page, "proof")
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("link", name="再答复一次").click()
    page.get_by_role("link", name="在一页里写完").click()
    page.locator("label").filter(has_text="不是我方的责任").click()
    page.locator("label").filter(has_text="主播").last.click()
    page.get_by_role("textbox", name="那一方的全称和联系方式").fill("星河传媒有限公司，400-0000")
    page.locator("label").filter(has_text="合同.png").click()
    page.get_by_role("textbox", name="写给消费者的话").fill("合同写明由主播方负责，见附件。")
    page.get_by_role("button", name="看一遍再发").click()
    page.get_by_role("button", name="发出答复").click()
    expect(page.locator("main")).not_to_contain_text("推责无据")

    consumer = open_page("/track/", size=PHONE, scripts=scripts)
    consumer.get_by_role("textbox", name="回执码").fill(case.receipt_code or "")
    consumer.get_by_role("button", name="查看").click()
    expect(consumer.locator("main")).to_contain_text("说不归它管，应当找主播")
    expect(consumer.locator("main")).to_contain_text("推给主播，没有附证明")  # the first try stays on record
    consumer.get_by_role("link", name="判定").first.click()
    expect(consumer.locator("#card-merchant")).to_contain_text("应负责")  # a claim is no verdict
    expect(consumer.locator("#card-merchant")).to_contain_text("这样回：")
