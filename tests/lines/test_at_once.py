"""An address is opened again while somebody writes a notice for it, or the sweep is at work: nothing stays behind."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from accounts.models import Endpoint
from complaints.flow import delivery, lines
from complaints.models import Delivery
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]


def beside(act: Callable[[], object]) -> threading.Thread:
    """Begin it with a connection of its own."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def states() -> set[str]:
    return set(Delivery.objects.values_list("state", flat=True))


def test_a_notice_written_while_its_address_is_opened_again_leaves(cast: Cast) -> None:
    Endpoint.objects.update(verified_at=MONDAY)
    lines.pause(cast.endpoint, actor=cast.platform, at=MONDAY)
    with transaction.atomic():
        a_complaint()
        opening = beside(lambda: lines.resume(cast.endpoint, actor=cast.platform, at=MONDAY))
        opening.join(10)
        assert Endpoint.objects.get().state == "active"
    assert states() == {"pending"}
    assert delivery.claim(1, at=MONDAY)


def test_the_sweep_parks_nothing_of_an_address_that_is_being_opened(cast: Cast) -> None:
    Endpoint.objects.update(verified_at=MONDAY)
    lines.pause(cast.endpoint, actor=cast.platform, at=MONDAY)
    a_complaint()
    with transaction.atomic():
        lines.resume(cast.endpoint, actor=cast.platform, at=MONDAY)
        sweeping = beside(lambda: delivery.sweep(at=MONDAY))
        sweeping.join(0.5)
    sweeping.join(10)
    assert states() == {"pending"}
