"""Invented cases would stand in front of an auditor: whatever the verbs would have made of them, they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from complaints import timeline
from complaints.deadlines import local_day
from complaints.flow.clock import lapse_deadlines
from complaints.flow.decisions import inquiry_of
from complaints.flow.facts import gather
from complaints.flow.promises import run_offers
from complaints.lifecycle import MOVES, OPEN, Role, State
from complaints.models import Complaint, Delivery, Event, Notice
from complaints.models.actor import Actor
from complaints.references import tidy_reference
from complaints.synthetic.history import fill
from complaints.synthetic.making import make
from complaints.synthetic.stage import set_stage
from routing import decide, read_inquiry, rulebook
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def filled(count: int = 60, *, days: int = 120) -> list[Complaint]:
    stage = set_stage(seed=7, until=NOW, days=days)
    assert sum(fill(stage, count, workers=1, at=NOW)) == count
    return list(Complaint.objects.order_by("pk"))


def test_each_case_is_what_the_verbs_would_have_made_of_it() -> None:
    for case in filled():
        assert timeline.first_break(case.events.all(), expected=case.version) is None
        assert tidy_reference(case.reference) == case.reference
        decisions = list(case.decisions.all())
        assert case.decision == decisions[-1] and [each.number for each in decisions] == [*range(1, len(decisions) + 1)]
        gathered = gather(case)
        assert (gathered.sources, gathered.disputed) == (case.decision.sources, case.decision.disputed)
        inquiry = read_inquiry(inquiry_of(case, gathered), rulebook(), today=local_day(case.filed_at))
        assert dict(inquiry.read) == case.decision.input
        assert decide(rulebook(), inquiry).digest == case.decision.digest
        for decision in decisions:
            replayed = decide(rulebook(), read_inquiry(decision.input, rulebook(), today=local_day(case.filed_at)))
            assert (replayed.as_dict(), replayed.digest) == (decision.output, decision.digest)
        assert case.has_dispute is bool(case.decision.disputed)
        assert case.verdicts == {party: found["verdict"] for party, found in case.decision.output["parties"].items()}
        assert (case.closed_at is None) is (case.state in OPEN)
        assert case.contact.reveal()["phone"] == "13800138000"


def test_every_move_was_one_of_the_table() -> None:
    roles = {"consumer": Role.CONSUMER, "clock": Role.CLOCK}
    for case in filled():
        state = State.NEGOTIATING
        for event in case.events.filter(kind__startswith="moved."):
            move = MOVES[event.kind.removeprefix("moved.")]
            assert event.body["from"] == state and state in move.sources
            assert roles.get(event.actor, Role.OFFICER) in move.roles
            state = State(event.body["to"])
            assert state == move.target
        assert case.state == state
        moments = list(case.events.values_list("at", flat=True))
        assert moments == sorted(moments) and moments[-1] <= NOW


def test_the_cases_are_varied_and_leave_the_clock_nothing_to_do() -> None:
    cases = filled(250, days=90)
    assert {case.state for case in cases} >= {*State.values} - {State.NEEDS_INFO, State.PROMISED}
    assert len({case.goods for case in cases}) > 15 and len({case.problems[0] for case in cases}) > 5
    assert len({case.decision.output["first_contact"] for case in cases if case.decision}) >= 3
    assert lapse_deadlines(at=NOW) == 0 and run_offers(at=NOW) == 0
    assert not Delivery.objects.exists() and not Notice.objects.exists()  # nobody is told of what was invented


def test_the_same_seed_makes_the_same_cases_and_keys_go_on() -> None:
    stage = set_stage(seed=7, until=NOW, days=120)
    sealed = 3  # how the contact is sealed differs each time; what is in it does not
    first, again, other = (make(stage, [(pk, pk) for pk in keys]) for keys in ([1, 2], [1, 2], [3, 4]))
    for piece in (first, again):
        for row in piece.rows["Contact"]:
            row[:] = [value for value in row if not (isinstance(value, str) and value.startswith("s1."))]
            assert len(row) >= sealed
    assert first.rows == again.rows
    assert first.rows["Complaint"] != other.rows["Complaint"]


def test_a_seeded_case_opens_and_an_officer_can_go_on_with_it(client: Client, cast: Cast) -> None:
    cases = filled(40, days=20)
    client.login(username="zhou", password=PASSWORD)
    for case in cases[:6]:
        assert client.get(f"/admin/case/{case.reference}/").status_code == 200
    assert client.get("/admin/queue/").status_code == 200
    assert Complaint.objects.visible_to(Actor.officer(cast.zhou)).count() == 40


def test_the_command_fills_twice_and_verify_is_content(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed", complaints=20, workers=1, quiet=True)
    call_command("seed", complaints=20, workers=1, quiet=True)
    assert Complaint.objects.count() == 40 and Event.objects.count() > 200
    call_command("verify", quiet=True)


def test_production_is_not_filled_by_mistake(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="invent-cases-in-production"):
        call_command("seed", complaints=1)
    call_command("seed", complaints=1, workers=1, quiet=True, invent_cases_in_production=True)
    assert Complaint.objects.count() == 1


WRONG = ({"complaints": 0}, {"complaints": 1, "until": "2199-01-01"}, {"complaints": 1, "until": "x"})


@pytest.mark.parametrize("options", WRONG)
def test_what_cannot_be_done_is_said_with_what_can(options: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match="allowed"):
        call_command("seed", workers=1, quiet=True, **options)
