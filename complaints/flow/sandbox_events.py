"""Make something happen in an invented case, so that a notice of the catalogue rings: by the real verbs, on its own
clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.evidence.vault import Unacceptable
from complaints.flow.dispatch import NOTICES
from complaints.flow.erasure import CannotErase
from complaints.flow.messages import CannotWrite
from complaints.flow.offers import CannotOffer
from complaints.flow.record_requests import CannotAsk
from complaints.flow.responses import CannotAnswer
from complaints.flow.sandbox import CannotPractise, note_used
from complaints.flow.sandbox_recipes import RECIPES
from complaints.flow.sandbox_scene import STEP, Scene
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove
from complaints.models import Complaint, Delivery, Event, InventedCase

FURTHEST = timedelta(days=400)  # an invented clock goes no further ahead
MOST_EVENTS = 300  # of one invented case
REFUSALS = (
    *(IllegalMove, CannotAct, CannotOffer, CannotWrite, CannotAsk, CannotErase, CannotAnswer, Unacceptable),
    StopIteration,
)


@dataclass(frozen=True, slots=True)
class Rung:
    """A notice that came of it: its type, and the number of the event it tells of."""

    type: str
    version: int


@dataclass(frozen=True, slots=True)
class Provoked:
    """What came of it: the case (for ``case.opened`` a new one), its time now, and the notices in their order."""

    complaint: Complaint
    clock: datetime
    rung: tuple[Rung, ...]


@transaction.atomic
def provoke(complaint: Complaint, kind: str, *, days: int = 0, at: datetime) -> Provoked:
    """Let the case's clock go on by some days, and bring about what rings this type. Raises CannotPractise; nothing has
    changed then."""
    if kind not in RECIPES:
        raise CannotPractise(_("没有“{type}”这种通知。能触发的类型见GET /api/v1/sandbox。").format(type=kind[:60]))
    invention = InventedCase.objects.select_for_update().filter(pk=complaint.pk).first()
    if invention is None:
        raise CannotPractise(_("这件不是练习投诉。"))
    complaint = Complaint.objects.locked(complaint.pk)
    if complaint.version >= MOST_EVENTS:
        raise CannotPractise(_("这件练习投诉里发生的事已经很多了，请新建一件。"))
    scene = Scene(complaint, invention, _clock(complaint, invention, days, at))
    before = complaint.version
    try:
        with transaction.atomic():
            RECIPES[kind](scene)
    except REFUSALS as refusal:
        words = str(refusal) or _("这件练习投诉现在的状态下做不到。")
        raise CannotPractise(_("{why}新建一件练习投诉再触发这一种。").format(why=words)) from refusal
    rung = _rung(scene.complaint, before if scene.complaint.pk == complaint.pk else 0)
    if kind not in {each.type for each in rung}:
        words = _("这件练习投诉现在的状态下，不会再有“{type}”。新建一件再触发。")
        transaction.set_rollback(True)
        raise CannotPractise(words.format(type=kind))
    _hurry(scene.complaint, at)
    InventedCase.objects.filter(pk=complaint.pk).update(ahead=scene.at - at)
    note_used(scene.house, at=at)
    scene.complaint.refresh_from_db()
    return Provoked(scene.complaint, scene.at, rung)


def clock_of(complaint: Complaint, *, at: datetime) -> datetime:
    """What time it is in an invented case."""
    return _clock(complaint, complaint.invention, 0, at)


def _clock(complaint: Complaint, invention: InventedCase, days: int, at: datetime) -> datetime:
    """The case's own time: never before what happened last. Raises CannotPractise for a day too far."""
    if not 0 <= days <= FURTHEST.days or invention.ahead + timedelta(days=days) > FURTHEST:
        raise CannotPractise(_("时间只能往后调，最多到{n}天以后。").format(n=FURTHEST.days))
    last = Event.objects.filter(complaint=complaint).order_by("-sequence").values_list("at", flat=True).first()
    now = at + invention.ahead + timedelta(days=days)
    return max(now, last + STEP) if last else now


def _rung(complaint: Complaint, after: int) -> tuple[Rung, ...]:
    events = Event.objects.filter(complaint=complaint, sequence__gt=after).order_by("sequence")
    return tuple(Rung(NOTICES[each.kind], each.sequence) for each in events if each.kind in NOTICES)


def _hurry(complaint: Complaint, at: datetime) -> None:
    """Notices of an invented time are sent now: only the case's clock is invented."""
    mine = Delivery.objects.filter(event__complaint=complaint)
    mine.filter(state=Delivery.State.PENDING, attempts=0, next_attempt_at__gt=at).update(next_attempt_at=at)
    mine.filter(created_at__gt=at).update(created_at=at)


def local_clock(at: datetime) -> str:
    """For people."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
