"""What was invented is seen by the sandbox that invented it, and by nobody and nothing else; in the end it is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from accounts.models import Endpoint, Organisation, User
from complaints import append_only, searching, tasks
from complaints.asking.forms_where import platforms_by_cases
from complaints.figures.counting import count_month
from complaints.flow import anchoring, boards, clusters, delivery, sandbox
from complaints.flow.sandbox_cases import invent
from complaints.flow.sandbox_events import provoke
from complaints.models import (
    Actor,
    Anchor,
    AnchorLeaf,
    BoardCase,
    Complaint,
    Event,
    Notice,
    Reminder,
    Respondent,
    Suggestion,
    Trait,
)
from tests.builders import a_referred_complaint
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "丙丁戊公司canary"
TYPES = ("case.updated", "case.evidence_added", "case.records_requested", "case.offer_made", "message.posted")


@pytest.fixture
def house() -> Organisation:
    """Eight invented cases, alike as eggs, in the association's hands, with everything in them that there is."""
    made, _key = sandbox.open_new(CANARY, at=MONDAY)
    Endpoint.objects.create(organisation=made, url="https://hooks.a.example/in", created_at=MONDAY, verified_at=MONDAY)
    for _each in range(4):
        case = invent(made, "not-as-described", at=MONDAY)
        for kind in TYPES:
            provoke(case, kind, at=MONDAY)
    return made


def test_nobody_sees_what_was_invented(cast: Cast, house: Organisation) -> None:
    real = a_referred_complaint()
    invented = Complaint.objects.filter(sandbox=house)
    for officer in (cast.chen, cast.huang, cast.zhou):
        assert not invented.visible_to(Actor.officer(officer)).exists()
    assert list(Complaint.objects.visible_to(Actor.officer(cast.zhou))) == [real]
    for organisation in (cast.kuailive, cast.yunji):
        assert not invented.visible_to(Actor.machine(organisation)).exists()
    assert set(invented.visible_to(Actor.machine(house))) == set(invented)


def test_nothing_that_runs_by_itself_touches_or_counts_it(cast: Cast, house: Organisation) -> None:
    a_referred_complaint()
    invented = Complaint.objects.filter(sandbox=house)
    before = list(invented.order_by("pk").values_list("version", "state"))
    late = MONDAY + timedelta(days=90)
    for duty in tasks.CLOCK:
        if duty is not sandbox.close_idle:
            duty(at=late)
    clusters.look_for_new(lambda: MONDAY)
    boards.keep_counts(lambda: MONDAY)
    anchoring.make_anchor(at=MONDAY)
    assert list(invented.order_by("pk").values_list("version", "state")) == before
    assert not Reminder.objects.filter(complaint__in=invented).exists()
    assert not Notice.objects.filter(event__complaint__in=invented).exists()
    assert not Trait.objects.filter(complaint__in=invented).exists()
    assert not Suggestion.objects.exists()
    assert not BoardCase.objects.filter(complaint__in=invented).exists()
    assert Anchor.objects.exists()
    assert not AnchorLeaf.objects.filter(complaint__in=invented).exists()
    assert not Respondent.objects.filter(complaint__in=invented, entry__isnull=False).exists()
    assert count_month(timezone.localtime(MONDAY).date().replace(day=1)).total == 1


def test_no_page_or_list_names_it(cast: Cast, house: Organisation, client: Client) -> None:
    a_referred_complaint()
    searching.begin_anew()
    searching.fill_some()
    references = set(Complaint.objects.filter(sandbox=house).values_list("reference", flat=True))
    national = Client(headers={"Accept-Language": "zh"})
    national.force_login(cast.zhou)
    desk = (
        "",
        "queue/",
        "dashboard/",
        "exports/",
        "log/",
        "transfers/",
        "reminders/",
        "groups/",
        "parties/",
        "people/",
    )
    asked = ("queue/?q=canary", "queue/?view=archive")
    paths = ["/", "/stats/", "/developers/", "/rules/", *(f"/admin/{each}" for each in (*desk, *asked))]
    for path in paths:
        for door in (national, client):
            page = door.get(path, follow=True).content.decode()
            assert "丙丁戊" not in page, path
            assert not [each for each in references if each in page], path
    assert house not in platforms_by_cases()
    assert Organisation.objects.named(house.name_zh, kind=Organisation.Kind.PLATFORM) is None
    assert house not in Organisation.objects.businesses()
    assert Organisation.objects.practice() not in Organisation.objects.associations()


def test_a_place_nobody_used_for_a_month_is_taken_away_with_everything(cast: Cast, house: Organisation) -> None:
    real = a_referred_complaint()
    other, _key = sandbox.open_new("还在用的", at=MONDAY + timedelta(days=29))
    kept = invent(other, "unsafe", at=MONDAY + timedelta(days=29))
    events = Event.objects.filter(complaint__in=[real, kept]).count()
    delivery.sweep(at=MONDAY)
    assert sandbox.close_idle(at=MONDAY + timedelta(days=29)) == 0
    assert sandbox.close_idle(at=MONDAY + timedelta(days=31)) == 1
    assert set(Complaint.objects.all()) == {real, kept}
    assert Event.objects.count() == events
    assert not Organisation.objects.filter(pk=house.pk).exists()
    left = [
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Organisation and model._default_manager.filter(**{field.name: house.pk}).exists()
    ]
    assert left == []
    assert User.objects.filter(username="lin").exists()
    assert not append_only.unguarded()
