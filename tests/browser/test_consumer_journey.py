"""A consumer on a phone: from the first page to the platform's answer and the decision that moved."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from complaints.flow import delivery
from complaints.models import Complaint, Delivery
from tests.browser.conftest import Open
from tests.browser.platform import DemoPlatform, demo_platform
from tests.browser.story import answer_everything, choose, files, give_contact, go_on, heading
from tests.builders import EMAIL, NAME, PHONE
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)

Take = Callable[[Page, str], None]


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return assemble()


@pytest.fixture
def platform(people: Cast, live_server: LiveServer, settings: Settings, tmp_path: Path) -> Iterator[DemoPlatform]:
    """The demonstration's platform, as a process of its own, at the end of Kuailive's line."""
    settings.SITE_URL = live_server.url
    with demo_platform(api=live_server.url, secret=people.secret, key=people.key.text, log=tmp_path / "log") as running:
        people.endpoint.url = running.webhook_url
        people.endpoint.save()
        yield running


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_first_page_to_the_decision_that_moved(
    open_page: Open, platform: DemoPlatform, people: Cast, tmp_path: Path, picture: Take, scripts: bool
) -> None:
    page = open_page("/", scripts=scripts)
    seen = picture if scripts else lambda page, name: None
    seen(page, "home")
    page.get_by_role("link", name="投诉，马上看该找谁").first.click()
    page.get_by_role("link", name="开始", exact=True).click()
    answer_everything(page, bought=timezone.localdate() - timedelta(days=9), platform="快播场", seen=seen)

    _upload(page, files(tmp_path), scripts)
    expect(page.locator("[data-files]")).to_contain_text("订单.png")
    expect(page.locator("[data-files]")).to_contain_text("orders.csv")
    seen(page, "wizard-evidence")
    go_on(page)
    seen(page, "wizard-contact")
    give_contact(page)
    go_on(page)
    seen(page, "wizard-verify")
    page.get_by_role("button", name="先不验证，继续").click()

    assert heading(page) == "检查一下，再提交"
    expect(page.locator("main")).to_contain_text("260520771234567719")
    go_on(page)  # the declaration is missing
    expect(page.locator(".errsum")).to_contain_text("请勾选声明")
    choose(page, "declared")
    seen(page, "wizard-check")
    go_on(page)

    assert heading(page) == "投诉已提交"
    seen(page, "done")
    complaint = Complaint.objects.get()
    assert complaint.evidence.count() == 3
    expect(page.locator("main")).to_contain_text(complaint.reference)
    page.reload()
    assert Complaint.objects.count() == 1

    page.goto(f"/case/{complaint.reference}/decision/")
    expect(page.locator("main")).to_contain_text("应负责")
    expect(page.locator("main")).to_contain_text("也可以找它")
    seen(page, "decision")

    delivery.drain(timezone.now, until=timezone.now() + timedelta(seconds=30))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    platform.wait_for_answer(complaint.reference)
    complaint.refresh_from_db()
    assert complaint.respondent("platform").answered_at
    assert complaint.decision.number == 2

    page.goto(f"/case/{complaint.reference}/")
    expect(page.locator("main")).to_contain_text("平台")
    seen(page, "case")
    page.goto(f"/case/{complaint.reference}/decision/")
    expect(page.locator("main")).to_contain_text("第2版")
    page.goto(f"/case/{complaint.reference}/decision/?v=1")
    expect(page.locator("main")).to_contain_text("第1版")
    told = platform.log()
    for secret in (NAME, PHONE, EMAIL):
        assert secret not in told


def _upload(page: Page, paths: list[Path], scripts: bool) -> None:
    if scripts:
        for path in paths:
            page.locator("[data-script] input[type=file]").last.set_input_files(path)
            expect(page.locator("[data-files]")).to_contain_text(path.name)
        return
    for number, path in enumerate(paths, start=1):
        page.set_input_files(f"#file-{number}", path)
    page.locator("button[name=upload]").click()
    page.wait_for_load_state()
