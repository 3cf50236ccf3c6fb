"""What an officer does to a case, through the door."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.admin.acts import ACTS
from complaints.flow import triage
from complaints.flow.responses import Position, receive_response
from complaints.models import Complaint
from complaints.models.complaint import Party
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import Cast
from tests.desk.conftest import SignIn


def do(browser: Client, case: Complaint, name: str, **given: Any) -> HttpResponse:
    version = Complaint.objects.get(pk=case.pk).version
    address = reverse("admin:case-act", args=[case.reference, name])
    answer = browser.post(address, {"version": version, **given})
    case.refresh_from_db()
    return answer  # type: ignore[return-value]  # the test client's response


def last_event(case: Complaint) -> tuple[str, dict[str, Any]]:
    event = case.events.order_by("-sequence").first()
    assert event
    return event.kind, event.body


@pytest.mark.django_db
def test_each_act_is_done_through_the_door_and_leaves_an_event(cast: Cast, signed_in: SignIn) -> None:
    chen = signed_in(cast.chen)
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    case = a_referred_complaint(at=timezone.now())
    assert do(chen, case, "assign", officer=cast.chen.pk).status_code == 302
    assert (case.officer, last_event(case)[0]) == (cast.chen, "assigned")
    do(chen, case, "assign", officer="")
    assert (case.officer, last_event(case)) == (None, ("assigned", {"officer": None}))
    do(chen, case, "ask", to="platform", words="请给出卖家的名称和地址。", facts=["seller_identity_given"], due_on=due)
    assert last_event(case)[0] == "asked"
    assert case.requests.get().facts == ["seller_identity_given"]
    said = {"party": "merchant", "kind": "refund-only", "amount": "200", "words": "电话里说退两百。", "until": due}
    do(chen, case, "offer", **{**said, "amount": ""})
    assert not case.offers.exists()
    do(chen, case, "offer", **said)
    assert (last_event(case)[0], case.offers.get().recorded_by) == ("offer-made", cast.chen)
    assert "电话里说退两百。" in chen.get(reverse("admin:case", args=[case.reference])).content.decode()
    do(chen, case, "finding", fact="seller_identity_given", value="no", reason="按地址寄信被退回。")
    assert (last_event(case)[0], case.decision and case.decision.number) == ("decided", 2)
    do(chen, case, "accept")
    assert (case.state, last_event(case)[0]) == ("accepted", "moved.accept")
    do(chen, case, "terminate", ground="impasse", words="商家只肯退一半。")
    assert (case.state, last_event(case)[1]["ground"]) == ("terminated", "impasse")
    do(chen, case, "hand-off", route="court")
    assert (case.state, last_event(case)[1]["route"]) == ("handed-off", "court")

    case = a_referred_complaint(at=timezone.now())
    do(chen, case, "decline", ground="no-proof", words="没有订单，也查不到付款。")
    assert (case.state, last_event(case)[1]["ground"]) == ("declined", "no-proof")
    case = a_complaint(at=timezone.now())
    do(chen, case, "settle")
    assert (case.state, last_event(case)[0]) == ("settled", "moved.settle")


@pytest.mark.django_db
def test_only_the_acts_open_now_are_offered(cast: Cast, signed_in: SignIn) -> None:
    chen = signed_in(cast.chen)
    case = a_complaint(at=timezone.now())
    address = reverse("admin:case", args=[case.reference])

    def offered() -> set[str]:
        return {act.name for act, _does in chen.get(address).context["told_acts"]}

    always = {"hold", "note", "places", "recuse", "recuse-other"}
    assert offered() == {
        *("assign", "ask", "records", "offer", "message", "finding", "override", "settle", "hand-off", "transfer"),
        *always,
    }
    Complaint.objects.filter(pk=case.pk).update(state="referred")
    assert offered() == {
        *("assign", "ask", "records", "offer", "message", "finding", "override", "accept", "decline", "transfer"),
        *always,
    }
    Complaint.objects.filter(pk=case.pk).update(state="settled")
    assert offered() == always | {"reopen"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, act in ACTS.items() if act.move])
def test_a_move_that_is_not_open_is_refused_with_a_sentence_and_changes_nothing(
    cast: Cast, signed_in: SignIn, name: str
) -> None:
    case = a_complaint(at=timezone.now())
    Complaint.objects.filter(pk=case.pk).update(state="withdrawn")
    events = case.events.count()
    ground = "impasse" if name == "terminate" else "no-proof"
    answer = do(signed_in(cast.chen), case, name, ground=ground, words="我写的理由", route="court")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "这件投诉现在是“已撤回”" in text
    assert (case.state, case.events.count()) == ("withdrawn", events)
    if name == "decline":
        assert "我写的理由" in text


@pytest.mark.django_db
def test_what_the_verb_will_not_take_is_said_and_the_words_are_kept(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    answer = do(signed_in(cast.chen), case, "ask", to="merchant", words="请给合同", due_on="2020-01-01")
    assert "期限已经过去了" in answer.content.decode()
    assert "请给合同" in answer.content.decode()
    assert not case.requests.exists()


@pytest.mark.django_db
def test_a_field_left_empty_is_named_and_the_rest_is_kept(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    answer = do(signed_in(cast.chen), case, "finding", fact="seller_displayed", value="no", reason=" ")
    assert answer.status_code == 422
    assert "写一两句话" in answer.content.decode()
    assert case.decision
    assert case.decision.number == 1


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{}, dict.fromkeys(("officer", "ground", "to", "due_on", "fact", "route"), "☃")])
def test_what_is_wrong_with_an_act_is_said_in_words_of_our_own(
    cast: Cast, signed_in: SignIn, given: dict[str, str]
) -> None:
    chen, case = signed_in(cast.chen), a_referred_complaint(at=timezone.now())
    told = ""
    for name in ACTS:
        for version in ({"version": ""}, {}):
            told += do(chen, case, name, **{**given, "words": "", **version}).content.decode()
    told += chen.post(reverse("admin:case-contact", args=[case.reference]), given).content.decode()
    for words in ("选一条不予受理的理由", "选一下问谁", "选一项要认定的事实", "选一下怎么认定", "选一下转到哪里"):
        assert words in told
    assert "选一个要看的理由" in told
    assert ("写成年-月-日三个数字" if given else "写上最晚哪天答复") in told
    assert "这一页不完整，什么都没有做" in told
    assert not [words for words in ("必填项", "一个有效的", "输入整数", "请确保") if words in told]


@pytest.mark.django_db
def test_a_finding_on_a_disputed_fact_moves_the_decision(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    claims = {"seller_displayed": True, "operator_disclaimed_sale": True}
    answer: dict[str, Any] = {"position": Position.DISPUTED, "words": "口播贴了卖家。", "claims": claims}
    receive_response(case, party=Party.ANCHOR, **answer, actor=cast.platform, at=timezone.now())
    case.refresh_from_db()
    assert case.has_dispute
    assert case.verdicts["anchor"] == "possible"
    chen = signed_in(cast.chen)
    text = chen.get(reverse("admin:case", args=[case.reference])).content.decode()
    assert "说法不一致" in text
    assert "你下单时，直播间清楚写明了实际卖家是谁" in text
    for fact in claims:
        do(chen, case, "finding", fact=fact, value="no", reason="录屏里没有出现。")
    settled = Complaint.objects.get(pk=case.pk)
    assert not settled.has_dispute
    assert settled.verdicts["anchor"] == "responsible"
    page = chen.get(reverse("admin:case", args=[case.reference]))
    assert page.context["finding"].shifts
    assert "和上一版比" in page.content.decode()


@pytest.mark.django_db
def test_who_comes_second_sees_what_changed_and_keeps_what_they_wrote(cast: Cast, signed_in: SignIn) -> None:
    case = a_referred_complaint(at=timezone.now())
    seen = case.version
    triage.assign(case, to=cast.zhou, actor=cast.officer, at=timezone.now())
    chen = signed_in(cast.chen)
    address = reverse("admin:case-act", args=[case.reference, "decline"])
    given = {"version": seen, "ground": "out-of-time", "words": "我写了很久的理由"}
    answer = chen.post(address, given)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "别人刚改过" in text
    assert "分给zhou" in text
    assert "我写了很久的理由" in text
    case.refresh_from_db()
    assert case.state == "referred"
    assert f'value="{case.version}"' in text  # pressed again, it is done
    assert chen.post(address, {**given, "version": case.version}).status_code == 302
    case.refresh_from_db()
    assert case.state == "declined"


@pytest.mark.django_db
def test_an_earlier_version_of_the_decision_can_be_looked_at(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    chen = signed_in(cast.chen)
    do(chen, case, "finding", fact="seller_displayed", value="yes", reason="录屏里写着。")
    address = reverse("admin:case", args=[case.reference])
    assert chen.get(address).context["finding"].record.number == 2
    old = chen.get(f"{address}?v=1")
    assert old.context["finding"].record.number == 1
    assert "这是旧的一版" in old.content.decode()


@pytest.mark.django_db
def test_acts_are_posts_and_unknown_ones_are_nothing(cast: Cast, signed_in: SignIn) -> None:
    case = a_referred_complaint(at=timezone.now())
    chen = signed_in(cast.chen)
    for name in ACTS:
        assert chen.get(reverse("admin:case-act", args=[case.reference, name])).status_code == 200
    assert chen.post(reverse("admin:case-act", args=[case.reference, "destroy"]), {"version": 1}).status_code == 404
    case.refresh_from_db()
    assert (case.state, case.officer) == ("referred", None)


@pytest.mark.django_db
def test_a_finding_is_asked_for_in_the_words_of_its_fact(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(at=timezone.now())
    chen = signed_in(cast.chen)
    address = reverse("admin:case-act", args=[case.reference, "finding"])
    which = chen.get(address).content.decode()
    assert 'name="fact"' in which
    assert 'name="reason"' not in which
    asked = chen.get(f"{address}?fact=room_found_seller").content.decode()
    assert 'type="hidden" name="fact" value="room_found_seller"' in asked
    assert 'name="reason"' in asked
