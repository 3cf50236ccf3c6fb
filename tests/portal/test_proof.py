"""What a thief of a session would do first is done only for who shows once more that it is them; nothing is typed
twice."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts import factors
from accounts.models import ApiKey, MemberInvitation, Membership, User
from accounts.signing_in import FACTOR
from tests.accounts.test_second_factor import code_of
from tests.browsers import browser_of, long_ago
from tests.cast import PASSWORD, Cast
from tests.portal.test_members import member

pytestmark = pytest.mark.django_db
Part = Membership.Part
KEY = {"label": '客服系统"<b>', "scopes": ["cases:read", "cases:respond"], "networks": "203.0.113.0/24\n198.51.100.7"}


@pytest.fixture
def boss(cast: Cast) -> Membership:
    return member("guanli", cast.kuailive, Part.MANAGER)


@pytest.fixture
def browser(boss: Membership) -> Client:
    """Signed in this morning."""
    made = browser_of(boss.user)
    long_ago(made)
    return made


def sent_along(page: str) -> dict[str, list[str]]:
    """The hidden fields of the last form of a page, as a browser would send them."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.rpartition("<form")[2]):
        if name != "csrfmiddlewaretoken":
            found.setdefault(unescape(name), []).append(unescape(value))
    return found


def deeds(cast: Cast, boss: Membership) -> list[tuple[str, dict[str, object]]]:
    line, colleague = cast.endpoint.pk, member("li", cast.kuailive, Part.ANSWERING)
    return [
        ("/r/keys/", dict(KEY)),
        ("/r/keys/rotate/", {"key": cast.key.public_id}),
        ("/r/keys/revoke/", {"key": cast.key.public_id}),
        ("/r/team/", {"whom": "xiaochen", "parts": ["manager"]}),
        (f"/r/team/{colleague.pk}/", {"parts": ["manager", "answering"]}),
        ("/r/webhooks/", {"url": "https://more.kuailive.example/in"}),
        (f"/r/webhooks/{line}/change/", {"url": "https://else.kuailive.example/in"}),
        (f"/r/webhooks/{line}/rotate/", {"overlap": "24"}),
    ]


def everything(cast: Cast) -> list[object]:
    return [
        list(ApiKey.objects.values_list("pk", "revoked_at", "expires_at")),
        list(MemberInvitation.objects.values_list("pk")),
        list(Membership.objects.values_list("pk", "duties")),
        list(cast.kuailive.endpoints.values_list("pk", "url", "state", "sealed_secret")),
    ]


def test_no_key_secret_manager_or_address_for_who_was_away_and_each_for_who_proves_it(
    cast: Cast, boss: Membership, browser: Client
) -> None:
    for path, fields in deeds(cast, boss):
        long_ago(browser)
        before = everything(cast)
        asked = browser.post(path, fields)
        page = asked.content.decode()
        assert "先确认是你" in page, path
        assert "no-store" in asked["Cache-Control"]
        kept = sent_along(page)
        assert kept == {name: value if isinstance(value, list) else [value] for name, value in fields.items()}, path
        wrong = browser.post(path, {**kept, "proof-password": "wrong"})
        assert "密码不对" in wrong.content.decode() and sent_along(wrong.content.decode()) == kept, path
        assert everything(cast) == before, path
        done = browser.post(path, {**kept, "proof-password": PASSWORD})
        assert done.status_code in {200, 302}, path
        assert PASSWORD not in done.content.decode()
        assert everything(cast) != before, path


def test_for_five_minutes_it_is_not_asked_again_and_looking_needs_none(cast: Cast, browser: Client) -> None:
    for path in ("/r/keys/", "/r/team/", "/r/webhooks/", f"/r/webhooks/{cast.endpoint.pk}/rotate/"):
        assert browser.get(path).status_code == 200
    assert browser.post(f"/r/webhooks/{cast.endpoint.pk}/change/", {"of": "types", "types": []}).status_code == 302
    browser.post("/r/keys/", {**KEY, "proof-password": PASSWORD})
    assert "只显示这一次" in browser.post("/r/keys/", {**KEY, "label": "另一把"}).content.decode()
    assert ApiKey.objects.filter(organisation=cast.kuailive).count() == 3


def test_who_has_a_second_factor_shows_it_too_and_a_code_is_not_spent_on_a_wrong_password(
    cast: Cast, boss: Membership, browser: Client
) -> None:
    seed, user = factors.new_seed(), User.objects.get(pk=boss.user_id)
    factors.add_totp(user, seed, step=0)
    session = browser.session
    session[FACTOR] = session["proved-at"]
    session.save()
    right = code_of(seed, timezone.now())
    for given in (
        {"proof-password": PASSWORD},
        {"proof-password": PASSWORD, "proof-code": "000000"},
        {"proof-password": "wrong", "proof-code": right},
        {"proof-code": right},
        {"credential": "{}"},
    ):
        assert "先确认是你" in browser.post("/r/keys/", {**KEY, **given}).content.decode(), given
    assert not ApiKey.objects.filter(label=KEY["label"]).exists()
    browser.post("/r/keys/", {**KEY, "proof-password": PASSWORD, "proof-code": right})
    assert ApiKey.objects.filter(label=KEY["label"]).count() == 1


def test_an_operator_proves_it_before_giving_a_business_a_manager_or_a_key(cast: Cast) -> None:
    operator = browser_of(User.objects.create_superuser("yunwei", password=PASSWORD))
    long_ago(operator)
    for path, fields in (
        (f"/admin/accounts/organisation/{cast.kuailive.pk}/invite/", {"whom": "diyi"}),
        ("/admin/accounts/apikey/add/", {"organisation": cast.kuailive.pk, "label": "x"}),
        (f"/admin/accounts/user/{cast.lin.pk}/factors/", {}),
    ):
        assert operator.get(path).status_code == 200, path
        assert "先确认是你" in operator.post(path, fields).content.decode(), path
    assert not MemberInvitation.objects.exists()
