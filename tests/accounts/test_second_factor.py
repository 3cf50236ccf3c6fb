"""A password alone does not open an account that has a second factor, and who works here must have one."""

import base64
import hashlib
import hmac
import re
import struct
from datetime import datetime, timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from accounts import factors
from accounts.gate import OPEN
from accounts.models import Membership, User
from accounts.names import keep_password, link_token
from tests.browsers import browser_of
from tests.cast import PASSWORD, Cast

SIGN_IN, STEP = "/account/sign-in/", "/account/sign-in/second-step/"
SECURITY, APP = "/account/security/", "/account/security/app/"


def code_of(seed: str, at: datetime) -> str:
    """RFC 6238 with SHA-1, 30 seconds and 6 digits, written from the RFC and not from what the site uses."""
    key = base64.b32decode(seed)
    digest = hmac.new(key, struct.pack(">Q", int(at.timestamp() // 30)), hashlib.sha1).digest()
    start = digest[19] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def seed_on(page: str) -> str:
    found = re.search(r'class="code7 seed__key"[^>]*>(.*?)</p>', page, re.S)
    assert found
    return "".join(re.findall(r"<span>(\w+)</span>", found[1]))


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set up an app as somebody who is signed in; its seed, and the codes for paper."""
    seed = seed_on(client.get(APP).content.decode())
    page = client.post(APP, {"code": code_of(seed, timezone.now())}).content.decode()
    return seed, re.findall(r"<li>([\d-]{23})</li>", page)


def password(client: Client, name: str) -> str:
    return client.post(SIGN_IN, {"username": name, "password": PASSWORD}).headers.get("Location", "")


@pytest.fixture
def lin(client: Client, cast: Cast) -> Client:
    password(client, "lin")
    return client


def test_the_codes_of_the_app_are_those_of_the_rfc() -> None:
    """RFC 6238, appendix B: the seed of the examples, six of their eight digits."""
    seed = base64.b32encode(b"12345678901234567890").decode()
    for seconds, expected in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        at = datetime.fromtimestamp(seconds, timezone.get_default_timezone())
        assert code_of(seed, at) == expected
        assert factors.step_of(seed, expected, at=at) == seconds // 30


def test_with_an_app_the_password_leads_to_a_second_step_and_a_code_is_good_once(lin: Client, cast: Cast) -> None:
    seed, paper = set_up(lin)
    assert len(set(paper)) == 10
    assert seed not in str(Authenticator.objects.values_list("data"))
    guest = Client()
    assert password(guest, "lin") == STEP
    assert guest.get("/mine/").status_code == 302 and guest.get(SECURITY).status_code == 302
    ahead = timezone.now() + timedelta(seconds=30)  # the code it was set up with is spent
    code = code_of(seed, ahead)
    before = guest.cookies["sessionid"].value
    assert guest.post(STEP, {"code": f" {code[:3]} {code[3:]} "}).headers["Location"] == "/mine/"
    assert guest.get("/mine/").status_code == 200
    assert guest.cookies["sessionid"].value != before
    other = Client()
    password(other, "lin")
    assert "已经用过" in other.post(STEP, {"code": code}).content.decode()
    assert other.get("/mine/").status_code == 302


def test_a_code_on_paper_stands_in_once_and_new_ones_end_the_old(lin: Client, cast: Cast) -> None:
    _seed, paper = set_up(lin)
    for typed, goes in ((paper[0].replace("-", " "), True), (paper[0], False), (paper[1], True)):
        guest = Client()
        password(guest, "lin")
        assert (guest.post(STEP, {"code": typed}).status_code == 302) is goes
    assert "还有8个" in lin.get(SECURITY).content.decode()
    fresh = re.findall(r"<li>([\d-]{23})</li>", lin.post("/account/security/codes/").content.decode())
    assert len(fresh) == 10 and not set(fresh) & set(paper)
    assert not factors.use_code(cast.lin, paper[2], at=timezone.now())
    assert paper[2] not in lin.get("/account/security/codes/").content.decode()


def test_the_second_step_cannot_be_skipped_waited_out_or_taken_over(lin: Client, cast: Cast) -> None:
    _seed, paper = set_up(lin)
    assert Client().get(STEP).headers["Location"] == SIGN_IN
    guest = Client()
    password(guest, "lin")
    session = guest.session
    session["second-step"] |= {"at": (timezone.now() - timedelta(minutes=11)).isoformat()}
    session.save()
    assert guest.post(STEP, {"code": paper[0]}).headers["Location"] == SIGN_IN
    password(guest, "lin")
    User.objects.get(pk=cast.lin.pk).end_sessions()
    assert guest.post(STEP, {"code": paper[0]}).headers["Location"] == SIGN_IN


def test_a_new_password_by_mail_does_not_drop_the_second_factor(client: Client, db: None) -> None:
    user = keep_password("a@mail.example", PASSWORD, language="zh")
    factors.add_totp(user, factors.new_seed(), step=0)
    link = f"/account/password/{link_token('a@mail.example', at=timezone.now())}/"
    assert client.post(link, {"password": "blue-kettle-seven-rivers"}).headers["Location"] == STEP
    assert client.get("/mine/").status_code == 302


def test_wrong_codes_lock_the_door_as_wrong_passwords_do_and_are_not_kept(
    lin: Client, cast: Cast, settings: Settings
) -> None:
    _seed, paper = set_up(lin)
    guest = Client()
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    password(guest, "lin")
    for _try in range(2):
        assert guest.post(STEP, {"code": "12345-wrong"}).status_code == 200
    for code in ("000000", paper[0]):  # the right one comes too late
        assert guest.post(STEP, {"code": code}).status_code == 429
    assert guest.post(SIGN_IN, {"username": "lin", "password": PASSWORD}).status_code == 429
    assert "12345-wrong" not in AccessAttempt.objects.get(username="lin").post_data


HOSTILE = (
    "",
    "９９９９９９",
    "😀" * 30,
    "\u202e123456",
    "\x00123456",
    "码" * 5000,
    "' OR 1=1 --",
    "[" * 9000,
    "{}",
    "null",
)


def test_whatever_is_typed_as_a_code_or_sent_as_a_passkey_is_answered_in_words(lin: Client, cast: Cast) -> None:
    seed, _paper = set_up(lin)
    factors.add_totp(cast.lin, seed, step=0)
    for text in HOSTILE:
        for answer in ("%s", '{"response": %s}'):
            credential = answer.replace("%s", text)
            assert Client().post("/account/sign-in/passkey/", {"credential": credential}).status_code == 403
        guest = Client()
        password(guest, "lin")
        for sent in ({"code": text}, {"credential": text}, {}):
            said = guest.post(STEP, sent)
            assert said.status_code == 200 and 'role="alert"' in said.content.decode()
        assert lin.post("/account/security/passkey/", {"credential": text, "name": text}).status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_guessing_from_many_networks_ends_too(lin: Client, cast: Cast) -> None:
    _seed, paper = set_up(lin)
    now = timezone.now()
    for _try in range(factors.WRONG_IN_A_ROW):
        assert not factors.use_code(cast.lin, "123456", at=now)
    with pytest.raises(factors.CodesRest):
        factors.use_code(cast.lin, paper[0], at=now)
    guest = Client()
    password(guest, "lin")
    assert "错得太多" in guest.post(STEP, {"code": paper[0]}).content.decode()
    assert factors.use_code(cast.lin, paper[0], at=now + timedelta(hours=1))


def test_turning_a_factor_on_or_off_signs_out_everywhere_else(lin: Client, cast: Cast) -> None:
    other = Client()
    password(other, "lin")
    set_up(lin)
    assert other.get("/mine/").status_code == 302 and lin.get("/mine/").status_code == 200
    twin = Client()
    twin.force_login(User.objects.get(pk=cast.lin.pk))
    row = Authenticator.objects.get(type="totp")
    lin.post(f"/account/security/{row.pk}/remove/")
    assert not Authenticator.objects.exists()  # the paper goes with the last one
    assert twin.get("/mine/").status_code == 302 and lin.get("/mine/").status_code == 200
    twin.force_login(User.objects.get(pk=cast.lin.pk))
    lin.post("/account/security/sign-out-elsewhere/")
    assert twin.get("/mine/").status_code == 302 and lin.get("/mine/").status_code == 200


def test_delicate_pages_ask_for_the_password_after_five_minutes(lin: Client, cast: Cast) -> None:
    set_up(lin)
    row = Authenticator.objects.get(type="totp")
    session = lin.session
    session["proved-at"] = (timezone.now() - timedelta(minutes=6)).isoformat()
    session.save()
    pages = (APP, "/account/security/passkey/", "/account/security/codes/", f"/account/security/{row.pk}/remove/")
    for page in pages:
        assert lin.get(page).headers["Location"].startswith("/account/confirm/?next=")
        assert lin.post(page).headers["Location"].startswith("/account/confirm/?next=")
    assert Authenticator.objects.count() == 2
    asked = f"/account/confirm/?next={pages[3]}"
    assert "密码不对" in lin.post(asked, {"password": "wrong", "next": pages[3]}).content.decode()
    assert lin.post(asked, {"password": PASSWORD, "next": "https://else.example/"}).headers["Location"] == SECURITY
    assert lin.get(pages[3]).status_code == 200
    other = Client()
    other.force_login(cast.zhao)
    other.post("/account/confirm/", {"password": PASSWORD})
    assert other.post(pages[3]).status_code == 404  # another one's factor is not there


def views_of(patterns: list[URLPattern | URLResolver], space: str = "") -> set[str]:
    """The names of all views there are, with their name spaces."""
    found = set()
    for each in patterns:
        if isinstance(each, URLResolver):
            found |= views_of(each.url_patterns, f"{space}{each.namespace}:" if each.namespace else space)
        elif each.name:
            found.add(space + each.name)
    return found


def addresses_of(patterns: list[URLPattern | URLResolver], before: str = "") -> set[str]:
    """An address for every view, with something plausible in each gap."""
    found = set()
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            found |= addresses_of(each.url_patterns, route)
        else:
            found.add(re.sub(r"<(?:(\w+):)?\w+>", lambda gap: "1" if gap[1] == "int" else "x", route))
    return found


def test_staff_without_a_factor_get_to_no_page_of_the_desk(cast: Cast, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    everywhere = {f"/{each}" for each in addresses_of(get_resolver().url_patterns) if re.match(r"[\w/.-]+$", each)}
    desk = {each for each in everywhere if each.startswith("/admin/")}
    assert len(desk) > 40 and {"/admin/queue/", "/admin/accounts/user/x/change/"} <= desk
    shut = desk - {"/admin/logout/", "/admin/jsi18n/"}
    for person in (cast.chen, boss):
        client = Client()
        client.force_login(person)
        for address in sorted(shut):
            for answer in (client.get(address), client.post(address)):
                assert (answer.status_code, answer.headers.get("Location")) == (302, SECURITY), address
    assert views_of(get_resolver().url_patterns) >= OPEN  # no name in it that names nothing


def test_a_platforms_call_is_answered_by_its_key_whatever_session_comes_along(cast: Cast, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    browser = Client()
    browser.force_login(cast.chen)
    facts = "/api/v1/facts"
    answer = browser.get(facts, headers={"authorization": f"Bearer {cast.key.text}"})
    assert (answer.status_code, browser.get(facts).status_code) == (200, 401)
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/admin/queue/")["Location"] == SECURITY


def test_members_of_organisations_too_but_consumers_as_they_like(cast: Cast, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    Membership.objects.create(user=cast.zhao, organisation=cast.kuailive)
    member, consumer = Client(), Client()
    password(member, "zhao")
    password(consumer, "lin")
    for page in ("/mine/", "/", "/account/", "/en/complaint/"):
        assert member.get(page).headers["Location"].endswith(SECURITY)
        assert consumer.get(page).status_code == 200
    assert "先设好" in member.get(SECURITY).content.decode()


def test_an_officer_sets_one_up_works_and_keeps_the_last(cast: Cast, settings: Settings, client: Client) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    assert client.get(password(client, "chen")).headers["Location"] == SECURITY
    set_up(client)
    assert client.get("/admin/queue/").status_code == 200
    row = Authenticator.objects.get(type="totp")
    page = client.post(f"/account/security/{row.pk}/remove/").content.decode()
    assert "不能没有" in page and Authenticator.objects.filter(type="totp").exists()
    stale = Client()
    stale.force_login(User.objects.get(pk=cast.chen.pk))  # a session that never passed a factor
    assert stale.get("/admin/queue/").headers["Location"].startswith(SIGN_IN)


def test_who_lost_everything_is_helped_by_an_operator_and_it_is_on_record(lin: Client, cast: Cast) -> None:
    set_up(lin)
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    officer, operator = browser_of(cast.chen), browser_of(boss)
    page = f"/admin/accounts/user/{cast.lin.pk}/factors/"
    assert officer.post(page).status_code in {403, 404} and Authenticator.objects.exists()
    assert operator.get(page).status_code == 200
    operator.post(page)
    assert not Authenticator.objects.exists()
    assert LogEntry.objects.get().object_id == str(cast.lin.pk)
    assert lin.get("/mine/").status_code == 302

    factors.add_totp(boss, factors.new_seed(), step=0)
    call_command("remove_factors", "boss", stdout=StringIO())
    assert not Authenticator.objects.exists()
    assert LogEntry.objects.filter(object_id=str(boss.pk)).count() == 1
