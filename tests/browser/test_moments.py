"""On a phone: what was said is written down, the replay asked for; the platform answers, and the consumer sees it."""

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


def test_what_was_said_is_written_down_asked_for_and_answered(
    open_page: Open, transactional_db: None, tmp_path: Path
) -> None:
    people = assemble()
    case = filed(at=timezone.now(), files=True, platform={"name": "没接入的平台"})
    page = open_page("/track/", size=PHONE, scripts=False)
    page.get_by_role("textbox", name="回执码").fill(case.receipt_code or "")
    page.get_by_role("button", name="查看").click()
    page.get_by_role("link", name="证据", exact=True).click()
    page.get_by_role("link", name="直播里的话").click()
    page.get_by_role("textbox", name="听到的那句话").fill("百分百桑蚕丝，假一赔十")
    page.get_by_role("textbox", name="在回放的哪里").fill("晚上8点半")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_role("alert")).to_contain_text("写成“1:23:45”这样")
    expect(page.get_by_role("textbox", name="听到的那句话")).to_have_value("百分百桑蚕丝，假一赔十")
    page.get_by_role("textbox", name="在回放的哪里").fill("1:23:45")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#m1")).to_contain_text("01:23:45")
    page.get_by_role("link", name="回到证据").click()
    page.get_by_role("button", name="请平台提供判定还缺的").click()
    expect(page.locator("main")).to_contain_text("“小满家居间”的完整直播回放")
    expect(page.locator("main")).to_contain_text("还没有送到平台")

    code = invite(case.complaint, party=Party.PLATFORM, actor=people.officer, at=timezone.now())
    platform = open_page("/r/", size=DESK)
    platform.get_by_role("textbox", name="入口码").fill(code)
    platform.get_by_role("button", name="打开这件投诉").click()
    expect(platform.locator("main")).to_contain_text("请保存5月20日“小满家居间”的完整回放。")
    platform.get_by_role("link", name="逐项答复").click()
    examine(platform, "records")
    platform.get_by_role("link", name="答复这一项").first.click()
    platform.locator("label").filter(has_text="附上文件，或者写明在哪里能拿到").click()
    film = tmp_path / "回放.png"
    film.write_bytes(a_screenshot().read())
    platform.get_by_label("附文件").set_input_files(film)
    examine(platform, "record")
    platform.get_by_role("button", name="发出答复").click()
    expect(platform.locator("main")).to_contain_text("给了")

    page.reload()
    expect(page.locator(".recs li").first).to_contain_text("给了")

    look = open_page("/track/", size=PHONE)
    look.get_by_role("textbox", name="回执码").fill(case.receipt_code or "")
    look.get_by_role("button", name="查看").click()
    look.wait_for_url("**/case/**")
    for prefix in ("", "/en"):
        for name in ("moments/", "records/", "records/letter/"):
            look.goto(f"{prefix}/case/{case.complaint.reference}/{name}")
            examine(look, prefix + name)
