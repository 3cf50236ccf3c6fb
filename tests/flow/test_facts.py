"""What is said becomes what is so."""

from typing import Any

import pytest

from complaints.flow.facts import Said, assert_facts, gather, settle
from complaints.flow.intake import add_evidence
from complaints.flow.responses import CannotAnswer, Position, receive_response
from complaints.flow.triage import make_finding
from complaints.lifecycle import Role
from complaints.models import Actor, Assertion, CannotChange, Complaint, Evidence, Party, Speaker
from tests.builders import a_complaint, a_screenshot
from tests.cast import MONDAY, Cast

MARKED = "seller_displayed"  # true: the room showed who sells, which frees it from standing as seller


def test_an_officers_finding_decides() -> None:
    words = [Said("consumer", False), Said("anchor", True, (1,)), Said("officer", True)]
    assert settle(MARKED, words) == (True, "finding", ["officer"])


def test_a_statement_against_ones_own_interest_binds_its_maker() -> None:
    assert settle(MARKED, [Said("anchor", False)]) == (False, "admission", ["anchor"])
    assert settle(MARKED, [Said("anchor", False), Said("consumer", True)])[:2] == (False, "admission")


def test_two_accounts_that_differ_leave_the_fact_open() -> None:
    assert settle(MARKED, [Said("consumer", False), Said("anchor", True, (1,))])[:2] == (None, "disputed")


def test_a_bare_word_in_ones_own_favour_proves_nothing() -> None:
    assert settle(MARKED, [Said("anchor", True)])[:2] == (None, "unproven")
    assert settle(MARKED, [Said("anchor", True, (1,))])[:2] == (True, "agreed")


def test_the_consumers_account_stands_as_told() -> None:
    assert settle(MARKED, [Said("consumer", False)])[:2] == (False, "agreed")


def test_a_word_taken_back_counts_no_more() -> None:
    assert settle(MARKED, [Said("consumer", False), Said("anchor", None)])[:2] == (False, "agreed")
    assert settle(MARKED, []) == (None, "unproven", [])


@pytest.mark.django_db
def test_assertions_are_only_added_and_the_last_word_counts(cast: Cast) -> None:
    complaint = a_complaint()
    assert_facts(complaint, speaker=Speaker.CONSUMER, facts={MARKED: True}, at=MONDAY)
    assert gather(complaint).facts[MARKED] is True
    said = Assertion.objects.filter(complaint=complaint, fact=MARKED)
    assert [row.value for row in said] == [False, True]
    with pytest.raises(CannotChange):
        said[0].save()
    assert assert_facts(complaint, speaker=Speaker.CONSUMER, facts={MARKED: True}, at=MONDAY) == []


@pytest.mark.django_db
def test_evidence_taken_back_carries_nothing_any_more(cast: Cast) -> None:
    complaint = a_complaint(files=True, shown={"shown": "unsure"})
    piece = complaint.evidence.get(kind="order")
    assert_facts(complaint, speaker=Speaker.ANCHOR, facts={MARKED: True}, evidence=[piece], at=MONDAY)
    assert gather(complaint).facts[MARKED] is True
    Evidence.objects.filter(pk=piece.pk).update(removed_at=MONDAY)
    assert MARKED not in gather(complaint).facts


@pytest.mark.django_db
def test_all_evidence_of_a_word_that_still_stands_is_cited(cast: Cast) -> None:
    complaint = a_complaint(files=True, shown={"shown": "unsure"})
    first, second = complaint.evidence.order_by("pk")

    def says(value: bool | None, *evidence: Evidence) -> dict[str, Any]:
        assert_facts(complaint, speaker=Speaker.ANCHOR, facts={MARKED: value}, evidence=evidence, at=MONDAY)
        return gather(complaint).sources[MARKED]

    says(True, first)
    assert says(True, second)["evidence"] == [first.pk, second.pk]
    assert says(True)["evidence"] == [first.pk, second.pk]  # repeated without proof: nothing is lost
    assert says(False)["evidence"] == []  # it said otherwise: what stood behind the old word stands no more
    assert says(True, second)["evidence"] == [second.pk]
    Evidence.objects.filter(pk=second.pk).update(removed_at=MONDAY)
    assert gather(complaint).sources[MARKED]["evidence"] == []


@pytest.mark.django_db
def test_order_and_payment_both_prove_the_purchase(cast: Cast) -> None:
    complaint = a_complaint(files=True)
    paid = add_evidence(
        complaint,
        a_screenshot("付款.png", colour="#102030"),
        kind="payment",
        speaker=Speaker.CONSUMER,
        actor=Actor(Role.CONSUMER),
        at=MONDAY,
    )
    complaint.refresh_from_db()
    assert complaint.decision
    cited = complaint.decision.sources["purchase_proved"]["evidence"]
    assert cited == [complaint.evidence.get(kind="order").pk, paid.pk]


@pytest.mark.django_db
def test_a_dispute_stands_in_the_queue_until_an_officer_finds(cast: Cast) -> None:
    complaint = a_complaint(files=True)
    decision = receive_response(
        complaint,
        party=Party.ANCHOR,
        position=Position.DISPUTED,
        words="我们标明了。",
        claims={MARKED: True, "operator_disclaimed_sale": True},
        evidence=list(complaint.evidence.all()[:1]),
        actor=cast.platform,
        at=MONDAY,
    )
    complaint.refresh_from_db()
    assert complaint.has_dispute
    assert decision.disputed == sorted([MARKED, "operator_disclaimed_sale"])
    assert decision.verdict("anchor") == "possible"

    for fact in decision.disputed:
        decision = make_finding(
            complaint, fact=fact, value=False, reason="录屏里看不到标识。", actor=cast.officer, at=MONDAY
        )
    assert not Complaint.objects.disputed().exists()
    assert decision.verdict("anchor") == "responsible"
    assert complaint.decisions.count() == 4


@pytest.mark.django_db
def test_only_an_officer_may_set_what_needs_weighing(cast: Cast) -> None:
    complaint = a_complaint()
    with pytest.raises(CannotAnswer, match="room_found_seller"):
        receive_response(
            complaint,
            party=Party.PLATFORM,
            position=Position.DISPUTED,
            words="",
            claims={"room_found_seller": False},
            actor=cast.platform,
            at=MONDAY,
        )


def test_nobody_admits_what_would_free_another_party() -> None:
    words = [Said("consumer", False), Said("merchant", True)]  # paid off the platform: it would free the platform
    assert settle("steered_off_platform", words)[:2] == (None, "disputed")


@pytest.mark.django_db
def test_a_finding_that_confirms_what_was_told_makes_a_version_of_its_own(cast: Cast) -> None:
    complaint = a_complaint()
    decision = make_finding(complaint, fact=MARKED, value=False, reason="录屏为证。", actor=cast.officer, at=MONDAY)
    assert (decision.number, decision.sources[MARKED]["how"]) == (2, "finding")
