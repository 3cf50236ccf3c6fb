"""Case pages exist for their consumer only, and for a receipt session as long as it lasts."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from complaints.flow.intake import Filed
from complaints.models import Complaint
from tests.builders import EMAIL, NAME, PHONE, filed
from tests.cast import Cast

PAGES = ["", "decision/", "trace/", "evidence/", "decision.json", "refer/", "withdraw/", "review/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_stranger_a_platform_and_another_consumer_find_no_such_page(
    cast: Cast, complaint: Complaint, guest: Client, page: str, prefix: str
) -> None:
    path = f"{prefix}/case/{complaint.reference}/{page}"
    assert guest.get(path).status_code == 404
    for user in (cast.zhao, cast.huang):
        browser = Client()
        browser.force_login(user)
        assert browser.get(path).status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_consumer_sees_every_page_in_both_languages(
    lin: Client, complaint: Complaint, page: str, prefix: str
) -> None:
    response = lin.get(f"{prefix}/case/{complaint.reference}/{page}")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_a_receipt_session_opens_its_own_case_only_and_ends(guest: Client, case: Filed, cast: Cast) -> None:
    other = filed(at=timezone.now(), consumer=cast.zhao).complaint
    opened = guest.post("/track/", {"code": case.receipt_code})
    assert opened.headers["Location"] == f"/case/{case.complaint.reference}/"
    assert guest.get(opened.headers["Location"]).status_code == 200
    assert guest.get(f"/case/{other.reference}/").status_code == 404

    receipt = guest.session
    receipt["receipt"] = {**receipt["receipt"], "until": (timezone.now() - timedelta(seconds=1)).isoformat()}
    receipt.save()
    assert guest.get(opened.headers["Location"]).status_code == 404


def test_leaving_ends_the_receipt_session(guest: Client, case: Filed) -> None:
    guest.post("/track/", {"code": case.receipt_code})
    assert guest.get("/track/leave/")["Location"] == "/track/"
    assert guest.post("/track/leave/").headers["Clear-Site-Data"] == '"cache"'
    assert guest.get(f"/case/{case.complaint.reference}/").status_code == 404


def test_no_contact_detail_stands_on_a_case_page_or_in_an_address(lin: Client, complaint: Complaint) -> None:
    for page in PAGES:
        text = lin.get(f"/case/{complaint.reference}/{page}").content.decode()
        for canary in (NAME, PHONE, EMAIL):
            assert canary not in text, page


def test_the_message_carries_the_tail_of_the_order_number_only(lin: Client, complaint: Complaint) -> None:
    text = lin.get(f"/case/{complaint.reference}/decision/").content.decode()
    assert complaint.order_number not in text
    assert complaint.order_number[-4:] in text


def test_ones_own_complaints_are_listed_after_signing_in(
    lin: Client, guest: Client, complaint: Complaint, settings: LazySettings
) -> None:
    assert guest.get("/mine/").headers["Location"].startswith("/account/sign-in/")
    assert complaint.reference in lin.get("/mine/").content.decode()
    assert complaint.reference in lin.get("/en/mine/").content.decode()


def test_pages_of_a_case_need_few_queries(lin: Client, complaint: Complaint, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for page in ("", "decision/", "trace/"):
        with django_assert_max_num_queries(14):
            lin.get(f"/case/{complaint.reference}/{page}")
