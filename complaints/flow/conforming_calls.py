"""What an integrator calls while a run of theirs goes on: noted, and once in each run something goes wrong on purpose.

Nothing here is reached with a live key: there are no runs but in places to practise.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Organisation
from complaints.conformance.calls import Call, Trap, What
from complaints.models import Complaint, ConformanceCall, ConformanceRun

MOST_CALLS = 500  # noted of one run


def spring(trap: Trap, organisation: Organisation, *, case: Complaint | None = None) -> bool:
    """Whether this is to go wrong now: once in a run that goes on, and only in the case of that run."""
    if not organisation.is_sandbox:
        return False
    with transaction.atomic():
        run = _going(organisation, case).select_for_update(no_key=True).first()
        if run is None or trap not in run.traps:
            return False
        run.traps.remove(trap.value)
        run.save(update_fields=["traps"])
    return True


def note_call(organisation: Organisation, call: Call, *, case: Complaint | None, at: datetime) -> None:
    """Keep that it was made, where a run goes on and it is about the case of that run, or about none."""
    run = _going(organisation, case).first()
    if run is not None and run.calls.count() < MOST_CALLS:
        told = {name: value for name, value in asdict(call).items() if value and name not in {"what", "status", "at"}}
        ConformanceCall.objects.create(run=run, what=call.what, status=call.status, told=told, at=at)


def calls_of(run: ConformanceRun) -> list[Call]:
    """The calls so far, the first first."""
    return [Call(What(each.what), each.status, each.at.timestamp(), **each.told) for each in run.calls.order_by("pk")]


def _going(organisation: Organisation, case: Complaint | None) -> QuerySet[ConformanceRun]:
    runs = ConformanceRun.objects.going().filter(organisation=organisation)
    return runs.filter(complaint=case) if case is not None else runs
