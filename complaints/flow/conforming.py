"""A run of the conformance steps: begun by whoever practises, carried on by the queue, broken off and taken up again
without anything being sent twice that was noted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Endpoint, Organisation
from accounts.sealing import CannotUnseal
from complaints import jobs
from complaints.conformance.bench import Bench, Came
from complaints.conformance.calls import TRAPS
from complaints.conformance.ended import Act, Ended, Result
from complaints.conformance.sending import NOTICES
from complaints.conformance.steps import STEPS
from complaints.flow.conforming_bench import bench_for
from complaints.flow.line_rules import CannotChangeLine
from complaints.flow.sandbox import CannotPractise, note_used
from complaints.flow.sandbox_cases import invent
from complaints.models import ConformanceRun
from complaints.webhooks import NoSecret

log = logging.getLogger(__name__)

HOLD = timedelta(minutes=2)  # so long nobody else goes on with a run that a worker took
OLDEST = timedelta(minutes=30)  # after that it is broken off
RUNS_A_DAY = 40
GIVE_UP_AFTER = 3  # steps in a row without any answer
State = ConformanceRun.State


@transaction.atomic
def begin(organisation: Organisation, endpoint_id: int | None, *, at: datetime) -> ConformanceRun:
    """Put one address of a place to practise to the test; the queue does it. Raises CannotPractise.

    Only a verified address: what its owner has shown to expect us. Nobody else's can be aimed at.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    lines = Endpoint.objects.filter(organisation=organisation, organisation__kind=Organisation.Kind.SANDBOX)
    lines = lines.filter(removed_at=None, verified_at__isnull=False).exclude(state=Endpoint.State.UNVERIFIED)
    line = lines.filter(pk=endpoint_id).first() if endpoint_id else lines.order_by("-pk").first()
    if line is None:
        raise CannotPractise(_("先在练习环境里加一个Webhook地址，核对通过以后再检查。"))
    if organisation.conformance_runs.filter(asked_at__gt=at - timedelta(days=1)).count() >= RUNS_A_DAY:
        raise CannotPractise(_("一天最多检查{n}次，明天再来。").format(n=RUNS_A_DAY))
    case = invent(organisation, "not-as-described", at=at)
    try:
        with transaction.atomic():
            run = ConformanceRun.objects.create(
                organisation=organisation, endpoint=line, complaint=case, asked_at=at, traps=list(TRAPS)
            )
    except IntegrityError:
        raise CannotPractise(_("已经有一次检查在跑，等它跑完。")) from None
    note_used(organisation, at=at)
    jobs.ring("conform", run.pk)
    return run


def carry_on(run_id: int, clock: Callable[[], datetime], *, until: datetime) -> ConformanceRun | None:
    """Do the steps that are left, one after the other, until the time is up; each is noted when it is done. None where
    another worker is at it, or it is over. Must not run inside a transaction."""
    taken = _take(run_id, clock())
    if taken is None:
        return None
    run, held = taken
    if run.endpoint.removed_at or run.endpoint.state == Endpoint.State.UNVERIFIED:
        # It has another URL since, whose owner never said that they expect us.
        ConformanceRun.objects.filter(pk=run.pk).update(state=State.BROKEN, finished_at=clock(), held_until=None)
        return run
    try:
        bench = bench_for(run, clock)
        for code, act in list(STEPS.items())[len(run.steps) :]:
            if clock() >= until:
                break
            ended = _act(act, bench) if not _is_lost(run) else Ended(Result.SKIPPED, Came(None, 0, "given-up"))
            if not _note(run, held, code, ended, at=clock()):
                return None
    except (CannotUnseal, NoSecret):
        log.error("conformance %s: the secret of endpoint %s cannot be used", run.pk, run.endpoint_id)
        ConformanceRun.objects.filter(pk=run.pk).update(state=State.BROKEN, finished_at=clock(), held_until=None)
        return run
    ConformanceRun.objects.filter(pk=run.pk, held_until=held).update(held_until=None)
    if not run.is_over:
        jobs.ring("conform", run.pk)
    return run


def stop(run: ConformanceRun, *, at: datetime) -> bool:
    """Send nothing more of it; what is done stays in the report. False where it was over already."""
    going = ConformanceRun.objects.going().filter(pk=run.pk)
    return bool(going.update(state=State.STOPPED, finished_at=at, held_until=None))


def sweep(*, at: datetime) -> int:
    """Ring for the runs nobody is at; break off those that came to no end. Returns how many were rung for."""
    ConformanceRun.objects.going().filter(asked_at__lt=at - OLDEST).update(state=State.BROKEN, finished_at=at)
    pks = list(_free(at).values_list("pk", flat=True)[:20])
    for pk in pks:
        jobs.ring("conform", pk)
    return len(pks)


def _free(at: datetime) -> QuerySet[ConformanceRun]:
    return ConformanceRun.objects.going().filter(Q(held_until=None) | Q(held_until__lt=at))


def _take(run_id: int, at: datetime) -> tuple[ConformanceRun, datetime] | None:
    held = at + HOLD
    others = ConformanceRun.objects.filter(state=State.RUNNING, held_until__gt=at).exclude(pk=run_id)
    if others.exists():
        return None  # a receiver may take its time: not all workers wait for those; the sweep rings again
    if not _free(at).filter(pk=run_id).update(state=State.RUNNING, held_until=held):
        return None
    return ConformanceRun.objects.select_related("endpoint", "complaint", "organisation").get(pk=run_id), held


def _act(act: Act, bench: Bench) -> Ended:
    """Do one step. What its owner did meanwhile to the case or to the address may forbid it: then it is skipped."""
    try:
        return act(bench)
    except CannotPractise:
        return Ended(Result.SKIPPED, Came(None, 0, "case-spent"))
    except CannotChangeLine:
        return Ended(Result.SKIPPED, Came(None, 0, "line-changed"))


def _note(run: ConformanceRun, held: datetime, code: str, ended: Ended, *, at: datetime) -> bool:
    """False where somebody else has the run meanwhile."""
    came = ended.came
    line = {"step": code, "result": ended.result.value, "status": came.status, "ms": came.ms, "error": came.error}
    steps = [*run.steps, line]
    is_last = len(steps) == len(STEPS)
    state, finished = (State.DONE, at) if is_last else (State.RUNNING, None)
    mine = ConformanceRun.objects.filter(pk=run.pk, held_until=held)
    if not mine.update(steps=steps, state=state, finished_at=finished):
        return False
    run.steps, run.state = steps, state
    return True


def _is_lost(run: ConformanceRun) -> bool:
    """Whether nobody answers there any more: what they call themselves says nothing about it."""
    sent = [step for step in run.steps if step["step"] in NOTICES and step["error"] != "not-on"][-GIVE_UP_AFTER:]
    return len(sent) == GIVE_UP_AFTER and all(step["status"] is None for step in sent)
