"""Messages by API: a party reads and writes only where the consumer let it, once, and its words lie sealed."""

import json
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from complaints.flow import messages
from complaints.flow.consumer import withdraw
from complaints.flow.intake import add_evidence
from complaints.flow.messages import open_thread, write
from complaints.models import Actor, Complaint, IdempotentAnswer, Message, Party, Side, Speaker
from tests.builders import a_complaint, a_screenshot
from tests.cast import Cast
from tests.platform.calls import ROOT, Machine, fields_of, told

WORDS = "canary-words：货退回来就退款。"


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    made = a_complaint(at=timezone.now(), consumer=cast.lin)
    open_thread(made, party=Party.MERCHANT, actor=Actor.consumer(cast.lin), at=timezone.now())
    return made


def post(machine: Machine, complaint: Complaint, *, key: str = "m-1", **changed: Any) -> HttpResponse:
    return machine.client.post(  # type: ignore[return-value]
        f"{ROOT}/cases/{complaint.reference}/messages",
        json.dumps({"party": "merchant", "words": WORDS, **changed}),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_a_message_is_taken_once_and_no_table_keeps_its_words_in_plain(cast: Cast, complaint: Complaint) -> None:
    machine = Machine(cast.key)
    made = told(post(machine, complaint), 201)
    assert (made["party"], made["message"]["number"], made["message"]["words"]) == ("merchant", 1, WORDS)
    again = post(machine, complaint)
    assert told(again, 201) == made
    assert again["Idempotent-Replayed"] == "true"
    assert told(post(machine, complaint, words="别的话"), 422)["code"] == "idempotency_key_reused"
    assert Message.objects.count() == IdempotentAnswer.objects.count() == 1
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert not [row for row in cursor.fetchall() if "canary-words" in str(row)], table


def test_both_sides_read_the_same_and_a_number_on_neither(cast: Cast, complaint: Complaint) -> None:
    machine, lin = Machine(cast.key), Actor.consumer(cast.lin)
    told(post(machine, complaint, words="打13912340000找我"), 201)
    at = timezone.now()
    write(complaint, other=Side.MERCHANT, words="我的微信：lin_2026", press="a", actor=lin, at=at)
    write(complaint, other=Side.ASSOCIATION, words="只给协会", press="b", actor=lin, at=at)
    (thread,) = told(machine.get(f"/cases/{complaint.reference}/messages"), 200)["threads"]
    assert (thread["party"], thread["is_open"], thread["more"]) == ("merchant", True, False)
    seen = [(one["number"], one["by"], one["words"], one["masked"]) for one in thread["messages"]]
    assert seen == [(1, "merchant", "打****找我", True), (2, "consumer", "我的微信：****", True)]
    (later,) = told(machine.get(f"/cases/{complaint.reference}/messages?after=1&party=merchant"), 200)["threads"]
    assert [one["number"] for one in later["messages"]] == [2]
    assert told(machine.get(f"/cases/{complaint.reference}/messages?party=anchor"), 200)["threads"] == []
    assert told(machine.get(f"/cases/{complaint.reference}/messages?after=x"), 400)["code"] == "invalid"


def test_evidence_of_ones_own_may_go_with_it(cast: Cast, complaint: Complaint) -> None:
    machine, at = Machine(cast.key), timezone.now()
    add = {"kind": "platform", "actor": cast.platform, "at": at}
    own = add_evidence(complaint, a_screenshot(), speaker=Speaker.MERCHANT, **add)  # type: ignore[arg-type]
    other = add_evidence(complaint, a_screenshot(colour="#111111"), speaker=Speaker.PLATFORM, **add)  # type: ignore[arg-type]
    assert told(post(machine, complaint, words="", evidence=own.pk), 201)["message"]["evidence"] == own.pk
    refused = told(post(machine, complaint, key="m-2", evidence=other.pk), 400)
    assert "evidence" in fields_of(refused)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"words": "  "}, 409, "cannot_write"),
        ({"words": "字" * 1001}, 400, "invalid"),
        ({"party": "association"}, 400, "invalid"),
        ({"party": "anchor"}, 409, "cannot_write"),
        ({"word": "x"}, 400, "invalid"),
        ({"evidence": 999999}, 400, "invalid"),
    ],
)
def test_what_is_wrong_with_a_message_is_named(
    cast: Cast, complaint: Complaint, changed: dict[str, Any], status: int, code: str
) -> None:
    assert told(post(Machine(cast.key), complaint, **changed), status)["code"] == code
    assert not Message.objects.exists()


def test_strangers_an_ended_case_and_a_flood_are_told_apart(
    cast: Cast, complaint: Complaint, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(post(Machine(cast.other_key), complaint), 404)["code"] == "not_found"
    assert told(Machine(cast.other_key).get(f"/cases/{complaint.reference}/messages"), 404)["code"] == "not_found"
    complaint.respondents.filter(party="anchor").update(organisation=cast.yunji, asked_at=timezone.now())
    assert told(post(Machine(cast.other_key), complaint), 409)["code"] == "cannot_answer"
    monkeypatch.setattr(messages, "MOST_AN_HOUR", 1)
    machine = Machine(cast.key)
    told(post(machine, complaint), 201)
    flood = post(machine, complaint, key="m-2")
    assert told(flood, 429)["code"] == "too_many_messages"
    assert 3500 < int(flood["Retry-After"]) <= 3600
    withdraw(complaint, actor=Actor.consumer(cast.lin), at=timezone.now())
    assert told(post(machine, complaint, key="m-3"), 409)["code"] == "illegal_move"
    (thread,) = told(machine.get(f"/cases/{complaint.reference}/messages"), 200)["threads"]
    assert (thread["is_open"], len(thread["messages"])) == (False, 1)
