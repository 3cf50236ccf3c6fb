"""DOOR for the queue: each task calls one verb and never raises for business reasons."""

from datetime import timedelta

from django.utils import timezone

from complaints import lawbooks
from complaints.flow import (
    account,
    contacting,
    delivery,
    drafting,
    masks,
    promises,
    publishing,
    telling,
    upkeep,
    uploads,
)
from complaints.flow import clock as deadlines

DRAIN = timedelta(seconds=40)  # a worker's task ends itself well before the queue's time-out of 60 s


def deliver() -> None:
    """Send what is due."""
    delivery.drain(timezone.now, until=timezone.now() + DRAIN)


def notify() -> None:
    """Tell people what is due to be told."""
    telling.send_due(timezone.now, until=timezone.now() + DRAIN)


def mask(evidence_id: int) -> None:
    """Cover a new piece for the other side."""
    masks.by_key(evidence_id, at=timezone.now())


def sweep() -> None:
    """Repeat every duty that a lost ring left undone."""
    delivery.sweep(at=timezone.now())
    masks.sweep(at=timezone.now())


def heartbeat() -> None:
    """Show that a worker really works."""
    delivery.beat(at=timezone.now())


def clock() -> None:
    """Let deadlines and offers run out, remind of those near, keep the law of today, forget what is over."""
    deadlines.lapse_deadlines(at=timezone.now())
    promises.run_offers(at=timezone.now())
    telling.remind(at=timezone.now())
    telling.forget_told(at=timezone.now())
    account.erase_ended(at=timezone.now())
    lawbooks.keep_current(at=timezone.now())
    upkeep.forget(at=timezone.now())
    drafting.discard_expired(at=timezone.now())
    drafting.forget_codes(at=timezone.now())
    contacting.forget(at=timezone.now())
    uploads.discard_stale(at=timezone.now())
    masks.forget(at=timezone.now())


def figures() -> None:
    """Publish the figures of today, a month after the other; what is left waits for the next run."""
    publishing.publish_figures(timezone.now, until=timezone.now() + DRAIN)
