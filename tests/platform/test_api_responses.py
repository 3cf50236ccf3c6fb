"""Answering by API: taken once, checked field by field, and only for whom one may speak."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse

from complaints.flow.consumer import withdraw
from complaints.models import Actor, Assertion, Complaint, Evidence, IdempotentAnswer, Respondent
from routing import rulebook
from tests.builders import a_complaint, a_photo
from tests.cast import MONDAY, Cast, assemble
from tests.platform.calls import ANSWER, ROOT, Machine, fields_of, told


@pytest.fixture
def kuailive(cast: Cast) -> Machine:
    return Machine(cast.key)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_complaint()


def test_an_answer_with_evidence_changes_the_file_and_the_decision(
    cast: Cast, kuailive: Machine, complaint: Complaint
) -> None:
    piece = told(kuailive.offer(complaint.reference, a_photo("licence.jpg"), kind="platform"), 201)
    made = told(kuailive.answer(complaint.reference, {**ANSWER, "evidence": [piece["id"]]}), 201)
    assert (made["party"], made["position"]) == ("platform", "accepted_in_part")
    said = Assertion.objects.filter(complaint=complaint, speaker="platform")
    assert {(one.fact, one.value) for one in said} == {
        ("seller_identity_given", True),
        ("operator_identity_given", True),
    }
    assert {one.evidence.get().pk for one in said} == {piece["id"]}
    respondent = complaint.respondents.get(party="platform")
    assert respondent.answered_at is not None
    assert respondent.answer["words"] == ANSWER["words"]
    complaint.refresh_from_db()
    assert made["decision"]["number"] == complaint.decision.number
    assert made["case"]["version"] == complaint.version


def test_the_same_request_again_is_answered_alike_and_done_once(kuailive: Machine, complaint: Complaint) -> None:
    first = kuailive.answer(complaint.reference, key="k-1")
    again = kuailive.answer(complaint.reference, key="k-1")
    assert told(first, 201) == told(again, 201)
    assert "Idempotent-Replayed" not in first.headers
    assert again["Idempotent-Replayed"] == "true"
    assert complaint.events.filter(kind="answered").count() == 1
    assert IdempotentAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing to race for")
def test_six_twins_at_the_same_moment_are_answered_alike_and_done_once() -> None:
    cast = assemble()
    complaint = a_complaint()
    barrier = threading.Barrier(6)
    found: list[HttpResponse] = []

    def call() -> None:
        machine = Machine(cast.key)
        barrier.wait()
        found.append(machine.answer(complaint.reference, key="k-1"))
        connection.close()

    callers = [threading.Thread(target=call) for _caller in range(6)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    bodies = [told(response, 201) for response in found]
    assert bodies == [bodies[0]] * 6
    assert sum("Idempotent-Replayed" in response.headers for response in found) == 5
    assert complaint.events.filter(kind="answered").count() == 1


def test_another_request_under_the_same_key_is_refused(cast: Cast, kuailive: Machine, complaint: Complaint) -> None:
    kuailive.answer(complaint.reference, key="k-1")
    other = told(kuailive.answer(complaint.reference, {**ANSWER, "words": "别的"}, key="k-1"), 422)
    assert other["code"] == "idempotency_key_reused"
    second = a_complaint()
    told(kuailive.answer(second.reference, key="k-1"), 422)
    assert Respondent.objects.get(complaint=second, party="platform").answered_at is None


@pytest.mark.parametrize("key", ["", "x" * 129, "编号"])
def test_an_answer_needs_a_key_of_the_callers_own(key: str, kuailive: Machine, complaint: Complaint) -> None:
    if key == "编号":
        key = key.encode().decode("latin-1")
    assert told(kuailive.answer(complaint.reference, key=key), 400)["code"] == "idempotency_key_missing"


def test_a_refused_answer_leaves_nothing_behind_and_its_key_free(kuailive: Machine, complaint: Complaint) -> None:
    wrong = {**ANSWER, "position": "not_ours"}
    assert told(kuailive.answer(complaint.reference, wrong, key="k-1"), 409)["code"] == "cannot_answer"
    assert not Assertion.objects.filter(speaker="platform").exists()
    told(kuailive.answer(complaint.reference, {**wrong, "points_to": "merchant"}, key="k-1"), 201)


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({**ANSWER, "fact": {}}, "fact", "facts"),
        ({**ANSWER, "seller": 1}, "seller", "party"),
        ({**ANSWER, "facts": {"seller_identity_givn": True}}, "facts.seller_identity_givn", "seller_identity_given"),
        ({**ANSWER, "facts": {"no such fact": True}}, "facts.no such fact", "no such fact"),
        ({**ANSWER, "facts": {"purchase_date": True}}, "facts.purchase_date", "purchase_date"),
        ({**ANSWER, "facts": {"seller_identity_given": "yes"}}, "facts.seller_identity_given", "true"),
        ({**ANSWER, "facts": {"seller_identity_given": 1}}, "facts.seller_identity_given", "true"),
        ({**ANSWER, "facts": []}, "facts", ""),
        ({**ANSWER, "position": "maybe"}, "position", "maybe"),
        ({**ANSWER, "party": "consumer"}, "party", "consumer"),
        ({**ANSWER, "words": ""}, "words", ""),
        ({**ANSWER, "words": "a\x00b"}, "words", ""),
        ({**ANSWER, "words": "x" * 601}, "words", "600"),
        ({**ANSWER, "evidence": [999999]}, "evidence", "999999"),
        ({**ANSWER, "evidence": ["x"]}, "evidence.0", ""),
        ({"party": "platform"}, "words", ""),
        ([], "", ""),
    ],
)
def test_what_does_not_fit_is_named(given: Any, field: str, says: str, kuailive: Machine, complaint: Complaint) -> None:
    found = fields_of(told(kuailive.answer(complaint.reference, given), 400))
    assert says in found[field]
    assert not complaint.events.filter(kind="answered").exists()


def test_only_an_officer_may_say_what_only_an_officer_may_find(kuailive: Machine, complaint: Complaint) -> None:
    reserved = next(fact.key for fact in rulebook().conditions if fact.officer)
    given = {**ANSWER, "facts": {reserved: True}}
    assert f"facts.{reserved}" in fields_of(told(kuailive.answer(complaint.reference, given), 400))


@pytest.mark.parametrize(
    "raw",
    [
        "{",
        '{"party": NaN}',
        '{"party": "platform", "party": "merchant"}',
        "[" * 100_000,
        json.dumps({"facts": json.loads("[" * 40 + "]" * 40)}),
        '{"\\ud800": 1}',
        '{"words": "\ud800"}'.encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_what_is_not_json_is_refused_before_it_is_read(raw: str, kuailive: Machine, complaint: Complaint) -> None:
    response = kuailive.client.post(
        f"{ROOT}/cases/{complaint.reference}/responses",
        raw.encode("latin-1"),
        content_type="application/json",
        headers={"Idempotency-Key": "k-1"},
    )
    assert told(response, 400)["code"] == "malformed"  # type: ignore[arg-type]


def test_more_than_a_mebibyte_of_json_is_too_much(kuailive: Machine, complaint: Complaint) -> None:
    assert told(kuailive.answer(complaint.reference, {**ANSWER, "words": "x" * (1 << 20)}), 413)["code"] == "too_large"


def test_a_platform_passes_on_the_answers_of_shop_and_room_but_another_firms_are_not_its_to_give(
    cast: Cast, kuailive: Machine, complaint: Complaint
) -> None:
    given = {"party": "merchant", "position": "disputed", "words": "吊牌是供应商贴错的。"}
    told(kuailive.answer(complaint.reference, given), 201)
    Respondent.objects.filter(complaint=complaint, party="anchor").update(organisation=cast.yunji)
    refused = told(kuailive.answer(complaint.reference, {**given, "party": "anchor"}), 409)
    assert refused["code"] == "cannot_answer"
    case = told(kuailive.get(f"/cases/{complaint.reference}"), 200)
    assert case["asked_of_you"]["parties"] == ["merchant", "platform"]
    told(kuailive.offer(complaint.reference, a_photo(), party="anchor"), 409)


def test_a_case_that_has_ended_takes_no_answer_and_no_file(kuailive: Machine, complaint: Complaint) -> None:
    withdraw(complaint, actor=Actor.receipt(complaint.pk), at=MONDAY)
    assert told(kuailive.answer(complaint.reference), 409)["code"] == "illegal_move"
    assert told(kuailive.offer(complaint.reference, a_photo()), 409)["code"] == "illegal_move"


def test_a_file_is_taken_once_and_a_bad_one_refused_with_a_reason(kuailive: Machine, complaint: Complaint) -> None:
    first = told(kuailive.offer(complaint.reference, a_photo("a.jpg"), kind="platform"), 201)
    again = told(kuailive.offer(complaint.reference, a_photo("b.jpg"), kind="platform"), 200)
    assert first == again
    assert Evidence.objects.get(pk=first["id"]).offered_by == "platform"
    bad = a_photo("c.jpg")
    bad.file.truncate(0)
    bad.size = 0
    assert told(kuailive.offer(complaint.reference, bad), 422)["code"] == "file_empty"
    assert fields_of(told(kuailive.offer(complaint.reference, a_photo(), colour="red"), 400))["colour"]
    both = {"file": [a_photo("x.jpg", "#111111"), a_photo("y.jpg", "#222222")]}
    two = kuailive.client.post(f"{ROOT}/cases/{complaint.reference}/evidence", both)
    assert fields_of(told(two, 400))["file"]  # type: ignore[arg-type]


def test_the_consumers_evidence_is_not_the_platforms_to_lean_on(cast: Cast, kuailive: Machine) -> None:
    complaint = a_complaint(files=True)
    piece = complaint.evidence.latest("pk")
    found = fields_of(told(kuailive.answer(complaint.reference, {**ANSWER, "evidence": [piece.pk]}), 400))
    assert str(piece.pk) in found["evidence"]
