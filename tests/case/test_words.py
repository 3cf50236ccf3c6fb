"""Messages and sentences: what they say, and what they never carry."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from complaints.flow.clock import lapse
from complaints.flow.intake import Filed
from complaints.flow.triage import DECLINE_LABELS, Declined, accept, decline
from complaints.letters import message, order_tail
from complaints.models import Complaint, Event
from complaints.models.actor import Actor
from complaints.narrative import TELLERS, Known, next_steps, timeline_of, turn_of
from routing import Explanation, explain, rulebook
from tests.builders import filed
from tests.cast import Cast

THIS_YEAR = timezone.localdate().year
UNTIL = date(THIS_YEAR, 6, 8)


def told(complaint: Complaint, lang: str = "zh") -> Explanation:
    assert complaint.decision is not None
    return explain(rulebook(), complaint.decision.input, complaint.decision.output, lang)  # type: ignore[arg-type]


def test_the_message_names_order_facts_demand_law_day_and_number(complaint: Complaint) -> None:
    text = message(complaint, told(complaint), "merchant", lang="zh", until=UNTIL, wanted=["退货退款"])
    assert "订单尾号7719" in text
    assert "直播里说的是“百分百桑蚕丝”，实际是“聚酯纤维100%”" in text
    assert "按《消费者权益保护法》第23条、第24条" in text
    assert "请办理：退货退款（货款¥469.00），最晚到6月8日。" in text
    assert complaint.reference in text
    assert complaint.order_number not in text


def test_a_day_of_another_year_is_told_with_its_year(complaint: Complaint) -> None:
    complaint.purchased_on = date(THIS_YEAR - 1, 12, 20)
    text = message(complaint, told(complaint), "merchant", lang="zh", until=UNTIL)
    assert f"我{THIS_YEAR - 1}年12月20日在" in text
    assert "最晚到6月8日" in text
    english = message(complaint, told(complaint, "en"), "merchant", lang="en", until=UNTIL)
    assert f"On 20 December {THIS_YEAR - 1} I bought" in english
    assert "8 June" in english
    assert f"8 June {THIS_YEAR}" not in english
    complaint.purchased_on = date(THIS_YEAR, 1, 2)
    assert "我1月2日在" in message(complaint, told(complaint), "merchant", lang="zh", until=UNTIL)


def test_quotation_marks_inside_quotation_marks_are_single(complaint: Complaint) -> None:
    complaint.room = "“小满”家居间"
    said, got = '这是“百分百桑蚕丝”，"假一赔十"', '5"的“化纤”'
    complaint.statement["promise"] = {"said": said, "got": got, "where": ["live"]}
    names = {"merchant": "“澜岸”旗舰店"}
    text = message(complaint, told(complaint), "platform", lang="zh", until=UNTIL, names=names)
    assert "在“‘小满’家居间”直播间" in text
    assert "店铺是“‘澜岸’旗舰店”" in text
    assert '说的是“这是‘百分百桑蚕丝’，‘假一赔十’”，实际是“5"的‘化纤’”。' in text
    english = message(complaint, told(complaint, "en"), "platform", lang="en", until=UNTIL, names=names)
    assert "“这是‘百分百桑蚕丝’，‘假一赔十’”" in english


def test_where_the_calendar_is_not_out_the_message_names_the_earliest_day(complaint: Complaint) -> None:
    new_year = date(THIS_YEAR + 2, 1, 5)
    for party in ("merchant", "anchor", "platform"):
        text = message(complaint, told(complaint), party, lang="zh", until=new_year)
        assert f"不早于{new_year.year}年1月5日到期" in text
        assert "最晚到" not in text


def test_a_party_that_need_not_pay_is_asked_to_help_and_not_told_so(complaint: Complaint, cast: Cast) -> None:
    quiet = filed(
        at=timezone.now(),
        type={"problems": ["X"]},
        detail={"kinds": []},
        promise={"said": "", "got": "", "where": []},
        replies={"merchant": ""},
    ).complaint
    text = message(quiet, told(quiet), "platform", lang="zh", until=UNTIL)
    assert "请配合查清这件事，最晚到6月8日。" in text
    assert "不用赔" not in text
    english = message(quiet, told(quiet, "en"), "platform", lang="en", until=UNTIL)
    assert "need not pay" not in english
    assert "真实名称、地址和有效联系方式" in text


def test_long_quotations_are_cut(complaint: Complaint) -> None:
    complaint.statement["promise"] = {"said": "真丝" * 100, "got": "化纤", "where": ["page"]}
    text = message(complaint, told(complaint), "anchor", lang="zh", until=UNTIL)
    assert "真丝" * 30 + "……" in text
    assert "真丝" * 31 not in text


@pytest.mark.parametrize(("number", "tail"), [("260520771234567719", "7719"), (" 12 ", "12"), ("", "")])
def test_of_an_order_number_only_the_tail_is_told(number: str, tail: str) -> None:
    assert order_tail(number) == tail


def test_every_kind_of_event_of_the_story_has_a_sentence(cast: Cast, complaint: Complaint) -> None:
    at = timezone.now()
    referred = filed(at=at, remedy={"association": "now"}).complaint
    decline(referred, ground=Declined.NO_PROOF, words="没有凭证。", actor=cast.officer, at=at)
    accepted = filed(at=at, remedy={"association": "now"}).complaint
    accept(accepted, actor=cast.officer, at=at)
    lapse(complaint.pk, at=at + timedelta(days=30))
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds <= set(TELLERS)
    known = Known(decline_labels={str(ground): words for ground, words in DECLINE_LABELS.items()})
    lines = timeline_of(referred.events.all(), known=known)
    assert lines[0].title == "协会不予受理"
    assert lines[0].detail == "没有任何凭证，也查不到"
    assert lines[-1].title == "投诉已提交"


def test_an_event_nobody_has_words_for_is_folded_away() -> None:
    event = Event(kind="something-new", body={}, at=timezone.now())
    assert timeline_of([event], known=Known())[0].technical


def test_whose_turn_it_is_follows_the_clocks(case: Filed, cast: Cast) -> None:
    complaint, today = case.complaint, timezone.localdate()
    parties = list(complaint.respondents.all())
    assert turn_of(complaint, parties, [], on=today).who == "parties"
    assert turn_of(complaint, parties, [], on=today).sentence.startswith("在等商家、主播、平台答复")
    overdue = turn_of(complaint, parties, [], on=today + timedelta(days=60))
    assert overdue.who == "consumer"
    assert "到期没有答复" in overdue.sentence
    unreached = filed(at=timezone.now(), platform={"name": "没接入的平台"}).complaint
    assert turn_of(unreached, list(unreached.respondents.all()), [], on=today).sentence == "还没有联系上三方"


def test_one_step_is_the_present_one_while_the_case_is_open(case: Filed, cast: Cast) -> None:
    complaint, today = case.complaint, timezone.localdate()
    steps = next_steps(complaint, list(complaint.respondents.all()), first_contact="merchant", on=today)
    assert [step.state for step in steps] == ["done", "now", "", ""]
    with translation.override("en"):
        steps = next_steps(complaint, list(complaint.respondents.all()), first_contact="merchant", on=today)
        assert any("the merchant" in step.title for step in steps)


def test_signing_in_leads_officers_to_their_desk_and_others_to_their_complaints(cast: Cast, guest: Client) -> None:
    said = guest.post("/account/sign-in/", {"username": "lin", "password": "wrong"})
    assert "用户名或密码不对" in said.content.decode()
    password = "a-long-test-password"
    lin = guest.post("/account/sign-in/", {"username": "lin", "password": password})
    assert lin.headers["Location"] == "/mine/"
    assert "不能直接打开" in guest.get("/account/sign-out/").content.decode()
    assert guest.post("/account/sign-out/").status_code == 302
    chen = guest.post("/account/sign-in/", {"username": "chen", "password": password})
    assert chen.headers["Location"] == "/admin/"
    assert Actor.officer(cast.chen).organisation == cast.zhejiang
