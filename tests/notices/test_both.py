"""Where two are told of a case, helper and buyer, each is told once, and one's trouble is never the other's."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from complaints.flow import account, telling
from complaints.models import Contact, Notice
from complaints.news import off_token
from tests.behalf.test_who_sees_what import filed_for_lin
from tests.builders import EMAIL, HELPER_EMAIL
from tests.cast import MONDAY, Cast
from tests.notices.test_notices import MINUTE, tell


class RefusesTheHelper(EmailBackend):
    def send_messages(self, messages):  # type: ignore[no-untyped-def]
        if HELPER_EMAIL in messages[0].to:
            raise ConnectionRefusedError
        return super().send_messages(messages)


class RefusesTheBuyer(EmailBackend):
    def send_messages(self, messages):  # type: ignore[no-untyped-def]
        if EMAIL in messages[0].to:
            raise ConnectionRefusedError
        return super().send_messages(messages)


@pytest.mark.parametrize(
    ("backend", "alive", "states"),
    [
        (RefusesTheHelper, EMAIL, {"buyer": "sent", "helper": "failed"}),
        (RefusesTheBuyer, HELPER_EMAIL, {"buyer": "failed", "helper": "sent"}),
    ],
)
def test_a_dead_mailbox_fails_alone_and_the_other_person_is_told_once(
    cast: Cast, settings: Settings, backend: type[EmailBackend], alive: str, states: dict[str, str]
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{backend.__name__}"
    filed_for_lin(told="both", at=MONDAY)
    for days in range(telling.MOST_TRIES + 3):
        tell(MONDAY + timedelta(days=days))
    assert [letter.to for letter in mail.outbox] == [[alive]]
    assert dict(Notice.objects.values_list("to", "state")) == states
    assert Notice.objects.get(state="failed").attempts == telling.MOST_TRIES


def test_who_has_had_a_days_share_waits_alone(cast: Cast) -> None:
    for _case in range(3):
        filed_for_lin(at=MONDAY, told="helper")
    tell(MONDAY)
    case = filed_for_lin(at=MONDAY, told="both").complaint
    tell(MONDAY + MINUTE)
    assert [letter.to for letter in mail.outbox if case.reference in letter.subject] == [[EMAIL]]
    waiting = Notice.objects.get(contact__complaint=case, state="pending")
    assert (waiting.to, timezone.localtime(waiting.next_attempt_at).day) == ("helper", 2)
    tell(waiting.next_attempt_at)
    assert [letter.to for letter in mail.outbox if case.reference in letter.subject] == [[EMAIL], [HELPER_EMAIL]]


def test_what_nobody_wants_to_hear_uses_up_no_share(cast: Cast) -> None:
    cast.zhao.wants_notices = False
    cast.zhao.save()
    for _case in range(4):
        filed_for_lin(at=MONDAY, account=cast.zhao, told="helper")
    assert tell(MONDAY) == 0
    filed_for_lin(at=MONDAY, told="helper")  # without the account: the same mailbox, and all its share
    assert tell(MONDAY + MINUTE) == 1


@pytest.mark.parametrize(("muted", "other"), [("helper", EMAIL), ("buyer", HELPER_EMAIL)])
def test_the_link_in_a_letter_stops_its_readers_notices_alone_and_never_the_warning_of_a_claim(
    cast: Cast, client: Client, muted: str, other: str
) -> None:
    complaint = filed_for_lin(at=MONDAY, told="both").complaint
    contact = Contact.objects.get(complaint=complaint)
    page = f"/notices/off/{off_token(contact, muted)}/"
    assert "已经关掉" in client.post(page, follow=True).content.decode()
    tell(MONDAY)
    assert [letter.to for letter in mail.outbox] == [[other]]
    assert page not in str(mail.outbox[0].body)
    account.claim(complaint, user=cast.lin, at=MONDAY)
    tell(MONDAY + MINUTE)
    assert {letter.to[0] for letter in mail.outbox[1:]} == {EMAIL, HELPER_EMAIL}
