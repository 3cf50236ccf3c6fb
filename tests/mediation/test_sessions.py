"""Sessions: called, answered by each side, moved, recorded; and what the other side is told of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.flow import consumer, sessions, triage
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove
from complaints.mediation_words import ics_of
from complaints.models import Actor, Complaint, Delivery, Notice, Session
from complaints.narrative import Known
from complaints.news import news_of
from complaints.party_timeline import party_lines
from complaints.permissions import NotAllowed
from complaints.timeline import first_break
from tests.builders import a_referred_complaint
from tests.cast import MONDAY, Cast

SOON = MONDAY + timedelta(days=3)
LINK = "https://meet.example/canary-8812"


@pytest.fixture
def case(cast: Cast) -> Complaint:
    """In mediation."""
    complaint = a_referred_complaint(consumer=cast.lin)
    triage.accept(complaint, actor=cast.officer, at=MONDAY)
    complaint.refresh_from_db()
    return complaint


def called(case: Complaint, cast: Cast, **given: Any) -> Session:
    told: dict[str, Any] = {
        "starts_at": SOON,
        "minutes": 60,
        "how": Session.How.LINK,
        "where": LINK,
        "parties": ["merchant", "platform"],
    }
    return sessions.call_session(case, **{**told, **given}, actor=cast.officer, at=MONDAY)


@pytest.mark.django_db
def test_a_session_is_told_once_to_each_and_says_where_to_nobody_outside(case: Complaint, cast: Cast) -> None:
    before = Delivery.objects.count()
    assert called(case, cast) == called(case, cast)  # pressed twice
    assert case.sessions.count() == 1
    sent = list(Delivery.objects.order_by("pk")[before:])
    assert [each.type for each in sent] == ["case.session_set"]  # the platform speaks for the shop, too: once
    assert b'"session":1' in bytes(sent[0].body).replace(b" ", b"")
    told = "".join(str(event.body) for event in case.events.all()) + bytes(sent[0].body).decode()
    assert "canary" not in told + case.sessions.get().sealed_where
    row = Notice.objects.select_related("event").get(kind=Notice.Kind.SESSION)
    news = news_of(case, [row], known=Known(), on=MONDAY.date(), has_account=True)
    assert [line.title for line in news.lines] == ["调解的时间有消息"]  # neither when nor where
    assert "10:00" not in news.subject + news.heading


@pytest.mark.django_db
def test_who_may_not_call_one_and_when_none_can_be_called(case: Complaint, cast: Cast) -> None:
    events = case.events.count()
    intake = replace(cast.officer, duties=frozenset({"intake"}))
    with pytest.raises(NotAllowed, match="调解、负责人"):
        sessions.call_session(
            case, starts_at=SOON, minutes=60, how=Session.How.LINK, where=LINK, parties=["merchant"],
            actor=intake, at=MONDAY,
        )  # fmt: skip
    with pytest.raises(CannotAct, match="已经过了"):
        called(case, cast, starts_at=MONDAY - timedelta(minutes=1))
    with pytest.raises(CannotAct, match="链接"):
        called(case, cast, where=" ")
    with pytest.raises(CannotAct, match="至少请一方"):
        called(case, cast, parties=[])
    fresh = a_referred_complaint()
    with pytest.raises(CannotAct, match="受理以后"):
        called(fresh, cast)
    assert case.events.count() == events
    consumer.withdraw(case, actor=Actor.consumer(cast.lin), at=MONDAY)
    with pytest.raises(IllegalMove):
        called(case, cast)


@pytest.mark.django_db
def test_the_end_of_a_case_is_told_to_all_who_were_asked_to_come(case: Complaint, cast: Cast) -> None:
    made = called(case, cast)
    consumer.withdraw(case, actor=Actor.consumer(cast.lin), at=MONDAY)
    made.refresh_from_db()
    assert (made.state, made.reason) == ("cancelled", "投诉结束了，调解会不开了。")
    assert case.events.get(kind="session-cancelled").body["because"] == "ended"
    sent = [bytes(each.body) for each in Delivery.objects.all() if each.type == "case.session_cancelled"]
    assert len(sent) == 1 and b"withdrawn" in sent[0]
    assert Notice.objects.filter(event__kind="session-cancelled").exists()
    assert b"CANCELLED" in ics_of(made)
    assert first_break(case.events.all(), expected=Complaint.objects.get(pk=case.pk).version) is None


@pytest.mark.django_db
def test_each_side_says_for_itself_whether_it_comes(case: Complaint, cast: Cast) -> None:
    made = called(case, cast, parties=["merchant"])
    lin = Actor.consumer(cast.lin)
    with pytest.raises(CannotAct, match="为什么来不了"):
        sessions.answer_session(made, side="consumer", comes=False, words="", actor=lin, at=MONDAY)
    sessions.answer_session(made, side="consumer", comes=True, words="", actor=lin, at=MONDAY)
    sessions.answer_session(
        made, side="merchant", comes=False, words="盘点，周五可以。", actor=cast.platform, at=MONDAY
    )
    for actor, side in (
        (lin, "merchant"),
        (cast.platform, "consumer"),
        (cast.platform, "anchor"),
        (Actor(), "consumer"),
    ):
        with pytest.raises(CannotAct):
            sessions.answer_session(made, side=side, comes=True, words="", actor=actor, at=MONDAY)
    heard = {each.party: str(party_lines(case, each)) for each in case.respondents.all()}
    assert ["说会来" in heard[who] for who in ("merchant", "platform", "anchor")] == [True, False, False]
    assert "贵方说来不了" in heard["merchant"]
    with pytest.raises(CannotAct, match="已经过了"):
        sessions.answer_session(made, side="consumer", comes=True, words="", actor=lin, at=SOON)
    assert {each.side: each.comes for each in made.attendances.all()} == {"consumer": True, "merchant": False}


@pytest.mark.django_db
def test_a_session_is_moved_then_recorded_and_moves_no_state(case: Complaint, cast: Cast) -> None:
    first, due = called(case, cast), case.due_on
    later = SOON + timedelta(days=1)
    with pytest.raises(CannotAct, match="和原来一样"):
        sessions.move_session(first, starts_at=SOON, where="", reason="改", actor=cast.officer, at=MONDAY)
    second = sessions.move_session(first, starts_at=later, where="", reason="商家盘点", actor=cast.officer, at=MONDAY)
    assert (second.where, second.replaces, second.number) == (LINK, first, 2)
    with pytest.raises(CannotAct, match="已经改期了"):
        sessions.cancel_session(first, reason="取消", actor=cast.officer, at=MONDAY)
    told: dict[str, Any] = {"words": "商家愿意退四百。", "actor": cast.officer}
    with pytest.raises(CannotAct, match="还没有开始"):
        sessions.record_session(second, came=["consumer"], result=Session.Result.GO_ON, **told, at=SOON)
    with pytest.raises(CannotAct, match="没有都来"):
        sessions.record_session(second, came=["consumer"], result=Session.Result.AGREED, **told, at=later)
    held = sessions.record_session(
        second, came=["consumer", "merchant"], result=Session.Result.AGREED, **told, at=later
    )
    assert (held.state, held.came) == (Session.State.ABSENT, ["consumer", "merchant"])  # the platform was asked, too
    case.refresh_from_db()
    assert (case.state, case.due_on) == ("accepted", due)
    assert case.events.order_by("-sequence")[0].body["absent"] == ["platform"]


@pytest.mark.django_db
def test_the_calendar_file_is_the_readers_own_and_folds_at_75_octets(
    case: Complaint, cast: Cast, client: Client
) -> None:
    called(case, cast, where="杭州市西湖区，消费者协会三楼；调解室" * 4)
    address = reverse("complaints:case-session-ics", args=[case.reference, 1])
    assert client.get(address).status_code == 404
    client.force_login(cast.zhao)
    assert client.get(address).status_code == 404
    client.force_login(cast.lin)
    made = client.get(address).content
    assert b"DTSTART;TZID=Asia/Shanghai:20260604T100000\r\n" in made
    assert max(len(line) for line in made.split(b"\r\n")) <= 75
    whole = made.replace(b"\r\n ", b"").decode()
    assert "消费者协会三楼；调解室" in whole
    assert "桑蚕丝" not in whole


@pytest.mark.django_db
def test_the_end_of_a_case_ends_its_sessions(case: Complaint, cast: Cast) -> None:
    called(case, cast)
    consumer.withdraw(case, actor=Actor.consumer(cast.lin), at=MONDAY)
    assert case.sessions.get().state == Session.State.CANCELLED
