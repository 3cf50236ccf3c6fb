"""Members of a business in its portal: who is let in to what."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Membership, Organisation, User
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
Part = Membership.Part


def member(name: str, house: Organisation, *parts: Membership.Part) -> User:
    user = User.objects.create_user(name, password=PASSWORD)
    Membership.objects.create(user=user, organisation=house, duties=[part.value for part in parts])
    return user


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def test_nobody_comes_to_the_list_without_signing_in_for_a_business(cast: Cast) -> None:
    answer = Client().get("/r/inbox/")
    assert answer.status_code == 302
    assert answer["Location"] == "/r/sign-in/?next=%2Fr%2Finbox%2F"
    page = browser_of(cast.lin).get("/r/inbox/", follow=True).content.decode()
    assert "你登录的账号不属于任何机构" in page
    engineer = browser_of(member("wang", cast.kuailive, Part.ENGINEER)).get("/r/inbox/")
    assert engineer.status_code == 403
    assert "这里要“答复”才能打开" in engineer.content.decode()
    page = browser_of(member("li", cast.kuailive, Part.ANSWERING)).get("/r/sign-in/", follow=True)
    assert page.status_code == 200
    assert "快播场" in page.content.decode()
