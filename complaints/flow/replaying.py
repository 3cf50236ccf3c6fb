"""Send the notices of a span of time to one address again, a few at a time, from a place that is kept."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Endpoint
from complaints import jobs
from complaints.flow.line_rules import CannotChangeLine, Unsound, require, sound_types
from complaints.models import Actor, Delivery, LineChange, ReplayJob, Trigger

REPLAYABLE = (Delivery.State.DONE, Delivery.State.DEAD, Delivery.State.PARKED)
ROOM = 100  # so many of a job wait in line at a time: what is new does not wait behind ten thousand
RUNNING = ReplayJob.State.RUNNING


@transaction.atomic
def replay_span(
    endpoint: Endpoint,
    *,
    since: datetime,
    until: datetime,
    states: Collection[str] = (),
    types: Collection[str] = (),
    actor: Actor,
    at: datetime,
) -> ReplayJob:
    """A job that sends again what arose in the span, in that order, under the same ids. No states named: what was not
    taken. Raises CannotChangeLine."""
    line = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    require(actor, endpoint.organisation)
    if line.removed_at or line.state != Endpoint.State.ACTIVE:
        words = _("这个地址现在是“{state}”，先恢复，再重放。")
        raise CannotChangeLine(words.format(state=_("已删除") if line.removed_at else line.get_state_display()))
    if line.replays.filter(state=RUNNING).exists():
        raise CannotChangeLine(_("上一次重放还没做完。等它做完，或者先取消。"))
    job = ReplayJob(endpoint=line, since=since, until=min(until, at), by=actor.label, created_at=at, total=0)
    job.states, job.types = _sound_states(states), sound_types(types)
    if job.since >= job.until:
        raise Unsound(_("开始时间要早于结束时间，也要早于现在。"))
    job.total = job.chosen.count()
    if job.total > ReplayJob.MOST:
        words = _("这段时间有{n}条，一次最多{most}条。把时间缩短，分几次重放。")
        raise Unsound(words.format(n=job.total, most=ReplayJob.MOST))
    if not job.total:
        raise CannotChangeLine(_("这段时间没有符合条件的通知。"))
    job.save()
    LineChange.objects.create(endpoint=line, what=LineChange.What.REPLAYED, by=actor.label, person=actor.user, at=at)
    jobs.ring("deliver")
    return job


@transaction.atomic
def cancel(job: ReplayJob, *, actor: Actor, at: datetime) -> ReplayJob:
    """Put no more in line; what is there already is still sent. Raises CannotChangeLine where it is over."""
    held = ReplayJob.objects.select_for_update(of=("self",)).select_related("endpoint__organisation").get(pk=job.pk)
    require(actor, held.endpoint.organisation)
    if held.state != RUNNING:
        raise CannotChangeLine(_("这次重放已经结束了。"))
    held.state, held.ended_at = ReplayJob.State.CANCELLED, at
    held.save(update_fields=["state", "ended_at"])
    return held


def advance_all(*, at: datetime) -> int:
    """Let every running job go on as far as its line has room; returns how many notices were put in line."""
    running = ReplayJob.objects.filter(state=RUNNING, endpoint__state=Endpoint.State.ACTIVE)
    moved = sum(advance(pk, at=at) for pk in running.order_by("pk").values_list("pk", flat=True))
    if moved:
        jobs.ring("deliver")
    return moved


@transaction.atomic
def advance(pk: int, *, at: datetime) -> int:
    """Put the next notices of a job in line and move its place, both or neither: whoever is killed here has done
    nothing, and the next goes on where it stood. Returns how many that is."""
    line = Endpoint.objects.select_for_update(no_key=True).get(replays=pk)
    job = ReplayJob.objects.select_for_update().get(pk=pk)
    if job.state != RUNNING or line.state != Endpoint.State.ACTIVE:
        return 0
    waiting = line.deliveries.filter(state__in=["pending", "leased"], trigger=Trigger.REPLAY).count()
    found = list(job.ahead.values_list("created_at", "pk")[: max(0, ROOM - waiting)])
    if found:
        Delivery.objects.filter(pk__in=[key for _created, key in found], state__in=job.states).update(
            state=Delivery.State.PENDING,
            trigger=Trigger.REPLAY,
            attempts=0,
            next_attempt_at=at,
            done_at=None,
            settled_at=None,
        )
        job.cursor_at, job.cursor_pk = found[-1]
        job.queued += len(found)
    elif not job.ahead.exists():
        job.state, job.ended_at = ReplayJob.State.DONE, at
    job.save(update_fields=["cursor_at", "cursor_pk", "queued", "state", "ended_at"])
    return len(found)


def _sound_states(states: Collection[str]) -> list[str]:
    """Those that a replay may take up; none named: what was not taken."""
    if unknown := sorted(set(states) - set(REPLAYABLE)):
        allowed = _("、").join(REPLAYABLE)
        raise Unsound(_("不能按状态{found}重放，可以的是：{allowed}。").format(found=unknown[0][:20], allowed=allowed))
    return [each for each in REPLAYABLE if each in (states or (Delivery.State.DEAD, Delivery.State.PARKED))]
