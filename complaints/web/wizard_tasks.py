"""The list of steps for somebody who comes back: what is done, what is left, what has to wait."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints.asking.pages import EVIDENCE, STEPS, Page
from complaints.asking.route import Journey
from complaints.web import drafts
from complaints.web.authority_note import note_of_draft
from complaints.web.wizard import journey_of, resume_url
from complaints.web.wizard_summary import SECTIONS, title_of

EVIDENCE_STEP = 9
TITLES = {EVIDENCE_STEP: _("证据（可不填）"), STEPS: _("检查一下，再提交")}


class Status(Enum):
    """How far a step is; ``label`` is what stands beside it."""

    DONE = _("已完成")
    BEGUN = _("没填完")
    OPEN = pgettext_lazy("step", "还没填")
    NEEDLESS = _("不用填")  # the answers so far lead past it
    LATER = _("现在还不能填")

    @property
    def label(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Task:
    """One step; without a ``url`` there is nothing to open yet."""

    number: int
    title: str
    status: Status
    url: str


@never_cache
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Eleven steps with their state, each a way in."""
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    if draft is None:
        return redirect("complaints:start")
    journey = journey_of(draft)
    listed = tasks_of(journey, has_evidence=draft.evidence.of_dispute().exists())
    shown = {
        "tasks": listed,
        "journey": journey,
        "note": note_of_draft(journey, draft.evidence.all()),
        "there": sum(task.status in {Status.DONE, Status.NEEDLESS} for task in listed),
        "steps_total": STEPS,
        "resume_url": resume_url(journey.resume_at()),
        "touched_at": draft.touched_at,
    }
    return render(request, "wizard/tasks.html", shown)


def tasks_of(journey: Journey, *, has_evidence: bool) -> list[Task]:
    """All steps in order. The last one opens when nothing is missing; evidence may be left out."""
    listed: list[Task] = []
    for number in range(1, STEPS):
        pages = [page for page in journey.route if page.step == number]
        if number == EVIDENCE_STEP:
            status = Status.DONE if has_evidence else Status.OPEN
        elif not pages:
            status = (
                Status.LATER if any(task.status in {Status.OPEN, Status.BEGUN} for task in listed) else Status.NEEDLESS
            )
        else:
            status = _status(journey, pages)
        title = title_of(journey, number) if number in SECTIONS else str(TITLES[number])
        listed.append(Task(number, title, status, _way_in(journey, pages)))
    ready = not journey.unfinished
    check = reverse("complaints:wizard-check") if ready else ""
    return [*listed, Task(STEPS, str(TITLES[STEPS]), Status.OPEN if ready else Status.LATER, check)]


def _status(journey: Journey, pages: list[Page]) -> Status:
    is_begun = any(page.slug in journey.answers for page in pages)
    if all(journey.is_complete(page) for page in pages):
        return Status.DONE if is_begun else Status.OPEN
    return Status.BEGUN if is_begun else Status.OPEN


def _way_in(journey: Journey, pages: list[Page]) -> str:
    """The first page of the step that needs something, or its first page."""
    needy = [page for page in pages if page.slug != EVIDENCE and not journey.is_complete(page)]
    return next((page.url for page in needy or pages), "")
