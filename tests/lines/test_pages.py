"""R10, A11 and A12: whoever looks after addresses sees them, tries them, and is shown a secret once."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Endpoint, Membership, User
from complaints.models import Actor, Delivery, ReplayJob
from tests.builders import a_complaint
from tests.cast import PASSWORD, Cast
from tests.desk.conftest import SignIn, signed_in  # noqa: F401  # a fixture
from tests.lines.conftest import listening, member
from tests.platform.receivers import Receiver, answers

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{40,}")


@pytest.fixture
def desk(cast: Cast, signed_in: SignIn) -> Client:  # noqa: F811
    return signed_in(User.objects.create_superuser("operator", password=PASSWORD))


@pytest.fixture
def browser(cast: Cast, engineer: Actor, signed_in: SignIn) -> Client:  # noqa: F811
    assert engineer.user
    return signed_in(engineer.user)


def said(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_member_adds_an_address_verifies_it_and_reads_how_a_test_went(cast: Cast, browser: Client) -> None:
    home = reverse("complaints:portal-webhooks")
    assert cast.endpoint.url in said(browser, home)
    assert "错误：" in browser.post(home, {"url": "https://10.0.0.1/"}).content.decode()
    with listening() as receiver:
        made = browser.post(home, {"url": receiver.url})
        secret = SECRET.search(made.content.decode())
        assert secret
        assert "no-store" in made["Cache-Control"]
        line = Endpoint.objects.latest("pk")
        page = reverse("complaints:portal-webhook", args=[line.pk])
        assert "还没核对" in said(browser, page)
        assert secret[0] not in said(browser, page)
        verify, ping = (reverse("complaints:portal-webhook-act", args=[line.pk, name]) for name in ("verify", "ping"))
        assert "核对通过" in browser.post(verify, follow=True).content.decode()
        assert re.search(r"200，用时\d+毫秒", browser.post(ping, follow=True).content.decode())
    with Receiver(answers("401 No")) as sick:
        Endpoint.objects.filter(pk=line.pk).update(url=sick.url)
        assert "多半是签名没有核对过" in browser.post(ping, follow=True).content.decode()
    change = reverse("complaints:portal-webhook-change", args=[line.pk])
    browser.post(change, {"of": "types", "types": ["case.opened"]})
    assert Endpoint.objects.get(pk=line.pk).types == ["case.opened"]
    assert "没有这种" not in said(browser, page)
    assert "错误：" in browser.post(change, {"url": "ftp://x"}).content.decode()
    browser.post(reverse("complaints:portal-webhook-act", args=[line.pk, "remove"]))
    assert browser.get(page).status_code == 404


def test_a_secret_is_replaced_with_an_overlap_that_is_chosen(cast: Cast, browser: Client) -> None:
    path = reverse("complaints:portal-webhook-rotate", args=[cast.endpoint.pk])
    asked = browser.get(path)
    if asked.status_code == 302:  # who signed in long ago shows again that it is them
        browser.post(asked["Location"].split("?")[0], {"password": PASSWORD})
    assert "旧密钥还能用多久" in said(browser, path)
    assert "错误：" in browser.post(path, {"overlap": "9"}).content.decode()
    made = browser.post(path, {"overlap": "72"})
    cast.endpoint.refresh_from_db()
    newest = SECRET.search(made.content.decode())
    assert newest
    assert cast.endpoint.secrets(cast.endpoint.created_at) == [newest[0], cast.secret]


def test_a_notice_not_taken_is_sent_again_and_another_business_sees_nothing(
    cast: Cast,
    browser: Client,
    signed_in: SignIn,  # noqa: F811
) -> None:
    case = a_complaint()
    Delivery.objects.update(state="dead", attempts=11)
    page = reverse("complaints:portal-webhook", args=[cast.endpoint.pk])
    assert case.reference in said(browser, page)
    notice = Delivery.objects.all()[0]
    again = reverse("complaints:portal-resend", args=[notice.pk])
    stranger = User.objects.create_user("bieren", password=PASSWORD)
    Membership.objects.create(user=stranger, organisation=cast.yunji, duties=["engineer"])
    other = signed_in(stranger)
    for path in (page, reverse("complaints:portal-webhook-rotate", args=[cast.endpoint.pk])):
        assert other.get(path).status_code in {302, 404}
    assert other.post(again).status_code == 404
    assert other.post(reverse("complaints:portal-webhook-act", args=[cast.endpoint.pk, "pause"])).status_code == 404
    browser.post(again)
    notice.refresh_from_db()
    assert notice.state == "pending"
    answering = member(cast, "dafu", Membership.Part.ANSWERING).user
    assert answering
    assert signed_in(answering).get(page).status_code == 403


def test_operators_see_every_address_the_log_what_was_signed_and_send_a_span_again(cast: Cast, desk: Client) -> None:
    case = a_complaint()
    Delivery.objects.update(state="dead", attempts=11)
    assert cast.endpoint.url in said(desk, reverse("admin:webhooks"))
    page = reverse("admin:webhook", args=[cast.endpoint.pk])
    assert case.reference in said(desk, page)
    log = reverse("admin:webhook-log")
    narrowed = said(desk, f"{log}?state=dead&case={case.reference}&type=case.opened")
    notice = Delivery.objects.get(type="case.opened")
    detail = reverse("admin:webhook-notice", args=[notice.pk])
    assert detail in narrowed
    assert detail not in said(desk, f"{log}?state=parked")
    assert detail in said(desk, f"{log}?since=gestern&type=&state=dead")  # said, and narrows nothing
    shown = said(desk, detail)
    assert f"{notice.message_id}." in shown
    assert cast.secret not in shown
    desk.post(reverse("admin:webhook-resend", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.state == "pending"
    span = {"since": "2026-05-31T00:00", "until": "2026-06-02T00:00"}
    assert (
        "没有符合条件" not in desk.post(reverse("admin:webhook-replay", args=[cast.endpoint.pk]), span).content.decode()
    )
    job = ReplayJob.objects.get()
    assert "已取消" in desk.post(reverse("admin:webhook-replay-cancel", args=[job.pk]), follow=True).content.decode()
    for name in ("pause", "resume", "nothing"):
        answer = desk.post(reverse("admin:webhook-act", args=[cast.endpoint.pk, name]))
        assert answer.status_code == (404 if name == "nothing" else 302)
    cast.endpoint.refresh_from_db()
    assert cast.endpoint.state == "active"


def test_officers_have_no_business_at_the_pages_of_operators(cast: Cast, signed_in: SignIn) -> None:  # noqa: F811
    a_complaint()
    chen = signed_in(cast.chen)
    pk = Delivery.objects.all()[0].pk
    for name, args in (
        ("webhooks", []),
        ("webhook", [cast.endpoint.pk]),
        ("webhook-log", []),
        ("webhook-notice", [pk]),
    ):
        assert chen.get(reverse(f"admin:{name}", args=args)).status_code == 404
    assert chen.post(reverse("admin:webhook-resend", args=[pk])).status_code == 404
