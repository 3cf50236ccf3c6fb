"""DOOR for the queue: each task calls one verb and never raises for business reasons."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from complaints import jobs, lawbooks, searching
from complaints.evidence import tending
from complaints.evidence.shelf import Unavailable
from complaints.flow import (
    account,
    anchoring,
    bundling,
    clusters,
    conforming,
    contacting,
    delivery,
    drafting,
    erasure,
    exporting,
    failing,
    importing_responses,
    likening,
    line_health,
    line_tls,
    masks,
    presence,
    promises,
    publishing,
    reaching,
    reading,
    record_requests,
    reminding,
    replaying,
    sandbox,
    staffing,
    stamps,
    telling,
    upkeep,
    uploads,
)
from complaints.flow import boards as boards_flow
from complaints.flow import clock as deadlines
from complaints.flow import looks as looks_flow
from complaints.steady import steady_clock

log = logging.getLogger(__name__)

DRAIN = timedelta(seconds=40)  # a worker's task ends itself well before the queue's time-out of 60 s

COUNTING = timedelta(seconds=20)  # every two minutes: the first count of a big site takes a while

READING = timedelta(seconds=180)  # of the 240 that the media cluster gives; one picture may take OCR_SECONDS of it

# What the clock does, in this order.
CLOCK: tuple[Callable[..., object], ...] = (
    reaching.start_clocks,
    deadlines.recall_unreached,
    deadlines.lapse_deadlines,
    record_requests.lapse_records,
    promises.run_offers,
    telling.remind,
    reaching.remind_of_service,
    reminding.remind_officers,
    reminding.remind_parties,
    reminding.mail_digests,
    telling.forget_told,
    line_health.tell_of_secrets,
    line_health.tell_of_keys,
    line_tls.tell_of_certificates,
    account.erase_ended,
    lawbooks.keep_current,
    upkeep.forget,
    drafting.discard_expired,
    drafting.forget_codes,
    contacting.forget,
    uploads.discard_stale,
    masks.forget,
    looks_flow.forget,
    sandbox.close_idle,
)


def deliver() -> None:
    """Send what is due, and put the next of what is sent again in line."""
    clock = steady_clock()
    delivery.drain(clock, until=clock() + DRAIN)
    reaching.start_clocks(at=timezone.now())
    replaying.advance_all(at=timezone.now())


def notify() -> None:
    """Tell people what is due to be told."""
    telling.send_due(timezone.now, until=timezone.now() + DRAIN)


def mask(evidence_id: int) -> None:
    """Cover a new piece for the other side."""
    masks.by_key(evidence_id, at=timezone.now())


def sweep() -> None:
    """Repeat every duty that a lost ring left undone."""
    delivery.sweep(at=steady_clock()())  # gives up leases: by the clock they were taken by
    failing.watch(at=timezone.now())
    reaching.start_clocks(at=timezone.now())
    replaying.advance_all(at=timezone.now())
    masks.sweep()
    stamps.sweep(at=timezone.now())
    bundling.sweep(at=timezone.now())
    searching.fill_some()
    exporting.sweep(at=timezone.now())
    reading.sweep(at=timezone.now())
    presence.sweep(at=timezone.now())
    conforming.sweep(at=timezone.now())
    importing_responses.sweep(at=timezone.now())


def read(_blob_pk: int) -> None:
    """Read the words on pictures that wait, this one or others; where somebody is reading, it is left to them."""
    reading.read_waiting(timezone.now, until=timezone.now() + READING)


def conform(run_id: int) -> None:
    """Go on with a run of the conformance steps."""
    conforming.carry_on(run_id, timezone.now, until=timezone.now() + DRAIN / 2)


def send_sheet(pk: int) -> None:
    """Go on sending a table of answers."""
    importing_responses.carry_on_by_pk(pk, timezone.now, until=timezone.now() + DRAIN / 2)


def heartbeat() -> None:
    """Show that a worker really works, and ask the other cluster to show the same."""
    delivery.beat(at=timezone.now())
    if looks_flow.is_working(at=timezone.now()):
        jobs.ring("heartbeat_media")


def heartbeat_media() -> None:
    """Show that a worker of the media cluster really works."""
    looks_flow.beat(at=timezone.now())


def look(blob_id: int) -> None:
    """Look into one file."""
    looks_flow.look(blob_id, at=timezone.now())


def looks() -> None:
    """Find the files that wait."""
    looks_flow.sweep(at=timezone.now())


def clock() -> None:
    """Let deadlines and offers run out, remind of those near, keep the law of today, forget what is over.

    A duty that fails keeps none of the others from being done; the queue is told of it at the end.
    """
    failed: list[Exception] = []
    for duty in CLOCK:
        try:
            duty(at=timezone.now())
        except Exception as error:  # whatever it is, the others have their hour
            log.error("clock: %s.%s failed (%s)", duty.__module__, duty.__qualname__, type(error).__name__)
            failed.append(error)
    if failed:
        raise ExceptionGroup("duties of the clock failed", failed)


def tend() -> None:
    """Look after the shelf: sweep, read again, erase what is past its time; and after cases of people who have left."""
    now, until = timezone.now, timezone.now() + DRAIN
    staffing.give_back_stranded(at=now())
    tending.clear_staging(at=now())
    try:
        tending.settle_faults(at=now())
        erasure.erase_due(at=now())
        tending.sweep(now, until=until)
        tending.scrub(now, until=until)
    except Unavailable as error:
        log.error("evidence: %s; the next beat goes on", error.strerror)


def anchor() -> None:
    """Put the ends of all chains that moved under a signed root."""
    anchoring.make_anchors(timezone.now, until=timezone.now() + DRAIN)
    stamps.missing(at=timezone.now())


def mail_anchors() -> None:
    """Send the day's anchors to the associations."""
    anchoring.mail_anchors(at=timezone.now())


def stamp() -> None:
    """Ask for the time-stamps that are due."""
    stamps.ask_due(timezone.now, until=timezone.now() + DRAIN)


def bundle(pk: int) -> None:
    """Make a bundle that was asked for."""
    bundling.make(pk, timezone.now)


def figures() -> None:
    """Publish the figures of today, a month after the other; what is left waits for the next run."""
    publishing.publish_figures(timezone.now, until=timezone.now() + DRAIN)


def boards() -> None:
    """Count again what the dashboard shows; what is left waits for the next run."""
    boards_flow.keep_counts(timezone.now, until=timezone.now() + COUNTING)


def liken() -> None:
    """Compare the pictures that nobody has compared yet; what is left waits for the next run."""
    likening.compare_new(timezone.now, until=timezone.now() + DRAIN)


def alike(complaint_pk: int = 0) -> None:
    """Look among open cases for those that look like one matter: this one and others that nobody has looked at yet. By
    the clock, take away what is no matter any more."""
    clusters.look_for_new(timezone.now, until=timezone.now() + DRAIN)
    if not complaint_pk:
        clusters.drop_empty()
