"""The outbox: a notice commits with what it tells of, is sent by one worker at a time, and is never lost silently."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils.module_loading import import_string
from django_q.models import Schedule
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook

from accounts.models import Endpoint, Organisation
from complaints import jobs
from complaints.flow import delivery as outbox
from complaints.flow import noting, upkeep
from complaints.flow.clock import lapse_deadlines
from complaints.flow.consumer import withdraw
from complaints.flow.reaching import start_clocks
from complaints.lifecycle import Role
from complaints.models import Actor, Attempt, Complaint, Delivery, IdempotentAnswer, Respondent, Tally
from complaints.webhooks import BACKOFF
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast, assemble
from tests.platform import receivers
from tests.platform.receivers import Behaviour, Receiver

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def opened(cast: Cast) -> Delivery:
    """The notice of a complaint just filed, alone in the outbox."""
    a_complaint(reached=False)
    Delivery.objects.exclude(type="case.opened").delete()
    return Delivery.objects.get()


def reached(cast: Cast, receiver: Receiver) -> None:
    Endpoint.objects.filter(pk=cast.endpoint.pk).update(url=receiver.url)


def tried(at: datetime, *, limit: int = 4) -> list[Delivery]:
    """One round of a worker, with nothing beside it."""
    claimed = outbox.claim(limit, at=at)
    for delivery in claimed:
        outbox.finish(delivery, outbox.send(delivery, at=at), at=at)
    return claimed


# ── The promise ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_notice_commits_with_the_change_it_tells_of_and_vanishes_with_it(cast: Cast) -> None:
    complaint = a_complaint()
    before = Delivery.objects.count()
    with transaction.atomic():
        withdraw(complaint, actor=Actor(Role.CONSUMER), at=MONDAY)
        assert Delivery.objects.count() == before + 1
        transaction.set_rollback(True)
    assert Delivery.objects.count() == before
    withdraw(complaint, actor=Actor(Role.CONSUMER), at=MONDAY)
    assert Delivery.objects.filter(type="case.withdrawn").count() == 1


def test_a_notice_arrives_signed_and_the_platform_counts_as_notified(cast: Cast, opened: Delivery) -> None:
    with Receiver(receivers.answers()) as receiver:
        reached(cast, receiver)
        tried(datetime.now().astimezone())
    (message,) = receiver.messages
    body = Webhook(cast.secret).verify(message.body, message.headers)
    complaint = Complaint.objects.get()
    assert message.body == bytes(opened.body)
    assert (body["type"], body["data"]["case"]) == ("case.opened", complaint.reference)
    assert body["data"]["timeline_head"] == opened.event.digest
    opened.refresh_from_db()
    attempt = opened.tries.get()
    assert (opened.state, attempt.outcome, attempt.status) == ("done", "taken", 200)
    assert complaint.respondents.get(party="platform").notified_at is not None
    start_clocks(at=datetime.now().astimezone())
    how = dict(complaint.respondents.values_list("party", "notified_how"))
    assert how == {"platform": "notice", "merchant": "passed_on", "anchor": "passed_on"}


def test_no_notice_says_who_complained_or_what(cast: Cast) -> None:
    complaint = a_complaint()
    lapse_deadlines(at=MONDAY + timedelta(days=30))
    told = b"".join(bytes(one.body) for one in Delivery.objects.all()).decode()
    assert complaint.reference in told
    for canary in ("canary", "13812345678", "桑蚕丝", "260520771234567719", "澜岸"):
        assert canary not in told


# ── One worker at a time ─────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_leased_is_not_claimed_again_until_the_lease_ends(opened: Delivery, settings: Settings) -> None:
    assert len(outbox.claim(4, at=MONDAY)) == 1
    assert outbox.claim(4, at=MONDAY + settings.WEBHOOK_LEASE) == []
    (again,) = outbox.claim(4, at=MONDAY + settings.WEBHOOK_LEASE + SECOND)
    assert (again.fence, again.attempts, again.message_id) == (2, 2, opened.message_id)
    assert list(opened.tries.values_list("outcome", flat=True)) == ["unknown", "started"]


def test_an_attempt_is_on_record_before_the_first_byte(opened: Delivery) -> None:
    outbox.claim(4, at=MONDAY)
    assert opened.tries.get().outcome == Attempt.Outcome.STARTED


def test_a_worker_that_was_given_up_on_changes_nothing(cast: Cast, opened: Delivery, settings: Settings) -> None:
    late = MONDAY + settings.WEBHOOK_LEASE + SECOND
    with Receiver(receivers.answers("500 No")) as receiver:
        reached(cast, receiver)
        (slow,) = outbox.claim(4, at=MONDAY)
        found = outbox.send(slow, at=MONDAY)
        (fresh,) = outbox.claim(4, at=late)
        assert not outbox.finish(slow, found, at=late)
    opened.refresh_from_db()
    assert (opened.state, opened.fence) == ("leased", fresh.fence)
    assert Endpoint.objects.get().failures_in_row == 0
    assert list(opened.tries.values_list("outcome", flat=True)) == ["refused", "started"]


def test_a_worker_that_was_held_up_sends_nothing_and_hands_the_notice_back(cast: Cast, opened: Delivery) -> None:
    with Receiver(receivers.answers()) as receiver:
        reached(cast, receiver)
        (held_up,) = outbox.claim(4, at=MONDAY)
        much_later = MONDAY + 50 * SECOND
        assert outbox.finish(held_up, outbox.send(held_up, at=much_later), at=much_later)
        assert receiver.connections == 0
        opened.refresh_from_db()
        assert (opened.state, opened.attempts) == ("pending", 0)
        assert opened.tries.get().outcome == Attempt.Outcome.NOT_SENT
        assert len(tried(much_later)) == 1
    assert len(receiver.messages) == 1


def test_one_line_never_has_more_than_two_notices_in_flight(cast: Cast) -> None:
    for _number in range(4):
        a_complaint()
    Delivery.objects.exclude(type="case.opened").delete()
    assert len(outbox.claim(9, at=MONDAY)) == 2
    assert outbox.claim(9, at=MONDAY) == []


def test_the_line_that_waited_longest_goes_first_and_each_gets_its_share(cast: Cast) -> None:
    second = Endpoint.objects.create(organisation=cast.kuailive, url="https://two.example/", created_at=MONDAY)
    second.keep_secret(cast.secret, at=MONDAY)
    for minutes in range(3):
        a_complaint(at=MONDAY + minutes * MINUTE)
    Delivery.objects.exclude(type="case.opened").delete()
    Endpoint.objects.filter(pk=cast.endpoint.pk).update(last_claimed_at=MONDAY)
    claimed = outbox.claim(3, at=MONDAY + 5 * MINUTE)
    assert [one.endpoint_id for one in claimed] == [second.pk, second.pk, cast.endpoint.pk]


def test_notices_of_one_case_leave_in_order_but_not_for_ever(cast: Cast) -> None:
    a_complaint()
    order = ["case.opened", "case.decided"]
    assert list(Delivery.objects.order_by("pk").values_list("type", flat=True)) == order
    (first,) = outbox.claim(4, at=MONDAY)
    assert first.type == "case.opened"
    assert outbox.claim(4, at=MONDAY + 59 * SECOND) == []
    (overtakes,) = outbox.claim(4, at=MONDAY + 60 * SECOND)
    assert overtakes.type == "case.decided"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time: nothing to race for")
def test_eight_workers_at_once_send_every_notice_exactly_once() -> None:
    cast = assemble()
    for _number in range(12):
        a_complaint()
    with Receiver(receivers.answers()) as receiver:
        reached(cast, receiver)
        now = datetime.now().astimezone()
        barrier = threading.Barrier(8)

        def work() -> None:
            barrier.wait()
            outbox.drain(lambda: datetime.now().astimezone(), until=now + 30 * SECOND)
            connection.close()

        workers = [threading.Thread(target=work) for _worker in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    sent = [message.headers["webhook-id"] for message in receiver.messages]
    assert sorted(sent) == sorted(Delivery.objects.values_list("message_id", flat=True))
    assert not Delivery.objects.exclude(state="done").exists()


# ── Trouble ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("behave", "outcome", "error"),
    [
        (receivers.answers("500 No"), "refused", "http-500"),
        (receivers.answers("302 Found", "Location: http://127.0.0.1:1/"), "refused", "redirect"),
        (receivers.resets, "failed", "reset"),
    ],
)
def test_a_failure_is_tried_again_after_the_plan(
    behave: Behaviour, outcome: str, error: str, cast: Cast, opened: Delivery
) -> None:
    with Receiver(behave) as receiver:
        reached(cast, receiver)
        tried(MONDAY)
    opened.refresh_from_db()
    attempt = opened.tries.get()
    assert (opened.state, attempt.outcome, attempt.error) == ("pending", outcome, error)
    assert MONDAY + 4 * SECOND <= opened.next_attempt_at <= MONDAY + 6 * SECOND


def test_after_the_eleventh_failure_a_notice_is_dead_and_can_be_sent_again(cast: Cast, opened: Delivery) -> None:
    at = MONDAY
    with Receiver(receivers.answers("500 No")) as receiver:
        reached(cast, receiver)
        for _attempt in BACKOFF:
            opened.refresh_from_db()
            at = max(at, opened.next_attempt_at, Endpoint.objects.get().closed_until or at)
            assert len(tried(at)) == 1
    opened.refresh_from_db()
    assert (opened.state, opened.attempts) == ("dead", len(BACKOFF))
    assert timedelta(hours=60) < at - MONDAY < timedelta(hours=91)
    with Receiver(receivers.answers()) as receiver:
        reached(cast, receiver)
        outbox.replay(opened, at=at)
        tried(at)
    (message,) = receiver.messages
    assert message.headers["webhook-id"] == opened.message_id
    opened.refresh_from_db()
    assert opened.state == "done"


def test_410_ends_the_line_and_parks_what_waits(cast: Cast) -> None:
    a_complaint()
    a_complaint()
    with Receiver(receivers.answers("410 Gone")) as receiver:
        reached(cast, receiver)
        tried(MONDAY, limit=1)
        assert tried(MONDAY + MINUTE) == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {"parked"}
    assert Endpoint.objects.get().state == Endpoint.State.GONE
    with pytest.raises(outbox.CannotResend, match="对方已撤销"):
        outbox.replay(Delivery.objects.earliest("pk"), at=MONDAY)
    assert len(receiver.messages) == 1
    with Receiver(receivers.answers()) as receiver:
        reached(cast, receiver)
        assert outbox.reopen_line(cast.endpoint, at=MONDAY + MINUTE) == Delivery.objects.count() > 0
        while tried(MONDAY + 2 * MINUTE):
            pass
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_410_of_an_earlier_url_says_nothing_of_the_one_that_stands_there_now(cast: Cast, opened: Delivery) -> None:
    with Receiver(receivers.answers("410 Gone")) as old:
        reached(cast, old)
        (claimed,) = outbox.claim(1, at=MONDAY)
        sent = outbox.send(claimed, at=MONDAY)
    Endpoint.objects.update(url="https://new.kuailive.example/in")
    assert outbox.finish(claimed, sent, at=MONDAY)
    line = Endpoint.objects.get()
    assert (line.state, line.failures_in_row, line.failing_since) == ("active", 0, None)


def test_429_pauses_the_whole_line_for_as_long_as_it_asks(cast: Cast) -> None:
    a_complaint()
    a_complaint()
    with Receiver(receivers.answers("429 Too Many Requests", "Retry-After: 90")) as receiver:
        reached(cast, receiver)
        tried(MONDAY, limit=1)
    assert outbox.claim(4, at=MONDAY + 89 * SECOND) == []
    assert not Delivery.objects.due(MONDAY + 89 * SECOND).exists()
    assert len(outbox.claim(4, at=MONDAY + 100 * SECOND)) == 1


def test_five_failures_in_a_row_open_the_breaker_and_one_probe_closes_it(cast: Cast) -> None:
    for _number in range(5):
        a_complaint()
    Delivery.objects.exclude(type="case.opened").delete()
    at = MONDAY
    with Receiver(receivers.answers("500 No")) as receiver:
        reached(cast, receiver)
        while len(receiver.messages) < noting.BREAKER_AFTER:
            tried(at, limit=1)
    endpoint = Endpoint.objects.get()
    assert (endpoint.failures_in_row, endpoint.closed_until) == (5, at + MINUTE)
    assert not Delivery.objects.due(at + 59 * SECOND).exists()  # waiting for its line is not being late
    at += 2 * MINUTE
    with Receiver(receivers.answers()) as receiver:
        reached(cast, receiver)
        assert len(tried(at)) == 1
        assert Endpoint.objects.get().closed_until is None
        assert len(tried(at)) == 2
    assert Endpoint.objects.get().failing_since is None


def test_an_address_that_is_not_allowed_is_not_tried_again_by_itself(cast: Cast, opened: Delivery) -> None:
    Endpoint.objects.update(url="https://10.0.0.1/")
    tried(MONDAY)
    opened.refresh_from_db()
    assert (opened.state, opened.tries.get().outcome) == ("parked", "blocked")


def test_a_line_without_a_usable_secret_sends_nothing_unsigned(cast: Cast, opened: Delivery) -> None:
    with Receiver(receivers.answers()) as receiver:
        reached(cast, receiver)
        Endpoint.objects.update(sealed_secret="s1.altered")
        tried(MONDAY)
    assert receiver.connections == 0
    opened.refresh_from_db()
    assert (opened.state, opened.tries.get().error) == ("parked", "no-secret")


def test_what_a_receiver_says_is_kept_short_and_harmless(cast: Cast, opened: Delivery) -> None:
    with Receiver(receivers.answers("500 No", body=b"\x00\x1b[2Jno\xff" + b"x" * 9000)) as receiver:
        reached(cast, receiver)
        tried(MONDAY)
    reply = opened.tries.get().reply
    assert reply.startswith("[2Jno")
    assert len(reply) == noting.REPLY_KEPT


# ── The sweep ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_sweep_finds_what_a_lost_ring_or_a_dead_worker_left(
    cast: Cast, opened: Delivery, settings: Settings
) -> None:
    assert outbox.sweep(at=MONDAY) == 1
    outbox.claim(4, at=MONDAY)
    assert outbox.sweep(at=MONDAY + SECOND) == 0
    assert outbox.sweep(at=MONDAY + settings.WEBHOOK_LEASE + SECOND) == 1
    assert opened.tries.get().outcome == Attempt.Outcome.UNKNOWN
    opened.refresh_from_db()
    assert opened.state == "pending"


def test_the_sweep_parks_what_waits_for_a_paused_line(cast: Cast, opened: Delivery) -> None:
    Endpoint.objects.update(state=Endpoint.State.PAUSED)
    assert outbox.sweep(at=MONDAY) == 0
    opened.refresh_from_db()
    assert opened.state == "parked"


def test_a_worker_drains_the_outbox_and_waits_for_the_first_retry(cast: Cast) -> None:
    clock = Clock()
    a_complaint(at=clock(), reached=False)
    turns = iter([receivers.answers("500 No")])
    with Receiver(lambda line: next(turns, receivers.answers())(line)) as receiver:
        reached(cast, receiver)
        assert outbox.drain(clock, until=clock() + 40 * SECOND) == 3
    assert [json.loads(one.body)["type"] for one in receiver.messages] == ["case.opened", "case.opened", "case.decided"]
    assert Respondent.objects.get(party="platform").notified_at is not None


def test_a_receiver_that_hangs_does_not_hold_up_the_others(cast: Cast) -> None:
    clock = Clock(speed=1)
    sick = Endpoint.objects.create(organisation=cast.kuailive, url="", created_at=MONDAY)
    sick.keep_secret(cast.secret, at=MONDAY)
    for _number in range(6):
        a_complaint(at=clock() - 2 * MINUTE)
    with Receiver(hangs_for(2)) as bad, Receiver(receivers.answers()) as good:
        reached(cast, good)
        Endpoint.objects.filter(pk=sick.pk).update(url=bad.url)
        began = clock()
        outbox.drain(clock, until=began + 1 * SECOND)
    healthy = Attempt.objects.filter(delivery__endpoint=cast.endpoint)
    assert (healthy.count(), len(good.messages)) == (12, 12)
    assert max(one.finished_at for one in healthy if one.finished_at) - began < 2 * SECOND
    assert sick.deliveries.filter(attempts__gt=0).count() == 2


def hangs_for(seconds: float) -> Behaviour:
    def behave(line: socket.socket) -> None:
        time.sleep(seconds)
        line.sendall(b"HTTP/1.1 500 No\r\n\r\n")

    return behave


def test_another_organisation_is_told_nothing(cast: Cast) -> None:
    other = Endpoint.objects.create(organisation=cast.yunji, url="https://yunji.example/", created_at=MONDAY)
    a_complaint()
    assert Organisation.objects.filter(kind="platform").count() == 2
    assert not other.deliveries.exists()


class Clock:
    """Real time, ten times as fast: retries of seconds need not be waited for."""

    def __init__(self, speed: int = 10) -> None:
        self.began, self.speed = datetime.now().astimezone(), speed

    def __call__(self) -> datetime:
        return self.began + (datetime.now().astimezone() - self.began) * self.speed


# ── The watchdog and the upkeep ──────────────────────────────────────────────────────────────────────────────────────


def test_a_queue_is_started_again_when_no_heart_beats_or_nothing_overdue_is_tried(
    cast: Cast, opened: Delivery, settings: Settings
) -> None:
    limit, long_ago = settings.QUEUE_HEARTBEAT_LIMIT, MONDAY - timedelta(days=1)
    assert outbox.standstill(since=MONDAY - limit + SECOND, at=MONDAY) == ""  # still young
    assert outbox.standstill(since=long_ago, at=MONDAY) == "no heartbeat"
    outbox.beat(at=MONDAY)
    assert outbox.standstill(since=long_ago, at=MONDAY) == ""
    assert "since" in outbox.standstill(since=long_ago, at=MONDAY + limit + SECOND)
    late = MONDAY + 6 * MINUTE
    outbox.beat(at=late)
    assert "overdue" in outbox.standstill(since=long_ago, at=late)
    Attempt.objects.create(delivery=opened, number=1, fence=9, started_at=late)
    assert outbox.standstill(since=long_ago, at=late) == ""  # behind, but at work


def test_counters_and_stored_answers_are_kept_for_a_while_only(cast: Cast) -> None:
    key = cast.kuailive.api_keys.get()
    for days in (1, 3, 8):
        at = MONDAY - timedelta(days=days)
        Tally.objects.count_up("api-read:1", window=at)
        IdempotentAnswer.objects.create(api_key=key, key=f"k{days}", fingerprint="", status=201, sealed_body="", at=at)
    assert upkeep.forget(at=MONDAY) == 3
    assert (Tally.objects.count(), IdempotentAnswer.objects.count()) == (1, 2)


def test_the_schedules_are_there_once_and_name_tasks_that_exist(db: None) -> None:
    found = {schedule.name: schedule.func for schedule in Schedule.objects.all()}
    assert found == {
        **{name: jobs.TASKS[name] for name in ("sweep", "heartbeat", "clock", "notify", "looks")},
        **{name: f"complaints.tasks.{name}" for name in ("figures", "liken", "alike", "boards")},
        **{name: f"complaints.tasks.{name}" for name in ("anchor", "mail_anchors", "tend")},
    }
    nobody = {"bundle": [0], "conform": [0], "send_sheet": [0]}  # the id of a row that is gone does no harm
    for name, path in jobs.TASKS.items():
        import_string(path)(*nobody.get(name, []))
    for schedule in found.values():
        import_string(schedule)()
