"""The time to answer runs from when a party was really reached; whom nobody reached is told by an officer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Endpoint
from complaints.flow import (
    aftermath,
    clock,
    extending,
    inviting,
    reaching,
    reminding,
    reopening,
    responses,
    services,
    triage,
)
from complaints.flow.delivery import claim, finish
from complaints.flow.moves import advance
from complaints.flow.noting import Sent
from complaints.flow.record_requests import ask_for_records, lapse_records
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Complaint, Extension, Party, Reached, Reminder, Respondent, Service
from complaints.party_timeline import party_lines
from complaints.webhooks import meaning
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
POST = Service.How.POST

pytestmark = pytest.mark.django_db


def a_complaint_nobody_took() -> Complaint:
    return a_complaint(reached=False)


def platform(complaint: Complaint) -> Respondent:
    return complaint.respondents.get(party="platform")


def a_day_of_the_clock(complaint: Complaint, *, days: int) -> None:
    """What the clock does each hour, once a day."""
    for day in range(1, days + 1):
        at = MONDAY + day * DAY
        reaching.start_clocks(at=at)
        clock.lapse_deadlines(at=at)
        reaching.remind_of_service(at=at)
        reminding.remind_officers(at=at)
        reminding.remind_parties(at=at)
    complaint.refresh_from_db()


def test_who_was_never_reached_is_never_silent_and_stays_a_task_that_goes_to_who_leads(cast: Cast) -> None:
    complaint = a_complaint_nobody_took()
    assert complaint.due_on is None
    assert platform(complaint).standing(date(2026, 7, 1)) == {"code": "not-reached", "days": None}
    Endpoint.objects.update(state=Endpoint.State.PAUSED)  # nobody gets out of it, or into it, that way
    a_day_of_the_clock(complaint, days=30)
    assert not complaint.events.filter(kind__in=["lapsed", "party-reminded"]).exists()
    assert not complaint.respondents.exclude(due_on=None, lapsed_at=None).exists()
    assert complaint.service_due_on == date(2026, 6, 5)  # three working days after the first day without it
    last = Reminder.objects.standing().filter(of=Reminder.Of.SERVICE).order_by("pk").last()
    assert last is not None
    assert (last.step, last.to) == (Reminder.Step.AFTER, None)
    with pytest.raises(CannotAct, match="不能收起"):
        reminding.dismiss(last, actor=cast.officer, at=MONDAY + 30 * DAY)


def test_without_a_channel_the_task_is_there_at_once_for_those_who_have_a_name(cast: Cast) -> None:
    complaint = a_complaint(platform={"name": "没有接入的平台"})
    assert complaint.service_due_on == date(2026, 6, 4)
    reminding.remind_officers(at=MONDAY)
    assert Reminder.objects.standing().get().of == Reminder.Of.SERVICE
    for party in Party:
        services.serve_by_hand(complaint, party=party, how=POST, served_at=MONDAY, actor=cast.officer, at=MONDAY)
    complaint = Complaint.objects.get()
    assert (complaint.service_due_on, complaint.due_on) == (None, date(2026, 6, 8))
    assert not Reminder.objects.standing().exists()
    assert clock.lapse(complaint.pk, at=MONDAY + 9 * DAY) == 3


def test_the_first_2xx_on_the_third_day_counts_working_days_from_there_for_all_it_speaks_for(cast: Cast) -> None:
    complaint = a_complaint_nobody_took()
    friday = MONDAY + 4 * DAY
    a_day_of_the_clock(complaint, days=3)
    (first, *_rest) = [one for one in claim(20, at=friday) if one.type == "case.opened"]
    finish(first, Sent(meaning(200, None, "", at=friday), 200), at=friday)
    reaching.start_clocks(at=friday + HOUR)
    complaint.refresh_from_db()
    found = {one.party: (one.notified_at, one.notified_how, one.due_on) for one in complaint.respondents.all()}
    due = date(2026, 6, 12)  # five working days after Friday the 5th
    assert found["platform"] == (friday, "notice", due)
    assert found["merchant"] == found["anchor"] == (friday, "passed_on", due)
    assert (complaint.due_on, complaint.service_due_on) == (due, None)
    assert complaint.events.filter(kind="reached").count() == 1
    assert clock.lapse(complaint.pk, at=MONDAY + 11 * DAY) == 0
    assert clock.lapse(complaint.pk, at=MONDAY + 12 * DAY) == 3


def test_a_look_or_an_answer_reaches_as_well_and_only_then_is_there_a_day_to_put_off(cast: Cast) -> None:
    complaint = a_complaint_nobody_took()
    with pytest.raises(extending.CannotExtend, match="还没有开始"):
        ask_for_time(complaint, cast.platform)
    tuesday = MONDAY + DAY
    reaching.note_seen(complaint, actor=cast.platform, at=tuesday)
    assert platform(complaint).due_on == date(2026, 6, 9)
    assert ask_for_time(complaint, cast.platform).until == date(2026, 6, 11)
    other = a_complaint_nobody_took()
    answered(other, cast.platform)
    merchant = other.respondents.get(party="merchant")
    assert (platform(other).notified_how, merchant.notified_how) == ("answer", "passed_on")
    assert merchant.due_on == date(2026, 6, 9)


def test_an_officer_tells_it_and_silence_follows_until_the_record_is_taken_back(cast: Cast) -> None:
    complaint = a_complaint_nobody_took()
    a_day_of_the_clock(complaint, days=2)
    wednesday = MONDAY + 2 * DAY
    serve(complaint, cast, at=wednesday)
    complaint.refresh_from_db()
    assert (complaint.due_on, complaint.service_due_on) == (date(2026, 6, 10), None)
    before = complaint.verdicts
    assert clock.lapse(complaint.pk, at=MONDAY + 10 * DAY) == 3
    complaint.refresh_from_db()
    silent = complaint.verdicts
    service = complaint.services.get()
    assert (service.to, service.words) == ("前台", "快递单号见案卷")
    services.take_back_service(service, reason="签收的是另一家公司", actor=cast.officer, at=MONDAY + 11 * DAY)
    complaint.refresh_from_db()
    assert complaint.verdicts == before != silent
    assert not complaint.respondents.exclude(notified_at=None, due_on=None, lapsed_at=None).exists()
    assert (complaint.due_on, complaint.service_due_on) == (None, date(2026, 6, 17))
    assert complaint.decision is not None
    assert complaint.decision.because == "service"
    assert [one.body["recalled"] for one in complaint.events.filter(kind="service-taken-back")] == [
        ["platform", "merchant", "anchor"]
    ]
    told = [line.title for line in party_lines(complaint, complaint.respondents.get(party="merchant"))]
    assert [title for title in told if "不算了" in title] == [
        "更正：通知那时没有送到贵方，“贵方到期没有答复”这一条不算了"
    ]
    with pytest.raises(CannotAct, match="已经收回"):
        services.take_back_service(service, reason="再一次", actor=cast.officer, at=MONDAY + 11 * DAY)


def test_a_moment_that_cannot_be_and_whom_it_is_not_for_are_refused(cast: Cast) -> None:
    complaint = a_complaint_nobody_took()
    for moment, words in ((MONDAY + DAY, "以后"), (MONDAY - DAY, "早于")):
        with pytest.raises(CannotAct, match=words):
            serve(complaint, cast, at=MONDAY + HOUR, served_at=moment)
    with pytest.raises((CannotAct, IllegalMove)):
        services.serve_by_hand(
            complaint, party=Party.PLATFORM, how=POST, served_at=MONDAY, actor=Actor.officer(cast.huang), at=MONDAY
        )
    assert not Service.objects.exists()


@pytest.mark.parametrize("officer_first", [True, False])
def test_of_an_officers_word_and_a_2xx_the_first_stands_and_the_other_is_not_lost(
    cast: Cast, officer_first: bool
) -> None:
    complaint, noon = a_complaint_nobody_took(), MONDAY + 2 * DAY
    (notice,) = [one for one in claim(20, at=noon) if one.type == "case.opened"]

    def by_machine() -> None:
        finish(notice, Sent(meaning(200, None, "", at=noon), 200), at=noon)

    steps: list[Callable[[], object]] = [by_machine]
    if officer_first:
        serve(complaint, cast, at=noon, served_at=MONDAY + DAY)
        by_machine()
        assert platform(complaint).notified_how == "registered_post"
        services.take_back_service(complaint.services.get(), reason="写错了", actor=cast.officer, at=noon + DAY)
    else:
        steps[0]()
        with pytest.raises(CannotAct, match="已经收到通知"):
            serve(complaint, cast, at=noon)
    reaching.start_clocks(at=noon + DAY)
    found = platform(complaint)
    assert (found.notified_at, found.notified_how, found.due_on) == (noon, "notice", date(2026, 6, 10))


def test_a_silence_of_before_that_nobody_was_reached_for_is_recalled(cast: Cast) -> None:
    complaint = a_complaint_nobody_took()
    before = complaint.verdicts
    complaint.respondents.update(due_on=date(2026, 6, 8), notified_at=MONDAY)
    assert clock.lapse(complaint.pk, at=MONDAY + 9 * DAY) == 3
    complaint.respondents.update(notified_at=None)  # as it was while the clock ran from the day of asking
    assert clock.recall_unreached(at=MONDAY + 10 * DAY) == 3
    assert clock.recall_unreached(at=MONDAY + 10 * DAY) == 0
    complaint.refresh_from_db()
    assert complaint.verdicts == before
    assert not complaint.respondents.exclude(lapsed_at=None).exists()


def test_the_desk_takes_the_record_keeps_what_was_typed_and_the_api_says_how(cast: Cast, client: Client) -> None:
    complaint = a_complaint(reached=False, at=timezone.now() - HOUR)
    client.force_login(cast.chen)
    act = f"/admin/case/{complaint.reference}/act/serve/"
    typed = {"version": complaint.version, "party": "platform", "how": "telephone", "words": "座机，通话三分钟"}
    page = client.post(act, {**typed, "on": timezone.localdate().isoformat()})
    assert page.status_code == 422
    assert "座机，通话三分钟" in page.content.decode()
    now = timezone.localtime()
    page = client.post(act, {**typed, "on": now.date().isoformat(), "clock": f"{now:%H:%M}"})
    assert page.status_code == 302
    case = client.get(f"/admin/case/{complaint.reference}/").content.decode()
    assert "协会打电话告诉" in case and "serve-back" in case
    headers = {"Authorization": f"Bearer {cast.key.text}"}
    found = client.get(f"/api/v1/cases/{complaint.reference}", headers=headers).json()["respondents"]
    assert {one["party"]: one["notified_how"] for one in found}["platform"] == "telephone"
    assert all(one["due_on"] for one in found)
    other = a_complaint(reached=False, at=timezone.now() - HOUR)
    assert client.get("/api/v1/cases", headers=headers).status_code == 200
    assert platform(other).notified_at is None  # a list is no look at the case
    found = client.get(f"/api/v1/cases/{other.reference}", headers=headers).json()["respondents"]
    assert {one["notified_how"] for one in found} == {"seen", "passed_on"}


def serve(
    complaint: Complaint, cast: Cast, *, at: object, served_at: object = None, with_records: bool = False
) -> Service:
    return services.serve_by_hand(
        complaint,
        party=Party.PLATFORM,
        how=POST,
        served_at=served_at or at,  # type: ignore[arg-type]
        to="前台",
        words="快递单号见案卷",
        with_records=with_records,
        actor=cast.officer,
        at=at,  # type: ignore[arg-type]
    )


def ask_for_time(complaint: Complaint, actor: Actor) -> Extension:
    return extending.ask_for_time(
        complaint,
        party=Party.PLATFORM,
        reason=Extension.Reason.REPLAY,
        days=2,
        words="要调回放",
        actor=actor,
        at=MONDAY + DAY + HOUR,
    )


def answered(complaint: Complaint, actor: Actor) -> None:
    responses.receive_response(
        complaint,
        party=Party.PLATFORM,
        position=responses.Position.DISPUTED,
        words="",
        claims={},
        actor=actor,
        at=MONDAY + DAY,
    )


# ── Taken back, opened again, and the letters about records ──────────────────────────────────────────────────────────


def asked_for_records(complaint: Complaint, cast: Cast, *, at: datetime = MONDAY) -> None:
    ask_for_records(complaint, ["chat", "seller_identity", "operator_identity"], actor=cast.officer, at=at)


def test_with_a_service_taken_back_the_records_wait_again_and_their_silence_is_recalled(cast: Cast) -> None:
    complaint = a_complaint_nobody_took()
    asked_for_records(complaint, cast)
    tuesday, friday = MONDAY + DAY, MONDAY + 4 * DAY
    served = serve(complaint, cast, at=friday, served_at=tuesday, with_records=True)
    request = complaint.record_requests.get()
    assert (request.served_at, request.due_on) == (tuesday, date(2026, 6, 9))
    told = complaint.events.get(kind="records-served")
    assert told.at == friday  # the day runs from Tuesday, and it was written down on Friday
    assert not complaint.events.filter(sequence__lt=told.sequence, at__gt=told.at).exists()
    assert lapse_records(at=MONDAY + 10 * DAY) == 3
    complaint.refresh_from_db()
    silent = complaint.verdicts
    services.take_back_service(served, reason="签收的是另一家公司", actor=cast.officer, at=MONDAY + 11 * DAY)
    complaint.refresh_from_db()
    request.refresh_from_db()
    assert (request.served_at, request.due_on) == (None, None)
    assert not complaint.record_items.exclude(lapsed_at=None).exists()
    body = complaint.events.get(kind="service-taken-back").body
    assert (body["recalled"], body["records"]) == ([], [1])
    assert complaint.decision is not None
    assert (complaint.decision.because, complaint.verdicts != silent) == ("service", True)
    assert lapse_records(at=MONDAY + 30 * DAY) == 0
    reaching.note_seen(complaint, actor=cast.platform, at=MONDAY + 14 * DAY)
    request.refresh_from_db()
    assert request.served_at == MONDAY + 14 * DAY


def test_a_platform_taken_back_leaves_the_shop_that_looked_for_itself(cast: Cast) -> None:
    complaint = a_complaint_nobody_took()
    served = serve(complaint, cast, at=MONDAY + DAY)
    merchant = complaint.respondents.get(party="merchant")
    assert merchant.notified_how == "passed_on"
    inviting.open_invitation(invited(complaint, Party.MERCHANT, cast), at=MONDAY + 2 * DAY)
    services.take_back_service(served, reason="写错了", actor=cast.officer, at=MONDAY + 3 * DAY)
    found = {one.party: (one.notified_at, one.notified_how, one.due_on) for one in complaint.respondents.all()}
    assert found["merchant"] == (MONDAY + 2 * DAY, "entrance", date(2026, 6, 10))
    assert found["platform"] == found["anchor"] == (None, "", None)


def test_taken_back_where_its_notice_was_taken_the_records_that_waited_are_served(cast: Cast) -> None:
    complaint, noon = a_complaint_nobody_took(), MONDAY + 2 * DAY
    (notice,) = [one for one in claim(20, at=noon) if one.type == "case.opened"]
    served = serve(complaint, cast, at=noon, served_at=MONDAY + DAY)
    finish(notice, Sent(meaning(200, None, "", at=noon), 200), at=noon)
    asked_for_records(complaint, cast, at=noon)
    assert complaint.record_requests.get().served_at is None  # that letter has to be handed over, too
    services.take_back_service(served, reason="写错了", actor=cast.officer, at=noon + DAY)
    assert complaint.record_requests.get().served_at == noon + DAY
    assert complaint.events.filter(kind="records-served").count() == 1


def test_who_opens_an_entrance_does_not_swallow_who_else_was_reached(cast: Cast) -> None:
    complaint = a_complaint_nobody_took()
    asked_for_records(complaint, cast)
    code = invited(complaint, Party.MERCHANT, cast)
    tuesday = MONDAY + DAY
    reaching.reach(platform(complaint), Reached.NOTICE, at=tuesday)  # noted; the clock's next run has not come
    inviting.open_invitation(code, at=tuesday + HOUR)
    (reached,) = complaint.events.filter(kind="reached")
    assert reached.body["parties"] == {"platform": "notice", "anchor": "passed_on"}
    assert complaint.respondents.get(party="merchant").notified_how == "entrance"
    assert complaint.record_requests.get().served_at == tuesday + HOUR


@pytest.mark.parametrize("by_officer", [True, False])
def test_who_was_reached_while_the_case_was_closed_has_its_time_once_it_is_opened_again(
    cast: Cast, by_officer: bool
) -> None:
    complaint = a_complaint(reached=False, consumer=cast.lin)
    asked_for_records(complaint, cast)
    if by_officer:
        triage.settle(complaint, actor=cast.officer, at=MONDAY)
    else:
        advance(Complaint.objects.get(), "withdraw", actor=Actor.consumer(cast.lin), at=MONDAY)
    reaching.note_seen(complaint, actor=cast.platform, at=MONDAY + DAY)
    assert not complaint.events.filter(kind="reached").exists()
    back = MONDAY + 3 * DAY
    if by_officer:
        why = reopening.OfficersReason.MISTAKE
        reopening.reopen_case(complaint, reason=why, words="办错了", actor=cast.officer, at=back)
    else:
        aftermath.reopen(complaint, reason=aftermath.ReopenReason.MISTAKE, actor=Actor.consumer(cast.lin), at=back)
    (reached,) = complaint.events.filter(kind="reached")
    assert set(reached.body["parties"]) == {"platform", "merchant", "anchor"}
    assert set(complaint.respondents.values_list("due_on", flat=True)) == {date(2026, 6, 11)}
    assert (complaint.record_requests.get().served_at, complaint.events.filter(kind="records-served").count()) == (
        back,
        1,
    )


def test_with_the_case_ends_the_task_to_tell_somebody(cast: Cast) -> None:
    complaint = a_complaint(platform={"name": "没有接入的平台"}, consumer=cast.lin)
    reminding.remind_officers(at=MONDAY)
    assert Reminder.objects.standing().get().of == Reminder.Of.SERVICE
    advance(Complaint.objects.get(), "withdraw", actor=Actor.consumer(cast.lin), at=MONDAY)
    assert complaint.respondents.unserved().exists()
    assert Reminder.objects.get().dismissed_at == MONDAY  # opened again, the case has a task of its own day


def invited(complaint: Complaint, party: Party, cast: Cast) -> str:
    return inviting.invite(complaint, party=party, actor=cast.officer, at=MONDAY)
