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
from accounts.names import email_of, keep_password, link_token, name_for
from complaints import timeline
from complaints.flow import account, telling
from complaints.flow.intake import Filed
from complaints.models import Complaint, Notice, Tally
from complaints.notices import not_before
from complaints.references import new_receipt_code
from complaints.web.sign_up import LINKS_PER_ADDRESS
from complaints.web.wrong_codes import WRONG_CODES_PER_HOUR
from tests.browsers import browser_of
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
    for _try in range(LINKS_PER_ADDRESS):
        assert client.post("/account/sign-up/", {"email": ADDRESS}).status_code == 302
    refused = client.post("/account/sign-up/", {"email": ADDRESS})
    assert "这次没有再发" in refused.content.decode() and "去邮箱里看看" not in refused.content.decode()
    assert len(mail.outbox) == LINKS_PER_ADDRESS
    for number in range(20):
        last = client.post("/account/sign-up/", {"email": f"p{number}@mail.example"})
    assert last.status_code == 429
    assert not any("@" in each.what for each in Tally.objects.all())


def test_a_letter_that_cannot_be_sent_is_not_said_to_be_sent(client: Client, cast: Cast, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    user = keep_password(ADDRESS, PASSWORD, language="zh")
    client.force_login(user)
    for page in ("/account/sign-up/", "/account/change-password/"):
        answer = client.post(page, {"email": ADDRESS}, follow=True).content.decode()
        assert "没有发出去" in answer and "去邮箱里看看" not in answer
    client.force_login(cast.lin)  # an account without an address
    assert "没有邮箱" in client.post("/account/change-password/", follow=True).content.decode()


def test_names_that_hold_an_at_sign_and_long_addresses_sign_in(client: Client, cast: Cast) -> None:
    User.objects.create_user("ops@corp", password=PASSWORD)
    long = f"{'a' * 64}@{'.'.join(['b' * 60] * 3)}.example"
    keep_password(long, PASSWORD, language="zh")
    for name in ("ops@corp", long.upper()):
        assert client.post("/account/sign-in/", {"username": name, "password": PASSWORD}).status_code == 302
        client.post("/account/sign-out/")
    assert 'maxlength="254"' in client.get("/account/sign-in/").content.decode()
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    client = browser_of(boss)
    made = {"username": "new@corp", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert "名字里不能有@" in client.post("/admin/accounts/user/add/", made).content.decode()
    client.post("/admin/accounts/user/add/", made | {"username": "newcorp"})
    made_one = User.objects.get(username__startswith="new")
    change = client.post(f"/admin/accounts/user/{made_one.pk}/change/", {"username": "new@corp", "language": "zh"})
    assert made_one.username == "newcorp" and "名字里不能有@" in change.content.decode()
    by_mail = User.objects.get(username=name_for(long))  # its address is sealed under its name: nobody renames it
    assert 'name="username"' not in client.get(f"/admin/accounts/user/{by_mail.pk}/change/").content.decode()


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


def test_the_contact_is_told_of_a_claim_and_of_its_end_and_only_the_owner_takes_the_case_out(
    case: Filed, cast: Cast, client: Client
) -> None:
    account.prefer(cast.zhao, language="zh", wants_notices=False)  # what the claimer wants does not count here
    client.force_login(cast.zhao)
    client.post("/account/claim/", {"code": case.receipt_code})
    claimed = Notice.objects.get(kind="claimed")
    morning = not_before(timezone.now()) + timedelta(minutes=1)
    telling.send_due(lambda: morning, until=morning + timedelta(minutes=1))
    claimed.refresh_from_db()
    assert claimed.state == "sent"
    assert "不是你放的？" in str(mail.outbox[-1].body)
    assert not Notice.objects.exclude(pk=claimed.pk).exclude(state="skipped").exists()

    contact, page = Client(), f"/case/{case.complaint.reference}/release/"
    contact.post("/track/", {"code": case.receipt_code})
    assert page not in contact.get(f"/case/{case.complaint.reference}/").content.decode()
    contact.post(page, {"understood": "on"})  # whoever holds the code, but no account
    contact.force_login(cast.lin)
    contact.post("/track/", {"code": case.receipt_code})
    contact.post(page, {"understood": "on"})  # nor with another account
    assert Complaint.objects.get().consumer == cast.zhao
    with pytest.raises(account.TakenByAnother):
        account.release(case.complaint, user=cast.lin, at=timezone.now())

    assert page in client.get(f"/case/{case.complaint.reference}/").content.decode()
    assert client.post(page).status_code == 200  # a second look first
    client.post(page, {"understood": "on"})
    assert Complaint.objects.get().consumer is None
    assert case.complaint.reference not in client.get("/mine/").content.decode()
    assert client.get(page).status_code == 404
    assert contact.get(f"/case/{case.complaint.reference}/").status_code == 200
    later = morning + timedelta(minutes=1)
    Notice.objects.filter(kind="released").update(next_attempt_at=later)
    telling.send_due(lambda: later, until=later + timedelta(minutes=1))
    assert "从账号里拿出来了" in mail.outbox[-1].subject
    assert timeline.first_break(Complaint.objects.get().events.all()) is None


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
