"""What each answer means, the whole table; the plan of attempts; and what a clock that jumps does to it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from complaints.flow import delivery as outbox
from complaints.models import Attempt, Delivery
from complaints.steady import steady_clock
from complaints.webhooks import BACKOFF, Then, meaning, wait_before
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
DAY = 86400.0
STATUSES = (200, 201, 204, 299, 300, 301, 304, 400, 401, 403, 404, 408, 410, 413, 425, 429, 500, 502, 503, 504)
# What a receiver may say of when to come back, and how many seconds that is; None for what says nothing sensible.
WAITS = {
    None: None,
    "5": 5.0,
    "1000000000": DAY,
    "-1": None,
    "abc": None,
    "Mon, 01 Jun 2026 01:00:00 GMT": None,
    "Mon, 01 Jun 2026 02:10:00 GMT": 600.0,
}


@pytest.mark.parametrize(("status", "header"), list(product(STATUSES, WAITS)))
def test_what_each_answer_means_whatever_it_says_of_coming_back(status: int, header: str | None) -> None:
    found = meaning(status, header, "", at=NOW)
    least = found.at_least.total_seconds()
    if status < 300:
        assert (found.then, found.outcome) == (Then.DONE, "taken")
    elif status == 410:
        assert (found.then, found.error) == (Then.GONE, "gone")
    elif status in {429, 503} and WAITS[header] is not None:
        assert (found.then, found.holds_line, least) == (Then.RETRY, True, WAITS[header])
    else:
        assert (found.then, found.holds_line) == (Then.RETRY, False)
        assert least == (60 if status in {429, 502, 504} else 0)
        assert found.error == ("redirect" if status < 400 else f"http-{status}")
    # The plan is a floor, too: a receiver that asks for five seconds does not hurry us.
    if found.then is Then.RETRY:
        pause = wait_before(5, found)
        assert pause is not None
        assert max(7200 * 0.8, least) <= pause.total_seconds() <= max(7200 * 1.2, least)


def test_the_whole_plan_takes_three_days_and_seven_hours_on_the_average() -> None:
    assert timedelta(seconds=sum(BACKOFF)) == timedelta(hours=75, minutes=36, seconds=5)
    plain = meaning(500, None, "", at=NOW)
    drawn = [pause.total_seconds() for _ in range(10_000) if (pause := wait_before(4, plain))]
    assert 1800 * 0.8 <= min(drawn) < max(drawn) <= 1800 * 1.2
    assert sum(drawn) / len(drawn) == pytest.approx(1800, rel=0.01)


@given(st.integers(1, 30), st.sampled_from(STATUSES), st.text(max_size=40))
def test_no_answer_breaks_the_plan_or_makes_a_wait_negative(attempts: int, status: int, header: str) -> None:
    found = meaning(status, header, "", at=NOW)
    pause = wait_before(attempts, found)
    assert (pause is None) == (attempts >= len(BACKOFF))
    assert pause is None or timedelta() <= pause <= timedelta(hours=24) * 1.2


def test_the_plan_goes_on_where_it_was_after_a_restart(cast: Cast) -> None:
    a_complaint()
    Delivery.objects.exclude(type="case.opened").delete()
    at, refused = MONDAY, outbox.Sent(meaning(500, None, "", at=MONDAY), 500)
    for attempt in (1, 2, 3):
        (claimed,) = outbox.claim(1, at=at)  # whoever claims it knows nothing but the row
        assert outbox.finish(claimed, refused, at=at)
        row = Delivery.objects.get()
        assert 0.8 * BACKOFF[attempt] <= (row.next_attempt_at - at).total_seconds() <= 1.2 * BACKOFF[attempt]
        at = row.next_attempt_at
    outbox.replay(row, at=at - timedelta(minutes=1))  # by hand, in between: the plan is not used up by it
    (claimed,) = outbox.claim(1, at=at - timedelta(minutes=1))
    assert (claimed.attempts, claimed.trigger) == (3, "manual")


@pytest.mark.django_db
def test_a_clock_that_is_set_back_moves_no_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = steady_clock()
    before = clock()
    monkeypatch.setattr(timezone, "now", lambda: before - timedelta(minutes=10))
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert before <= clock() < before + timedelta(minutes=1)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is asked for its own time")
def test_nothing_is_claimed_while_the_clock_is_behind_the_last_attempt(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    a_complaint()
    Attempt.objects.create(delivery=Delivery.objects.earliest("pk"), number=1, fence=9, started_at=MONDAY)
    early = MONDAY - timedelta(minutes=10)
    assert outbox.drain(lambda: early, until=early + timedelta(seconds=1)) == 0
    assert "until it has caught up" in caplog.text
    assert not Delivery.objects.filter(state="leased").exists()
