"""An override speaks of a party as it was then; where parties come to count as one it is suspended, not lost."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complaints.flow.overrides import confirm
from complaints.flow.triage import CannotAct, make_finding
from complaints.models import Actor, Complaint, Override
from complaints.rulings import ruling_on
from tests.cast import Cast
from tests.reviews.conftest import Decide

pytestmark = pytest.mark.django_db


def lowered(decide: Decide, second: User, case: Complaint, party: str, outcome: str) -> Override:
    """Two officers lower a verdict."""
    made = decide(case, party, outcome)
    assert made.needs_second
    return confirm(made, actor=Actor.officer(second), at=timezone.now())


def find(cast: Cast, case: Complaint, fact: str, value: bool | None) -> dict[str, Any]:
    """One officer settles a fact; what the timeline says of the decision that follows."""
    make_finding(
        case, fact=fact, value=value, reason="营业执照同一家", actor=Actor.officer(cast.chen), at=timezone.now()
    )
    case.refresh_from_db()
    body: dict[str, Any] = case.events.filter(kind="decided").order_by("-sequence")[0].body
    return body


def test_no_one_officer_can_free_everybody_by_merging_parties(
    cast: Cast, wu: User, case: Complaint, decide: Decide, client: Client
) -> None:
    lowered(decide, wu, case, "merchant", "not_responsible")
    body = find(cast, case, "operator_is_seller", True)
    ruling = ruling_on(case.decision) if case.decision else None
    assert ruling and ruling.output["parties"]["anchor"]["merged_into"] == "merchant"
    assert ruling.standing("merchant") == ruling.by_machine("merchant") == ("responsible", "sole")
    assert (case.has_carried, body["suspended"], body.get("carried")) == (True, [1], None)

    client.force_login(cast.lin)
    page = client.get(f"/case/{case.reference}/decision/").content.decode()
    assert "在第1版的改判不再适用" in page and ruling.told_by_machine("zh").verdict in page
    client.force_login(cast.chen)
    desk = client.get(f"/admin/case/{case.reference}/").content.decode()
    assert "再判一次，或者收回" in desk

    made = decide(case, "merchant", "not_responsible")  # upholding it lowers again, so it takes two again
    case.refresh_from_db()
    assert made.needs_second and case.has_carried and case.verdicts["merchant"] == "responsible"
    confirm(made, actor=Actor.officer(wu), at=timezone.now())
    case.refresh_from_db()
    assert (case.has_carried, case.verdicts["merchant"]) == (False, "not_responsible")


def test_an_override_on_a_party_that_merges_is_asked_about_and_ended_on_the_one_that_answers_for_it(
    cast: Cast, wu: User, case: Complaint, decide: Decide
) -> None:
    lowered(decide, wu, case, "anchor", "not_responsible")
    body = find(cast, case, "operator_is_seller", True)
    assert (case.has_carried, body["suspended"]) == (True, [1])
    with pytest.raises(CannotAct):
        decide(case, "anchor", "not_responsible")
    decide(case, "merchant", "machine")
    case.refresh_from_db()
    assert (case.has_carried, case.verdicts["merchant"]) == (False, "responsible")
    body = find(cast, case, "operator_is_seller", False)  # apart again: it stands as it was made, and is asked about
    assert (body["carried"], body.get("suspended"), case.has_carried) == ([1], None, True)
    assert case.verdicts["anchor"] == "not_responsible"


def test_an_override_on_two_in_one_does_not_stand_on_one_of_them(
    cast: Cast, wu: User, case: Complaint, decide: Decide
) -> None:
    find(cast, case, "operator_is_seller", True)
    lowered(decide, wu, case, "merchant", "not_responsible")
    body = find(cast, case, "operator_is_seller", False)
    assert (body["suspended"], case.has_carried, case.verdicts["merchant"]) == ([1], True, "responsible")


def test_what_a_fact_would_do_is_foretold_as_it_then_comes(
    cast: Cast, wu: User, case: Complaint, decide: Decide
) -> None:
    lowered(decide, wu, case, "merchant", "not_responsible")
    assert case.decision
    inquiry, before = case.decision.input, ruling_on(case.decision)
    find(cast, case, "operator_is_seller", True)
    assert inquiry != case.decision.input
    foretold = before.upon(case.decision.input, case.decision.output)
    assert foretold.verdicts == ruling_on(case.decision).verdicts == case.verdicts
