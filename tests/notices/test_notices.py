"""Who complains is told what happens: at decent hours, at least once, and nothing personal stands where others read."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from complaints.flow import telling
from complaints.flow.clock import lapse_deadlines
from complaints.flow.consumer import answer_questions
from complaints.flow.responses import Position, receive_response
from complaints.flow.triage import ask
from complaints.models import Actor, Complaint, Contact, Notice, Party
from complaints.models.complaint import mark_of
from complaints.news import off_token
from complaints.notices import not_before
from tests.builders import EMAIL, NAME, PHONE, a_complaint, a_referred_complaint
from tests.cast import MONDAY, Cast

MINUTE = timedelta(minutes=1)


def tell(at: datetime) -> int:
    return telling.send_due(lambda: at, until=at + MINUTE)


def answered(complaint: Complaint, cast: Cast, at: datetime) -> None:
    receive_response(
        complaint,
        party=Party.PLATFORM,
        position=Position.DISPUTED,
        words="与我们无关",
        claims={},
        actor=cast.platform,
        at=at,
    )


def test_a_filed_complaint_is_confirmed_in_both_forms_and_its_subject_tells_nothing_personal(cast: Cast) -> None:
    complaint = a_complaint()
    assert tell(MONDAY + MINUTE) == 1
    letter = mail.outbox[0]
    assert letter.to == [EMAIL]
    assert letter.subject == f"{complaint.reference}：投诉已提交"
    html = str(letter.alternatives[0].content)  # type: ignore[attr-defined]
    for text in (letter.subject, str(letter.body), html):
        for secret in (NAME, PHONE, "桑蚕丝", "小满", "澜岸"):
            assert secret not in text
    assert "/track/" in letter.body and "/track/" in html
    assert "<style" not in html and "style=" not in html
    assert tell(MONDAY + 2 * MINUTE) == 0


def test_what_happened_together_comes_in_one_letter_in_the_language_of_the_account(cast: Cast) -> None:
    cast.lin.language = "en"
    cast.lin.save()
    complaint = a_complaint(consumer=cast.lin)
    tell(MONDAY)
    answered(complaint, cast, MONDAY + MINUTE)
    lapse_deadlines(at=MONDAY + timedelta(days=30))
    assert tell(MONDAY + timedelta(days=30)) == 1
    letter = mail.outbox[-1]
    assert letter.extra_headers["List-Unsubscribe"].startswith("<http://localhost")
    assert f"/en/account/sign-in/?next=/en/case/{complaint.reference}/" in letter.body
    assert Notice.objects.filter(state="sent").count() == Notice.objects.count() > 3


@pytest.mark.parametrize(
    ("hour", "told_on", "told_at"), [(21, 1, 21), (22, 2, 8), (23, 2, 8), (3, 1, 8), (7, 1, 8), (8, 1, 8)]
)
def test_the_night_is_quiet_in_china(cast: Cast, hour: int, told_on: int, told_at: int) -> None:
    at = timezone.localtime(MONDAY).replace(hour=hour)
    local = timezone.localtime(not_before(at))
    assert (local.day, local.hour) == (told_on, told_at)
    a_complaint(at=at)
    assert tell(at) == (1 if told_at == hour else 0)
    Notice.objects.filter(state="pending").update(next_attempt_at=at)  # even what was overdue waits
    assert tell(at) == 0
    assert tell(local) == (0 if told_at == hour else 1)


class Killed(BaseException):
    """As if the process ended: nothing after it is carried out."""


class DiesAfterSending(EmailBackend):
    def send_messages(self, messages):  # type: ignore[no-untyped-def]
        super().send_messages(messages)
        raise Killed


class Refuses(EmailBackend):
    def send_messages(self, messages):  # type: ignore[no-untyped-def]
        raise ConnectionRefusedError("to canary@mail.example")


def test_a_worker_killed_between_sending_and_noting_sends_twice_and_never_none(cast: Cast, settings: Settings) -> None:
    a_complaint()
    settings.EMAIL_BACKEND = f"{__name__}.{DiesAfterSending.__name__}"
    with pytest.raises(Killed):
        tell(MONDAY)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tell(MONDAY + MINUTE) == 0  # somebody may still be at it
    assert tell(MONDAY + telling.TAKEN_FOR) == 1
    assert tell(MONDAY + timedelta(hours=1)) == 0
    assert len(mail.outbox) == 2


def test_a_server_that_refuses_is_tried_again_then_given_up_and_no_log_names_the_person(
    cast: Cast, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    a_complaint()
    settings.EMAIL_BACKEND = f"{__name__}.{Refuses.__name__}"
    at = MONDAY
    for _try in range(telling.MOST_TRIES + 3):
        assert tell(at) == 0
        at += timedelta(days=1)
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts) == ("failed", telling.MOST_TRIES)
    assert "canary" not in caplog.text

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert (telling.try_again([notice.pk], at=MONDAY), telling.try_again([notice.pk], at=MONDAY)) == (1, 0)
    assert tell(MONDAY) == 1


def test_who_gave_only_a_telephone_gets_one_short_message(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.SMS_DIR = tmp_path / "sms"
    complaint = a_complaint(contact={"email": ""})
    assert tell(MONDAY) == 1
    (file,) = settings.SMS_DIR.iterdir()
    assert file.stat().st_mode & 0o77 == 0
    message = json.loads(file.read_text("utf-8"))
    assert message["to"] == PHONE
    assert complaint.reference in message["text"] and len(message["text"]) <= 70


def test_a_question_is_told_at_once_and_again_before_its_last_day(cast: Cast) -> None:
    complaint = a_referred_complaint()
    tell(MONDAY)
    due = timezone.localtime(MONDAY).date() + timedelta(days=5)
    ask(complaint, to="consumer", facts=[], words="发票？", due_on=due, actor=cast.officer, at=MONDAY + MINUTE)
    assert tell(MONDAY + MINUTE) == 1
    assert telling.remind(at=MONDAY + timedelta(days=2)) == 0
    near = MONDAY + timedelta(days=3)
    assert (telling.remind(at=near), telling.remind(at=near)) == (1, 0)
    assert tell(near) == 1
    assert "补充期限快到了" in mail.outbox[-1].subject
    assert "发票" not in mail.outbox[-1].body


def test_nobody_is_reminded_of_what_they_have_answered(cast: Cast) -> None:
    complaint = a_referred_complaint()
    due = timezone.localtime(MONDAY).date() + timedelta(days=2)
    ask(complaint, to="consumer", facts=[], words="发票？", due_on=due, actor=cast.officer, at=MONDAY)
    tell(MONDAY)
    near = MONDAY + timedelta(days=1, minutes=1)
    assert telling.remind(at=near) == 1
    answer_questions(complaint, {}, replies=True, actor=Actor.receipt(complaint.pk), at=near)
    assert tell(near) == 0
    assert Notice.objects.get(kind="near").state == "skipped"


def test_the_link_in_a_letter_stops_and_starts_this_cases_notices_and_no_other(cast: Cast, client: Client) -> None:
    complaint, other = a_complaint(), a_complaint()
    page = f"/notices/off/{off_token(complaint.contact)}/"
    assert "关掉这件投诉的通知" in client.get(page).content.decode()
    complaint.contact.refresh_from_db()
    assert complaint.contact.muted_at is None  # looking changes nothing
    assert "已经关掉" in client.post(page, follow=True).content.decode()
    assert tell(MONDAY) == 1
    assert other.reference in mail.outbox[0].subject
    assert "关掉这件投诉的通知" in client.post(page, {"on": "1"}, follow=True).content.decode()
    for wrong in (page[:-3] + "x/", "/notices/off/1/"):
        assert client.get(wrong).status_code == client.post(wrong).status_code == 404


def test_a_person_who_wants_none_gets_none(cast: Cast) -> None:
    cast.lin.wants_notices = False
    cast.lin.save()
    a_complaint(consumer=cast.lin)
    assert tell(MONDAY) == 0
    assert Notice.objects.get().state == "skipped"


def test_an_address_nobody_proved_gets_three_messages_a_day_and_a_proved_one_all(cast: Cast) -> None:
    for _case in range(5):
        a_complaint(at=MONDAY)
    assert tell(MONDAY) == 3
    waiting = Notice.objects.filter(state="pending")
    assert {timezone.localtime(each.next_attempt_at).day for each in waiting} == {timezone.localtime(MONDAY).day + 1}
    Contact.objects.update(proved_email=mark_of(EMAIL))
    waiting.update(next_attempt_at=MONDAY)
    assert tell(MONDAY) == 2
