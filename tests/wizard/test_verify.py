"""Whether one can be reached is proved by six digits; nobody has to, and nobody is flooded through us."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from complaints.flow import contacting
from complaints.flow.contacting import Purpose
from complaints.models import Contact, ContactCode
from tests.builders import EMAIL, PHONE
from tests.cast import Cast
from tests.wizard.steps import the_draft, typed, walk

pytestmark = pytest.mark.django_db

VERIFY, CHECK = "/complaint/contact/verify/", "/complaint/check/"


def messages() -> list[dict[str, str]]:
    paths = sorted(site.SMS_DIR.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    return [json.loads(path.read_text("utf-8")) for path in paths]


def digits_in(text: str) -> str:
    found = re.search(r"\d{6}", text)
    assert found
    return found[0]


def later(**past: float) -> None:
    """As if the codes had been sent that long ago."""
    for code in ContactCode.objects.all():
        ContactCode.objects.filter(pk=code.pk).update(sent_at=code.sent_at - timedelta(**past))


def test_six_digits_pasted_with_the_message_prove_the_number_and_the_case_knows(client: Client, cast: Cast) -> None:
    assert walk(client, until="verify") == VERIFY
    (message,) = messages()
    assert message["to"] == PHONE
    page = client.get(VERIFY).content.decode()
    assert "138****5678" in page and PHONE not in page and 'autocomplete="one-time-code"' in page
    assert client.post(VERIFY, {"code": message["text"]})["Location"] == CHECK
    assert "已验证" in client.get(CHECK).content.decode()
    client.post(CHECK, {"declared": "on"})
    contact = Contact.objects.get()
    assert (contact.is_proved(PHONE), contact.is_proved(EMAIL)) == (True, False)
    assert not ContactCode.objects.exists()


def test_nothing_waits_for_a_message_and_it_can_be_proved_on_the_case_later(client: Client, cast: Cast) -> None:
    walk(client)
    client.post(CHECK, {"declared": "on"})
    case = Contact.objects.get().complaint
    progress = client.get(f"/case/{case.reference}/").content.decode()
    assert "还没验证" in progress
    verify = f"/case/{case.reference}/contact/verify/?by=email"
    assert client.post(verify, {"send": "1"})["Location"] == verify
    assert "没收到？" in client.get(verify).content.decode()
    assert mail.outbox[-1].to == [EMAIL]
    digits = digits_in(str(mail.outbox[-1].body))
    assert digits not in mail.outbox[-1].subject
    assert client.post(verify, {"code": digits})["Location"] == f"/case/{case.reference}/"
    assert Contact.objects.get().is_proved(EMAIL)
    assert Client().get(verify).status_code == 404


def test_wrong_digits_are_counted_and_the_sixth_try_finds_the_code_dead(client: Client, cast: Cast) -> None:
    walk(client, until="verify")
    digits = digits_in(messages()[0]["text"])
    wrong = f"{(int(digits) + 1) % 10**6:06}"
    for _try in range(contacting.TRIES):
        assert "验证码不对，再看一眼" in client.post(VERIFY, {"code": wrong}).content.decode()
    later(seconds=61)
    assert "新的已经发出" in client.post(VERIFY, {"code": digits}).content.decode()
    assert client.post(VERIFY, {"code": digits_in(messages()[-1]["text"])})["Location"] == CHECK


def test_after_five_minutes_a_new_one_is_sent_and_said_so(client: Client, cast: Cast) -> None:
    walk(client, until="verify")
    later(minutes=5)
    assert (
        "验证码过期了，新的已经发出" in client.post(VERIFY, {"code": digits_in(messages()[0]["text"])}).content.decode()
    )
    assert len(messages()) == 2


def test_one_a_minute_ten_a_day_and_so_many_for_one_network(client: Client, cast: Cast, settings: Settings) -> None:
    walk(client, until="verify")
    client.post(VERIFY, {"send": "1"})
    assert "秒后可以再发" in client.get(VERIFY).content.decode()
    assert len(messages()) == 1
    for _code in range(20):
        later(seconds=61)
        client.post(VERIFY, {"send": "1"})
    assert len(messages()) == 10
    assert "明天再来" in client.get(VERIFY).content.decode()
    settings.CODES_PER_NETWORK_AN_HOUR = 10
    for n in range(10):
        contacting.send(f"139000000{n:02}", Purpose(), caller="203.0.113.7", at=timezone.now())
    with pytest.raises(contacting.NotSent, match="这个网络"):
        contacting.send("13900000010", Purpose(), caller="203.0.113.7", at=timezone.now())


def test_the_digits_of_one_number_prove_no_other_and_lie_nowhere_in_the_clear(client: Client, cast: Cast) -> None:
    walk(client, until="verify")
    digits = digits_in(messages()[0]["text"])
    row = ContactCode.objects.get()
    assert digits not in f"{row.digest}" and PHONE not in row.sealed
    client.post("/complaint/contact/", {**typed()["contact"], "phone": "13900000000"})
    assert client.post(VERIFY, {"code": digits}).status_code == 200
    stranger = Client()
    walk(stranger, until="verify", contact={"phone": "13700000000"})
    assert stranger.post(VERIFY, {"code": digits}).status_code == 200
    assert not ContactCode.objects.proved().exists()


def test_a_sender_that_fails_is_said_and_one_goes_on(client: Client, cast: Cast, settings: Settings) -> None:
    settings.SMS_BACKEND = "tests.wizard.test_verify.Broken"
    assert walk(client, until="verify") == VERIFY
    page = client.get(VERIFY).content.decode()
    assert "没有发出去，不是你的错" in page and "先不验证，继续" in page
    assert client.post(VERIFY, {"later": "1"})["Location"] == CHECK
    assert the_draft().done[-1] == "contact"


class Broken:
    """A sender without a line."""

    def send(self, phone: str, text: str) -> None:
        raise OSError("no line")
