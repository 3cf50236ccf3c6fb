"""Which addresses need somebody to look, and what their owner is told in time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from accounts.models import ApiKey, Endpoint
from complaints.flow import line_health, lines
from complaints.flow.line_health import Health, figures_of, health_of, troubled
from complaints.models import Actor, Attempt, Delivery, Pace
from tests.cast import MONDAY, Cast
from tests.lines.conftest import a_line
from tests.lines.test_replay import notices

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.django_db


def test_the_worst_that_fits_is_what_a_line_is_called(cast: Cast) -> None:
    line = cast.endpoint
    assert health_of(line) == Health.HEALTHY
    Pace.objects.create(endpoint=line, slow=0b1001)
    assert health_of(line) == Health.SLOW
    for failures, state, health, in_trouble in (
        (5, "active", Health.FAILING, True),
        (0, "paused", Health.PAUSED, False),  # its owner wants it so
        (9, "gone", Health.STOPPED, True),
        (9, "disabled", Health.STOPPED, True),
        (0, "unverified", Health.UNVERIFIED, False),  # it was never in use
    ):
        Endpoint.objects.update(failures_in_row=failures, state=state)
        line.refresh_from_db()
        assert (health_of(line), bool(troubled(cast.kuailive))) == (health, in_trouble)
    Endpoint.objects.update(verified_at=MONDAY)
    assert troubled(cast.kuailive) == [line]
    assert troubled(cast.yunji) == []


def test_the_figures_of_a_day_leave_tests_out(cast: Cast) -> None:
    notices(cast.endpoint, 4)
    for number, notice in enumerate(Delivery.objects.all()):
        outcome = "failed" if number == 3 else "taken"
        Attempt.objects.create(
            delivery=notice, number=1, fence=1, started_at=MONDAY, finished_at=MONDAY, outcome=outcome,
            duration_ms=10 * (number + 1),
        )  # fmt: skip
    Attempt.objects.create(
        delivery=Delivery.objects.all()[0], number=2, fence=2, started_at=MONDAY, finished_at=MONDAY, trigger="ping"
    )
    found = figures_of(cast.endpoint, at=MONDAY + HOUR)
    assert (found.tried, found.taken, found.percent, found.median_ms, found.dead) == (4, 3, 75, 25, 4)
    late = figures_of(cast.endpoint, at=MONDAY + 2 * DAY)
    assert (late.tried, late.percent, late.median_ms) == (0, None, None)


def test_an_old_secret_that_ends_soon_is_told_of_once_unless_something_was_taken(cast: Cast, engineer: Actor) -> None:
    other = a_line(cast)
    lines.rotate_secret(cast.endpoint, actor=engineer, at=MONDAY)
    assert line_health.tell_of_secrets(at=MONDAY + 17 * HOUR) == 0
    assert line_health.tell_of_secrets(at=MONDAY + 19 * HOUR) == 1
    assert line_health.tell_of_secrets(at=MONDAY + 20 * HOUR) == 0
    (told,) = Delivery.objects.all()
    said = json.loads(bytes(told.body))
    assert (told.endpoint, said["type"], said["data"]["endpoint"]) == (
        other,
        "endpoint.secret_expiring",
        f"ep_{cast.endpoint.pk}",
    )
    lines.rotate_secret(cast.endpoint, actor=engineer, at=MONDAY + 25 * HOUR)
    notices(cast.endpoint, 1)
    taken = cast.endpoint.deliveries.get()
    Attempt.objects.create(delivery=taken, number=1, fence=1, started_at=MONDAY + 26 * HOUR, outcome="taken")
    assert line_health.tell_of_secrets(at=MONDAY + 46 * HOUR) == 0


def test_a_key_that_ends_is_told_of_thirty_days_seven_days_and_one_day_before(cast: Cast) -> None:
    ApiKey.objects.filter(organisation=cast.kuailive).update(expires_at=MONDAY + 40 * DAY)
    told = [sum(line_health.tell_of_keys(at=MONDAY + day * DAY) for _twice in range(2)) for day in range(41)]
    assert [day for day, times in enumerate(told) if times] == [10, 33, 39]
    assert sum(told) == 3
    data = json.loads(bytes(Delivery.objects.all()[0].body))["data"]
    assert data["key"] == ApiKey.objects.get(organisation=cast.kuailive).public_id
