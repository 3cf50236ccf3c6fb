"""The receipt code: typing errors are answered at once, guessing is slow, and nothing of it is written down."""

import logging

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.sealing import keyed_hash
from complaints.flow.intake import Filed
from complaints.models import Tally
from complaints.references import new_receipt_code
from complaints.web.track import wrong_groups
from complaints.web.wrong_codes import WRONG_CODES_PER_HOUR
from tests.cast import Cast


def test_a_group_of_the_wrong_length_is_named_alone() -> None:
    groups = new_receipt_code().split("-")
    groups[2] = groups[2][:3]
    assert wrong_groups("-".join(groups)) == (3,)
    groups[2] += "!"  # a sign no code has
    assert wrong_groups(" ".join(groups)) == (3,)


def test_a_wrong_character_is_narrowed_to_its_half_and_the_check_characters() -> None:
    code = new_receipt_code()
    other = "8" if code[0] != "8" else "9"
    assert wrong_groups(other + code[1:]) == (1, 2, 3, 4, 7)
    other = "8" if code[28] != "8" else "9"  # in the sixth group
    assert wrong_groups(code[:28] + other + code[29:]) == (4, 5, 6, 7)


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code} \n"])
def test_a_code_is_taken_as_people_paste_it(guest: Client, case: Filed, change) -> None:  # type: ignore[no-untyped-def]
    assert wrong_groups(change(case.receipt_code)) == ()
    assert guest.post("/track/", {"code": change(case.receipt_code)}).status_code == 302


def test_a_typing_error_is_answered_without_counting_as_a_try(guest: Client, case: Filed) -> None:
    assert case.receipt_code
    text = guest.post("/track/", {"code": case.receipt_code[:-1]}).content.decode()
    assert "看看第7组" in text
    assert "一共28位" in guest.post("/track/", {"code": "ABCD"}).content.decode()
    assert not Tally.objects.exists()


def test_ten_wrong_codes_an_hour_from_one_network_and_no_more(guest: Client, case: Filed) -> None:
    for _ in range(WRONG_CODES_PER_HOUR):
        response = guest.post("/track/", {"code": new_receipt_code()})
        assert response.status_code == 200
        assert "没有找到" in response.content.decode()
    waiting = guest.post("/track/", {"code": case.receipt_code})
    assert waiting.status_code == 429
    assert "分钟后再来" in waiting.content.decode()
    assert int(waiting.headers["Retry-After"]) <= 3600
    assert guest.post("/track/", {"code": case.receipt_code}, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_an_ipv6_household_is_one_network_and_no_address_is_stored(guest: Client, db: None) -> None:
    for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"):
        guest.post("/track/", {"code": new_receipt_code()}, REMOTE_ADDR=address)
    tally = Tally.objects.get()
    assert tally.count == 2
    assert tally.what == f"receipt-code:{keyed_hash('2001:db8:1:2::/64')}"
    assert "2001" not in tally.what


def test_the_code_is_in_no_address_log_or_cache(
    guest: Client, case: Filed, caplog: pytest.LogCaptureFixture, settings: LazySettings
) -> None:
    assert case.receipt_code
    with caplog.at_level(logging.DEBUG):
        page = guest.get("/track/")
        wrong = guest.post("/track/", {"code": case.receipt_code[:-1] + "*"})
        opened = guest.post("/track/", {"code": case.receipt_code})
    assert case.receipt_code not in caplog.text
    assert case.receipt_code not in opened.headers["Location"]
    for response in (page, wrong):
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["Referrer-Policy"] == "same-origin"  # nothing leaves; our own form keeps its Origin


def test_a_code_opens_its_case_for_who_is_signed_in_as_somebody_else(guest: Client, case: Filed, cast: Cast) -> None:
    guest.force_login(cast.zhao)
    opened = guest.post("/track/", {"code": case.receipt_code})
    assert guest.get(opened.headers["Location"]).status_code == 200
    guest.force_login(cast.lin)
    assert guest.post("/track/", {"code": case.receipt_code}).status_code == 302
    assert guest.get("/mine/").status_code == 200  # her own account stays
