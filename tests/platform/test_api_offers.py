"""Offering by API: made once, seen only by those it concerns, answered through the case."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from complaints.flow.offers import counter_offer
from complaints.models import Actor, Complaint, Offer
from tests.builders import a_complaint
from tests.cast import Cast
from tests.platform.calls import ROOT, Machine, told


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_complaint(at=timezone.now(), consumer=cast.lin)


def propose(machine: Machine, complaint: Complaint, *, key: str = "o-1", **changed: Any) -> HttpResponse:
    until = (timezone.localdate() + timedelta(days=5)).isoformat()
    body = {"party": "merchant", "kind": "return-refund", "amount": "469.00", "words": "原路退回。", "until": until}
    return machine.client.post(  # type: ignore[return-value]
        f"{ROOT}/cases/{complaint.reference}/offers",
        json.dumps({**body, **changed}),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_an_offer_is_made_once_however_often_it_is_sent(cast: Cast, complaint: Complaint) -> None:
    machine = Machine(cast.key)
    made = told(propose(machine, complaint), 201)
    assert (made["offer"]["number"], made["offer"]["state"], made["offer"]["amount"]) == (1, "made", "469.00")
    assert told(propose(machine, complaint), 201) == made
    assert complaint.offers.count() == 1
    assert told(propose(machine, complaint, amount="1.00"), 422)["code"] == "idempotency_key_reused"


def test_the_consumers_answer_is_read_in_the_case(cast: Cast, complaint: Complaint) -> None:
    machine = Machine(cast.key)
    propose(machine, complaint)
    consumer = Actor.consumer(cast.lin)
    counter_offer(Offer.objects.get(), amount=Decimal(600), words="含运费", actor=consumer, at=timezone.now())
    shown = told(machine.get(f"/cases/{complaint.reference}"), 200)["offers"]
    assert [(one["state"], one["counter_amount"], one["reply"]) for one in shown] == [("countered", "600.00", "含运费")]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"amount": None}, 422, "cannot_offer"),
        ({"until": "2020-01-01"}, 422, "cannot_offer"),
        ({"amount": "-1"}, 422, "cannot_offer"),
        ({"amount": "1.234"}, 400, "invalid"),
        ({"kind": "free-lunch"}, 400, "invalid"),
        ({"pay_by": "2026-01-01"}, 400, "invalid"),
    ],
)
def test_what_is_wrong_with_an_offer_is_named(
    cast: Cast, complaint: Complaint, changed: dict[str, Any], status: int, code: str
) -> None:
    assert told(propose(Machine(cast.key), complaint, **changed), status)["code"] == code
    assert not complaint.offers.exists()


def test_another_organisation_neither_sees_nor_makes_offers(cast: Cast, complaint: Complaint) -> None:
    assert told(propose(Machine(cast.other_key), complaint), 404)["code"] == "not_found"
    complaint.respondents.filter(party="merchant").update(organisation=cast.yunji, asked_at=timezone.now())
    assert told(propose(Machine(cast.other_key), complaint), 201)["offer"]["party"] == "merchant"
    assert told(propose(Machine(cast.key), complaint), 409)["code"] == "cannot_answer"
    assert told(Machine(cast.key).get(f"/cases/{complaint.reference}"), 200)["offers"] == []
