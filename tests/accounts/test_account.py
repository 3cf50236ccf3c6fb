"""An account is made by a link in a letter; it gathers cases by their codes, and nobody learns who has one."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.names import email_of, link_token, name_for
from complaints.flow.intake import Filed
from complaints.models import Complaint, Tally
from complaints.references import new_receipt_code
from complaints.web.sign_up import LINKS_PER_ADDRESS
from complaints.web.wrong_codes import WRONG_CODES_PER_HOUR
from tests.builders import filed
from tests.cast import PASSWORD, Cast

ADDRESS = "Canary@mail.example"
WORDS = "blue-kettle-seven-rivers"


@pytest.fixture
def case(cast: Cast) -> Filed:
    """A case filed a moment ago without an account."""
    return filed(at=timezone.now())


def link_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"http://localhost:\d+(/\S*password/\S+)", str(letter.body))
    assert found
    return found[1]


def test_signing_up_setting_the_password_and_signing_in(client: Client, db: None) -> None:
    sent = client.post("/account/sign-up/", {"email": ADDRESS}, follow=True)
    assert "去邮箱里看看" in sent.content.decode()
    assert not User.objects.exists()  # nothing before the address is proved
    link = link_in(mail.outbox[0])
    assert "canary" not in link.lower() and "canary" not in mail.outbox[0].subject.lower()
    assert "c***" not in link
    page = client.get(link).content.decode()
    assert "C***@mail.example" in page and ADDRESS not in page
    assert "12" in client.post(link, {"password": "short"}).content.decode()
    assert "我的投诉" in client.post(link, {"password": WORDS}, follow=True).content.decode()
    user = User.objects.get()
    assert email_of(user) == ADDRESS
    assert "canary" not in f"{user.username} {user.email} {user.sealed_email}".lower()
    assert client.get(link).status_code == 410  # once only
    client.post("/account/sign-out/")
    response = client.post("/account/sign-in/", {"username": ADDRESS.lower(), "password": WORDS})
    assert response.status_code == 302


def test_a_known_address_and_an_unknown_one_are_answered_alike(client: Client, db: None) -> None:
    User.objects.create_user(name_for(ADDRESS), password=PASSWORD)
    answers = [client.post("/account/sign-up/", {"email": each}, follow=True) for each in (ADDRESS, "new@mail.example")]
    first, second = (re.sub(r'value="\w{64}"', "", each.content.decode()) for each in answers)
    assert first == second
    assert mail.outbox[0].subject == mail.outbox[1].subject


def test_a_link_dies_of_age_of_change_and_with_its_account(client: Client, db: None) -> None:
    now = timezone.now()
    user = User.objects.create_user(name_for(ADDRESS), password=PASSWORD)
    fresh = f"/account/password/{link_token(ADDRESS, at=now)}/"
    assert client.get(fresh).status_code == 200
    for dead in (f"/account/password/{link_token(ADDRESS, at=now - timedelta(hours=2))}/", f"{fresh[:-4]}AAA/"):
        assert client.post(dead, {"password": WORDS}).status_code == 410
    user.is_active, user.is_staff = True, True  # a desk is never opened through a mailbox
    user.save()
    assert client.post(fresh, {"password": WORDS}).status_code == 410
    user.is_active, user.is_staff = False, False
    user.save()
    assert client.post(fresh, {"password": WORDS}).status_code == 410


def test_letters_to_one_address_and_from_one_network_are_few(client: Client, db: None) -> None:
    for _try in range(LINKS_PER_ADDRESS + 2):
        assert client.post("/account/sign-up/", {"email": ADDRESS}).status_code == 302
    assert len(mail.outbox) == LINKS_PER_ADDRESS
    for number in range(20):
        last = client.post("/account/sign-up/", {"email": f"p{number}@mail.example"})
    assert last.status_code == 429
    assert not any("@" in each.what for each in Tally.objects.all())


def test_lock_outs_hold_no_address(client: Client, db: None, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    client.post("/account/sign-in/", {"username": ADDRESS, "password": "wrong"})
    assert AccessAttempt.objects.get().username == name_for(ADDRESS)


def test_a_code_puts_its_case_into_the_account_that_gives_it_first(case: Filed, cast: Cast, client: Client) -> None:
    client.force_login(cast.lin)
    gathered = client.post("/account/claim/", {"code": case.receipt_code}, follow=True).content.decode()
    assert case.complaint.reference in gathered
    client.post("/account/claim/", {"code": case.receipt_code})
    complaint = Complaint.objects.get()
    assert complaint.consumer == cast.lin
    assert complaint.events.filter(kind="claimed").count() == 1

    other = Client()
    other.force_login(cast.zhao)
    refused = other.post("/account/claim/", {"code": case.receipt_code})
    assert "另一个账号" in refused.content.decode()
    assert case.complaint.reference not in other.get("/mine/").content.decode()
    assert other.get(f"/case/{case.complaint.reference}/").status_code == 404


def test_wrong_codes_count_with_those_of_the_tracking_page(case: Filed, cast: Cast, client: Client) -> None:
    assert client.get("/account/claim/").status_code == 302
    client.force_login(cast.lin)
    for _try in range(WRONG_CODES_PER_HOUR):
        assert "没有找到" in client.post("/account/claim/", {"code": new_receipt_code()}).content.decode()
    assert client.post("/account/claim/", {"code": case.receipt_code}).status_code == 429
    assert client.post("/track/", {"code": case.receipt_code}).status_code == 429
    assert Complaint.objects.get().consumer is None


def test_language_and_notices_are_kept_and_the_page_comes_back_in_the_language(cast: Cast, client: Client) -> None:
    client.force_login(cast.lin)
    saved = client.post("/account/", {"language": "en"})
    assert saved.headers["Location"] == "/en/account/"
    cast.lin.refresh_from_db()
    assert (cast.lin.language, cast.lin.wants_notices) == ("en", False)
    assert client.post("/account/", {"language": "fr"}).status_code == 200
