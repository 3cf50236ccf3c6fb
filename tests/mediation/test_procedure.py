"""Ends and what comes after: grounds, weighing the whole picture, opening again, reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.names import move
from complaints.flow import aftermath, recusing, reminding, reopening, terminating, testing, triage, weighing
from complaints.flow.terminating import Ground
from complaints.flow.triage import CannotAct, Declined
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Complaint, Delivery, Notice, Recusal, Reminder
from complaints.permissions import NotAllowed
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import MONDAY, Cast

WORDS = "商家只肯退一半，双方谈了三次。"


@pytest.fixture
def case(cast: Cast) -> Complaint:
    """In mediation."""
    complaint = a_referred_complaint(consumer=cast.lin)
    triage.accept(complaint, actor=cast.officer, at=MONDAY)
    complaint.refresh_from_db()
    return complaint


def terminate(case: Complaint, cast: Cast, ground: Ground = Ground.IMPASSE, at: datetime = MONDAY) -> None:
    terminating.terminate(case, ground=ground, words=WORDS, actor=cast.officer, at=at)
    case.refresh_from_db()


# ── Grounds ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_a_mediation_ends_on_a_ground_that_both_sides_read(case: Complaint, cast: Cast, client: Client) -> None:
    with pytest.raises(CannotAct, match="理由"):
        terminating.terminate(case, ground=Ground.IMPASSE, words=" ", actor=cast.officer, at=MONDAY)
    terminate(case, cast)
    sent = Delivery.objects.order_by("pk").last()
    assert sent
    assert b'"ground":"impasse"' in bytes(sent.body).replace(b" ", b"")
    assert WORDS.encode() not in bytes(sent.body)
    client.force_login(cast.lin)
    page = client.get(reverse("complaints:case", args=[case.reference])).content.decode()
    assert "各方谈不拢" in page
    assert WORDS in page
    assert "法院" in page


@pytest.mark.django_db
def test_that_the_time_is_up_is_said_only_once_it_is_and_never_by_itself(case: Complaint, cast: Cast) -> None:
    last = datetime(2026, 7, 31, 2, tzinfo=UTC)
    with pytest.raises(CannotAct, match="还没有满"):
        terminate(case, cast, Ground.TIME_UP, last)
    reminding.remind_officers(at=last + timedelta(days=1))
    case.refresh_from_db()
    assert case.state == "accepted"
    assert Reminder.objects.get().step == Reminder.Step.AFTER
    testing.begin_testing(case, actor=cast.officer, at=MONDAY + timedelta(days=1))
    testing.end_testing(case, actor=cast.officer, at=MONDAY + timedelta(days=5))
    with pytest.raises(CannotAct, match="还没有满"):
        terminate(case, cast, Ground.TIME_UP, last + timedelta(days=1))  # the days of testing do not count
    terminate(case, cast, Ground.TIME_UP, last + timedelta(days=9))
    assert case.state == "terminated"


# ── Opening again ────────────────────────────────────────────────────────────────────────────────────────────────────


def reopen(case: Complaint, actor: Actor, at: datetime = MONDAY) -> Complaint:
    return reopening.reopen_case(
        case, reason=reopening.OfficersReason.REVIEWED, words="复查以后改了。", actor=actor, at=at
    )


@pytest.mark.django_db
def test_what_was_declined_is_looked_at_again_from_that_day(cast: Cast) -> None:
    case = a_referred_complaint(consumer=cast.lin)
    triage.decline(case, ground=Declined.NO_PROOF, words="没有凭证。", actor=cast.officer, at=MONDAY)
    mediator = replace(cast.officer, duties=frozenset({"mediator"}))
    with pytest.raises(NotAllowed, match="负责人"):
        reopen(case, mediator)
    reopen(case, cast.officer, MONDAY + timedelta(days=7))
    case.refresh_from_db()
    assert (case.state, str(case.due_on), case.closed_at) == ("referred", "2026-06-17", None)
    triage.accept(case, actor=cast.officer, at=MONDAY + timedelta(days=8))
    assert Complaint.objects.get(pk=case.pk).state == "accepted"


@pytest.mark.django_db
def test_a_mediation_opened_again_is_no_longer_than_it_was(case: Complaint, cast: Cast) -> None:
    terminate(case, cast)
    assert aftermath.why_no_reopening(case, at=MONDAY) == ""
    reopen(case, cast.officer, MONDAY + timedelta(days=20))
    case.refresh_from_db()
    assert (case.state, str(case.due_on)) == ("accepted", "2026-07-31")
    assert Notice.objects.filter(kind=Notice.Kind.REOPENED, event__complaint=case).exists()
    with pytest.raises(IllegalMove):
        reopen(case, cast.officer)


@pytest.mark.django_db
@pytest.mark.parametrize("ground", [Ground.WITHDRAWN, Ground.REFUSED])
def test_nobody_is_brought_back_to_a_mediation_they_did_not_want(case: Complaint, cast: Cast, ground: Ground) -> None:
    terminate(case, cast, ground)
    assert reopening.way_back_of(case) == ""
    with pytest.raises(IllegalMove, match="各方都愿意"):
        reopen(case, cast.officer)
    case.refresh_from_db()
    assert case.state == "terminated"


@pytest.mark.django_db
def test_what_the_consumer_took_elsewhere_after_a_refusal_stays_there(cast: Cast) -> None:
    case = a_referred_complaint(consumer=cast.lin)
    triage.decline(case, ground=Declined.NO_PROOF, words="没有凭证。", actor=cast.officer, at=MONDAY)
    triage.hand_off(case, route="court", actor=Actor.consumer(cast.lin), at=MONDAY)
    with pytest.raises(IllegalMove, match="不能重新打开"):
        reopen(case, cast.officer)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["withdrawn", "handed-off", "negotiating", "promised"])
def test_what_is_the_consumers_or_elsewhere_no_officer_opens(cast: Cast, state: str) -> None:
    case = a_complaint(consumer=cast.lin)
    Complaint.objects.filter(pk=case.pk).update(state=state)
    with pytest.raises(IllegalMove, match="不能重新打开"):
        reopen(case, cast.officer)


# ── The whole picture ────────────────────────────────────────────────────────────────────────────────────────────────

YES: dict[str, Any] = {"points": "yes", "evidence": None}
REASON = "直播间定价、收款、发货、售后都自己办，商家只代工，标明的卖家消费者联系不上。"


@pytest.mark.django_db
def test_the_five_circumstances_are_weighed_by_a_person_and_the_law_read_again(cast: Cast) -> None:
    case = a_referred_complaint(shown={"shown": "yes", "disclaimed": "yes"})
    assert weighing.weighable(case) == ["room_found_seller"]
    answers = dict.fromkeys(weighing.WEIGHED["room_found_seller"].factors, YES)
    told: dict[str, Any] = {"fact": "room_found_seller", "finding": True, "actor": cast.officer, "at": MONDAY}
    with pytest.raises(CannotAct, match="至少写20字"):
        weighing.weigh(case, answers=answers, reason="像卖家。", **told)
    with pytest.raises(CannotAct, match="每一种情况"):
        weighing.weigh(case, answers={**answers, "model": {}}, reason=REASON, **told)
    with pytest.raises(CannotAct, match="有0件证据"):
        weighing.weigh(case, answers={**answers, "model": {"points": "yes", "evidence": 3}}, reason=REASON, **told)
    intake = replace(cast.officer, duties=frozenset({"intake"}))
    with pytest.raises(NotAllowed):
        weighing.weigh(case, answers=answers, reason=REASON, **{**told, "actor": intake})
    with pytest.raises(CannotAct, match="综合判断"):  # not by the ordinary act, on one sentence
        triage.make_finding(case, fact="room_found_seller", value=True, reason=REASON, actor=cast.officer, at=MONDAY)
    assert not case.weighings.exists()
    weighing.weigh(case, answers=answers, reason=REASON, **told)
    case.refresh_from_db()
    assert case.verdicts["anchor"] == "responsible"
    made = case.weighings.get()
    assert (made.reason, made.finding, made.points("process")["points"]) == (REASON, True, "yes")


@pytest.mark.django_db
def test_where_no_mark_stands_there_is_nothing_to_weigh(cast: Cast) -> None:
    case = a_referred_complaint()  # the room marked nothing: its burden decides
    assert weighing.weighable(case) == []
    with pytest.raises(CannotAct):
        weighing.weigh(
            case, fact="room_found_seller", answers={}, finding=True, reason=REASON, actor=cast.officer, at=MONDAY
        )


# ── Reminders ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("on", "step"),
    [
        (date(2026, 2, 12), None),
        (date(2026, 2, 13), "3-before"),  # the 14th is a Saturday worked on; the festival ends on the 23rd
        (date(2026, 2, 14), "3-before"),
        (date(2026, 2, 15), "3-before"),
        (date(2026, 2, 23), "3-before"),
        (date(2026, 2, 24), "1-before"),
        (date(2026, 2, 25), "on-the-day"),
        (date(2026, 2, 26), "after"),
    ],
)
def test_working_days_before_a_day_after_spring_festival(on: date, step: str | None) -> None:
    assert reminding.step_of(date(2026, 2, 25), on) == step


def test_of_a_day_beyond_the_published_calendar_nobody_is_reminded() -> None:
    assert reminding.step_of(date(2031, 3, 3), date(2031, 3, 3)) is None


@pytest.mark.django_db
def test_each_step_comes_once_to_whom_it_concerns(case: Complaint, cast: Cast) -> None:
    loose = a_referred_complaint()  # nobody's yet: due on 10 June
    tuesday = datetime(2026, 6, 9, 1, tzinfo=UTC)
    assert reminding.remind_officers(at=tuesday) == 1
    assert reminding.remind_officers(at=tuesday) == 0
    found = Reminder.objects.get()
    assert (found.complaint, found.step, found.to) == (loose, Reminder.Step.ONE_BEFORE, None)
    july = datetime(2026, 7, 30, 1, tzinfo=UTC)
    reminding.remind_officers(at=july)
    own = Reminder.objects.get(complaint=case)
    assert (own.step, own.to) == (Reminder.Step.ONE_BEFORE, cast.chen)
    triage.assign(case, to=None, actor=cast.officer, at=july)
    own.refresh_from_db()
    assert own.to is None
    assert own in Reminder.objects.visible_to(cast.officer)
    assert own not in Reminder.objects.visible_to(Actor.officer(cast.huang))
    testing.begin_testing(case, actor=cast.officer, at=july)
    reminding.remind_officers(at=july + timedelta(days=9))
    assert not Reminder.objects.filter(complaint=case, step=Reminder.Step.AFTER).exists()  # the clock stands


@pytest.mark.django_db
def test_a_party_is_reminded_once_and_not_where_it_has_answered(cast: Cast) -> None:
    case = a_complaint()  # the parties answer by 8 June
    before = datetime(2026, 6, 5, 1, tzinfo=UTC)
    case.respondents.filter(party="anchor").update(answered_at=MONDAY)
    assert reminding.remind_parties(at=before) == 2
    assert reminding.remind_parties(at=before) == 0
    told = [each for each in Delivery.objects.all() if each.type == "case.response_reminder"]
    assert len(told) == 2
    assert all(b"2026-06-08" in bytes(each.body) for each in told)


@pytest.mark.django_db
def test_the_morning_letter_holds_numbers_and_days_only_and_comes_once(case: Complaint, cast: Cast) -> None:
    move(cast.chen, "chen@office.example")
    night = datetime(2026, 7, 29, 17, tzinfo=UTC)  # one o'clock on the 30th in Shanghai
    reminding.remind_officers(at=night)
    assert reminding.mail_digests(at=night) == 0
    eight = datetime(2026, 7, 30, 0, 5, tzinfo=UTC)
    assert reminding.mail_digests(at=eight) == 1
    assert reminding.mail_digests(at=eight) == 0
    letter = mail.outbox[-1]
    assert letter.to == ["chen@office.example"]
    assert case.reference in letter.body
    assert "桑蚕丝" not in str(letter.body) + str(letter.subject)
    assert "7月31日" in letter.body


@pytest.mark.django_db
def test_a_letter_that_was_not_sent_is_sent_later_and_nobody_reads_of_a_case_kept_from_them(
    case: Complaint, cast: Cast, settings: Any
) -> None:
    move(cast.chen, "chen@office.example")
    reminding.remind_officers(at=datetime(2026, 7, 29, 17, tzinfo=UTC))
    eight = datetime(2026, 7, 30, 0, 5, tzinfo=UTC)
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    assert reminding.mail_digests(at=eight) == 0
    assert Reminder.objects.get().mailed_at is None
    settings.EMAIL_BACKEND = works
    told: dict[str, Any] = {"user": cast.chen, "reason": Recusal.Reason.KIN, "words": "", "actor": cast.officer}
    kept_out = recusing.recuse(case, **told, at=eight)
    assert Reminder.objects.get().to is None
    assert reminding.mail_digests(at=eight) == 0
    kept_out.delete()
    Reminder.objects.update(mailed_at=None)
    assert reminding.mail_digests(at=eight) == 1  # chen leads, too
    assert Reminder.objects.get().mailed_at == eight


@pytest.mark.django_db
def test_the_place_of_reminders_shows_ones_own_and_puts_them_aside(case: Complaint, cast: Cast, client: Client) -> None:
    reminding.remind_officers(at=datetime(2026, 7, 30, 1, tzinfo=UTC))
    found = Reminder.objects.get()
    away = reverse("admin:reminder-dismiss", args=[found.pk])
    client.force_login(cast.huang)
    assert case.reference not in client.get(reverse("admin:reminders")).content.decode()
    assert client.post(away).status_code == 404
    client.force_login(cast.chen)
    assert case.reference in client.get(reverse("admin:reminders")).content.decode()
    assert client.get(away).status_code == 302
    client.post(away)
    assert case.reference not in client.get(reverse("admin:reminders")).content.decode()
