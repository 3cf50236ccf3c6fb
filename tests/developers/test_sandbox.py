"""A place to practise: every notice can be provoked there, and nobody else ever sees what was invented."""

from __future__ import annotations

from datetime import datetime

import pytest

from accounts.models import Endpoint, Organisation
from complaints.flow import sandbox
from complaints.flow.dispatch import NOTICES
from complaints.flow.sandbox_cases import KINDS, invent
from complaints.flow.sandbox_events import provoke
from complaints.flow.sandbox_recipes import RECIPES
from complaints.models import Delivery
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db


def a_house(name: str = "甲公司", *, at: datetime = MONDAY) -> Organisation:
    organisation, _key = sandbox.open_new(name, at=at)
    Endpoint.objects.create(organisation=organisation, url="https://hooks.a.example/in", created_at=at)
    return organisation


def test_every_notice_of_the_catalogue_can_be_provoked() -> None:
    house = a_house()
    for kind in sorted(set(NOTICES.values())):
        case = invent(house, "not-as-described", at=MONDAY)
        came = provoke(case, kind, at=MONDAY)
        told = Delivery.objects.filter(event__complaint=came.complaint, type=kind)
        assert told.exists(), (kind, came.rung)
        for each in told:
            assert b'"test":true' in bytes(each.body)
            assert each.next_attempt_at <= MONDAY


def test_the_recipes_are_those_of_the_catalogue() -> None:
    assert set(RECIPES) == set(NOTICES.values())


def test_every_kind_of_case_can_be_invented() -> None:
    house = a_house()
    for kind in KINDS:
        assert invent(house, kind, days_ago=3, at=MONDAY).decision is not None
