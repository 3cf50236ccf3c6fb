"""The queue killed where it hurts: its idle workers, its tasks again and again, its keys; and asked to stop."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from accounts.models import Endpoint
from complaints import jobs
from complaints.evidence import quarantine
from complaints.evidence.sniff import KINDS
from complaints.flow import delivery as outbox
from complaints.flow import looks
from complaints.models import Attempt, Blob, Delivery, Heartbeat
from tests.builders import a_complaint, a_picture
from tests.cast import Cast
from tests.faults.house import House, children_of, family_of, is_running, wait_for
from tests.faults.points import ALWAYS, BEFORE, LOOK
from tests.platform import receivers
from tests.platform.receivers import Receiver

LIMIT = 15  # seconds without a heartbeat, instead of three minutes
HANGS = 6  # seconds without one, however often it is asked for: nobody works there any more
POOL = 2  # workers of a cluster
HINTS = 50
SLOW = 2.0  # seconds until the receiver answers, so that a notice is under way
PATIENCE = 4  # seconds that tasks have to end
# Clusters take their time to start, and do the same on both databases: each of these is shown on one of them.
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="shown on SQLite")
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="shown on PostgreSQL")


def reach(house: House, cast: Cast, receiver: Receiver) -> None:
    house.receivers.append(receiver)
    with house.inside():
        Endpoint.objects.filter(pk=cast.endpoint.pk).update(url=receiver.url)


def file(house: House) -> None:
    with house.inside():
        a_complaint(at=timezone.now())


def is_done(house: House) -> bool:
    with house.inside():
        return set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def beats(house: House) -> int:
    """Ask for a sign of life, as its schedule does each minute; how many seconds the last one is old."""
    with house.inside():
        jobs.ring("heartbeat")
        beat = Heartbeat.objects.filter(name="queue").first()
        return round((timezone.now() - beat.at).total_seconds()) if beat else 999


@on_sqlite
def test_a_cluster_whose_idle_workers_are_killed_is_started_again_and_stops_politely(house: House) -> None:
    """F06: whoever kills an idle worker kills the lock it holds; the cluster looks alive, and does nothing until the
    watchdog starts it again. F08, asked by its main process alone: it ends what it is at."""
    cast = house.settle()
    slow = receivers.answers()
    seconds = [0.0]

    def behave(line: socket.socket) -> None:
        time.sleep(seconds[0])
        slow(line)

    with Receiver(behave) as receiver:
        reach(house, cast, receiver)
        site = house.also(QUEUE_HEARTBEAT_LIMIT_SECONDS=str(LIMIT))
        with site.started("manage.py", "watch_queue", "--only", "queue", "--skip-checks", log="queue.log") as watcher:
            wait_for(lambda: beats(house) < LIMIT, seconds=90, pause=1, what=lambda: house.said("queue.log"))
            (queue,) = children_of(watcher.pid)
            (sentinel,) = children_of(queue)
            others = set(children_of(sentinel)[POOL:])  # begun after the workers: they carry tasks in, and results out

            def hangs() -> bool:
                """Killed as often as it takes: a worker that waits has the lock, one that is at something has not."""
                if (age := beats(house)) <= 2:
                    for worker in set(children_of(sentinel)) - others:
                        os.kill(worker, signal.SIGKILL)
                return age > HANGS

            wait_for(hangs, pause=1.5, what=lambda: house.said("queue.log"))
            file(house)

            def started_again() -> bool:
                beats(house)  # asked for all the time, so that only one who does not work shows no life
                return children_of(watcher.pid) not in ([], [queue])

            wait_for(started_again, seconds=LIMIT + 30, pause=1, what=lambda: house.said("queue.log"))
            assert not receiver.messages  # alive to everybody who only asked for its processes, it did nothing
            wait_for(lambda: is_done(house), seconds=90, what=lambda: house.said("queue.log"))

            seconds[0] = 2.0
            arrived = len(receiver.messages)
            file(house)
            wait_for(lambda: len(receiver.messages) > arrived)
            watcher.send_signal(signal.SIGTERM)
            assert watcher.wait(45) == 0
        with house.inside():
            assert not Attempt.objects.filter(outcome__in=["started", "unknown"]).exists()
            assert "done" in Delivery.objects.order_by("-pk")[:2].values_list("state", flat=True)


@on_postgres
def test_a_cluster_cut_off_with_its_whole_group_sends_again_what_was_under_way(house: House) -> None:
    """F08 for the whole group. Killed, it is started again by the watchdog; asked to stop all at once, watchdog and
    workers, it is gone within the patience. What was cut off is unknown, and sent again when its lease is over."""
    cast = house.settle()
    answer, seconds = receivers.answers(), [SLOW]

    def behave(line: socket.socket) -> None:
        time.sleep(seconds[0])
        answer(line)

    def goes_on() -> bool:
        """A minute's sweep is rung in the meantime, as its schedule does."""
        with house.inside():
            jobs.ring("sweep")
        return is_done(house)

    def unknown() -> int:
        with house.inside():
            return Attempt.objects.filter(outcome="unknown").count()

    watch = ("manage.py", "watch_queue", "--only", "queue", "--skip-checks", "--patience", str(PATIENCE))
    with Receiver(behave) as receiver:
        reach(house, cast, receiver)
        site = house.also(LEASE_SECONDS=str(2 * SLOW))
        with site.started(*watch, log="queue.log") as watcher:
            file(house)
            wait_for(lambda: bool(receiver.messages), what=lambda: house.said("queue.log"))
            (queue,) = children_of(watcher.pid)
            os.killpg(queue, signal.SIGKILL)
            wait_for(lambda: children_of(watcher.pid) not in ([], [queue]), what=lambda: house.said("queue.log"))
            seconds[0] = 0.0
            wait_for(goes_on, pause=0.5, what=lambda: house.said("queue.log"))
            cut_off = unknown()
            assert cut_off >= 1

            seconds[0], arrived = SLOW, len(receiver.messages)
            file(house)
            wait_for(lambda: len(receiver.messages) > arrived)
            everybody = family_of(watcher)
            for pid in everybody:
                os.kill(pid, signal.SIGTERM)
            assert watcher.wait(PATIENCE + 15) == 0
            wait_for(lambda: not any(map(is_running, everybody)))
        seconds[0] = 0.0
        with site.also(SWEEPS="1").workers() as workers:
            workers.begin()
            workers.wait_for_all()
    assert is_done(house)
    arrived_ids = Counter(message.headers["webhook-id"] for message in receiver.messages)
    with house.inside():
        assert set(Delivery.objects.values_list("message_id", flat=True)) == set(arrived_ids)
    assert sum(arrived_ids.values()) - len(arrived_ids) <= unknown()


