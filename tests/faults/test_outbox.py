"""The outbox, with its workers killed: over TLS, at every point, at random; nothing is lost, and twins are few."""

from __future__ import annotations

import os
import random
import secrets
import signal
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from accounts.models import Endpoint
from complaints import timeline, webhooks
from complaints.flow import replaying
from complaints.models import Actor, Attempt, Delivery
from tests.builders import a_complaint
from tests.cast import Cast
from tests.faults.house import House, children_of, wait_for
from tests.faults.points import AFTER, BEFORE, CLAIM, COMMIT, FINISH, POST, REPLAY, SEND
from tests.platform import receivers
from tests.platform.receivers import Authority, Receiver

LEASE = 2.0  # seconds, of the workers here
LATEST = timedelta(seconds=LEASE + 60)
NOTICES, WORKERS, EVERY, KILLS = 1500, 3, 0.25, 30
REPLAYED = 250  # two hundreds and a half
POINTS = (
    *((CLAIM, BEFORE), (COMMIT, BEFORE), (CLAIM, AFTER), (SEND, BEFORE)),
    *((POST, AFTER), (FINISH, BEFORE), (FINISH, AFTER)),
)


def test_a_worker_killed_at_any_point_loses_nothing(house: House, authority: Authority, roots: Path) -> None:
    """F04: the receiver gets each id; what was under way is unknown and sent again; at most the one twin it cannot
    rule out."""
    cast = house.settle()
    with Receiver(receivers.answers(), tls=authority.server) as receiver:
        house.receivers.append(receiver)
        with house.inside():
            Endpoint.objects.filter(pk=cast.endpoint.pk).update(url=receiver.url)
        site = house.over_tls(authority, receiver, roots).also(LEASE_SECONDS=str(LEASE))
        with site.workers() as workers:
            for point, when in POINTS:
                with house.inside():
                    began = timezone.now()
                    for _number in range(2):
                        a_complaint(at=began)
                house.arm(point, when)
                workers.begin()
                wait_for(lambda: house.went_off)
                workers.begin()
                workers.wait_for_all()
                with house.inside():
                    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}, (point, when)
                    assert not Delivery.objects.filter(done_at__gt=began + LATEST).exists()
    with house.inside():
        ids = set(Delivery.objects.values_list("message_id", flat=True))
        unknown = Attempt.objects.filter(outcome="unknown").count()
    arrived = Counter(message.headers["webhook-id"] for message in receiver.messages)
    print(f"{len(ids)} notices, {unknown} attempts unknown, {sum(arrived.values()) - len(ids)} twins")
    assert set(arrived) == ids
    assert unknown >= len([when for point, when in POINTS if point in {SEND, POST}])
    assert max(arrived.values()) <= 2 and sum(arrived.values()) - len(ids) <= unknown


def fill(cast: Cast, urls: Sequence[str], count: int) -> None:
    """So many notices that are due, of one case, spread over lines to these addresses; none waits for another."""
    now = timezone.now()
    long_ago = now - timedelta(minutes=5)
    complaint = a_complaint(at=long_ago)
    Endpoint.objects.filter(pk=cast.endpoint.pk).update(url=urls[0])
    lines = [Endpoint.objects.create(organisation=cast.kuailive, url=url, created_at=now) for url in urls]
    for line in lines:
        line.keep_secret(cast.secret, at=now)
    each = -(-count // len(lines))
    events = [timeline.record(complaint, "whatif-noted", {}, actor="officer:1", at=long_ago) for _one in range(each)]
    Delivery.objects.bulk_create(
        Delivery(
            event=event,
            endpoint=line,
            message_id=f"msg_{uuid.uuid4().hex}",
            type="endpoint.ping",  # as short as a notice can be
            body=webhooks.envelope("endpoint.ping", {"endpoint": line.code}, event_id=f"evt_{event.pk}", at=long_ago),
            next_attempt_at=now,
            created_at=long_ago,
        )
        for event in events
        for line in lines
    )


def test_random_kills_lose_nothing_and_make_few_twins(house: House) -> None:
    """F05: three workers, one of them killed and replaced every quarter of a second; the seed is printed."""
    cast, seed = house.settle(), secrets.randbelow(1 << 32)
    dice = random.Random(seed)
    with ExitStack() as stack:
        taking = [stack.enter_context(Receiver(receivers.answers())) for _number in range(10)]
        house.receivers.extend(taking)
        with house.inside():
            fill(cast, [one.url for one in taking], NOTICES)
        site = house.also(LEASE_SECONDS="6")
        with site.workers() as workers:
            crew = [workers.begin() for _worker in range(WORKERS)]
            killed = 0
            while children_of(workers.parent.pid) and killed < KILLS:
                time.sleep(EVERY)
                doomed = dice.randrange(WORKERS)
                with suppress(ProcessLookupError):
                    os.kill(crew[doomed], signal.SIGKILL)
                    killed += 1
                crew[doomed] = workers.begin()
            workers.wait_for_all()
        with house.inside():
            assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
            ids = set(Delivery.objects.values_list("message_id", flat=True))
    arrived = Counter(message.headers["webhook-id"] for one in taking for message in one.messages)
    twins = sum(arrived.values()) - len(arrived)
    print(f"seed {seed}: {killed} kills, {len(ids)} notices, {twins} twins")
    assert set(arrived) == ids
    assert twins < 0.05 * len(ids)


def test_a_replay_killed_at_every_hundred_skips_nothing(house: House) -> None:
    """F26: whoever sends a hundred again is killed as the next hundred is in line and the job's place not yet moved.
    The next goes on where it stood; nothing is sent twice."""
    cast = house.settle()
    with Receiver(receivers.answers()) as receiver:
        house.receivers.append(receiver)
        with house.inside():
            fill(cast, [receiver.url], REPLAYED)
            line = Endpoint.objects.filter(url=receiver.url).latest("pk")
            Delivery.objects.update(state="dead", attempts=11)
            now = timezone.now()
            who = Actor.machine(cast.kuailive)
            job = replaying.replay_span(line, since=now - timedelta(days=1), until=now, actor=who, at=now)
            assert job.total == REPLAYED
        with house.workers() as workers:
            for number in range(-(-REPLAYED // replaying.ROOM)):
                # The first of its saves lets this hundred into the line; from the next one it does not return.
                house.arm(REPLAY, BEFORE, 2 if number else 1)
                workers.begin()
                wait_for(lambda: house.went_off, what=lambda: house.said("workers.log"))
                with house.inside():
                    job.refresh_from_db()
                    assert job.queued == Delivery.objects.filter(trigger="replay").count() == number * replaying.ROOM
            workers.begin()
            workers.wait_for_all()
        with house.inside():
            job.refresh_from_db()
            assert (job.state, job.queued) == ("done", REPLAYED)
            assert Delivery.objects.filter(trigger="replay", state="done").count() == REPLAYED
            ids = set(Delivery.objects.filter(endpoint=line).values_list("message_id", flat=True))
    arrived = Counter(message.headers["webhook-id"] for message in receiver.messages)
    assert set(arrived) == ids and set(arrived.values()) == {1}
