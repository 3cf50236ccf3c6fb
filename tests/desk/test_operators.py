"""Stock pages are for operators; secrets are shown once; nothing that happened can be deleted."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiKey, Endpoint, Organisation, User
from complaints.admin.site import SHOWN, DeskSite
from complaints.models import Delivery, Fault
from tests.builders import a_complaint
from tests.cast import PASSWORD, Cast
from tests.desk.conftest import SignIn


@pytest.fixture
def operator(db: None, signed_in: SignIn) -> Client:
    return signed_in(User.objects.create_superuser("operator", password=PASSWORD))


def test_the_site_shows_what_is_listed_and_nothing_that_packages_bring_along() -> None:
    assert isinstance(admin.site, DeskSite)
    assert set(admin.site._registry) == SHOWN
    assert "delete_selected" not in [name for name, _action in admin.site.actions]


@pytest.mark.django_db
def test_stock_pages_open_for_operators_only(cast: Cast, operator: Client, signed_in: SignIn) -> None:
    a_complaint()
    Fault.objects.create(sha256="0" * 64, what=Fault.What.CHANGED, found_at=timezone.now())
    chen = signed_in(cast.chen)
    for model in SHOWN:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        assert row
        pages = [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])]
        assert [operator.get(page).status_code for page in pages] == [200, 200], name
        assert [chen.get(page).status_code for page in pages] == [403, 403], name
        assert operator.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403, name
        assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.django_db
def test_no_stock_page_shows_a_secret(cast: Cast, operator: Client) -> None:
    a_complaint()
    endpoint = Endpoint.objects.get()
    pages = (
        reverse("admin:accounts_endpoint_changelist"),
        reverse("admin:accounts_endpoint_change", args=[endpoint.pk]),
        reverse("admin:accounts_apikey_changelist"),
        reverse("admin:accounts_apikey_change", args=[ApiKey.objects.all()[0].pk]),
        reverse("admin:complaints_delivery_change", args=[Delivery.objects.all()[0].pk]),
    )
    hidden = (cast.secret, endpoint.sealed_secret, cast.key.text, cast.key.digest)
    for page in pages:
        text = operator.get(page).content.decode()
        assert not [secret for secret in hidden if secret in text], page


@pytest.mark.django_db
def test_a_new_key_is_shown_once_and_can_be_revoked(cast: Cast, operator: Client) -> None:
    given = {"organisation": cast.kuailive.pk, "label": "生产", "expires_at_0": "", "expires_at_1": ""}
    made = operator.post(reverse("admin:accounts_apikey_add"), given)
    found = re.search(r"zz_live_[a-z0-9]+_[0-9a-f]+_[0-9a-f]+", made.content.decode())
    assert found
    assert "no-store" in made["Cache-Control"]
    key = ApiKey.objects.get(label="生产")
    assert found[0] not in operator.get(reverse("admin:accounts_apikey_change", args=[key.pk])).content.decode()
    operator.post(
        reverse("admin:accounts_apikey_changelist"), {"action": "revoke", "_selected_action": [key.pk], "index": 0}
    )
    key.refresh_from_db()
    assert key.revoked_at


@pytest.mark.django_db
def test_an_address_is_checked_before_it_is_kept_and_its_secret_shown_once(cast: Cast, operator: Client) -> None:
    add = reverse("admin:accounts_endpoint_add")
    for url in (
        "https://10.0.0.1/in",
        "https://localhost/in",
        "ftp://hooks.example.com/",
        "https://hooks.example.com:22/",
    ):
        assert operator.post(add, {"organisation": cast.yunji.pk, "url": url}).status_code == 200
        assert not Endpoint.objects.filter(organisation=cast.yunji).exists(), url
    made = operator.post(add, {"organisation": cast.yunji.pk, "url": "https://hooks.example.com/in"})
    assert "whsec_" in made.content.decode()
    endpoint = Endpoint.objects.get(organisation=cast.yunji)
    rotate = reverse("admin:accounts_endpoint_rotate", args=[endpoint.pk])
    assert operator.get(rotate)["Location"] == reverse("admin:accounts_endpoint_change", args=[endpoint.pk])
    first = endpoint.secrets(endpoint.created_at)[0]
    again = operator.post(rotate)
    endpoint.refresh_from_db()
    newest, old = endpoint.secrets(endpoint.created_at)
    assert old == first
    assert newest in again.content.decode()
    assert first not in again.content.decode()


@pytest.mark.django_db
def test_a_notice_can_be_sent_again(cast: Cast, operator: Client, signed_in: SignIn) -> None:
    case = a_complaint()
    delivery = Delivery.objects.filter(event__complaint=case)[0]
    Delivery.objects.filter(pk=delivery.pk).update(state="dead", attempts=9)
    signed_in(cast.chen).post(reverse("admin:case-resend", args=[case.reference, delivery.pk]))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("pending", 0)
    Delivery.objects.filter(pk=delivery.pk).update(state="dead")
    again = {"action": "resend", "_selected_action": [delivery.pk], "index": 0}
    operator.post(reverse("admin:complaints_delivery_changelist"), again)
    delivery.refresh_from_db()
    assert delivery.state == "pending"


@pytest.mark.django_db
def test_whoever_leaves_an_association_leaves_its_cases(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint()
    chen = signed_in(cast.chen)
    address = reverse("admin:case", args=[case.reference])
    assert chen.get(address).status_code == 200
    cast.chen.memberships.all().delete()
    assert chen.get(address).status_code == 404
    assert Organisation.objects.filter(pk=cast.zhejiang.pk).exists()
