"""A span of notices sent again: each of its own, none of anybody else's, none skipped however often it is killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Endpoint, Organisation
from complaints.flow import lines, replaying
from complaints.flow.line_rules import CannotChangeLine
from complaints.models import Actor, Delivery, ReplayJob
from complaints.webhooks import new_id
from tests.cast import MONDAY, Cast
from tests.racing import together

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
NOW = MONDAY + DAY

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process is gone."""


def notices(line: Endpoint, count: int, *, state: str = "dead", type: str = "case.opened", **given: Any) -> set[str]:
    """So many in the log of a line, two in each second."""
    rows = [
        Delivery(
            endpoint=line,
            message_id=new_id("msg_", MONDAY),
            type=type,
            body=b"{}",
            state=state,
            attempts=11,
            next_attempt_at=MONDAY,
            created_at=MONDAY + SECOND * (number // 2),
            **given,
        )
        for number in range(count)
    ]
    return {each.message_id for each in Delivery.objects.bulk_create(rows)}


def sent(line: Endpoint) -> list[str]:
    """What a worker would take now; it is done afterwards."""
    waiting = line.deliveries.filter(state="pending").order_by("next_attempt_at", "pk")
    found = list(waiting.values_list("message_id", flat=True))
    waiting.update(state="done", done_at=NOW, settled_at=NOW)
    return found


def killed_at(statement: str) -> Callable[..., Any]:
    """Dies just before it would send such a statement to the database."""

    def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(statement):
            raise Killed
        return execute(sql, *rest)

    return wrapper


def a_job(cast: Cast, engineer: Actor, **given: Any) -> ReplayJob:
    span = {"since": MONDAY, "until": NOW, **given}
    return replaying.replay_span(cast.endpoint, **span, actor=engineer, at=NOW)


def test_a_job_killed_at_every_hundred_goes_on_where_it_stood(cast: Cast, engineer: Actor) -> None:
    """F26."""
    wanted = notices(cast.endpoint, 450)
    job = a_job(cast, engineer)
    assert (job.total, job.state) == (450, "running")
    seen: list[str] = []
    for _hundred in range(5):
        for statement in ('UPDATE "complaints_delivery"', 'UPDATE "complaints_replayjob"'):
            with connection.execute_wrapper(killed_at(statement)), pytest.raises(Killed):
                replaying.advance(job.pk, at=NOW)
            assert not sent(cast.endpoint)  # half of it is none of it
        assert replaying.advance_all(at=NOW) in {100, 50}
        assert replaying.advance_all(at=NOW) == 0  # no more than so many wait at a time
        seen += sent(cast.endpoint)
    replaying.advance_all(at=NOW)
    job.refresh_from_db()
    assert (job.state, job.queued) == ("done", 450)
    assert len(seen) == len(set(seen)) == 450
    assert set(seen) == wanted
    assert set(Delivery.objects.values_list("trigger", flat=True)) == {"replay"}


def test_of_ten_organisations_only_the_one_that_asked_gets_its_own_again(cast: Cast, engineer: Actor) -> None:
    others = []
    for number in range(9):
        house = Organisation.objects.create(kind="platform", name_zh=f"平台{number}")
        line = Endpoint.objects.create(organisation=house, url=f"https://p{number}.example/", created_at=MONDAY)
        notices(line, 5)
        others.append(line)
    mine = notices(cast.endpoint, 5)
    for line in others:
        with pytest.raises(CannotChangeLine):
            replaying.replay_span(line, since=MONDAY, until=NOW, actor=engineer, at=NOW)
    a_job(cast, engineer)
    replaying.advance_all(at=NOW)
    assert set(Delivery.objects.filter(state="pending").values_list("message_id", flat=True)) == mine


def test_a_span_takes_what_was_asked_for_and_no_test(cast: Cast, engineer: Actor) -> None:
    notices(cast.endpoint, 4)
    Delivery.objects.filter(pk=Delivery.objects.order_by("pk").last().pk).update(body=b"")
    done = notices(cast.endpoint, 4, state="done", type="case.decided")
    notices(cast.endpoint, 2, state="done", type="endpoint.ping", trigger="ping")
    notices(cast.endpoint, 2, state="pending")
    untaken = a_job(cast, engineer)
    assert (untaken.total, untaken.states) == (3, ["dead", "parked"])  # one of four is forgotten
    replaying.cancel(untaken, actor=engineer, at=NOW)
    first = a_job(cast, engineer, until=MONDAY + SECOND, states=["dead", "done"])
    assert first.total == 4
    replaying.cancel(first, actor=engineer, at=NOW)
    only = a_job(cast, engineer, states=["done"], types=["case.decided"])
    replaying.advance_all(at=NOW)
    assert set(Delivery.objects.filter(trigger="replay").values_list("message_id", flat=True)) == done
    assert only.total == 4


def test_a_job_can_be_cancelled_and_there_is_one_at_a_time(cast: Cast, engineer: Actor) -> None:
    notices(cast.endpoint, 250)
    job = a_job(cast, engineer)
    with pytest.raises(CannotChangeLine, match="还没做完"):
        a_job(cast, engineer)
    replaying.advance_all(at=NOW)
    with pytest.raises(CannotChangeLine):
        replaying.cancel(job, actor=Actor.machine(cast.yunji), at=NOW)
    replaying.cancel(job, actor=engineer, at=NOW)
    assert len(sent(cast.endpoint)) == 100
    assert replaying.advance_all(at=NOW) == 0
    with pytest.raises(CannotChangeLine, match="已经结束"):
        replaying.cancel(job, actor=engineer, at=NOW)
    lines.pause(cast.endpoint, actor=engineer, at=NOW)
    with pytest.raises(CannotChangeLine, match="先恢复"):
        a_job(cast, engineer)


def test_a_span_without_notices_or_with_too_many_or_turned_round_is_refused(
    cast: Cast, engineer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices(cast.endpoint, 4)
    monkeypatch.setattr(ReplayJob, "MOST", 3)
    for given in ({}, {"since": NOW, "until": MONDAY}, {"since": NOW + DAY, "until": NOW + 2 * DAY}, {"states": ["x"]}):
        with pytest.raises(CannotChangeLine):
            a_job(cast, engineer, **given)
    with pytest.raises(CannotChangeLine, match="没有符合条件"):
        a_job(cast, engineer, types=["case.closed"])
    assert not ReplayJob.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a database with several writers")
@pytest.mark.django_db(transaction=True)
def test_two_rotations_at_once_lose_no_secret_and_two_jobs_at_once_are_one(cast: Cast, engineer: Actor) -> None:
    def rotate() -> None:
        lines.rotate_secret(Endpoint.objects.get(), actor=engineer, at=MONDAY)

    assert together(rotate, rotate, refused=()) == [None, None]
    line = Endpoint.objects.get()
    assert len(set(line.secrets(MONDAY))) == 3
    assert cast.secret in line.secrets(MONDAY)
    notices(line, 4)

    def replay() -> None:
        replaying.replay_span(Endpoint.objects.get(), since=MONDAY, until=NOW, actor=engineer, at=NOW)

    met = together(replay, replay, refused=(CannotChangeLine,))
    assert [type(each) for each in met].count(CannotChangeLine) == 1
