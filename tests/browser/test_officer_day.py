"""An officer's day, in the browser: thirty new cases, and each comes a step further; the queue by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.flow import agreements, groups, sessions
from complaints.flow.intake import add_evidence
from complaints.flow.responses import Position, receive_response
from complaints.lifecycle import State
from complaints.models import Actor, Agreement, Complaint, Group, Party, Session, Speaker
from tests.browser.conftest import DESK, Open
from tests.browser.story import choose
from tests.browser.test_officer_journey import sign_in
from tests.builders import a_referred_complaint, a_screenshot
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)
SCARF = "羊绒围巾"


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return assemble()


@pytest.fixture
def morning(people: Cast) -> list[Complaint]:
    """Thirty cases that wait to be taken: five of them about scarves, and over the first one accounts differ."""
    now = timezone.now()
    cases = [
        a_referred_complaint(at=now, consumer=people.lin, goods={"goods": SCARF if number < 5 else f"茶具{number}"})
        for number in range(30)
    ]
    receive_response(
        cases[0],
        party=Party.ANCHOR,
        position=Position.DISPUTED,
        words="下单页写明了店铺。",
        claims={"seller_displayed": True, "operator_disclaimed_sale": True},
        evidence=[],
        actor=people.platform,
        at=now,
    )
    return cases


def press(page: Page) -> None:
    """The button of the act's own form."""
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.wait_for_load_state()
    assert "/act/" not in page.url, page.locator("main").inner_text()  # else it says why it was not done


def act(page: Page, case: Complaint, name: str, query: str = "") -> None:
    page.goto(f"/admin/case/{case.reference}/act/{name}/{query}")


def state_of(case: Complaint) -> str:
    case.refresh_from_db()
    return case.state


def test_thirty_cases_in_the_morning_and_one_of_them_paid_by_the_evening(
    open_page: Open, people: Cast, morning: list[Complaint], picture: Callable[[Page, str], None]
) -> None:
    page = open_page("/admin/", size=DESK)
    sign_in(page, "chen")
    expect(page.locator("main h1")).to_contain_text("待办")

    # Five at once, with the keyboard and nothing else: find them, choose them, take them.
    page.keyboard.press("/")
    page.keyboard.type(SCARF)
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("[data-row]")).to_have_count(5)
    for _each in range(5):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-chosen]")).to_have_text("5")
    page.keyboard.press("a")
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("5件")
    assert Complaint.objects.filter(officer=people.chen).count() == 5
    picture(page, "day-five-taken")

    silk, asked, declined, *rest = morning
    # One is asked, one declined.
    act(page, asked, "ask", "?to=consumer")
    page.fill("[name=words]", "请补一张吊牌的照片，看得清成分。")
    press(page)
    assert state_of(asked) == State.NEEDS_INFO
    act(page, declined, "decline")
    choose(page, "ground", "no-proof")
    page.fill("[name=words]", "没有订单，也查不到付款。")
    press(page)
    assert state_of(declined) == State.DECLINED

    # Accounts differ: settled with a reason, and the decision moves.
    silk.refresh_from_db()
    assert silk.has_dispute
    before = silk.decision.number if silk.decision else 0
    for fact in ("seller_displayed", "operator_disclaimed_sale"):
        act(page, silk, "finding", f"?fact={fact}")
        choose(page, "value", "no")
        page.fill("[name=reason]", "录屏12分31秒看不到标识。")
        press(page)
    settled = Complaint.objects.get(pk=silk.pk)
    assert (settled.has_dispute, settled.decision.number > before if settled.decision else False) == (False, True)
    act(page, silk, "accept")
    press(page)
    assert state_of(silk) == State.ACCEPTED

    # Three of one matter are put together; each consumer answers for themselves.
    three = rest[:3]
    page.goto("/admin/groups/new/?" + "&".join(f"case={case.reference}" for case in three))
    if page.locator("[name=title]").input_value() == "":
        page.fill("[name=title]", "茶具，同一个直播间")
    page.fill("[name=matter]", "主播说是手工做的，收到的是机器做的。")
    press(page)
    group = Group.objects.get()
    for case in three[:2]:
        groups.answer(case, joins=True, actor=Actor.consumer(people.lin), at=timezone.now())
    groups.answer(three[2], joins=False, actor=Actor.consumer(people.lin), at=timezone.now())
    page.goto(f"/admin/groups/{group.pk}/")
    expect(page.locator("main")).to_contain_text("2位已加入")
    picture(page, "day-group")

    # Mediation: a time is set, both come, what they agree to is written down and confirmed by both.
    tomorrow = timezone.localdate() + timedelta(days=1)
    act(page, silk, "session")
    page.fill("[name=on]", tomorrow.isoformat())
    page.fill("[name=clock]", "14:30")
    choose(page, "how", "telephone")
    page.fill("[name=where]", "协会打给双方")
    press(page)
    session = Session.objects.get()
    sessions.answer_session(
        session, side="consumer", comes=True, words="", actor=Actor.consumer(people.lin), at=timezone.now()
    )
    Session.objects.filter(pk=session.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    act(page, silk, "session-record")
    choose(page, "came", "consumer")
    choose(page, "came", "platform")
    page.fill("[name=words]", "平台同意退款，消费者退货。")
    choose(page, "result", "agreed")
    press(page)
    act(page, silk, "agreement")
    choose(page, "party", "platform")
    choose(page, "kind", "return-refund")
    choose(page, "payer", "party")
    page.fill("[name=amount]", "469")
    page.fill("[name=pay_by]", (tomorrow + timedelta(days=6)).isoformat())
    press(page)
    paper = Agreement.objects.get()
    picture(page, "day-agreement")
    agreements.confirm_agreement(paper, side="party", actor=people.platform, at=timezone.now())
    agreements.confirm_agreement(paper, side="consumer", actor=Actor.consumer(people.lin), at=timezone.now())
    assert state_of(silk) == State.PROMISED

    # The money came: the proof is looked at, and the case is closed.
    proof = add_evidence(
        silk,
        a_screenshot("到账.png"),
        kind="payment",
        speaker=Speaker.CONSUMER,
        actor=Actor.consumer(people.lin),
        at=timezone.now(),
    )
    act(page, silk, "performance")
    choose(page, "kept", "yes")
    page.select_option("[name=piece]", str(proof.pk))
    page.fill("[name=words]", "看了到账截图，金额和日期都对。")
    press(page)
    assert state_of(silk) == State.SETTLED
    page.goto(f"/admin/case/{silk.reference}/")
    expect(page.locator("main")).to_contain_text("已和解")
    picture(page, "day-closed")
