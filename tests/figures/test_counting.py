"""What is published agrees with a plain recount, case by case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, User
from complaints.figures.counting import count_month
from complaints.flow import responses
from complaints.flow.overrides import confirm, override
from complaints.flow.publishing import publish_figures
from complaints.models import Actor, CannotChange, Complaint, FigureSheet, Override, Party
from complaints.rulings import ruling_on
from complaints.synthetic.history import fill
from complaints.synthetic.stage import set_stage
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)  # noon in Shanghai


def filled(count: int, *, seed: int = 1) -> None:
    stage = set_stage(seed=seed, until=NOON, days=70)
    assert sum(fill(stage, count, workers=1, at=NOON)) == count


@pytest.mark.parametrize("seed", [1, 2])
def test_the_count_of_a_month_agrees_with_a_plain_recount(seed: int) -> None:
    filled(60, seed=seed)
    october = date(2026, 10, 1)
    counted = count_month(october)
    cases = [
        case for case in Complaint.objects.all() if timezone.localtime(case.filed_at).date().replace(day=1) == october
    ]
    assert cases
    assert counted.total == len(cases) == counted.flow.total() == counted.hours.total() == counted.platforms.total()
    for case in cases:
        assert case.decision is not None
        key = case.problems[0], case.decision.output["first_contact"] or "nobody"
        counted.flow[key] -= 1
        platform = case.respondents.get(party="platform").organisation
        counted.platforms[platform.pk if platform else None] -= 1
    assert not +counted.flow and not +counted.platforms
    changed = [case for case in cases if any("changed" in event.body for event in case.events.filter(kind="decided"))]
    assert counted.changed == len(changed)
    respondents = [each for case in cases for each in case.respondents.exclude(asked_at=None)]
    done = [each for each in respondents if each.answered_at or each.lapsed_at]
    timely = [each for each in done if each.answered_at and not each.lapsed_at]
    assert (counted.answers.due, counted.answers.in_time) == (len(done), len(timely))
    assert counted.answers.passed_on == sum(each.answer.get("position") == "not_ours" for each in done)
    rated = [case.feedback.score for case in cases if hasattr(case, "feedback")]
    assert (counted.rated, counted.satisfied) == (len(rated), sum(score >= 4 for score in rated))
    assert sum(taken for taken, _all in counted.offers.values()) == sum(
        case.offers.filter(state__in=["accepted", "kept", "broken"]).count() for case in cases
    )


def test_who_answered_in_time_and_spoke_again_later_answered_in_time(cast: Cast) -> None:
    case = a_complaint(at=MONDAY)
    for days in (1, 20):
        responses.receive_response(
            case,
            party=Party.PLATFORM,
            position=responses.Position.PARTLY,
            words="已提供店铺信息。",
            claims={},
            actor=cast.platform,
            at=MONDAY + timedelta(days=days),
        )
    counted = count_month(date(2026, 6, 1))
    assert (counted.answers.due, counted.answers.in_time, counted.answers.days) == (1, 1, [1.0])
    assert counted.of_platform[cast.kuailive.pk].in_time == 1


def test_what_an_officer_decided_is_what_is_counted(cast: Cast) -> None:
    case, other = a_complaint(at=MONDAY), a_complaint(at=MONDAY)
    assert case.decision and other.decision
    letter, first = case.problems[0], case.decision.output["first_contact"]
    assert first == other.decision.output["first_contact"] == "merchant"
    made = override(
        case,
        party=Party.MERCHANT,
        outcome=Override.Outcome.POSSIBLE,
        reason=Override.Reason.MISAPPLIED,
        words="下单页没有标明别的卖家，要再查。" * 2,
        citation="CPL 44(1)",
        actor=cast.officer,
        at=MONDAY,
    )
    assert count_month(date(2026, 6, 1)).changed == 0  # a proposal changes nothing yet
    colleague = User.objects.create_user("wu", is_staff=True)
    Membership.objects.create(user=colleague, organisation=cast.zhejiang, duties=["lead"])
    confirm(made, actor=Actor.officer(colleague), at=MONDAY)
    case.refresh_from_db()
    assert case.decision
    stands = ruling_on(case.decision).output["first_contact"]
    assert stands != first
    counted = count_month(date(2026, 6, 1))
    assert (counted.changed, counted.flow) == (1, {(letter, first): 1, (letter, stands or "nobody"): 1})


def test_a_month_is_published_once_a_day_and_never_changed(cast: Cast) -> None:
    a_complaint(at=MONDAY)
    assert publish_figures(lambda: NOON) == 12
    assert publish_figures(lambda: NOON) == 0
    sheet = FigureSheet.objects.newest().get(month=date(2026, 6, 1))
    assert sheet.body == {"month": "2026-06", "total": None}  # one case is too few to be a number
    with pytest.raises(CannotChange):
        sheet.save()
    assert publish_figures(lambda: NOON + timedelta(days=1)) == 12
    assert FigureSheet.objects.newest().count() == 12


def test_counting_waits_for_the_small_hours_and_stops_in_time(cast: Cast) -> None:
    assert publish_figures(lambda: NOON, until=NOON) == 0
    assert publish_figures(lambda: NOON) == 12
    one_at_night = datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert publish_figures(lambda: one_at_night) == 0