@on_postgres
def test_a_file_that_kills_its_worker_is_begun_three_times_and_then_waits_for_a_person(
    house: House, settings: Settings
) -> None:
    """F07: the queue counts no crash; the row does, before each look."""
    picture = a_picture()
    with house.inside():
        staged = settings.FILE_UPLOAD_TEMP_DIR / "poison.part"
        staged.write_bytes(picture)
        sha256 = hashlib.sha256(picture).hexdigest()
        kind = KINDS["image/png"]
        blob = quarantine.admit(staged, kind=kind, size=len(picture), at=timezone.now(), sha256=sha256)
    house.arm(LOOK, BEFORE, ALWAYS)

    def begun_again() -> bool:
        """Two minutes later: nobody is at it any more, and the sweep finds it."""
        with house.inside():
            looks.beat(at=timezone.now())
            Blob.objects.filter(pk=blob.pk, starts=house.deaths).update(busy_until=None)
            looks.sweep(at=timezone.now())
            return Blob.objects.get(pk=blob.pk).state == Blob.State.HELD

    with house.also(Q_CLUSTER_NAME="media").started("manage.py", "qcluster", log="media.log") as queue:
        wait_for(begun_again, pause=0.5, what=lambda: house.said("media.log"))
        assert house.deaths == 3
        with house.inside():
            OrmQ.objects.update(lock=timezone.now() - timedelta(days=1))  # what a row waits for after a crash
        wait_for(lambda: waiting(house) == 0, what=lambda: house.said("media.log"))
        assert queue.poll() is None
    assert house.deaths == 3
    with house.inside():
        assert Blob.objects.get(pk=blob.pk).starts == 3


def test_a_queue_that_cannot_be_reached_costs_a_minute_and_nothing_else(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """The row is the promise: where the ring fails after the commit, whoever filed is not told that it went wrong."""
    cast = house.settle()
    with Receiver(receivers.answers()) as receiver:
        reach(house, cast, receiver)
        with house.inside():
            rename("django_q_ormq", "away")
            a_complaint(at=timezone.now())
            assert "Error calling" in caplog.text
            rename("away", "django_q_ormq")
            assert outbox.sweep(at=timezone.now()) == 2
            outbox.drain(timezone.now, until=timezone.now() + timedelta(seconds=20))
        assert is_done(house)


def rename(table: str, other: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {other}")


def waiting(house: House) -> int:
    with house.inside():
        return int(OrmQ.objects.count())


@on_postgres
def test_hints_under_an_old_key_are_lost_and_nothing_else_is(house: House) -> None:
    """F35: SECRET_KEY is changed with fifty rings in the queue: they vanish, and the sweep delivers all."""
    cast = house.settle()
    with Receiver(receivers.answers()) as receiver:
        reach(house, cast, receiver)
        with house.inside():
            for _number in range(3):
                a_complaint(at=timezone.now())
            OrmQ.objects.all().delete()
            for _number in range(HINTS):
                jobs.ring("deliver")
        assert waiting(house) == HINTS
        site = house.also(SECRET_KEY="another-key-of-the-house-0123456789-0123456789-0123456789")
        with site.started("manage.py", "watch_queue", "--only", "queue", "--skip-checks", log="queue.log"):
            wait_for(lambda: is_done(house), what=lambda: house.said("queue.log"))
            wait_for(lambda: waiting(house) == 0)
