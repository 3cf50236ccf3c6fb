"""Clocks that are wrong, differ, or jump: leases hold, and nothing is lost or sent for ever."""

from __future__ import annotations

import socket
import time
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Endpoint
from complaints.models import Delivery
from tests.builders import a_complaint
from tests.faults.house import House, wait_for
from tests.platform import receivers
from tests.platform.receivers import Receiver

AHEAD, JUMP = "300", "600"  # seconds
IN_FLIGHT = 2
SLOW = 3.0  # seconds until the receiver answers: meanwhile others look at the lease
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="several machines only on PostgreSQL")


def slowly(line: socket.socket) -> None:
    time.sleep(SLOW)
    receivers.answers()(line)


def states(house: House) -> set[str]:
    with house.inside():
        return set(Delivery.objects.values_list("state", flat=True))


@on_postgres
def test_a_machine_whose_clock_is_ahead_takes_no_lease_of_another(house: House) -> None:
    """F29: the sweeps and workers of a machine five minutes ahead leave what another one is sending."""
    cast = house.settle()
    ahead = house.folder / "clock"
    ahead.write_text(AHEAD, "ascii")
    with Receiver(slowly) as receiver:
        house.receivers.append(receiver)
        with house.inside():
            Endpoint.objects.filter(pk=cast.endpoint.pk).update(url=receiver.url)
            for _number in range(2):
                a_complaint(at=timezone.now())
        with house.workers() as right, house.also(CLOCK_FILE=str(ahead), SWEEPS="1").workers() as wrong:
            right.begin()
            wait_for(lambda: bool(receiver.messages))
            wrong.begin()
            right.wait_for_all()
            wrong.wait_for_all()
    arrived = Counter(message.headers["webhook-id"] for message in receiver.messages)
    assert states(house) == {"done"}
    assert set(arrived.values()) == {1}
    now = time.time()
    assert all(abs(int(message.headers["webhook-timestamp"]) - now) < 60 for message in receiver.messages)


def test_a_clock_that_jumps_loses_nothing_and_is_told(house: House) -> None:
    """F28: ten minutes forward in the middle of a lease, then back. Where the database tells the time nothing is sent
    twice; on one machine at most what was on its way. Set back, it waits until it has caught up, and says so."""
    cast = house.settle()
    clock = house.folder / "clock"
    has_own_clock = connection.vendor == "postgresql"
    with Receiver(slowly) as receiver:
        house.receivers.append(receiver)
        with house.inside():
            Endpoint.objects.filter(pk=cast.endpoint.pk).update(url=receiver.url)
            a_complaint(at=timezone.now())
        with house.also(CLOCK_FILE=str(clock), SWEEPS="1").workers() as workers:
            workers.begin()
            wait_for(lambda: bool(receiver.messages))
            clock.write_text(JUMP, "ascii")
            workers.begin()
            workers.wait_for_all()
            assert states(house) == {"done"}
            arrived = Counter(message.headers["webhook-id"] for message in receiver.messages)
            assert sum(arrived.values()) - len(arrived) <= (0 if has_own_clock else IN_FLIGHT)

            clock.write_text("0", "ascii")
            with house.inside():
                a_complaint(at=timezone.now())
            workers.begin(SLOW / 2)
            workers.wait_for_all()
            if not has_own_clock:
                assert "pending" in states(house)
                assert "nothing is sent until it has caught up" in house.said("workers.log")
                clock.write_text(str(2 * int(JUMP)), "ascii")
                workers.begin()
                workers.wait_for_all()
    assert states(house) == {"done"}
    assert {message.headers["webhook-id"] for message in receiver.messages} >= set(arrived)
