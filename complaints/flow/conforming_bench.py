"""The bench of a run: its address with its secrets, its case, and what its owner calls meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import Endpoint
from complaints.certificates import own_tls
from complaints.conformance.bench import Bench
from complaints.conformance.leaving import STOPPED
from complaints.flow import lines
from complaints.flow.conforming_calls import calls_of
from complaints.flow.noting import park
from complaints.flow.sandbox_events import provoke
from complaints.models import Actor, Complaint, ConformanceRun, Delivery
from complaints.webhooks import NoSecret

HAPPENING = "message.posted"  # what happens in the case when something is to happen: it changes nobody's duties


def bench_for(run: ConformanceRun, clock: Callable[[], datetime]) -> Bench:
    """What the steps of a run work with. Raises NoSecret, CannotUnseal."""
    line, case = run.endpoint, run.complaint
    assert case is not None  # a run begins with one
    signing = line.secrets(clock())
    if not signing:
        raise NoSecret
    case.refresh_from_db(fields=["version"])
    return Bench(
        url=line.url,
        line=line.code,
        signing=signing,
        extra=line.extra_headers(),
        signing_key=line.signing_key(),
        name=f"conformance_{run.pk}",
        case=case.reference,
        version=case.version,
        house=run.organisation_id,
        clock=clock,
        calls=lambda: calls_of(run),
        answers=lambda: case.events.filter(kind="answered", actor=f"organisation:{run.organisation_id}").count(),
        happen=lambda: happen(case, at=clock()),
        stop=lambda: _stop(run, at=clock()),
        resume=lambda: _resume(run, at=clock()),
        wait=settings.CONFORMANCE_WAIT,
        own=own_tls(line),
        slowest=max((step["ms"] for step in run.steps if step["status"]), default=0),
    )


def happen(case: Complaint, *, at: datetime) -> int:
    """Something happens in an invented case. Returns its version then. Raises CannotPractise."""
    return provoke(case, HAPPENING, at=at).complaint.version


@transaction.atomic
def _stop(run: ConformanceRun, *, at: datetime) -> bool:
    """As after a 410 to a real notice (flow.noting). False, and nothing changed, where the run was stopped meanwhile,
    or the address is another or out of use: its owner wants it so."""
    line = _held(run)
    if not ConformanceRun.objects.going().filter(pk=run.pk).select_for_update(no_key=True).first():
        return False
    if line is not None and line.state == Endpoint.State.ACTIVE:
        line.state = Endpoint.State.GONE
        line.save(update_fields=["state"])
        park(Delivery.objects.filter(endpoint=line), at=at)
    return line is not None and line.state == Endpoint.State.GONE


@transaction.atomic
def _resume(run: ConformanceRun, *, at: datetime) -> bool:
    was_stopped = any(step["error"] == STOPPED for step in run.steps)
    line = _held(run) if was_stopped else None
    if line is None or line.state != Endpoint.State.GONE:
        return False
    lines.resume(line, actor=Actor.machine(line.organisation), at=at)
    return True


def _held(run: ConformanceRun) -> Endpoint | None:
    """The address of the run, locked, if it still stands where it stood."""
    standing = Endpoint.objects.standing().select_for_update(no_key=True, of=("self",)).select_related("organisation")
    return standing.filter(pk=run.endpoint_id, url=run.endpoint.url).first()
