"""One's own pages: what waits for oneself comes first, who one is fills the next form, an address can be left."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.names import email_of, keep_password, link_token, move_token, name_for
from complaints.flow.consumer import withdraw
from complaints.models import Actor
from tests.builders import a_complaint
from tests.cast import PASSWORD, Cast

OLD, NEW = "old@mail.example", "New@mail.example"


@pytest.fixture
def owner(client: Client, db: None) -> User:
    """Somebody with an account by e-mail, signed in a moment ago."""
    user = keep_password(OLD, PASSWORD, language="zh")
    client.post("/account/sign-in/", {"username": OLD, "password": PASSWORD})
    return user


def test_ones_cases_stand_in_three_groups_and_none_leads_to_the_check(client: Client, cast: Cast) -> None:
    client.force_login(cast.lin)
    empty = client.get("/mine/").content.decode()
    assert "先做个2分钟自查" in empty and 'href="/check/"' in empty
    now = timezone.now()
    ended, running = a_complaint(at=now, consumer=cast.lin), a_complaint(at=now, consumer=cast.lin)
    withdraw(ended, actor=Actor.consumer(cast.lin), at=now)
    page = client.get("/mine/").content.decode()
    assert re.findall(r'<h2 id="(\w+)-h">', page) == ["open", "ended"]
    assert page.index(running.reference) < page.index(ended.reference)
    assert 'class="ring' in page.partition("ended-h")[0] and 'class="ring' not in page.partition("ended-h")[2]


def test_the_profile_is_sealed_and_fills_the_next_filing_form_but_no_filed_case(owner: User, client: Client) -> None:
    told = {"name": "林晓", "phone": "138 0013 8000", "region": "33", "language": "zh", "large_text": "on"}
    client.post("/account/", told)
    row = str(User.objects.filter(pk=owner.pk).values())
    assert "林晓" not in row and "13800138000" not in row
    form = client.get("/complaint/contact/").content.decode()
    for value in ("林晓", "13800138000", OLD):
        assert f'value="{value}"' in form
    assert '<option value="33" selected>' in form
    assert "林晓" not in Client().get("/complaint/contact/").content.decode()
    assert 'data-text="large"' in client.get("/how/").content.decode()
    client.post("/account/", {"language": "zh"})
    assert 'data-text="large"' not in client.get("/how/").content.decode()
    for wrong in ({"phone": "12345"}, {"region": "99"}, {"name": "x" * 41}, {"name": "\u0007"}):
        refused = client.post("/account/", told | wrong)
        assert refused.status_code == 200 and "有1处需要改一下" in refused.content.decode()


def test_an_account_moves_to_another_address_by_a_link_sent_there(owner: User, client: Client) -> None:
    other = Client()
    other.force_login(owner)
    client.post("/account/email/", {"email": NEW})
    assert mail.outbox[-1].to == [NEW]
    link = link_in_email()
    stranger = Client()  # the mailbox may be read elsewhere
    assert "o***@mail.example" in stranger.get(link).content.decode()
    assert User.objects.get(pk=owner.pk).username == name_for(OLD)  # opening changes nothing
    client.post(link)
    moved = User.objects.get(pk=owner.pk)
    assert (moved.username, email_of(moved)) == (name_for(NEW), NEW)
    assert mail.outbox[-1].to == [OLD] and NEW not in str(mail.outbox[-1].body)
    assert client.post(link).status_code == 410  # once only
    assert client.get("/mine/").status_code == 200 and other.get("/mine/").status_code == 302
    for name, status in ((OLD, 200), (NEW, 302)):
        assert Client().post("/account/sign-in/", {"username": name, "password": PASSWORD}).status_code == status


def link_in_email() -> str:
    found = re.search(r"http://localhost:\d+(/account/email/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_link_to_a_new_address_dies_of_age_and_change_and_takes_nobodys_place(owner: User, client: Client) -> None:
    now = timezone.now()
    taken = keep_password("taken@mail.example", PASSWORD, language="zh")
    assert Client().get(f"/account/email/{move_token(owner, NEW, at=now - timedelta(hours=2))}/").status_code == 410
    answer = client.post(f"/account/email/{move_token(owner, 'taken@mail.example', at=now)}/", follow=True)
    assert "已经有账号了" in answer.content.decode()
    assert User.objects.get(pk=owner.pk).username == name_for(OLD)
    link = f"/account/email/{move_token(owner, NEW, at=now)}/"
    owner.set_password("blue-kettle-seven-rivers")
    owner.save()
    assert Client().get(link).status_code == 410
    password_link = f"/account/password/{link_token(OLD, at=now)}/"
    assert Client().get(link.replace("/email/", "/password/")).status_code == 410
    assert Client().get(password_link.replace("/password/", "/email/")).status_code == 410
    assert taken.username == name_for("taken@mail.example")


def test_an_address_is_not_changed_without_the_password_shown_lately(owner: User, client: Client, cast: Cast) -> None:
    session = client.session
    session["proved-at"] = (timezone.now() - timedelta(minutes=6)).isoformat()
    session.save()
    assert client.post("/account/email/", {"email": NEW}).headers["Location"].startswith("/account/confirm/")
    assert not mail.outbox
    client.post("/account/sign-out/")
    client.post("/account/sign-in/", {"username": "lin", "password": PASSWORD})
    assert client.get("/account/email/").status_code == 404  # a name given by an operator is no address
