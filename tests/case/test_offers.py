"""The consumer sees an offer beside the law and answers it; every answer is confirmed on a page of its own."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.flow.offers import make_offer
from complaints.lifecycle import State
from complaints.models import Complaint, Offer, Party
from tests.cast import Cast


@pytest.fixture
def offer(complaint: Complaint, cast: Cast) -> Offer:
    return offered(complaint, cast)


def offered(complaint: Complaint, cast: Cast, **changed: Any) -> Offer:
    given: dict[str, Any] = {
        "party": Party.MERCHANT,
        "kind": Offer.Kind.REFUND,
        "amount": Decimal("200.00"),
        "words": "退您200元，货不用退。",
        "until": timezone.localdate() + timedelta(days=4),
        "actor": cast.platform,
        "at": timezone.now(),
    }
    return make_offer(complaint, **{**given, **changed})


def address(offer: Offer) -> str:
    return f"/case/{offer.complaint.reference}/offer/{offer.number}/"


def text(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


@pytest.mark.parametrize(
    ("amount", "words"), [("200.00", "¥469少¥269；"), ("469.00", "¥469一样多；"), ("500.00", "¥469多¥31；")]
)
def test_the_offer_stands_beside_what_the_law_provides(
    lin: Client, complaint: Complaint, cast: Cast, amount: str, words: str
) -> None:
    offer = offered(complaint, cast, amount=Decimal(amount))
    page = text(lin, address(offer))
    assert words in page
    assert "退您200元，货不用退。" in page
    assert "不一定拿得到" in page  # three times the price stands beside it and is never added
    assert "轮到你了：商家提出了方案" in text(lin, f"/case/{complaint.reference}/")


def test_accepting_says_what_follows_needs_a_tick_and_waits_for_the_money(lin: Client, offer: Offer) -> None:
    assert "对方有7天兑现" in text(lin, address(offer) + "?do=accept")
    assert "请先勾选" in lin.post(address(offer), {"do": "accept"}).content.decode()
    lin.post(address(offer), {"do": "accept", "understood": "on"})
    offer.complaint.refresh_from_db()
    assert offer.complaint.state == State.PROMISED
    assert "在等商家兑现" in text(lin, f"/case/{offer.complaint.reference}/")
    assert "do=unpaid" not in text(lin, address(offer))  # the party still has time
    lin.post(address(offer), {"do": "kept", "understood": "on"})
    offer.complaint.refresh_from_db()
    assert offer.complaint.state == State.SETTLED


def test_no_money_by_the_day_is_said_in_one_step_and_the_case_goes_on(lin: Client, offer: Offer) -> None:
    lin.post(address(offer), {"do": "accept", "understood": "on"})
    Offer.objects.filter(pk=offer.pk).update(pay_by=timezone.localdate() - timedelta(days=1))
    assert "收到了吗" in text(lin, f"/case/{offer.complaint.reference}/")
    shown = lin.post(address(offer), {"do": "unpaid", "understood": "on"}, follow=True).content.decode()
    assert "投诉接着办" in shown
    offer.complaint.refresh_from_db()
    assert offer.complaint.state == State.NEGOTIATING


def test_a_counter_offer_needs_a_sum_and_keeps_what_was_typed(lin: Client, offer: Offer) -> None:
    for typed, words in (("", "写一下你希望是多少元"), ("很多", "很多"), ("0", "比0大")):
        shown = lin.post(address(offer), {"do": "counter", "amount": typed, "words": "全是聚酯纤维"}).content.decode()
        assert words in shown
        assert "全是聚酯纤维" in shown
    lin.post(address(offer), {"do": "counter", "amount": "￥469", "words": "全是聚酯纤维"})
    offer.refresh_from_db()
    assert (offer.state, offer.counter_amount, offer.reply) == ("countered", Decimal("469.00"), "全是聚酯纤维")
    again = lin.post(address(offer), {"do": "refuse"}, follow=True)
    assert "走不通" in again.content.decode()
    assert "还价¥469.00" in text(lin, address(offer))


def test_refusing_needs_no_reason_and_an_expired_offer_takes_no_answer(
    lin: Client, complaint: Complaint, cast: Cast, offer: Offer
) -> None:
    lin.post(address(offer), {"do": "refuse"})
    offer.refresh_from_db()
    assert offer.state == "refused"
    late = offered(complaint, cast)
    Offer.objects.filter(pk=late.pk).update(until=timezone.localdate() - timedelta(days=1))
    assert "已过期" in text(lin, address(late))
    lin.post(address(late), {"do": "accept", "understood": "on"})
    complaint.refresh_from_db()
    assert complaint.state == State.NEGOTIATING


def test_nobody_else_sees_or_answers_an_offer(guest: Client, lin: Client, cast: Cast, offer: Offer) -> None:
    guest.force_login(cast.zhao)
    assert guest.get(address(offer)).status_code == 404
    assert guest.post(address(offer), {"do": "accept", "understood": "on"}).status_code == 404
    assert lin.get(address(offer).replace("/offer/1/", "/offer/2/")).status_code == 404
    assert "The merchant" in text(lin, "/en" + address(offer))
