"""A mediation through the desk's door: each form leads to its verb, and who has another duty is offered none of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from complaints.deadlines import local_day
from complaints.flow import agreements, sessions, triage
from complaints.models import Actor, Session
from tests.builders import a_referred_complaint
from tests.cast import Cast
from tests.desk.conftest import SignIn
from tests.desk.test_acts import do, last_event

REASON = "直播间自己定价、收款、发货，标明的卖家联系不上，消费者一直以为是向直播间买。"


@pytest.mark.django_db
def test_a_mediation_is_led_through_the_door(cast: Cast, signed_in: SignIn) -> None:
    now, chen = timezone.now(), signed_in(cast.chen)
    case = a_referred_complaint(at=now, consumer=cast.lin, shown={"shown": "yes", "disclaimed": "yes"})
    triage.accept(case, actor=cast.officer, at=now)
    soon = (local_day(now) + timedelta(days=3)).isoformat()
    set_ = {"on": soon, "clock": "14:30", "minutes": 60, "how": "place", "where": "协会三楼", "parties": ["merchant"]}
    assert "读不懂这个时间" in do(chen, case, "session", **{**set_, "clock": "25点"}).content.decode()
    assert do(chen, case, "session", **set_).status_code == 302
    assert last_event(case)[1]["starts_at"] == f"{soon}T14:30+08:00"
    assert do(chen, case, "session-move", session="1", on=soon, clock="16:00", reason="商家有事").status_code == 302
    assert do(chen, case, "session-cancel", session="2", reason="先看新证据").status_code == 302
    past = {"starts_at": now - timedelta(hours=1), "minutes": 60, "how": Session.How.LINK, "where": "链接"}
    sessions.call_session(case, **past, parties=["merchant"], actor=cast.officer, at=now - timedelta(hours=2))  # type: ignore[arg-type]
    case.refresh_from_db()
    told = {"session": "3", "came": ["consumer", "merchant"], "words": "退一半", "result": "go-on"}
    assert do(chen, case, "session-record", **told).status_code == 302
    points = {f"points_{code}": "yes" for code in ("appearance", "contract", "model", "process", "perception")}
    short = do(chen, case, "factors", **points, finding="yes", reason="像卖家")
    assert "至少20字" in short.content.decode()
    assert do(chen, case, "factors", **points, finding="yes", reason=REASON).status_code == 302
    assert case.verdicts["anchor"] == "responsible"
    terms = {"party": "merchant", "kind": "refund-only", "payer": "party", "amount": "235", "pay_by": soon}
    assert "多少元" in do(chen, case, "agreement", **{**terms, "amount": ""}).content.decode()
    assert do(chen, case, "agreement", **terms).status_code == 302
    made = case.agreements.get()
    agreements.confirm_agreement(made, side="consumer", actor=Actor.consumer(cast.lin), at=now)
    agreements.confirm_agreement(made, side="party", actor=cast.platform, at=now)
    case.refresh_from_db()
    said = {"offer_number": "1", "kept": "no", "piece": "", "words": "商家承认没有付。"}
    assert "还没到约好的日子" in do(chen, case, "performance", **said).content.decode()
    case.offers.update(pay_by=local_day(now) - timedelta(days=1))
    assert do(chen, case, "performance", **said).status_code == 302
    assert case.state == "accepted"
    assert do(chen, case, "terminate", ground="impasse", words="谈不拢。").status_code == 302
    page = chen.get(reverse("admin:case", args=[case.reference])).content.decode()
    for words in ("终止通知书PDF", "各方谈不拢", "协会三楼", "退一半", REASON, "商家承认没有付。"):
        assert words in page, words
    assert do(chen, case, "reopen", reason="reviewed", words="复查。").status_code == 302
    assert case.state == "accepted"


@pytest.mark.django_db
def test_another_duty_is_offered_nothing_of_it(cast: Cast, signed_in: SignIn) -> None:
    case = a_referred_complaint(at=timezone.now())
    triage.accept(case, actor=cast.officer, at=timezone.now())
    Membership.objects.filter(user=cast.chen).update(duties=["intake"])
    browser, events = signed_in(cast.chen), case.events.count()
    page = browser.get(reverse("admin:case", args=[case.reference]))
    offered = {act.name for act, _does in page.context["told_acts"]}
    assert not offered & {"session", "agreement", "performance", "factors", "terminate", "reopen"}
    soon = (local_day(timezone.now()) + timedelta(days=3)).isoformat()
    set_ = {"on": soon, "clock": "14:30", "minutes": 60, "how": "place", "where": "协会", "parties": ["merchant"]}
    assert "你的岗位不能做这一步" in do(browser, case, "session", **set_).content.decode()
    assert case.events.count() == events
