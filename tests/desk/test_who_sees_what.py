"""The desk shows an officer the cases of their association, and nobody else anything."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from complaints.admin.acts import ACTS
from complaints.models import Complaint, Delivery
from tests.builders import EMAIL, NAME, PHONE, a_complaint, a_referred_complaint
from tests.cast import PASSWORD, Cast
from tests.desk.conftest import SignIn

ACT_ANSWERS = {
    "assign": {"officer": ""},
    "ask": {"to": "consumer", "words": "请补充", "due_on": "2099-01-04"},
    "finding": {"fact": "seller_displayed", "value": "no", "reason": "看过录屏"},
    "decline": {"ground": "no-proof", "words": "没有凭证"},
    "hand-off": {"route": "court"},
    "review": {"outcome": "kept", "words": "看过了，维持。"},
    "second": {"proposal": "1", "agrees": "yes"},
    "override": {
        **{"party": "platform", "outcome": "joint", "reason": "equity", "citation": "CPL 44(1)"},
        "words": "平台明知直播间有问题还在推荐，没有采取必要的措施。",
    },
}


def posts_about(case: Complaint) -> list[tuple[str, dict[str, object]]]:
    """Every address of the desk that changes something about a case."""
    acts = [
        (reverse("admin:case-act", args=[case.reference, name]), {"version": case.version, **ACT_ANSWERS.get(name, {})})
        for name in ACTS
    ]
    delivery = Delivery.objects.filter(event__complaint=case).first()
    assert delivery
    return [
        *acts,
        (reverse("admin:case-contact", args=[case.reference]), {"reason": "reach"}),
        (reverse("admin:case-resend", args=[case.reference, delivery.pk]), {}),
        (reverse("admin:queue-assign"), {"case": [case.reference], "to": "1"}),
    ]


def pages_about(case: Complaint) -> list[str]:
    acts = [reverse("admin:case-act", args=[case.reference, name]) for name in ACTS]
    preview = reverse("admin:queue-preview", args=[case.reference])
    return [reverse("admin:case", args=[case.reference]), preview, *acts]


@pytest.mark.django_db
def test_two_associations_never_see_each_others_cases(cast: Cast, signed_in: SignIn) -> None:
    case = a_referred_complaint()  # of Zhejiang
    events = case.events.count()
    huang = signed_in(cast.huang)
    for address in ("", "?view=every", f"?view=every&q={case.reference}", f"?open={case.reference}", "?category=C"):
        page = huang.get(reverse("admin:queue") + address, follow=True)
        assert page.status_code == 200
        assert case.goods not in page.content.decode()
    for address in pages_about(case):
        assert huang.get(address).status_code == 404, address
    for address, given in posts_about(case):
        assert huang.post(address, given).status_code == 404, address
    case.refresh_from_db()
    assert (case.events.count(), case.officer, case.state) == (events, None, "referred")


@pytest.mark.django_db
def test_the_national_association_sees_all(cast: Cast, signed_in: SignIn) -> None:
    here, there = a_complaint(), a_complaint(contact={"region": "44"})
    for officer, seen in ((cast.chen, {here}), (cast.huang, {there}), (cast.zhou, {here, there})):
        page = signed_in(officer).get(reverse("admin:queue"))
        assert {row.case for row in page.context["rows"]} == seen


@pytest.mark.django_db
def test_who_is_of_no_association_sees_no_case(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint(consumer=cast.lin)
    lone = User.objects.create_user("lone", password=PASSWORD, is_staff=True)
    operator = User.objects.create_superuser("operator", password=PASSWORD)
    gone = User.objects.create_user("gone", password=PASSWORD, is_staff=False)
    gone.memberships.create(organisation=cast.zhejiang)
    for person in (cast.lin, lone, operator, gone):
        browser = signed_in(person)
        for address in (reverse("admin:queue"), *pages_about(case)):
            assert browser.get(address).status_code == 404, (person, address)
    assert signed_in(lone).get(reverse("admin:index")).status_code == 404
    assert signed_in(operator).get(reverse("admin:index")).status_code == 200


@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in_on_the_one_page_for_it(cast: Cast, client: Client) -> None:
    case = a_complaint()
    page = client.get(reverse("admin:case", args=[case.reference]), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("accounts:sign-in"))
    assert case.goods not in page.content.decode()


@pytest.mark.django_db
def test_no_page_of_the_desk_shows_a_contact_or_a_secret(cast: Cast, signed_in: SignIn) -> None:
    case = a_referred_complaint(files=True)
    chen = signed_in(cast.chen)
    for address in (reverse("admin:queue"), *pages_about(case)):
        text = chen.get(address).content.decode()
        for canary in (NAME, PHONE, EMAIL, cast.secret, cast.key.text, case.receipt_hash):
            assert canary not in text, address
    assert "138****5678" in chen.get(reverse("admin:case", args=[case.reference])).content.decode()


@pytest.mark.django_db
def test_a_contact_is_shown_for_a_reason_that_goes_on_record(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint()
    address = reverse("admin:case-contact", args=[case.reference])
    chen = signed_in(cast.chen)
    for form_only in (address, reverse("admin:case-resend", args=[case.reference, 1])):
        assert chen.get(form_only)["Location"] == reverse("admin:case", args=[case.reference])
    assert chen.get(reverse("admin:queue-assign"))["Location"] == reverse("admin:queue")
    refused = chen.post(address, {})
    assert refused.status_code == 422
    assert PHONE not in refused.content.decode()
    shown = chen.post(address, {"reason": "reach"})
    assert PHONE in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    last = case.events.last()
    assert last
    assert (last.kind, last.body, last.actor) == ("contact-viewed", {"reason": "reach"}, f"officer:{cast.chen.pk}")
    assert PHONE not in chen.get(reverse("admin:case", args=[case.reference])).content.decode()
