"""A lost receipt code: who proved a telephone or mailbox finds the case again by it, and nobody learns more."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.core import mail
from django.test import Client
from django.utils import timezone
from PIL import Image

from complaints.flow.intake import Filed
from complaints.models import Contact, ContactCode, Event
from complaints.models.complaint import mark_of
from tests.builders import EMAIL, PHONE, filed
from tests.cast import Cast
from tests.wizard.steps import walk

pytestmark = pytest.mark.django_db

LOST, CODE, CASES, NEW = "/track/lost/", "/track/lost/code/", "/track/lost/cases/", "/track/new-code/"


def proved() -> Filed:
    made = filed(at=timezone.now())
    Contact.objects.update(proved_phone=mark_of(PHONE))
    return made


def digits() -> str:
    newest = max(site.SMS_DIR.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    found = re.search(r"\d{6}", json.loads(newest.read_text("utf-8"))["text"])
    assert found
    return found[0]


def recovered(client: Client, address: str = PHONE) -> str:
    assert client.post(LOST, {"address": address})["Location"] == CODE
    assert client.post(CODE, {"code": digits()})["Location"] == CASES
    return client.get(CASES).content.decode()


def test_a_proved_telephone_opens_the_case_and_gets_it_a_new_code(client: Client, cast: Cast) -> None:
    old = proved()
    case = old.complaint
    assert case.reference in recovered(client, "+86 138-1234 5678")
    assert client.post(CASES, {"open": case.pk})["Location"] == f"/case/{case.reference}/"
    assert client.get(f"/case/{case.reference}/").status_code == 200
    assert client.post(CASES, {"renew": case.pk})["Location"] == NEW
    page = client.get(NEW)
    assert "no-store" in page["Cache-Control"]
    found = re.search(r'id="code-plain">([0-9A-Z-]{34})<', page.content.decode())
    assert found
    assert "没有找到" in Client().post("/track/", {"code": old.receipt_code}).content.decode()
    assert Client().post("/track/", {"code": found[1]})["Location"] == f"/case/{case.reference}/"
    assert Event.objects.filter(kind="receipt-renewed", body={}).count() == 1
    assert client.get(f"{NEW}receipt.png").content.startswith(b"\x89PNG")
    client.post("/track/leave/")
    assert client.get(NEW).status_code == 404
    assert client.get(CASES)["Location"] == LOST


def test_a_new_code_ends_what_was_opened_with_the_old_one(client: Client, cast: Cast) -> None:
    old = proved()
    case, finder = f"/case/{old.complaint.reference}/", Client()
    assert finder.post("/track/", {"code": old.receipt_code})["Location"] == case
    assert finder.get(case).status_code == 200
    recovered(client)
    client.post(CASES, {"renew": old.complaint.pk})
    assert finder.get(case).status_code == 404
    assert finder.get(f"{case}evidence/").status_code == 404
    assert client.get(case).status_code == 200
    assert client.get(NEW).status_code == 200


def test_every_number_is_answered_alike_and_an_unproved_one_finds_nothing(client: Client, cast: Cast) -> None:
    case = filed(at=timezone.now()).complaint
    known, unknown = client.post(LOST, {"address": PHONE}), Client().post(LOST, {"address": "13900000000"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(list(site.SMS_DIR.glob("*.json"))) == 2
    page = recovered(Client(), "13700000000")
    assert "没有找到投诉" in page and case.reference not in page
    ContactCode.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    assert case.reference not in recovered(client)


def test_another_ones_case_is_not_opened_by_its_number(client: Client, cast: Cast) -> None:
    proved()
    other = filed(at=timezone.now(), contact={"phone": "13700000000", "email": ""}).complaint
    recovered(client)
    assert client.post(CASES, {"open": other.pk}).status_code == 404
    assert client.post(CASES, {"renew": other.pk}).status_code == 404
    assert Client().post(CASES, {"open": other.pk})["Location"] == LOST


def test_a_number_that_was_changed_since_finds_nothing(client: Client, cast: Cast) -> None:
    case = proved().complaint
    contact = Contact.objects.get()
    contact.keep(name="林", phone="13700000000", email=EMAIL)
    contact.save(update_fields=["sealed"])  # even where the mark was left behind
    assert case.reference not in recovered(client)


def test_guessing_counts_against_the_network(client: Client, cast: Cast) -> None:
    proved()
    for _code in range(2):
        client.post(LOST, {"address": PHONE})
        wrong = f"{(int(digits()) + 1) % 10**6:06}"
        for _try in range(5):
            client.post(CODE, {"code": wrong})
        ContactCode.objects.update(sent_at=timezone.now() - timedelta(minutes=2))
    client.post(LOST, {"address": PHONE})
    assert client.post(CODE, {"code": digits()}).status_code == 429


def test_the_receipt_is_a_picture_and_can_be_sent_to_who_proved_the_number(client: Client, cast: Cast) -> None:
    walk(client, until="verify")
    client.post("/complaint/contact/verify/", {"code": digits()})
    done = client.post("/complaint/check/", {"declared": "on"})["Location"]
    page = client.get(done).content.decode()
    found = re.search(r'id="code-plain">([0-9A-Z-]{34})<', page)
    assert found
    picture = client.get(f"{done}receipt.png")
    assert picture["Content-Type"] == "image/png"
    assert "no-store" in picture["Cache-Control"]
    assert Image.open(io.BytesIO(picture.content), formats=["PNG"]).size == (1080, 1400)
    assert "发到138****5678" in page
    assert client.post(f"{done}send/")["Location"] == done
    newest = max(site.SMS_DIR.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    assert found[1] in json.loads(newest.read_text("utf-8"))["text"]
    assert Client().get(f"{done}receipt.png").status_code == 404


def test_without_a_proof_the_code_is_sent_nowhere(client: Client, cast: Cast) -> None:
    walk(client)
    done = client.post("/complaint/check/", {"declared": "on"})["Location"]
    assert "send/" not in client.get(done).content.decode()
    before = len(mail.outbox) + len(list(site.SMS_DIR.glob("*")))
    client.post(f"{done}send/")
    assert len(mail.outbox) + len(list(site.SMS_DIR.glob("*"))) == before
