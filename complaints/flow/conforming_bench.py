"""The bench of a run: its address with its secrets, its case, and what its owner calls meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import Endpoint
from complaints.certificates import own_tls
from complaints.conformance.bench import Bench
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
        stop=lambda: _stop(line, at=clock()),
        resume=lambda: _resume(line, at=clock()),
        wait=settings.CONFORMANCE_WAIT,
        own=own_tls(line),
        slowest=max((step["ms"] for step in run.steps if step["status"]), default=0),
    )


def happen(case: Complaint, *, at: datetime) -> int:
    """Something happens in an invented case. Returns its version then. Raises CannotPractise."""
    return provoke(case, HAPPENING, at=at).complaint.version


@transaction.atomic
def _stop(line: Endpoint, *, at: datetime) -> None:
    """As after a 410 to a real notice (flow.noting)."""
    line = Endpoint.objects.select_for_update(no_key=True).get(pk=line.pk)
    line.state = Endpoint.State.GONE
    line.save(update_fields=["state"])
    park(Delivery.objects.filter(endpoint=line), at=at)


def _resume(line: Endpoint, *, at: datetime) -> bool:
    line.refresh_from_db(fields=["state"])
    if line.state != Endpoint.State.GONE:
        return False
    lines.resume(line, actor=Actor.machine(line.organisation), at=at)
    return True
